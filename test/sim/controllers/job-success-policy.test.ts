import { describe, expect, test } from 'vitest';
import { parseIndexes } from '#sim/controllers/job-indexes.ts';
import { matchSuccessPolicy } from '#sim/controllers/job-success-policy.ts';

const ask = (
  rules: readonly { succeededIndexes?: string; succeededCount?: number }[],
  succeeded: string,
) => matchSuccessPolicy({ rules }, 20, parseIndexes(succeeded, 20));

describe('a success policy', () => {
  test.each([
    ['all indexes of the rule', { succeededIndexes: '0,2-3' }, '0-3', true],
    ['only some of them', { succeededIndexes: '0,2-3' }, '0-2', false],
    ['as many of them as it counts', { succeededIndexes: '0-9', succeededCount: 3 }, '1,4,8', true],
    ['as many, but others', { succeededIndexes: '0-3', succeededCount: 3 }, '2,3,9', false],
    ['as many of any', { succeededCount: 2 }, '7,9', true],
    ['too few of any', { succeededCount: 3 }, '7,9', false],
  ])('is met by %s: %j with %s is %s', (_what, rule, succeeded, isMet) => {
    expect(ask([rule], succeeded)).toBe(isMet ? 'Matched rules at index 0' : undefined);
  });

  test('tells the first rule that is met', () => {
    const rules = [{ succeededIndexes: '5' }, { succeededCount: 1 }];
    expect(ask(rules, '2')).toBe('Matched rules at index 1');
  });

  test('is not met before anything has succeeded', () => {
    expect(ask([{ succeededCount: 0 }], '')).toBeUndefined();
  });
});
