import { describe, expect, test } from 'vitest';
import { findRelaxed, printJsonPath } from '#sim/kubectl/jsonpath.ts';

const data = {
  kind: 'List',
  items: [
    { name: 'a', labels: { 'example.com/x': '1' }, n: 3, ready: true },
    { name: 'b', labels: {}, n: 5, ready: false },
  ],
};

describe('printJsonPath', () => {
  test.each([
    ['{.kind}', 'List'],
    ['kind is {.kind}!', 'kind is List!'],
    ['{.items[*].name}', 'a b'],
    ['{.items[0]}', '{"labels":{"example.com/x":"1"},"n":3,"name":"a","ready":true}'],
    ['{.items[-1].name}', 'b'],
    ['{.items[0:1].name}', 'a'],
    ['{.items[?(@.n>3)].name}', 'b'],
    ['{.items[?(@.name=="a")].n}', '3'],
    ['{.items[?(@.ready==true)].name}', 'a'],
    ['{.items[?(@.labels.example\\.com/x)].name}', 'a'],
    ["{.items[0].labels['example.com/x']}", '1'],
    ['{range .items[*]}{.name}{"\\t"}{.n}{"\\n"}{end}', 'a\t3\nb\t5\n'],
    ['{..name}', 'a b'],
    ['{.nope.deeper}', ''],
    ["{.items[*]['name','n']}", 'a 3 b 5'],
  ])('%s', (template, text) => {
    expect(printJsonPath(template, data)).toBe(text);
  });

  test.each([
    ['{.items', 'unclosed action'],
    ['{range .items[*]}', 'unclosed action'],
    ['{end}', 'not in range, nothing to end'],
  ])('%s is refused', (template, message) => {
    expect(() => printJsonPath(template, data)).toThrow(message);
  });

  test('an index that is not there is an error', () => {
    expect(() => printJsonPath('{.items[7]}', data)).toThrow(
      'array index out of bounds: index 7, length 2',
    );
  });
});

test.each(['items[0].name', '.items[0].name', '{items[0].name}', '{.items[0].name}'])(
  '%s is a relaxed path',
  (path) => {
    expect(findRelaxed(path, data)).toEqual(['a']);
  },
);
