import { describe, expect, test } from 'vitest';
import { parseCronSchedule } from '#sim/api/cron-schedule.ts';
import { formatTime, parseTime } from '#sim/api/time.ts';
import { utc } from '#sim/api/time-zone.ts';
import type { CronJob } from '#sim/api/types.gen.ts';
import {
  areTooManyMissed,
  jobNameOf,
  mostRecentScheduleTime,
  nextScheduleDelay,
} from '#sim/controllers/cronjob-schedule.ts';

const at = (clock: string): number => parseTime(`2026-01-05T${clock}Z`);

function cronJob(fields: { last?: string; deadline?: number } = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', creationTimestamp: '2026-01-05T09:30:00Z' },
    spec: {
      schedule: '',
      startingDeadlineSeconds: fields.deadline,
      jobTemplate: { spec: { template: { spec: { containers: [] } } } },
    },
    status: fields.last === undefined ? {} : { lastScheduleTime: `2026-01-05T${fields.last}Z` },
  };
}

function due(schedule: string, now: string, fields = {}): string {
  const timetable = { schedule: parseCronSchedule(schedule), zone: utc };
  const found = mostRecentScheduleTime(cronJob(fields), at(now), timetable, true);
  const time =
    found.mostRecentMs === undefined ? 'none' : formatTime(found.mostRecentMs).slice(11, 19);
  return `${time} of ${found.missed}${areTooManyMissed(found) ? ', too many' : ''}`;
}

describe('the run that is due', () => {
  test.each([
    ['0 * * * *', '09:45:00', {}, 'none of 0'],
    ['0 * * * *', '10:00:00', {}, '10:00:00 of 0'],
    ['0 * * * *', '10:59:59', { last: '10:00:00' }, 'none of 0'],
    ['0 * * * *', '13:20:00', { last: '10:00:00' }, '13:00:00 of 3'],
    ['* * * * *', '13:20:30', {}, '13:20:00 of 230, too many'],
    ['* * * * *', '13:20:30', { deadline: 180 }, '13:20:00 of 3'],
    ['*/20 * * * *', '10:07:00', { deadline: 60 }, 'none of 0'],
    ['@every 25m', '10:56:00', {}, '10:45:00 of 3'],
    ['0 9-17/4 * * *', '14:00:00', { last: '09:00:00' }, '13:00:00 of 0'],
  ])('of %s at %s with %j is %s', (schedule, now, fields, expected) => {
    expect(due(schedule, now, fields)).toBe(expected);
  });

  test('of a day that never comes is an error', () => {
    expect(() => due('59 23 31 2 *', '12:00:00')).toThrow(
      'time difference between two schedules is less than 1 second',
    );
  });
});

test('the next look is a tenth of a second after the next run', () => {
  const timetable = { schedule: parseCronSchedule('*/5 * * * *'), zone: utc };
  const last = cronJob({ last: '10:00:00' });
  expect(nextScheduleDelay(last, at('10:01:00'), timetable)).toBe(240_100);
  expect(nextScheduleDelay(cronJob(), at('12:01:00'), timetable)).toBe(240_100);
});

test('a Job is named after the minute of its run', () => {
  // Recorded: job/cron-policies.
  expect(jobNameOf(cronJob(), parseTime('2026-11-23T13:28:00Z'))).toBe('tick-29924008');
});
