/**
 * Which pods a Job gives up when it has too many: those that have come least far, and of an index all but one.
 *
 * Times are compared exactly here, unlike in a ReplicaSet's ranking, and neither node nor deletion cost plays a part.
 *
 * Upstream: pkg/controller/job/job_controller.go activePodsForRemoval; indexed_job_utils.go appendDuplicatedIndexPodsForRemoval;
 *   pkg/controller/controller_utils.go ActivePods
 */
import { getPodCondition, isPodReady } from '../api/pod.ts';
import { tryParseTime } from '../api/time.ts';
import type { Job, Pod } from '../api/types.gen.ts';
import type { Random } from '../engine/random.ts';
import { completionIndexOf, isIndexedJob } from './job-util.ts';

/** Chooses at least `atLeast` of the active pods. Where nothing tells pods apart, chance does. */
export function activePodsForRemoval(
  job: Job,
  active: readonly Pod[],
  atLeast: number,
  random: Random,
): readonly Pod[] {
  if (!isIndexedJob(job)) {
    if (atLeast === 0) return [];
    return random.shuffle(active).sort(compareActivePods).slice(0, atLeast);
  }
  const { removed, left } = withoutDuplicates(active, job.spec.completions ?? 0);
  if (removed.length >= atLeast) return removed;
  const more = [...left].sort(compareActivePods).slice(0, atLeast - removed.length);
  return [...removed, ...more];
}

/** Keeps one pod of each index; pods without an index and those beyond the last one are removed. */
function withoutDuplicates(
  pods: readonly Pod[],
  completions: number,
): { readonly removed: readonly Pod[]; readonly left: readonly Pod[] } {
  const byIndex = new Map<number, Pod[]>();
  const removed: Pod[] = [];
  for (const pod of pods) {
    const index = completionIndexOf(pod);
    if (index === undefined || index >= completions) {
      removed.push(pod);
      continue;
    }
    const same = byIndex.get(index);
    if (same === undefined) byIndex.set(index, [pod]);
    else same.push(pod);
  }
  const left: Pod[] = [];
  for (const [, same] of [...byIndex].sort(([a], [b]) => a - b)) {
    const sorted = same.sort(compareActivePods);
    left.push(...sorted.slice(-1));
    removed.push(...sorted.slice(0, -1));
  }
  return { removed, left };
}

/** Orders active pods: negative when `a` goes first. */
export function compareActivePods(a: Pod, b: Pod): number {
  return (
    Number(isAssigned(a)) - Number(isAssigned(b)) ||
    phaseOrder(a) - phaseOrder(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    (isPodReady(a) ? laterFirst(readyMs(a), readyMs(b)) : 0) ||
    mostRestarts(b) - mostRestarts(a) ||
    laterFirst(createdMs(a), createdMs(b))
  );
}

function isAssigned({ spec }: Pod): boolean {
  return (spec?.nodeName ?? '') !== '';
}

function phaseOrder({ status }: Pod): number {
  if (status?.phase === 'Running') return 2;
  return status?.phase === 'Unknown' ? 1 : 0;
}

function readyMs(pod: Pod): number | undefined {
  return tryParseTime(getPodCondition(pod.status, 'Ready')?.lastTransitionTime ?? '');
}

function createdMs(pod: Pod): number | undefined {
  return tryParseTime(pod.metadata.creationTimestamp ?? '');
}

/** A time that is not known counts as the latest. */
function laterFirst(aMs: number | undefined, bMs: number | undefined): number {
  if (aMs === bMs) return 0;
  if (aMs === undefined) return -1;
  return bMs === undefined ? 1 : bMs - aMs;
}

function mostRestarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
