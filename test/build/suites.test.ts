import { describe, expect, test } from 'vitest';
import { countOf } from '../../src/build/suites.ts';

const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

describe('countOf', () => {
  test.each([
    ['all pass', report, 0, { passed: 5, failed: 0 }],
    ['one fails', { ...report, numFailedTests: 1 }, 1, { passed: 5, failed: 1 }],
    ['one is skipped', { ...report, numPendingTests: 1 }, 0, { passed: 5, failed: 1 }],
    ['one is only planned', { ...report, numTodoTests: 1 }, 0, { passed: 5, failed: 1 }],
    ['a file does not load', report, 1, { passed: 5, failed: 1 }],
    ['the runner dies', undefined, 1, { passed: 0, failed: 1 }],
  ])('when %s', (_name, given, exitCode, expected) => {
    expect(countOf(given, exitCode)).toEqual(expected);
  });
});
