import { describe, expect, test } from 'vitest';
import {
  ArithmeticError,
  evaluateArithmetic,
} from '../../../../src/sim/runtime/shell/arithmetic.ts';

function evaluate(text: string, values: Record<string, string> = {}): number {
  const variables = new Map(Object.entries(values));
  return evaluateArithmetic(text, {
    get: (name) => variables.get(name) ?? '',
    set: (name, value) => variables.set(name, value),
  });
}

describe('evaluateArithmetic', () => {
  test.each([
    ['', 0],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['2 ** 10', 1024],
    ['2 ** 3 ** 2', 512],
    ['1 << 4 | 1', 17],
    ['5 > 3 && 2 > 1', 1],
    ['0 || 0', 0],
    ['1 ? 2 : 3', 2],
    ['0 ? 2 : 0 ? 3 : 4', 4],
    ['!0', 1],
    ['~0', -1],
    ['010 + 0x10', 24],
    ['n + 1', 6],
    ['n++ + n', 11],
    ['++n', 6],
    ['n += 2, n * 2', 14],
    ['unset + 1', 1],
    ['m', 6],
    ['0 && 1 / 0', 0],
    ['3 == 3 != 0', 1],
  ])('%s is %i', (text, value) => {
    expect(evaluate(text, { n: '5', m: 'n + 1' })).toBe(value);
  });

  test.each([
    ['1 +', 'arithmetic syntax error'],
    ['1 / 0', 'divide by zero'],
    ['(1', 'arithmetic syntax error'],
    ['1 $ 2', 'arithmetic syntax error'],
    ['a', 'expression recursion loop detected'],
  ])('%s is refused', (text, message) => {
    expect(() => evaluate(text, { a: 'a' })).toThrow(new ArithmeticError(message));
  });
});
