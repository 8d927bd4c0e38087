import { describe, expect, test } from 'vitest';
import { formatDuration, formatNumber } from '#site/prose/num.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0', 'ms'],
    [154.6, '155', 'ms'],
    [999, '999', 'ms'],
    [1000, '1', 's'],
    [1620, '1.62', 's'],
    [15_000, '15', 's'],
    [15_040, '15', 's'],
    [119_900, '119.9', 's'],
    [300_000, '5', 'min'],
    [150_000, '2 min 30', 's'],
  ])('writes %d ms as %s %s', (ms, number, unit) => {
    expect(formatDuration(ms)).toEqual({ number, unit });
  });
});

describe('formatNumber', () => {
  const numbers = new Map([
    ['maxPods', { value: 4 }],
    ['gap', { value: 916, unit: 'ms' }],
    ['lost', { value: 22, unit: 'requests' }],
    ['slow', { value: 1.5, unit: 's' }],
    ['reason', { value: 'FailedScheduling' }],
  ]);

  test.each([
    ['maxPods', undefined, '4'],
    ['maxPods', 'pods', '4\u00a0pods'],
    ['gap', undefined, '916\u00a0ms'],
    ['lost', undefined, '22\u00a0requests'],
    ['slow', undefined, '1.5\u00a0s'],
    ['reason', undefined, 'FailedScheduling'],
  ])('writes %s with unit %s as %j', (value, unit, text) => {
    expect(formatNumber(numbers, { lab: 'x', value, unit }).text).toBe(text);
  });

  test('lists the numbers there are when one is not', () => {
    expect(() => formatNumber(numbers, { lab: 'x', value: 'pods' })).toThrow(
      /lab "x" has no number "pods".\n.*maxPods, gap, lost, slow, reason/,
    );
  });
});
