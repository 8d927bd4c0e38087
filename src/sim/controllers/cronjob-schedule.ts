/**
 * When a CronJob should have run last and will run next.
 *
 * - The reckoning begins at the last run, else at the creation of the CronJob, and no earlier than its starting deadline.
 * - Of several runs that were missed only the last is made up for. How many there were is an estimate.
 *
 * Upstream: pkg/controller/cronjob/utils.go mostRecentScheduleTime, nextScheduleTimeDuration, nextScheduleTime
 * Docs: /docs/concepts/workloads/controllers/cron-jobs/#job-creation
 */
import { nextTime } from '../api/cron-schedule.ts';
import type { CronSchedule } from '../api/cron-schedule.ts';
import { nameOf } from '../api/object.ts';
import { newControllerRef } from '../api/owner-references.ts';
import { parseTime, tryParseTime } from '../api/time.ts';
import { formatInZone } from '../api/time-zone.ts';
import type { TimeZone } from '../api/time-zone.ts';
import type { CronJob } from '../api/types.gen.ts';

/** A run is started so long after its time, so that it is not looked for too early. Upstream: nextScheduleDelta */
const nextScheduleDeltaMs = 100;
/** More missed runs than this are told as too many. */
const missedMax = 100;
/** Virtual 0 ms in seconds since 1970. */
const epochSeconds = 1_767_225_600;

const scheduledTimestampAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** A schedule in its time zone. */
export interface Timetable {
  readonly schedule: CronSchedule;
  readonly zone: TimeZone;
}

/** A schedule that has no time at all, such as the 31st of February. */
export class InvalidScheduleError extends Error {}

/** Runs up to now. */
export interface DueRuns {
  readonly earliestMs: number;
  /** The last run that is due; undefined when none is. */
  readonly mostRecentMs: number | undefined;
  readonly missed: number;
}

/** Finds the last run that is due. Throws an InvalidScheduleError. */
export function mostRecentScheduleTime(
  cronJob: CronJob,
  nowMs: number,
  { schedule, zone }: Timetable,
  withDeadline: boolean,
): DueRuns {
  const created = cronJob.metadata.creationTimestamp ?? '';
  let earliestMs = tryParseTime(cronJob.status?.lastScheduleTime ?? created) ?? 0;
  const deadline = cronJob.spec.startingDeadlineSeconds;
  if (withDeadline && deadline !== undefined) {
    earliestMs = Math.max(earliestMs, nowMs - deadline * 1_000);
  }
  const firstMs = nextTime(schedule, zone, earliestMs);
  const secondMs = firstMs === undefined ? undefined : nextTime(schedule, zone, firstMs);
  if (firstMs === undefined || secondMs === undefined) {
    throw new InvalidScheduleError('time difference between two schedules is less than 1 second');
  }
  if (nowMs < firstMs) return { earliestMs, mostRecentMs: undefined, missed: 0 };
  if (nowMs < secondMs) return { earliestMs, mostRecentMs: firstMs, missed: 0 };
  const periodMs = secondMs - firstMs;
  const missed = Math.floor((nowMs - firstMs) / periodMs) + 1;
  // Two periods back from the estimate, because periods need not be equal.
  let timeMs = nextTime(schedule, zone, firstMs + (missed - 2) * periodMs);
  let mostRecentMs: number | undefined;
  while (timeMs !== undefined && timeMs <= nowMs) {
    mostRecentMs = timeMs;
    timeMs = nextTime(schedule, zone, timeMs);
  }
  return { earliestMs, mostRecentMs, missed };
}

/** Whether so many runs were missed that it is worth a warning. */
export function areTooManyMissed({ missed }: DueRuns): boolean {
  return missed > missedMax;
}

/** Returns the milliseconds from now to the next run, with the little that is waited on top. */
export function nextScheduleDelay(cronJob: CronJob, nowMs: number, timetable: Timetable): number {
  const { schedule, zone } = timetable;
  return (
    (nextTime(schedule, zone, lastRunUpTo(cronJob, nowMs, timetable)) ?? nowMs) -
    nowMs +
    nextScheduleDeltaMs
  );
}

/** The run after which the next one is looked for. */
function lastRunUpTo(cronJob: CronJob, nowMs: number, timetable: Timetable): number {
  try {
    const due = mostRecentScheduleTime(cronJob, nowMs, timetable, false);
    return due.mostRecentMs ?? (due.missed === 0 ? due.earliestMs : nowMs);
  } catch (error) {
    if (!(error instanceof InvalidScheduleError)) throw error;
    return nowMs;
  }
}

/** Returns the name of the Job of a run: the CronJob's and the minutes since 1970. */
export function jobNameOf(cronJob: CronJob, scheduledMs: number): string {
  return `${nameOf(cronJob)}-${Math.floor((epochSeconds + scheduledMs / 1_000) / 60)}`;
}

/** Makes the Job of a run. */
export function jobFromTemplate(cronJob: CronJob, scheduledMs: number, zone: TimeZone): unknown {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const { labels, annotations } = metadata ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobNameOf(cronJob, scheduledMs),
      ...(labels === undefined ? {} : { labels }),
      annotations: {
        ...annotations,
        [scheduledTimestampAnnotation]: formatInZone(zone, scheduledMs),
      },
      ownerReferences: [newControllerRef(cronJob)],
    },
    spec,
  };
}

/** Whether the run is later than its starting deadline. */
export function isTooLate({ spec }: CronJob, scheduledMs: number, nowMs: number): boolean {
  const deadline = spec.startingDeadlineSeconds;
  return deadline !== undefined && scheduledMs + deadline * 1_000 < nowMs;
}

/** Whether the last run that the status tells of is this one. */
export function isLastRun({ status }: CronJob, scheduledMs: number): boolean {
  const last = status?.lastScheduleTime;
  return last !== undefined && parseTime(last) === scheduledMs;
}
