import { describe, expect, test } from 'vitest';
import { applyJsonPatch } from '#sim/api/json-patch.ts';
import type { JsonPatchOperation } from '#sim/api/json-patch.ts';
import type { Json } from '#sim/api/object.ts';

const document = {
  metadata: { labels: { 'example.com/app': 'web' }, finalizers: ['a', 'b'] },
  data: { k: '1', l: '2' },
};

describe('operations that a real cluster carries out', () => {
  test.each<[string, JsonPatchOperation[], (string | number)[], Json | undefined]>([
    ['add sets a member', [{ op: 'add', path: '/data/m', value: '3' }], ['data', 'm'], '3'],
    ['add replaces a member', [{ op: 'add', path: '/data/k', value: '9' }], ['data', 'k'], '9'],
    [
      'replace sets a missing member',
      [{ op: 'replace', path: '/data/none', value: 'x' }],
      ['data', 'none'],
      'x',
    ],
    ['remove takes a member out', [{ op: 'remove', path: '/data/l' }], ['data', 'l'], undefined],
    [
      'an escaped slash is read',
      [{ op: 'replace', path: '/metadata/labels/example.com~1app', value: 'shop' }],
      ['metadata', 'labels'],
      { 'example.com/app': 'shop' },
    ],
    [
      'a list grows at its end and at an index',
      [
        { op: 'add', path: '/metadata/finalizers/-', value: 'z' },
        { op: 'add', path: '/metadata/finalizers/0', value: 'first' },
      ],
      ['metadata', 'finalizers'],
      ['first', 'a', 'b', 'z'],
    ],
    [
      'an index may count from the end',
      [{ op: 'remove', path: '/metadata/finalizers/-1' }],
      ['metadata', 'finalizers'],
      ['a'],
    ],
    [
      'move and copy keep the value',
      [
        { op: 'test', path: '/data/k', value: '1' },
        { op: 'move', from: '/data/k', path: '/data/n' },
        { op: 'copy', from: '/data/n', path: '/data/o' },
      ],
      ['data'],
      { l: '2', n: '1', o: '1' },
    ],
    [
      'test of a missing member passes against null',
      [{ op: 'test', path: '/data/none', value: null }],
      ['data'],
      { k: '1', l: '2' },
    ],
    ['add without a value adds null', [{ op: 'add', path: '/data/m' }], ['data', 'm'], null],
    ['an empty patch does nothing', [], ['data'], { k: '1', l: '2' }],
    [
      'a whole subtree is replaced',
      [{ op: 'replace', path: '/data', value: 'text' }],
      ['data'],
      'text',
    ],
  ])('%s', (_, patch, path, expected) => {
    let value: unknown = applyJsonPatch(document, patch);
    for (const step of path) value = (value as Record<string | number, unknown>)[step];
    expect(value).toEqual(expected);
  });
});

describe('operations that a real cluster refuses', () => {
  test.each<[JsonPatchOperation, string]>([
    [{ op: 'test', path: '/data/k', value: '2' }, 'testing value /data/k failed: test failed'],
    [{ op: 'test', path: '/data/none', value: '2' }, 'testing value /data/none failed'],
    [{ op: 'remove', path: '/data/none' }, 'Unable to remove nonexistent key: none'],
    [
      { op: 'add', path: '/spec/labels/app', value: 'x' },
      'doc is missing path: "/spec/labels/app"',
    ],
    [
      { op: 'add', path: '/metadata/finalizers/5', value: 'x' },
      'Unable to access invalid index: 5',
    ],
    [
      { op: 'replace', path: '/metadata/finalizers/x', value: 'x' },
      'value was not a proper array index: "x"',
    ],
    [{ op: 'increment', path: '/data/k', value: 1 }, 'Unexpected kind: increment'],
    [{ op: 'add', value: 1 }, 'operation missing path field'],
    [{ op: 'move', path: '/data/x' }, 'operation missing from field'],
    [{ op: 'remove', path: '' }, 'doc is missing path: ""'],
    [{ op: 'add', path: '/data/k/deep', value: 1 }, 'doc is missing path: "/data/k/deep"'],
  ])('%j', (operation, message) => {
    expect(() => applyJsonPatch(document, [operation])).toThrow(message);
  });
});

test('the document stays as it was, also when a later operation fails', () => {
  const before = structuredClone(document);
  const patch = [
    { op: 'add', path: '/data/m', value: '3' },
    { op: 'remove', path: '/data/none' },
  ];
  expect(() => applyJsonPatch(document, patch)).toThrow();
  expect(document).toEqual(before);
});

test('objects on the path come out with sorted keys, the others as they were', () => {
  const result = applyJsonPatch(document, [
    { op: 'add', path: '/data/a', value: '0' },
  ]) as typeof document;
  expect(JSON.stringify(result)).toBe(
    '{"data":{"a":"0","k":"1","l":"2"},"metadata":' + `${JSON.stringify(document.metadata)}}`,
  );
  expect(result.metadata).toBe(document.metadata);
});
