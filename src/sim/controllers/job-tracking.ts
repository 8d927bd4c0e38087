/**
 * How a Job counts its pods exactly once, whatever fails between two writes.
 *
 * 1. UIDs of pods that have ended go into `status.uncountedTerminatedPods`, together with the condition that announces the
 *    end of the Job.
 * 2. The finalizers of these pods are taken away; from now on a pod may be gone.
 * 3. UIDs whose finalizer is gone move into the counters, and the Job is Complete or Failed once none is left and no pod
 *    is still terminating.
 *
 * Upstream: pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers
 * Docs: /docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers
 */
import { findCondition } from '../api/conditions.ts';
import { isBeingDeleted, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { Job, JobCondition, JobStatus, Pod } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { removeTrackingFinalizers } from './job-finalizers.ts';
import { formatIndexes, hasIndex, totalOf, withIndexes } from './job-indexes.ts';
import { matchPodFailurePolicy } from './job-pod-failure-policy.ts';
import { isUncounted } from './job-state.ts';
import type { JobSync, JobTools } from './job-state.ts';
import {
  completionIndexOf,
  ensureJobCondition,
  hasBackoffLimitPerIndex,
  isIndexedJob,
  isPodFailed,
  newJobCondition,
  validIndexOf,
} from './job-util.ts';

/** UIDs in `status.uncountedTerminatedPods` at most. Upstream: MaxUncountedPods */
const uncountedMax = 500;

/** Counts what has ended and writes the status where that is needed. Returns whether the Job is finished now. */
export function* trackJobStatus(
  tools: JobTools,
  sync: JobSync,
  isStatusChanged: boolean,
): Process<boolean> {
  const withFinalizer = new Set(
    sync.pods.filter((pod) => isUncounted(pod, sync.expectedRemovals)).map(uidOf),
  );
  let needsFlush = countWithoutFinalizer(sync, withFinalizer) || isStatusChanged;
  const gathered = gatherUncounted(sync);
  needsFlush = gathered.isChanged || needsFlush;
  if (isIndexedJob(sync.job)) needsFlush = setIndexes(sync, gathered.newIndexes) || needsFlush;
  needsFlush = announceEnd(sync, tools.context.engine.nowMs) || needsFlush;
  if (needsFlush) {
    yield* writeStatus(tools, sync);
    tools.backoff.set(sync.key, sync.backoff);
  }
  needsFlush = false;
  if (gathered.toRelease.length > 0) {
    const { removed, error } = yield* removeTrackingFinalizers(tools, sync.key, gathered.toRelease);
    for (const uid of removed) withFinalizer.delete(uid);
    needsFlush = countWithoutFinalizer(sync, withFinalizer);
    if (error !== undefined) {
      if (needsFlush) yield* writeStatus(tools, sync);
      throw error;
    }
  }
  const isFinished = !gathered.isFull && enactFinished(sync, tools.context.engine.nowMs);
  if (isFinished || needsFlush) yield* writeStatus(tools, sync);
  return isFinished;
}

/** Writes the status; what the API answered is what the sync goes on with. */
function* writeStatus({ context, consistency }: JobTools, sync: JobSync): Process {
  const body: Job = { ...sync.job, status: storedForm(sync.status) };
  const written = yield* context.client.of('Job').updateStatus(body);
  consistency.wroteAt(sync.key, written);
  sync.job = written;
  sync.status = {
    ...written.status,
    uncountedTerminatedPods: written.status?.uncountedTerminatedPods ?? {},
  };
}

/** Leaves out counters that are zero and lists that are empty, as the API stores them. */
function storedForm(status: JobStatus): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const uncounted = {
    ...(succeeded.length > 0 ? { succeeded } : {}),
    ...(failed.length > 0 ? { failed } : {}),
  };
  const optional: Partial<Record<keyof JobStatus, unknown>> = {
    active: status.active || undefined,
    succeeded: status.succeeded || undefined,
    failed: status.failed || undefined,
    completedIndexes: status.completedIndexes || undefined,
    conditions: status.conditions?.length ? status.conditions : undefined,
  };
  const all = { ...status, ...optional, uncountedTerminatedPods: uncounted };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Moves the UIDs of pods that have no finalizer any more into the counters. */
function countWithoutFinalizer(sync: JobSync, withFinalizer: ReadonlySet<string>): boolean {
  const { succeeded = [], failed = [] } = sync.status.uncountedTerminatedPods ?? {};
  const waiting = {
    succeeded: succeeded.filter((uid) => withFinalizer.has(uid)),
    failed: failed.filter((uid) => withFinalizer.has(uid)),
  };
  const newSucceeded = succeeded.length - waiting.succeeded.length;
  const newFailed = failed.length - waiting.failed.length;
  if (newSucceeded === 0 && newFailed === 0) return false;
  sync.status = {
    ...sync.status,
    succeeded: (sync.status.succeeded ?? 0) + newSucceeded,
    failed: (sync.status.failed ?? 0) + newFailed,
    uncountedTerminatedPods: waiting,
  };
  return true;
}

interface Gathered {
  /** Pods whose finalizer may go once the status is written. */
  readonly toRelease: readonly Pod[];
  readonly newIndexes: readonly number[];
  readonly isChanged: boolean;
  /** Whether there are more than one write may carry. */
  readonly isFull: boolean;
}

function gatherUncounted(sync: JobSync): Gathered {
  const { job } = sync;
  const isIndexed = isIndexedJob(job);
  const succeeded = [...(sync.status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(sync.status.uncountedTerminatedPods?.failed ?? [])];
  const toRelease: Pod[] = [];
  const newIndexes: number[] = [];
  let [isChanged, isFull] = [false, false];
  const order = isIndexed ? byCompletionIndex(sync.pods) : sync.pods;
  for (const pod of order) {
    if (!isUncounted(pod, sync.expectedRemovals) || !canRemoveFinalizer(sync, pod)) continue;
    toRelease.push(pod);
    const uid = uidOf(pod);
    const index = validIndexOf(pod, job);
    if (pod.status?.phase === 'Succeeded' && !sync.uncountedFailed.has(uid)) {
      // The index is enough not to count it twice.
      if (isIndexed) {
        const isNew = index !== undefined && !hasIndex(sync.previousSucceededIndexes, index);
        if (isNew) newIndexes.push(index);
        isChanged ||= isNew;
      } else if (!sync.uncountedSucceeded.has(uid)) {
        succeeded.push(uid);
        isChanged = true;
      }
    } else if (countsAsFailed(sync, pod) && (!isIndexed || index !== undefined)) {
      failed.push(uid);
      isChanged = true;
    }
    isFull = newIndexes.length + succeeded.length + failed.length >= uncountedMax;
    if (isFull) break;
  }
  sync.status = { ...sync.status, uncountedTerminatedPods: { succeeded, failed } };
  return { toRelease, newIndexes, isChanged, isFull };
}

function byCompletionIndex(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort((a, b) => (completionIndexOf(a) ?? -1) - (completionIndexOf(b) ?? -1));
}

/** When a Job ends in failure, every pod that has not ended counts as failed. */
function countsAsFailed(sync: JobSync, pod: Pod): boolean {
  const { job, finished } = sync;
  const isJobFailing = finished !== undefined && finished.type !== 'SuccessCriteriaMet';
  if (!isPodFailed(pod, job) && !isJobFailing) return false;
  if (sync.uncountedFailed.has(uidOf(pod))) return false;
  return matchPodFailurePolicy(job.spec.podFailurePolicy, pod).isCounted;
}

function canRemoveFinalizer(sync: JobSync, pod: Pod): boolean {
  const { job, finished } = sync;
  if (isBeingDeleted(job) || finished !== undefined) return true;
  if (pod.status?.phase === 'Succeeded') return true;
  if (!isPodFailed(pod, job)) return false;
  const index = completionIndexOf(pod);
  if (!hasBackoffLimitPerIndex(job) || index === undefined) return true;
  const delayed = sync.delayedDeletion.get(index);
  return delayed === undefined || uidOf(delayed) !== uidOf(pod);
}

function setIndexes(sync: JobSync, newIndexes: readonly number[]): boolean {
  sync.succeededIndexes = withIndexes(sync.succeededIndexes, newIndexes);
  const completedIndexes = formatIndexes(sync.succeededIndexes);
  const failedIndexes =
    sync.failedIndexes === undefined ? undefined : formatIndexes(sync.failedIndexes);
  const isChanged =
    completedIndexes !== (sync.status.completedIndexes ?? '') ||
    failedIndexes !== sync.status.failedIndexes;
  sync.status = {
    ...sync.status,
    succeeded: totalOf(sync.succeededIndexes),
    completedIndexes,
    failedIndexes,
  };
  return isChanged;
}

/** Adds the condition that says how the Job will end, and turns it into the one with which it ends. */
function announceEnd(sync: JobSync, nowMs: number): boolean {
  const { finished } = sync;
  const ends = { FailureTarget: 'Failed', SuccessCriteriaMet: 'Complete' } as const;
  const end = ends[finished?.type as keyof typeof ends] as string | undefined;
  if (finished === undefined || end === undefined) return false;
  const conditions = sync.status.conditions ?? [];
  const isNew = findCondition(conditions, finished.type)?.status !== 'True';
  if (isNew) sync.status = { ...sync.status, conditions: [...conditions, finished] };
  sync.finished = newJobCondition(
    end,
    'True',
    finished.reason ?? '',
    finished.message ?? '',
    nowMs,
  );
  return isNew;
}

/** Finishes the Job unless a pod is still to be counted or still terminating. */
function enactFinished(sync: JobSync, nowMs: number): boolean {
  const { finished, status } = sync;
  if (finished === undefined) return false;
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length > 0 || sync.terminating > 0) return false;
  const { type, reason = '', message = '' } = finished;
  const condition = newJobCondition(type, 'True', reason, message, nowMs);
  const conditions = ensureJobCondition(status.conditions ?? [], condition);
  sync.status = {
    ...status,
    ...(conditions === undefined ? {} : { conditions }),
    ...(type === 'Complete' ? { completionTime: finished.lastTransitionTime } : {}),
  };
  return true;
}

/** Tells that the Job has ended, in the trace and as Events. */
export function recordFinished({ context }: JobTools, sync: JobSync): void {
  const { job } = sync;
  const { type, reason = '', message = '' } = sync.finished as JobCondition;
  context.engine.record(context.name, 'finish-job', keyOf(job), {
    condition: type,
    reason,
    message,
  });
  if (type !== 'Complete') {
    context.recorder.event(job, 'Warning', reason, message);
    return;
  }
  const { completions } = job.spec;
  if (completions !== undefined && (job.status?.succeeded ?? 0) > completions) {
    const text = 'Too many succeeded pods running after completion count reached';
    context.recorder.event(job, 'Warning', 'TooManySucceededPods', text);
  }
  context.recorder.event(job, 'Normal', 'Completed', 'Job completed');
}
