import { describe, expect, test } from 'vitest';
import { parseTime } from '#sim/api/time.ts';
import {
  civilAt,
  findTimeZone,
  formatInZone,
  formatRfc1123,
  momentAt,
  utc,
} from '#sim/api/time-zone.ts';
import type { TimeZone } from '#sim/api/time-zone.ts';

function zone(name: string): TimeZone {
  const found = findTimeZone(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
}

describe('a time zone', () => {
  // Expected values by the platform's own tables.
  test.each([
    ['Asia/Seoul', '2026-07-01T00:00:00Z'],
    ['Asia/Kolkata', '2026-07-01T00:00:00Z'],
    ['Asia/Kathmandu', '2026-07-01T00:00:00Z'],
    ['America/Argentina/Buenos_Aires', '2026-07-01T00:00:00Z'],
    ['America/New_York', '2026-03-08T06:59:59Z'],
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01T05:59:59Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['Europe/London', '2026-03-29T00:59:59Z'],
    ['Europe/London', '2026-03-29T01:00:00Z'],
    ['Europe/Dublin', '2027-01-15T12:00:00Z'],
    ['Europe/Dublin', '2027-07-15T12:00:00Z'],
    ['Australia/Sydney', '2026-01-15T12:00:00Z'],
    ['Australia/Sydney', '2026-04-04T15:59:59Z'],
    ['Australia/Sydney', '2026-04-04T16:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Pacific/Chatham', '2026-09-26T14:00:00Z'],
    ['Asia/Jerusalem', '2026-03-27T00:00:00Z'],
    ['America/Nuuk', '2026-03-29T01:00:00Z'],
  ])('%s at %s has the offset of the tables', (name, at) => {
    const text = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      timeZoneName: 'longOffset',
    }).format(new Date(at));
    const expected = (/GMT(.*)$/.exec(text)?.[1] ?? '') || '+00:00';
    const offset = formatInZone(zone(name), parseTime(at)).slice(19);
    expect(offset.replace('Z', '+00:00')).toBe(expected);
  });

  test('is found by every name of the database, and only by such', () => {
    const missing = Intl.supportedValuesOf('timeZone').filter((name) => !findTimeZone(name));
    expect(missing).toEqual([]);
    for (const name of ['Mars/Olympus', 'asia/seoul', 'America', 'Asia/']) {
      expect(findTimeZone(name), name).toBeUndefined();
    }
  });

  test('shows the time on its walls', () => {
    expect(civilAt(zone('Asia/Seoul'), parseTime('2026-02-28T20:30:05Z'))).toEqual({
      year: 2026,
      month: 3,
      day: 1,
      hour: 5,
      minute: 30,
      second: 5,
      weekday: 0,
    });
  });

  test('finds the moment of a day on its walls, with days and months carried over', () => {
    expect(formatInZone(utc, momentAt(zone('Europe/Berlin'), 2026, 7, 1))).toBe(
      '2026-06-30T22:00:00Z',
    );
    expect(formatInZone(utc, momentAt(utc, 2026, 13, 1))).toBe('2027-01-01T00:00:00Z');
    expect(formatInZone(utc, momentAt(utc, 2028, 2, 30, 5))).toBe('2028-03-01T05:00:00Z');
  });

  test('is written with its offset', () => {
    const at = parseTime('2026-07-01T00:00:00Z');
    expect(formatInZone(zone('Asia/Seoul'), at)).toBe('2026-07-01T09:00:00+09:00');
    expect(formatInZone(zone('America/St_Johns'), at)).toBe('2026-06-30T21:30:00-02:30');
    expect(formatRfc1123(parseTime('2026-11-23T13:29:00Z'))).toBe(
      'Mon, 23 Nov 2026 13:29:00 +0000',
    );
  });
});
