/**
 * The sync of a Job: whether it ends and how, else how many pods it should have, then what of it goes into the status.
 *
 * The first rule that matches decides the end: what an earlier sync has announced, a pod failure policy, the back-off limit,
 * the deadline, failed indexes, a success policy, and last that there are enough successes.
 *
 * Upstream: pkg/controller/job/job_controller.go syncJob
 * Docs: /docs/concepts/workloads/controllers/job/
 */
import { findCondition, isConditionTrue } from '../api/conditions.ts';
import { keyOf } from '../api/object-key.ts';
import { isBeingDeleted } from '../api/object.ts';
import { formatTime, parseTime } from '../api/time.ts';
import type { Job, JobCondition, Pod } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { calculateFailedIndexes, podsWithDelayedDeletion } from './job-index-failures.ts';
import { parseIndexes, totalOf, withIndexes } from './job-indexes.ts';
import { deleteActivePods, manageJob } from './job-manage.ts';
import { getFailJobMessage } from './job-pod-failure-policy.ts';
import { isUncounted } from './job-state.ts';
import type { JobSync, JobTools } from './job-state.ts';
import { matchSuccessPolicy } from './job-success-policy.ts';
import { recordFinished, trackJobStatus } from './job-tracking.ts';
import {
  ensureJobCondition,
  hasTrackingFinalizer,
  hasBackoffLimitPerIndex,
  isIndexedJob,
  isSuspended,
  newJobCondition,
  validIndexOf,
} from './job-util.ts';
import type { RetryableError } from './worker.ts';

/** Brings a Job nearer to its end. Returns whether it has been reached; throws what should be tried again. */
export function* syncJob(tools: JobTools, sync: JobSync, isSatisfied: boolean): Process<boolean> {
  const { nowMs } = tools.context.engine;
  const { job } = sync;
  if (sync.status.startTime === undefined && !isSuspended(job)) {
    sync.status = { ...sync.status, startTime: formatTime(nowMs) };
  }
  sync.finished = decideEnd(tools, sync);
  if (isIndexedJob(job)) decideEndByIndexes(sync, nowMs);
  let active = sync.active.length;
  let error: RetryableError | undefined;
  let isSuspensionChanged = false;
  if (sync.finished !== undefined) {
    recordEnding(tools, sync);
    const deleted = yield* deleteActivePods(tools, sync);
    // Pods may be left whose deletion failed, or that the cache does not show yet.
    if (deleted.active > 0 || !isSatisfied) sync.finished = undefined;
    ({ active, error } = deleted);
  } else {
    const isManaged = isSatisfied && !isBeingDeleted(job);
    if (isManaged) ({ active, error } = yield* manageJob(tools, sync));
    if (hasEnoughSuccesses(sync, active)) {
      const message = 'Reached expected number of succeeded pods';
      sync.finished = newJobCondition(
        'SuccessCriteriaMet',
        'True',
        'CompletionsReached',
        message,
        tools.context.engine.nowMs,
      );
      recordEnding(tools, sync);
    } else if (isManaged) isSuspensionChanged = updateSuspended(tools, sync);
  }
  const { ready, terminating, status } = sync;
  const isChanged =
    isSuspensionChanged ||
    active !== (status.active ?? 0) ||
    ready !== status.ready ||
    terminating !== status.terminating;
  sync.status = { ...status, active, ready, terminating };
  const isFinished = yield* trackJobStatus(tools, sync, isChanged);
  if (isFinished) recordFinished(tools, sync);
  if (error !== undefined) throw error;
  return isFinished;
}

/** Decides by what holds for every Job. */
function decideEnd({ context, queue }: JobTools, sync: JobSync): JobCondition | undefined {
  const { job, pods } = sync;
  const { nowMs } = context.engine;
  const conditions = sync.status.conditions ?? [];
  const met = findCondition(conditions, 'SuccessCriteriaMet');
  if (met?.status === 'True') return met;
  const target = findCondition(conditions, 'FailureTarget');
  const fail = (type: string, reason: string, message: string): JobCondition =>
    newJobCondition(type, 'True', reason, message, nowMs);
  if (target?.status === 'True') return fail('Failed', target.reason ?? '', target.message ?? '');
  const failJobMessage = getFailJobMessage(job, pods);
  if (failJobMessage !== undefined) {
    return fail('FailureTarget', 'PodFailurePolicy', failJobMessage);
  }
  if (sync.failed > (job.spec.backoffLimit ?? 0) || isPastRestartLimit(job, pods)) {
    const message = 'Job has reached the specified backoff limit';
    return fail('FailureTarget', 'BackoffLimitExceeded', message);
  }
  const leftMs = deadlineLeftMs(sync, nowMs);
  if (leftMs === undefined) return undefined;
  if (leftMs <= 0) {
    const message = 'Job was active longer than specified deadline';
    return fail('FailureTarget', 'DeadlineExceeded', message);
  }
  queue.addAfter(sync.key, leftMs);
  return undefined;
}

/** Whether containers that are restarted in place have been restarted too often. */
function isPastRestartLimit({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const { restartCount } of status.initContainerStatuses ?? []) restarts += restartCount;
    for (const { restartCount } of status.containerStatuses ?? []) restarts += restartCount;
  }
  const limit = spec.backoffLimit ?? 0;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Returns how long the Job may still be active, or undefined for one without a deadline. */
function deadlineLeftMs({ job, status }: JobSync, nowMs: number): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  if (seconds === undefined || status.startTime === undefined || isSuspended(job)) return undefined;
  return parseTime(status.startTime) + seconds * 1000 - nowMs;
}

/** Decides by indexes, and finds out which have succeeded and failed. */
function decideEndByIndexes(sync: JobSync, nowMs: number): void {
  const { job, pods } = sync;
  const { completions = 0, maxFailedIndexes, successPolicy } = job.spec;
  sync.previousSucceededIndexes = parseIndexes(sync.status.completedIndexes ?? '', completions);
  sync.succeededIndexes = withIndexes(
    sync.previousSucceededIndexes,
    pods
      .filter((pod) => pod.status?.phase === 'Succeeded' && hasTrackingFinalizer(pod))
      .map((pod) => validIndexOf(pod, job))
      .filter((index) => index !== undefined),
  );
  sync.succeeded = totalOf(sync.succeededIndexes);
  const end = (type: string, reason: string, message: string): void => {
    sync.finished ??= newJobCondition(type, 'True', reason, message, nowMs);
  };
  if (hasBackoffLimitPerIndex(job)) {
    const failedIndexes = calculateFailedIndexes(job, pods);
    sync.failedIndexes = failedIndexes;
    const failed = totalOf(failedIndexes);
    if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
      const message = 'Job has exceeded the specified maximal number of failed indexes';
      end('FailureTarget', 'MaxFailedIndexesExceeded', message);
    } else if (failed > 0 && failed + sync.succeeded >= completions) {
      end('FailureTarget', 'FailedIndexes', 'Job has failed indexes');
    }
    const uncounted = pods.filter((pod) => isUncounted(pod, sync.expectedRemovals));
    const { active, succeededIndexes } = sync;
    sync.delayedDeletion = podsWithDelayedDeletion({
      job,
      uncounted,
      active,
      succeededIndexes,
      failedIndexes,
    });
  }
  const message = matchSuccessPolicy(successPolicy, completions, sync.succeededIndexes);
  if (message !== undefined) end('SuccessCriteriaMet', 'SuccessPolicy', message);
}

/** A Job without a number of completions is complete when one pod has succeeded and none is active. */
function hasEnoughSuccesses({ job, succeeded }: JobSync, active: number): boolean {
  return active === 0 && succeeded >= (job.spec.completions ?? 1);
}

/** Notes that the Job was suspended or resumed. */
function updateSuspended({ context }: JobTools, sync: JobSync): boolean {
  const { job, status } = sync;
  const { nowMs } = context.engine;
  const suspended = isSuspended(job);
  const condition = suspended
    ? newJobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', nowMs)
    : newJobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', nowMs);
  const conditions = ensureJobCondition(status.conditions ?? [], condition);
  if (conditions === undefined) return false;
  context.engine.record(context.name, suspended ? 'suspend-job' : 'resume-job', keyOf(job), {});
  const word = suspended ? 'Suspended' : 'Resumed';
  context.recorder.event(job, 'Normal', word, `Job ${word.toLowerCase()}`);
  // The deadline counts from the last start.
  const startTime = suspended ? undefined : formatTime(nowMs);
  sync.status = { ...status, conditions, startTime };
  return true;
}

/** Tells once how the Job is going to end. */
function recordEnding({ context }: JobTools, { job, finished, succeeded, failed }: JobSync): void {
  if (finished === undefined || isConditionTrue(job.status?.conditions, finished.type)) return;
  if (finished.type === 'Failed') return;
  const { type: condition, reason = '', message = '' } = finished;
  const detail = { condition, reason, message, succeeded, failed };
  context.engine.record(context.name, 'end-job', keyOf(job), detail);
}
