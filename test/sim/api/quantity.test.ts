import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  isQuantity,
  parseQuantity,
  quantityFromMilli,
  quantityFromValue,
  quantityMilliValue,
  quantityValue,
  scaledValue,
  subtractQuantities,
  zeroQuantity,
} from '#sim/api/quantity.ts';

test.each([
  ['0', '0'],
  ['0n', '0'],
  ['0Ki', '0'],
  ['000', '0'],
  ['1', '1'],
  ['1000', '1k'],
  ['1024', '1024'],
  ['1500', '1500'],
  ['1.5', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['5.', '5'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['2000m', '2'],
  ['0.1m', '100u'],
  ['1Ki', '1Ki'],
  ['1024Ki', '1Mi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Ki', '512'],
  ['1023Ki', '1023Ki'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['12e5', '1200e3'],
  ['1e-3', '1e-3'],
  ['1.2e4', '12e3'],
  ['-1', '-1'],
  ['-1.5Gi', '-1536Mi'],
  ['+1', '1'],
  ['1k', '1k'],
  ['1000k', '1M'],
  ['2G', '2G'],
  ['100000000', '100M'],
  ['123456789', '123456789'],
  ['1n', '1n'],
  ['0.1n', '1n'],
  ['1.1n', '2n'],
  ['-0.1n', '-1n'],
  ['10Ei', '9223372036854775807'],
  ['0.001Ki', '1024m'],
  ['1.0000000001Ki', '1024000000103n'],
  ['5E', '5E'],
])('%s is stored as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

const format =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
test.each([
  ['', format],
  ['abc', format],
  ['1.1.1', format],
  ['1 Gi', format],
  ['10MB', format],
  ['1mi', "unable to parse quantity's suffix"],
  ['1mm', "unable to parse quantity's suffix"],
  ['1e', "unable to parse quantity's suffix"],
  ['1e+', "unable to parse quantity's suffix"],
  ['.', 'unable to parse numeric part of quantity'],
])('%j is no quantity', (text, message) => {
  expect(() => parseQuantity(text)).toThrow(message);
  expect(isQuantity(text)).toBe(false);
});

test('a number is read as its text', () => {
  expect(canonicalQuantity(2)).toBe('2');
  expect(canonicalQuantity(0.25)).toBe('250m');
  expect(isQuantity('2')).toBe(true);
});

test('an exponent beyond all measure is cheap', () => {
  expect(compareQuantities(parseQuantity('1e2000000000'), parseQuantity('1E'))).toBe(1);
  expect(canonicalQuantity('1e-2000000000')).toBe('1e-9');
});

describe('arithmetic', () => {
  test.each([
    ['500m', '250m', '750m', '250m'],
    ['1', '500m', '1500m', '500m'],
    ['1Gi', '512Mi', '1536Mi', '512Mi'],
    ['0', '1Gi', '1Gi', '-1Gi'],
    ['1Gi', '1G', '2073741824', '73741824'],
    ['1', '1Ki', '1025', '-1023'],
  ])('%s and %s have the sum %s and the difference %s', (a, b, sum, difference) => {
    const [left, right] = [parseQuantity(a), parseQuantity(b)];
    expect(formatQuantity(addQuantities(left, right))).toBe(sum);
    expect(formatQuantity(subtractQuantities(left, right))).toBe(difference);
  });

  test.each([
    ['1', '1000m', 0],
    ['1Ki', '1024', 0],
    ['1k', '1Ki', -1],
    ['100m', '0.1', 0],
    ['-1', '1n', -1],
    ['2', '1999m', 1],
  ])('%s compares to %s as %d', (a, b, expected) => {
    expect(compareQuantities(parseQuantity(a), parseQuantity(b))).toBe(expected);
  });
});

describe('whole values', () => {
  test.each([
    ['1', 1, 1_000],
    ['100m', 1, 100],
    ['1500m', 2, 1_500],
    ['1u', 1, 1],
    ['1Gi', 1_073_741_824, 1_073_741_824_000],
    ['-1500m', -2, -1_500],
    ['0', 0, 0],
  ])('%s is %d whole and %d thousandths, rounded away from zero', (text, value, milli) => {
    expect(quantityValue(text)).toBe(value);
    expect(quantityMilliValue(text)).toBe(milli);
  });

  test('other scales are read too', () => {
    expect(scaledValue(parseQuantity('1500M'), 9)).toBe(2);
    expect(scaledValue(parseQuantity('1'), -9)).toBe(1_000_000_000);
  });
});

test('quantities are made of numbers', () => {
  expect(formatQuantity(quantityFromMilli(1_250))).toBe('1250m');
  expect(formatQuantity(quantityFromMilli(2_000))).toBe('2');
  expect(formatQuantity(quantityFromValue(64 * 1024 * 1024, 'BinarySI'))).toBe('64Mi');
  expect(formatQuantity(zeroQuantity)).toBe('0');
});
