/**
 * Which pods a ReplicaSet deletes when it has too many.
 *
 * The first difference decides: unassigned before assigned, Pending before Running, not ready before ready, lower
 * deletion cost, fuller node, ready for a shorter time, more restarts, younger. Times are compared in buckets that
 * double (a second is not told from a second and a half), and within a bucket the UID decides, which is as good
 * as chance.
 *
 * Upstream: pkg/controller/controller_utils.go ActivePodsWithRanks; pkg/controller/replicaset/replica_set.go getPodsToDelete
 * Docs: /docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
import { findCondition } from '../api/conditions.ts';
import { annotationsOf, uidOf } from '../api/object.ts';
import { isPodActive, isPodReady } from '../api/pod.ts';
import { tryParseTime } from '../api/time.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Random } from '../engine/random.ts';

/** Annotation by which a user says which pods to keep. Upstream: PodDeletionCost */
export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

const int32Max = 2_147_483_647;

/** Returns a pod's deletion cost: 0 when it has none or an invalid one. */
export function deletionCostOf(pod: Pod): number {
  const text = annotationsOf(pod)[deletionCostAnnotation];
  if (text === undefined || !/^(0|-?[1-9][0-9]*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost > int32Max || cost < -int32Max - 1 ? 0 : cost;
}

/** Orders two pods of which one may be deleted: negative when `a` goes first, 0 when nothing tells them apart. */
export function comparePodsToDelete(a: RankedPod, b: RankedPod, nowMs: number): number {
  return (
    byAssignment(a.pod, b.pod) ||
    phaseOrder(a.pod) - phaseOrder(b.pod) ||
    Number(isPodReady(a.pod)) - Number(isPodReady(b.pod)) ||
    deletionCostOf(a.pod) - deletionCostOf(b.pod) ||
    b.rank - a.rank ||
    byTime(readyMs(a.pod), readyMs(b.pod), a.pod, b.pod, nowMs) ||
    restartsOf(b.pod).containers - restartsOf(a.pod).containers ||
    restartsOf(b.pod).sidecars - restartsOf(a.pod).sidecars ||
    byTime(createdMs(a.pod), createdMs(b.pod), a.pod, b.pod, nowMs)
  );
}

/** A pod and how many related active pods its node has. */
export interface RankedPod {
  readonly pod: Pod;
  readonly rank: number;
}

/**
 * Chooses `count` of the active pods for deletion. `related` are the pods of all ReplicaSets of the same owner, by
 * which nodes are told to be full. Where nothing tells pods apart, chance does, as the order of a list does upstream.
 */
export function getPodsToDelete(
  active: readonly Pod[],
  related: readonly Pod[],
  count: number,
  nowMs: number,
  random: Random,
): Pod[] {
  // All of them go: no order is needed.
  if (count >= active.length) return [...active];
  const podsOnNode = new Map<string, number>();
  for (const pod of related) {
    if (!isPodActive(pod)) continue;
    const node = pod.spec?.nodeName ?? '';
    podsOnNode.set(node, (podsOnNode.get(node) ?? 0) + 1);
  }
  const ranked = random
    .shuffle(active)
    .map((pod) => ({ pod, rank: podsOnNode.get(pod.spec?.nodeName ?? '') ?? 0 }));
  ranked.sort((a, b) => comparePodsToDelete(a, b, nowMs));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

function byAssignment(a: Pod, b: Pod): number {
  const isAssigned = (pod: Pod): number => ((pod.spec?.nodeName ?? '') === '' ? 0 : 1);
  return isAssigned(a) - isAssigned(b);
}

function phaseOrder(pod: Pod): number {
  const phase = pod.status?.phase;
  if (phase === 'Unknown') return 1;
  return phase === 'Running' ? 2 : 0;
}

/** Returns the moment since which a ready pod is; undefined for one that is not ready or does not say. */
function readyMs(pod: Pod): number | undefined {
  if (!isPodReady(pod)) return undefined;
  const condition = findCondition(pod.status?.conditions, 'Ready');
  return tryParseTime(condition?.lastTransitionTime ?? '');
}

function createdMs(pod: Pod): number | undefined {
  return tryParseTime(pod.metadata.creationTimestamp ?? '');
}

/** Younger first, in buckets that double; a pod without the time counts as the youngest. */
function byTime(
  aMs: number | undefined,
  bMs: number | undefined,
  a: Pod,
  b: Pod,
  nowMs: number,
): number {
  if (aMs === bMs) return 0;
  if (aMs === undefined) return -1;
  if (bMs === undefined) return 1;
  const difference = ageBucket(nowMs - aMs) - ageBucket(nowMs - bMs);
  if (difference !== 0) return difference;
  return uidOf(a) < uidOf(b) ? -1 : 1;
}

/** Returns the power of two of an age in nanoseconds; -1 for no age at all. */
export function ageBucket(ageMs: number): number {
  return ageMs <= 0 ? -1 : Math.trunc(Math.log2(ageMs * 1_000_000));
}

function restartsOf(pod: Pod): { containers: number; sidecars: number } {
  const sidecarNames = new Set(
    (pod.spec?.initContainers ?? [])
      .filter((container) => container.restartPolicy === 'Always')
      .map((container) => container.name),
  );
  const most = (counts: readonly number[]): number => counts.reduce((a, b) => Math.max(a, b), 0);
  return {
    containers: most((pod.status?.containerStatuses ?? []).map((status) => status.restartCount)),
    sidecars: most(
      (pod.status?.initContainerStatuses ?? [])
        .filter((status) => sidecarNames.has(status.name))
        .map((status) => status.restartCount),
    ),
  };
}
