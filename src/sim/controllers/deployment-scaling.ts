/**
 * A change of `replicas` outside a rollout step: the one ReplicaSet follows; in the middle of a rollout the change
 * is spread over all of them in proportion to their sizes.
 *
 * Upstream: pkg/controller/deployment/sync.go scale, isScalingEvent; util/deployment_util.go GetReplicaSetProportion
 * Docs: /docs/concepts/workloads/controllers/deployment/#proportional-scaling
 */
import { nameOf } from '../api/object.ts';
import type { Deployment, ReplicaSet } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import {
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  replicasAnnotation,
} from './deployment-annotations.ts';
import { allOf } from './deployment-sync.ts';
import type { DeploymentSync, ReplicaSets } from './deployment-sync.ts';
import {
  activeReplicaSets,
  bySizeNewer,
  bySizeOlder,
  findActiveOrLatest,
  isRollingUpdate,
  maxSurgeOf,
  replicasOf,
  replicasSum,
} from './deployment-util.ts';

/** Whether an active ReplicaSet was last scaled for another number of replicas than the Deployment has now. */
export function hasNewSize(d: Deployment, sets: ReplicaSets): boolean {
  return activeReplicaSets(allOf(sets)).some((rs) => {
    const desired = replicasAnnotation(rs, desiredReplicasAnnotation);
    return desired !== undefined && desired !== replicasOf(d);
  });
}

/** Whether the new ReplicaSet is all there is to want. */
export function isSaturated(d: Deployment, rs: ReplicaSet | undefined): boolean {
  if (rs === undefined) return false;
  const replicas = replicasOf(d);
  return (
    replicasAnnotation(rs, desiredReplicasAnnotation) === replicas &&
    replicasOf(rs) === replicas &&
    (rs.status?.availableReplicas ?? 0) === replicas
  );
}

/** Rounds half away from zero, as Go does. */
function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/**
 * Returns by how much a ReplicaSet grows (or shrinks, negative) when the Deployment's size changes, before the total is
 * looked at.
 */
export function getReplicaSetFraction(rs: ReplicaSet, d: Deployment): number {
  const size = replicasOf(rs);
  if (replicasOf(d) === 0) return -size;
  const max = replicasOf(d) + maxSurgeOf(d);
  const before = replicasAnnotation(rs, maxReplicasAnnotation) || (d.status?.replicas ?? 0);
  // Without the size of before, nothing can be said about proportions.
  if (before === 0) return 0;
  return roundHalfAway((size * max) / before) - size;
}

/** Returns the same, but never more than what is left of `toAdd` after `added`. */
export function getReplicaSetProportion(
  rs: ReplicaSet,
  d: Deployment,
  toAdd: number,
  added: number,
): number {
  if (replicasOf(rs) === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = getReplicaSetFraction(rs, d);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

/** A ReplicaSet and the size that it should have. */
export interface Proportion {
  readonly rs: ReplicaSet;
  readonly size: number;
}

/** Spreads a new size over the active ReplicaSets: largest first, leftovers to the largest. */
export function proportionalSizes(d: Deployment, active: readonly ReplicaSet[]): Proportion[] {
  const allowed = replicasOf(d) > 0 ? replicasOf(d) + maxSurgeOf(d) : 0;
  const toAdd = allowed - replicasSum(active);
  const order = toAdd > 0 ? bySizeNewer : bySizeOlder;
  const sorted = toAdd === 0 ? [...active] : [...active].sort(order);
  let added = 0;
  const sizes = sorted.map((rs) => {
    const proportion = getReplicaSetProportion(rs, d, toAdd, added);
    added += proportion;
    return { rs, size: replicasOf(rs) + proportion };
  });
  return sizes.map(({ rs, size }, index) => {
    const leftover = index === 0 && toAdd !== 0 ? toAdd - added : 0;
    return { rs, size: leftover === 0 ? size : Math.max(0, size + leftover) };
  });
}

/** Brings the sizes to a changed number of replicas. */
export function* scale(sync: DeploymentSync, sets: ReplicaSets): Process {
  const { d } = sync;
  const replicas = replicasOf(d);
  const only = findActiveOrLatest(sets.newRS, sets.old);
  if (only !== undefined) {
    yield* sync.scaleReplicaSetAndRecordEvent(only, replicas, { rule: 'only-active', replicas });
    return;
  }
  if (isSaturated(d, sets.newRS)) {
    for (const rs of activeReplicaSets(sets.old)) {
      yield* sync.scaleReplicaSetAndRecordEvent(rs, 0, { rule: 'new-is-saturated', replicas });
    }
    return;
  }
  if (!isRollingUpdate(d)) return;
  const active = activeReplicaSets(allOf(sets));
  const because = {
    rule: 'proportional',
    replicas,
    maxSurge: maxSurgeOf(d),
    total: replicasSum(active),
  };
  for (const { rs, size } of proportionalSizes(d, active)) {
    const maxBefore = replicasAnnotation(rs, maxReplicasAnnotation) ?? 0;
    yield* sync.scaleReplicaSet(rs, size, { ...because, name: nameOf(rs), maxBefore });
  }
}
