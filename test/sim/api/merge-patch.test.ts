import { describe, expect, test } from 'vitest';
import {
  applyMergePatch,
  createMergePatch,
  createThreeWayJsonMergePatch,
} from '#sim/api/merge-patch.ts';
import type { Json, JsonObject } from '#sim/api/object.ts';

// The examples of RFC 7386, appendix A.
test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched by %j is %j', (target, patch, result) => {
  expect(applyMergePatch(target, patch)).toEqual(result);
});

test('applying changes neither side and shares the rest', () => {
  const target = Object.freeze({ a: Object.freeze({ b: 1 }), c: Object.freeze({ d: 2 }) });
  const result = applyMergePatch(target, { a: { b: 3 } }) as typeof target;
  expect(result.c).toBe(target.c);
  expect(target.a.b).toBe(1);
});

describe('making patches', () => {
  test.each<[JsonObject, JsonObject, JsonObject]>([
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
    [{}, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('from %j to %j it is %j', (original, modified, patch) => {
    expect(createMergePatch(original, modified)).toEqual(patch);
    expect(applyMergePatch(original, createMergePatch(original, modified))).toEqual(modified);
  });

  test('apply removes only what it once applied', () => {
    const original = { spec: { size: 1, old: true }, metadata: { labels: { a: '1' } } };
    const modified = { spec: { size: 2 }, metadata: { labels: { a: '1' } } };
    const current = {
      spec: { size: 1, old: true, theirs: 'x' },
      metadata: { labels: { a: '1' }, uid: 'u' },
    };
    expect(createThreeWayJsonMergePatch(original, modified, current)).toEqual({
      spec: { size: 2, old: null },
    });
    expect(createThreeWayJsonMergePatch(modified, modified, { ...modified, extra: 1 })).toEqual({});
  });
});
