/**
 * Failures counted for each index by itself: the count travels from a failed pod to the one that replaces it.
 *
 * The finalizer of an index's last failed pod stays until the replacement exists, so that the count is never lost.
 *
 * Upstream: pkg/controller/job/indexed_job_utils.go calculateFailedIndexes, getPodsWithDelayedDeletionPerIndex,
 *   addIndexFailureCountAnnotation; backoff_utils.go getRemainingTimePerIndex
 * Docs: /docs/concepts/workloads/controllers/job/#backoff-limit-per-index
 */
import type { Job, Pod } from '../api/types.gen.ts';
import { finishedMs, remainingBackoffMs } from './job-backoff.ts';
import { hasIndex, parseIndexes, withIndexes } from './job-indexes.ts';
import type { OrderedIntervals } from './job-indexes.ts';
import { matchPodFailurePolicy } from './job-pod-failure-policy.ts';
import { completionIndexOf, hasTrackingFinalizer, isPodFailed, validIndexOf } from './job-util.ts';

const failureCountAnnotation = 'batch.kubernetes.io/job-index-failure-count';
const ignoredFailureCountAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

function countIn(pod: Pod, annotation: string): number {
  const text = pod.metadata.annotations?.[annotation] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** Failures of the index before this pod, ignored ones too. */
function absoluteFailureCount(pod: Pod): number {
  return countIn(pod, failureCountAnnotation) + countIn(pod, ignoredFailureCountAnnotation);
}

/** Returns the indexes that have failed: those of the status and those of failed pods which are not counted yet. */
export function calculateFailedIndexes(job: Job, pods: readonly Pod[]): OrderedIntervals {
  const before = parseIndexes(job.status?.failedIndexes ?? '', job.spec.completions ?? 0);
  const failed = new Set<number>();
  for (const pod of pods) {
    const index = validIndexOf(pod, job);
    if (index === undefined || !hasTrackingFinalizer(pod)) continue;
    if (isIndexFailed(job, pod)) failed.add(index);
  }
  return withIndexes(before, failed);
}

function isIndexFailed(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { action, isCounted } = matchPodFailurePolicy(job.spec.podFailurePolicy, pod);
  if (action === 'FailIndex') return true;
  return isCounted && countIn(pod, failureCountAnnotation) >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** What decides about the last failed pod of each index. */
export interface IndexedPods {
  readonly job: Job;
  /** Pods that still wait to be counted. */
  readonly uncounted: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeededIndexes: OrderedIntervals;
  readonly failedIndexes: OrderedIntervals;
}

/** Returns, by index, the failed pod whose finalizer has to stay until its replacement exists. */
export function podsWithDelayedDeletion(state: IndexedPods): ReadonlyMap<number, Pod> {
  const activeIndexes = new Set(state.active.map(completionIndexOf));
  const delayed = new Map<number, Pod>();
  for (const pod of state.uncounted) {
    const index = validIndexOf(pod, state.job);
    if (index === undefined || !isPodFailed(pod, state.job) || activeIndexes.has(index)) continue;
    if (hasIndex(state.succeededIndexes, index) || hasIndex(state.failedIndexes, index)) continue;
    const other = delayed.get(index);
    const isLater =
      other === undefined ||
      (absoluteFailureCount(other) <= absoluteFailureCount(pod) &&
        finishedMs(pod) >= finishedMs(other));
    if (isLater) delayed.set(index, pod);
  }
  return delayed;
}

/** Returns the annotations with which the replacement of a failed pod carries the count on. */
export function failureCountAnnotations(
  job: Job,
  replaced: Pod | undefined,
): Readonly<Record<string, string>> {
  if (replaced === undefined) return { [failureCountAnnotation]: '0' };
  const { isCounted } = matchPodFailurePolicy(job.spec.podFailurePolicy, replaced);
  const counted = countIn(replaced, failureCountAnnotation) + (isCounted ? 1 : 0);
  const ignored = countIn(replaced, ignoredFailureCountAnnotation) + (isCounted ? 0 : 1);
  return {
    [failureCountAnnotation]: String(counted),
    ...(ignored > 0 ? { [ignoredFailureCountAnnotation]: String(ignored) } : {}),
  };
}

/** Which of the wanted indexes may have a pod now, and, where none may, how long the first has to wait. */
export function indexesReadyForPods(
  indexes: readonly number[],
  delayed: ReadonlyMap<number, Pod>,
  nowMs: number,
): { readonly now: readonly number[]; readonly waitMs: number } {
  const now: number[] = [];
  let waitMs: number | undefined;
  for (const index of indexes) {
    const last = delayed.get(index);
    const leftMs = last === undefined ? 0 : remainingAfter(last, nowMs);
    if (leftMs === 0) now.push(index);
    else waitMs = Math.min(waitMs ?? leftMs, leftMs);
  }
  return { now, waitMs: now.length > 0 ? 0 : (waitMs ?? 0) };
}

function remainingAfter(lastFailed: Pod, nowMs: number): number {
  const failures = absoluteFailureCount(lastFailed) + 1;
  return remainingBackoffMs({ failures, lastFailureMs: finishedMs(lastFailed) }, nowMs);
}
