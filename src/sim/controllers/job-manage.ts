/**
 * How many pods a Job should have now, and how it comes to have them. A sync either creates pods or deletes them.
 *
 * Upstream: pkg/controller/job/job_controller.go manageJob, deleteActivePods, deleteJobPods
 * Docs: /docs/concepts/workloads/controllers/job/#parallel-jobs
 */
import { keyOf } from '../api/object-key.ts';
import { nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { isPodReady, isPodTerminating } from '../api/pod.ts';
import { isNotFound } from '../api/status-error.ts';
import type { Job, Pod } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { removeTrackingFinalizer } from './job-finalizers.ts';
import { indexesReadyForPods } from './job-index-failures.ts';
import { lowestFree, unionOf, withIndexes } from './job-indexes.ts';
import { activePodsForRemoval } from './job-pods-for-removal.ts';
import { remainingBackoffMs } from './job-backoff.ts';
import { createJobPods } from './job-pod-creation.ts';
import { batchPeriodMs, podsPerSyncMax } from './job-state.ts';
import type { JobSync, JobTools, Managed } from './job-state.ts';
import {
  completionIndexOf,
  hasBackoffLimitPerIndex,
  hasTrackingFinalizer,
  isIndexedJob,
  isSuspended,
  replacesOnlyFailed,
} from './job-util.ts';
import { deletePod } from './pod-control.ts';
import { retryable, runAll } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Returns how many pods should be active. */
export function wantedActive(job: Job, active: number, succeeded: number): number {
  const { completions, parallelism = 0 } = job.spec;
  // Without a number of completions the first success stops the replacing, and what runs may go on.
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Creates or deletes pods up to the limit of one sync. */
export function* manageJob(tools: JobTools, sync: JobSync): Process<Managed> {
  const { context } = tools;
  const { job } = sync;
  const active = sync.active.length;
  if (isSuspended(job)) {
    const doomed = activePodsForRemoval(job, sync.active, active, context.random);
    return yield* deleteUncounted(tools, sync, doomed, 0);
  }
  const wanted = wantedActive(job, active, sync.succeeded);
  const tooMany = Math.max(0, active - wanted);
  const doomed = activePodsForRemoval(job, sync.active, tooMany, context.random);
  if (doomed.length > 0) {
    return yield* deleteUncounted(tools, sync, doomed.slice(0, podsPerSyncMax), wanted);
  }
  const terminating = replacesOnlyFailed(job) ? sync.terminating : 0;
  const missing = wanted - terminating - active;
  if (missing <= 0) return { active, error: undefined };
  return yield* createMissing(tools, sync, missing, wanted);
}

function* createMissing(
  tools: JobTools,
  sync: JobSync,
  missing: number,
  wanted: number,
): Process<Managed> {
  const { job } = sync;
  const { nowMs } = tools.context.engine;
  const isPerIndex = hasBackoffLimitPerIndex(job);
  if (!isPerIndex) {
    const waitMs = remainingBackoffMs(sync.backoff, nowMs);
    if (waitMs > 0) return waitFor(tools, sync, waitMs);
  }
  const count = Math.min(missing, podsPerSyncMax);
  if (!isIndexedJob(job)) return yield* createJobPods(tools, sync, { count, wanted });
  const free = firstPendingIndexes(sync, count);
  if (!isPerIndex) {
    return yield* createJobPods(tools, sync, { count: free.length, wanted, indexes: free });
  }
  const { now: indexes, waitMs } = indexesReadyForPods(free, sync.delayedDeletion, nowMs);
  if (waitMs > 0) return waitFor(tools, sync, waitMs);
  return yield* createJobPods(tools, sync, { count: indexes.length, wanted, indexes });
}

/** Comes back when the wait is over. Until then no pod is called active, even where some run. */
function waitFor({ context, queue }: JobTools, sync: JobSync, waitMs: number): Managed {
  const { failures } = sync.backoff;
  context.engine.record(context.name, 'back-off', keyOf(sync.job), { waitMs, failures });
  queue.addAfter(sync.key, Math.max(waitMs, batchPeriodMs));
  return { active: 0, error: undefined };
}

/** Returns the lowest indexes without a pod that have neither succeeded nor failed. */
function firstPendingIndexes(sync: JobSync, count: number): readonly number[] {
  const { job } = sync;
  const known = (pods: readonly Pod[]): number[] =>
    pods.map(completionIndexOf).filter((index) => index !== undefined);
  let taken = withIndexes(sync.succeededIndexes, known(sync.active));
  if (replacesOnlyFailed(job))
    taken = withIndexes(taken, known(sync.pods.filter(isPodTerminating)));
  taken = unionOf(taken, sync.failedIndexes ?? []);
  return lowestFree(taken, count, job.spec.completions ?? 0);
}

/** Deletes pods that are too many: their finalizer goes first, so that they are never counted. */
function* deleteUncounted(
  tools: JobTools,
  sync: JobSync,
  pods: readonly Pod[],
  desired: number,
): Process<Managed> {
  const { context, expectations } = tools;
  const { job, key } = sync;
  const active = sync.active.length;
  expectations.expectDeletions(key, pods.map(namespacedName));
  recordDeletion(tools, job, pods, { desired, active });
  let deleted = 0;
  const deleteOne = function* (pod: Pod): Process<RetryableError | undefined> {
    try {
      if (hasTrackingFinalizer(pod)) yield* removeTrackingFinalizer(tools, key, pod);
      yield* deletePod(context, namespaceOf(job), nameOf(pod), job);
    } catch (thrown) {
      const error = retryable(thrown);
      expectations.deletionObserved(key, namespacedName(pod));
      if (!isNotFound(error)) return error;
    }
    deleted += 1;
    if (isPodReady(pod)) sync.ready -= 1;
    return undefined;
  };
  const errors = yield* runAll(context, 'delete', pods.length, (index) =>
    deleteOne(pods[index] as Pod),
  );
  sync.terminating += deleted;
  return { active: active - deleted, error: errors[0] };
}

/** Deletes every active pod because the Job ends; finalizers stay until the pods are counted. */
export function* deleteActivePods(tools: JobTools, sync: JobSync): Process<Managed> {
  const { context } = tools;
  const { job, active } = sync;
  if (active.length > 0) {
    recordDeletion(tools, job, active, { desired: 0, active: active.length });
  }
  let deleted = 0;
  const deleteOne = function* (pod: Pod): Process<RetryableError | undefined> {
    try {
      yield* deletePod(context, namespaceOf(job), nameOf(pod), job);
    } catch (thrown) {
      const error = retryable(thrown);
      if (!isNotFound(error)) return error;
    }
    deleted += 1;
    if (isPodReady(pod)) sync.ready -= 1;
    return undefined;
  };
  const errors = yield* runAll(context, 'delete', active.length, (index) =>
    deleteOne(active[index] as Pod),
  );
  sync.terminating += deleted;
  return { active: active.length - deleted, error: errors[0] };
}

function recordDeletion(
  { context }: JobTools,
  job: Job,
  pods: readonly Pod[],
  counts: { readonly desired: number; readonly active: number },
): void {
  if (pods.length === 0) return;
  context.engine.record(context.name, 'delete-pods', keyOf(job), {
    ...counts,
    count: pods.length,
    pods: pods.map(nameOf),
  });
}
