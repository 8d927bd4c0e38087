/**
 * What one sync of a Job knows: the Job and its pods as they were when it began, and the status as it will be written.
 *
 * The numbers change while the sync acts; the Job and its pods do not.
 *
 * Upstream: pkg/controller/job/job_controller.go syncJobCtx, getNewFinishedPods, getValidPodsWithFilter
 */
import { isPodActive, isPodReady, isPodTerminating } from '../api/pod.ts';
import { uidOf } from '../api/object.ts';
import type { Job, JobCondition, JobStatus, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Expectations } from '../client/expectations.ts';
import type { Workqueue } from '../client/workqueue.ts';
import type { ConsistencyStore } from './consistency.ts';
import type { BackoffRecord, BackoffStore } from './job-backoff.ts';
import type { FinalizerExpectations } from './job-finalizers.ts';
import type { OrderedIntervals } from './job-indexes.ts';
import { matchPodFailurePolicy } from './job-pod-failure-policy.ts';
import { hasTrackingFinalizer, isIndexedJob, isPodFailed, validIndexOf } from './job-util.ts';
import type { RetryableError } from './worker.ts';

/** Pod events and status writes are gathered for so long before a Job is synced. Upstream: SyncJobBatchPeriod */
export const batchPeriodMs = 1_000;
/** Pods created or deleted in one sync at most. Upstream: MaxPodCreateDeletePerSync */
export const podsPerSyncMax = 500;

/** What the controller keeps between syncs. */
export interface JobTools {
  readonly context: ComponentContext;
  readonly queue: Workqueue;
  readonly expectations: Expectations;
  readonly finalizers: FinalizerExpectations;
  readonly consistency: ConsistencyStore;
  readonly backoff: BackoffStore;
}

/** What creating or deleting pods has led to. */
export interface Managed {
  /** Active pods as the status will tell them. */
  readonly active: number;
  readonly error: RetryableError | undefined;
}

/** One sync. */
export interface JobSync {
  readonly key: string;
  /** The Job as it was last read or written. */
  job: Job;
  /** Its status as it will be written. */
  status: JobStatus;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  /** Pods that have ended and are not in the status yet. */
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  /** UIDs whose finalizer was taken away while the cache still shows it. */
  readonly expectedRemovals: ReadonlySet<string>;
  readonly uncountedSucceeded: ReadonlySet<string>;
  readonly uncountedFailed: ReadonlySet<string>;
  readonly backoff: BackoffRecord;
  succeeded: number;
  readonly failed: number;
  ready: number;
  terminating: number;
  /** How the Job ends, once that is decided. */
  finished: JobCondition | undefined;
  previousSucceededIndexes: OrderedIntervals;
  succeededIndexes: OrderedIntervals;
  /** Undefined for Jobs that do not count failures by index. */
  failedIndexes: OrderedIntervals | undefined;
  delayedDeletion: ReadonlyMap<number, Pod>;
}

/** Whether the pod has its finalizer, as far as is known, and so waits to be counted. */
export function isUncounted(pod: Pod, expectedRemovals: ReadonlySet<string>): boolean {
  return hasTrackingFinalizer(pod) && !expectedRemovals.has(uidOf(pod));
}

/** Counts the pods of a Job at the beginning of a sync. */
export function newJobSync(
  { backoff, finalizers }: JobTools,
  key: string,
  job: Job,
  pods: readonly Pod[],
): JobSync {
  const expectedRemovals = finalizers.expected(key);
  const { status = {} } = job;
  const uncountedSucceeded = new Set(status.uncountedTerminatedPods?.succeeded ?? []);
  const uncountedFailed = new Set(status.uncountedTerminatedPods?.failed ?? []);
  const active = pods.filter(isPodActive);
  const valid = pods.filter(
    (pod) =>
      isUncounted(pod, expectedRemovals) &&
      (!isIndexedJob(job) || validIndexOf(pod, job) !== undefined),
  );
  const newSucceeded = valid.filter(
    (pod) => pod.status?.phase === 'Succeeded' && !uncountedSucceeded.has(uidOf(pod)),
  );
  const newFailed = valid.filter(
    (pod) => isPodFailed(pod, job) && !uncountedFailed.has(uidOf(pod)),
  );
  const countedFailures = newFailed.filter(
    (pod) => matchPodFailurePolicy(job.spec.podFailurePolicy, pod).isCounted,
  );
  return {
    key,
    job,
    status: {
      ...status,
      uncountedTerminatedPods: status.uncountedTerminatedPods ?? {},
    },
    pods,
    active,
    newSucceeded,
    newFailed,
    expectedRemovals,
    uncountedSucceeded,
    uncountedFailed,
    backoff: backoff.next(key, newSucceeded, newFailed),
    succeeded: (status.succeeded ?? 0) + newSucceeded.length + uncountedSucceeded.size,
    failed: (status.failed ?? 0) + countedFailures.length + uncountedFailed.size,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    finished: undefined,
    previousSucceededIndexes: [],
    succeededIndexes: [],
    failedIndexes: undefined,
    delayedDeletion: new Map(),
  };
}
