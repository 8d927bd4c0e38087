import { expect, test } from 'vitest';
import { byteLength, compareText, goJson, goQuote, goValue, sortKeys } from '#sim/api/go-format.ts';

test.each([
  ['web', '"web"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['a\nb\tc', '"a\\nb\\tc"'],
  ['\u0000\u001b\u007f', '"\\x00\\x1b\\x7f"'],
  ['é中 😀', '"é中 😀"'],
  ['\u00a0\u2028\ufeff', '"\\u00a0\\u2028\\ufeff"'],
])('%j is quoted as Go quotes it', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});

test('JSON keeps the order of keys and escapes what HTML would read', () => {
  expect(goJson({ b: '<a>&\u2028', a: [1, null] })).toBe(
    '{"b":"\\u003ca\\u003e\\u0026\\u2028","a":[1,null]}',
  );
  expect(goJson(sortKeys({ b: { d: 1, c: 2 }, a: [{ z: 1, y: 2 }] }))).toBe(
    '{"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}}',
  );
});

test.each([
  [null, '<nil>'],
  ['x y', 'x y'],
  [1.5, '1.5'],
  [true, 'true'],
  [{ b: [1, 'x'], a: null, c: {} }, 'map[a:<nil> b:[1 x] c:map[]]'],
  [[], '[]'],
])('%j prints as decoded data does', (value, text) => {
  expect(goValue(value)).toBe(text);
});

test('text is ordered by code units and measured in bytes', () => {
  expect(['b', 'a', 'B', 'ab'].sort(compareText)).toEqual(['B', 'a', 'ab', 'b']);
  expect(compareText('a', 'a')).toBe(0);
  expect(['', 'a', 'é', '中', '😀'].map(byteLength)).toEqual([0, 1, 2, 3, 4]);
});
