import { expect, test } from 'vitest';
import {
  isPercent,
  parseIntOrString,
  percentOf,
  scaledIntOrPercent,
} from '#sim/api/int-or-string.ts';

test.each([
  [3, 10, true, 3],
  ['25%', 10, true, 3],
  ['25%', 10, false, 2],
  ['0%', 10, true, 0],
  ['100%', 7, false, 7],
  ['150%', 10, true, 15],
  ['25%', 0, true, 0],
  ['1%', 1, true, 1],
  ['99%', 1, false, 0],
  ['33%', 100, true, 33],
])('%j of %d, up: %s, is %d', (value, total, roundUp, expected) => {
  expect(scaledIntOrPercent(value, total, roundUp)).toBe(expected);
});

test.each([
  ['25', 'invalid value for IntOrString: invalid type: string is not a percentage'],
  [
    'x%',
    'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
  ],
  [undefined, 'nil value for IntOrString'],
])('%j cannot be scaled', (value, message) => {
  expect(() => scaledIntOrPercent(value, 10, true)).toThrow(message);
});

test('a percentage is told from a number and a name', () => {
  expect(['25%', '25', 25, undefined, 'http'].map(isPercent)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(percentOf('25%')).toBe(25);
});

test.each([
  ['80', 80],
  ['-1', -1],
  ['25%', '25%'],
  ['http', 'http'],
  ['4294967296', '4294967296'],
  ['', ''],
])('%j is read as %j', (text, value) => {
  expect(parseIntOrString(text)).toBe(value);
});
