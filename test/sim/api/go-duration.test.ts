import { expect, test } from 'vitest';
import { formatGoDuration, parseGoDuration } from '#sim/api/go-duration.ts';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['0', 0],
  ['-2s', -2_000],
])('%s is %d ms', (text, ms) => {
  expect(parseGoDuration(text)).toEqual({ ok: true, ms });
});

test.each([
  ['', 'time: invalid duration ""'],
  ['5', 'time: missing unit in duration "5"'],
  ['5x', 'time: unknown unit "x" in duration "5x"'],
  ['soon', 'time: invalid duration "soon"'],
])('%j is refused', (text, message) => {
  expect(parseGoDuration(text)).toEqual({ ok: false, message });
});

test.each([
  [0, '0s'],
  [500, '500ms'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
])('%d ms is %s', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text);
});
