import { describe, expect, test } from 'vitest';
import { ProbeCounter } from '#sim/kubelet/probe-counter.ts';

/** Counts a line of results, `+` and `-`; returns the same line with the verdicts marked by `!`. */
function verdicts(line: string, successThreshold: number, failureThreshold: number): string {
  const counter = new ProbeCounter({ successThreshold, failureThreshold });
  return [...line]
    .map((mark) => (counter.count(mark === '+' ? 'success' : 'failure') ? `${mark}!` : mark))
    .join('');
}

describe('ProbeCounter', () => {
  test.each([
    ['+', 1, 3, '+!'],
    ['---', 1, 3, '---!'],
    ['--+--', 1, 3, '--+!--'],
    ['-+-+', 2, 1, '-!+-!+'],
    ['++-++', 2, 3, '++!-++!'],
    ['----', 1, 3, '---!-!'],
  ])('judges %s with thresholds %i and %i as %s', (line, success, failure, expected) => {
    expect(verdicts(line, success, failure)).toBe(expected);
  });

  test('takes one success and three failures by default', () => {
    const counter = new ProbeCounter({});
    expect([counter.threshold('success'), counter.threshold('failure')]).toEqual([1, 3]);
  });

  test('counts from one again after a reset', () => {
    const counter = new ProbeCounter({ failureThreshold: 2 });
    counter.count('failure');
    counter.reset();
    expect(counter.count('failure')).toBe(false);
    expect(counter.count('failure')).toBe(true);
  });
});
