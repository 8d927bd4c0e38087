/**
 * What the parts of the Job controller ask of a Job and of its pods.
 *
 * Upstream: pkg/controller/job/job_controller.go; pkg/controller/job/util/utils.go
 * Docs: /docs/concepts/workloads/controllers/job/
 */
import { findCondition, isConditionTrue } from '../api/conditions.ts';
import { isBeingDeleted } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import type { Job, JobCondition, Pod } from '../api/types.gen.ts';

/** The finalizer that keeps a pod until its Job has counted it. */
export const jobTrackingFinalizer = 'batch.kubernetes.io/job-tracking';
/** Annotation and label with a pod's completion index. */
export const completionIndexAnnotation = 'batch.kubernetes.io/job-completion-index';
/** The value of `spec.managedBy` that means this controller. */
const jobControllerName = 'kubernetes.io/job-controller';

/** Whether the pod still waits to be counted. */
export function hasTrackingFinalizer(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(jobTrackingFinalizer) ?? false;
}

/** The strategic merge patch that takes the tracking finalizer away. */
export const removeFinalizerPatch: unknown = {
  metadata: { '$deleteFromPrimitiveList/finalizers': [jobTrackingFinalizer] },
};

/** Whether the Job gives each pod a number. */
export function isIndexedJob(job: Job): boolean {
  return job.spec.completionMode === 'Indexed';
}

/** Whether the Job may have pods only while `spec.suspend` is not set. */
export function isSuspended(job: Job): boolean {
  return job.spec.suspend === true;
}

/** Whether another controller than this one looks after the Job. */
export function isManagedElsewhere(job: Job): boolean {
  return job.spec.managedBy !== undefined && job.spec.managedBy !== jobControllerName;
}

/** Whether pods are replaced only once they have failed, not already when they are being deleted. */
export function replacesOnlyFailed(job: Job): boolean {
  return job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
}

/** Whether failures are counted for each index by itself. */
export function hasBackoffLimitPerIndex(job: Job): boolean {
  return isIndexedJob(job) && job.spec.backoffLimitPerIndex !== undefined;
}

/** Whether the pod counts as failed; by default a pod that is being deleted does so at once. */
export function isPodFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return isBeingDeleted(pod) && pod.status?.phase !== 'Succeeded';
}

/** Returns the pod's completion index, or undefined for a pod without a valid one. */
export function completionIndexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[completionIndexAnnotation];
  return text !== undefined && /^[+]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Returns the pod's index when the Job has one of that number. */
export function validIndexOf(pod: Pod, job: Job): number | undefined {
  const index = completionIndexOf(pod);
  return index !== undefined && index < (job.spec.completions ?? 0) ? index : undefined;
}

/** Returns `Complete` or `Failed` for a Job that has ended, undefined for one that has not. */
export function finishedConditionOf(job: Job): JobCondition | undefined {
  return job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

/** Whether the Job has ended. */
export function isJobFinished(job: Job): boolean {
  return finishedConditionOf(job) !== undefined;
}

/** Whether the Job has ended well. */
export function isJobSucceeded(job: Job): boolean {
  return isConditionTrue(job.status?.conditions, 'Complete');
}

/** Makes a condition of a Job; both of its times are now. */
export function newJobCondition(
  type: string,
  status: string,
  reason: string,
  message: string,
  nowMs: number,
): JobCondition {
  const now = formatTime(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/**
 * Sets a condition in its place or last; one that was never there is not added to say `False`. Returns undefined when
 * the list says so already.
 */
export function ensureJobCondition(
  conditions: readonly JobCondition[],
  condition: JobCondition,
): readonly JobCondition[] | undefined {
  const old = findCondition(conditions, condition.type);
  if (old === undefined) {
    return condition.status === 'False' ? undefined : [...conditions, condition];
  }
  const isSame =
    old.status === condition.status &&
    old.reason === condition.reason &&
    old.message === condition.message;
  if (isSame) return undefined;
  return conditions.map((each) => (each === old ? condition : each));
}
