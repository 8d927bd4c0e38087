import { describe, expect, test } from 'vitest';
import { nextTime, parseCronSchedule, scheduleError } from '#sim/api/cron-schedule.ts';
import { formatTime, parseTime } from '#sim/api/time.ts';
import { findTimeZone, formatInZone, utc } from '#sim/api/time-zone.ts';

function next(schedule: string, from: string, zoneName = ''): string {
  const zone = findTimeZone(zoneName) ?? utc;
  const ms = nextTime(parseCronSchedule(schedule), zone, parseTime(from));
  return ms === undefined ? 'never' : formatInZone(zone, ms);
}

describe('the next time of a schedule', () => {
  test.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['* * * * *', '2026-01-01T00:00:59Z', '2026-01-01T00:01:00Z'],
    ['0/15 * * * *', '2026-07-09T14:45:00Z', '2026-07-09T15:00:00Z'],
    ['20-35/15 * * * *', '2026-07-09T23:35:51Z', '2026-07-10T00:20:00Z'],
    ['0 */2 * * *', '2026-07-09T23:35:51Z', '2026-07-10T00:00:00Z'],
    ['0 0 31 * *', '2026-01-31T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['30 8 1 jan,JUL ?', '2026-01-01T08:30:00Z', '2026-07-01T08:30:00Z'],
    ['0 9 * * mon-fri', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00Z'],
    // Either day is enough where both are restricted; a star with a step restricts, a plain one does not.
    ['0 0 13 * fri', '2026-01-03T00:00:00Z', '2026-01-09T00:00:00Z'],
    ['0 0 13 * fri', '2026-01-09T00:00:00Z', '2026-01-13T00:00:00Z'],
    ['0 0 */10 * mon', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['@hourly', '2026-01-01T10:59:59Z', '2026-01-01T11:00:00Z'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['@yearly', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['@every 1h30m', '2026-01-01T00:00:10Z', '2026-01-01T01:30:10Z'],
    ['@every 100ms', '2026-01-01T00:00:10Z', '2026-01-01T00:00:11Z'],
    ['59 23 31 2 *', '2026-01-01T00:00:00Z', 'never'],
  ])('%s after %s is %s', (schedule, from, expected) => {
    expect(next(schedule, from)).toBe(expected);
  });

  test.each([
    // The zone decides the day.
    ['0 9 * * *', 'Asia/Seoul', '2026-01-01T00:00:00Z', '2026-01-02T09:00:00+09:00'],
    ['30 2 * * *', 'Asia/Kolkata', '2026-01-01T00:00:00Z', '2026-01-02T02:30:00+05:30'],
    // The clocks go on at 2: the hour that is skipped has no run that day.
    ['30 2 * * *', 'America/New_York', '2026-03-08T05:00:00Z', '2026-03-09T02:30:00-04:00'],
    ['0 3 * * *', 'America/New_York', '2026-03-08T05:00:00Z', '2026-03-08T03:00:00-04:00'],
    // The clocks go back at 2.
    ['30 1 * * *', 'America/New_York', '2026-11-01T04:00:00Z', '2026-11-01T01:30:00-04:00'],
    ['0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-07T00:00:00-03:00'],
  ])('%s in %s after %s is %s', (schedule, zone, from, expected) => {
    expect(next(schedule, from, zone)).toBe(expected);
  });

  test('follows the platform through two years of every zone that changes its clocks', () => {
    const schedule = parseCronSchedule('0 12 1 * *');
    for (const name of ['America/New_York', 'Europe/Berlin', 'Australia/Sydney', 'Asia/Beirut']) {
      const zone = findTimeZone(name) ?? utc;
      let ms = parseTime('2026-01-02T00:00:00Z');
      for (let month = 0; month < 24; month += 1) {
        ms = nextTime(schedule, zone, ms) ?? 0;
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: name,
          day: 'numeric',
          hour: 'numeric',
          hourCycle: 'h23',
        }).format(new Date(formatTime(ms)));
        expect(shown, `${name} ${formatTime(ms)}`).toMatch(/^0?1(st)?,? (at )?12$/);
      }
    }
  });
});

describe('a schedule that cannot be read', () => {
  test.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/5/2 * * * *', 'too many slashes: */5/2'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ])('%s: %s', (schedule, message) => {
    expect(scheduleError(schedule)).toBe(message);
  });
});
