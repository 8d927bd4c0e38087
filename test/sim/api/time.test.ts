import { describe, expect, test } from 'vitest';
import { formatAge, formatMicroTime, formatTime, parseTime, tryParseTime } from '#sim/api/time.ts';

const day = 86_400_000;

test.each([
  [0, '2026-01-01T00:00:00Z'],
  [999, '2026-01-01T00:00:00Z'],
  [61_000, '2026-01-01T00:01:01Z'],
  [58 * day, '2026-02-28T00:00:00Z'],
  [59 * day, '2026-03-01T00:00:00Z'],
  [365 * day, '2027-01-01T00:00:00Z'],
  [789 * day, '2028-02-29T00:00:00Z'],
  [-1_000, '2025-12-31T23:59:59Z'],
  [-20_454 * day, '1970-01-01T00:00:00Z'],
])('%d ms is %s', (ms, text) => {
  expect(formatTime(ms)).toBe(text);
  expect(parseTime(text)).toBe(Math.floor(ms / 1_000) * 1_000);
});

test('virtual time agrees with the platform calendar over a century', () => {
  const epoch = Date.UTC(2026, 0, 1);
  for (let days = -18_000; days < 18_000; days += 137) {
    const ms = days * day + 45_296_000;
    expect(formatTime(ms)).toBe(new Date(epoch + ms).toISOString().replace('.000Z', 'Z'));
    expect(parseTime(formatTime(ms))).toBe(ms);
  }
});

test('micro times have six digits', () => {
  expect(formatMicroTime(1_250)).toBe('2026-01-01T00:00:01.250000Z');
  expect(parseTime('2026-01-01T00:00:01.250000Z')).toBe(1_250);
});

test('offsets and fractions are read', () => {
  expect(parseTime('2026-01-01T02:00:00+02:00')).toBe(0);
  expect(parseTime('2025-12-31T19:00:00.5-05:00')).toBe(500);
  expect(parseTime('2026-01-01T00:00:00.1239Z')).toBe(123);
});

test.each([
  '',
  'now',
  '2026-01-01',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00:00',
])('%j is no timestamp', (text) => {
  expect(tryParseTime(text)).toBeUndefined();
  expect(() => parseTime(text)).toThrow('invalid timestamp');
});

describe('ages', () => {
  const [second, minute, hour] = [1_000, 60_000, 3_600_000];
  test.each([
    [-2 * second, '<invalid>'],
    [-1_999, '0s'],
    [0, '0s'],
    [5_999, '5s'],
    [119 * second, '119s'],
    [120 * second, '2m'],
    [125 * second, '2m5s'],
    [10 * minute - 1, '9m59s'],
    [12 * minute + 30 * second, '12m'],
    [179 * minute, '179m'],
    [180 * minute, '3h'],
    [3 * hour + 2 * minute, '3h2m'],
    [8 * hour + 59 * minute, '8h'],
    [47 * hour, '47h'],
    [48 * hour, '2d'],
    [51 * hour, '2d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [760 * day, '2y30d'],
    [3_000 * day, '8y'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});
