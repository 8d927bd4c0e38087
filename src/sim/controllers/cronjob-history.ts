/**
 * The finished Jobs that a CronJob keeps, and how it deletes the others.
 *
 * Upstream: pkg/controller/cronjob/cronjob_controllerv2.go cleanupFinishedJobs, deleteJob
 * Docs: /docs/concepts/workloads/controllers/cron-jobs/#jobs-history-limits
 */
import { nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { tryParseTime } from '../api/time.ts';
import type { CronJob, CronJobStatus, Job } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import { finishedConditionOf } from './job-util.ts';
import { retryable } from './worker.ts';

/** A CronJob with its status as it will be written. */
export interface CronJobSync {
  cronJob: CronJob;
  status: CronJobStatus;
  isChanged: boolean;
}

/** Deletes the oldest finished Jobs of which there are too many. */
export function* cleanupFinishedJobs(
  context: ComponentContext,
  sync: CronJobSync,
  jobs: readonly Job[],
): Process {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = sync.cronJob.spec;
  const limits = [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const;
  for (const [type, limit] of limits) {
    if (limit === undefined) continue;
    const finished = jobs.filter((job) => finishedConditionOf(job)?.type === type);
    const surplus = finished.sort(byStartTime).slice(0, Math.max(0, finished.length - limit));
    for (const job of surplus) {
      if (yield* deleteJob(context, sync, job, 'history')) sync.isChanged = true;
    }
  }
}

/** Oldest first; one that never started is last, and of two equal ones the name decides. */
function byStartTime(a: Job, b: Job): number {
  const [aMs, bMs] = [a, b].map(({ status }) => tryParseTime(status?.startTime ?? ''));
  if (bMs === undefined) return aMs === undefined ? 0 : -1;
  if (aMs === undefined) return 1;
  return aMs - bMs || (nameOf(a) < nameOf(b) ? -1 : 1);
}

/** Deletes a Job with its pods. Returns whether that was done; an Event tells it either way. */
export function* deleteJob(
  { client, engine, name: component, recorder }: ComponentContext,
  sync: CronJobSync,
  job: Job,
  why: 'history' | 'replaced',
): Process<boolean> {
  const name = nameOf(job);
  engine.record(component, 'delete-job', keyOf(job), { why });
  try {
    yield* client.of('Job').delete(namespaceOf(job), name, { propagationPolicy: 'Background' });
  } catch (thrown) {
    const error = retryable(thrown);
    recorder.event(sync.cronJob, 'Warning', 'FailedDelete', `Deleted job: ${error.message}`);
    return false;
  }
  const active = (sync.status.active ?? []).filter(({ uid }) => uid !== uidOf(job));
  sync.status = { ...sync.status, active };
  recorder.event(sync.cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  return true;
}
