/**
 * The rolling update, one step per sync: first the new ReplicaSet grows as far as the surge allows, else old ones shrink as
 * far as enough pods stay available. Broken old pods go first.
 *
 * Upstream: pkg/controller/deployment/rolling.go
 * Docs: /docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
import type { Deployment, ReplicaSet } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { nameOf, namespaceOf } from '../api/object.ts';
import { allOf } from './deployment-sync.ts';
import type { Because, DeploymentSync } from './deployment-sync.ts';
import { deploymentComplete } from './deployment-status.ts';
import {
  activeReplicaSets,
  availableReplicasSum,
  byCreation,
  maxSurgeOf,
  maxUnavailableOf,
  newRSNewReplicas,
  replicasOf,
  replicasSum,
} from './deployment-util.ts';
import { SyncError, retryable } from './worker.ts';

/** A ReplicaSet, the size that it should shrink to, and the numbers from which that follows. */
export interface Shrink {
  readonly rs: ReplicaSet;
  readonly to: number;
  readonly because: Because;
}

/** Takes the next step of a rolling update. */
export function* rolloutRolling(sync: DeploymentSync): Process {
  const sets = yield* sync.getAllReplicaSetsAndSyncRevision(true);
  const { newRS, old } = sets;
  if (newRS === undefined) return;
  const isDone =
    (yield* reconcileNewReplicaSet(sync, allOf(sets), newRS)) ||
    (yield* reconcileOldReplicaSets(sync, allOf(sets), activeReplicaSets(old), newRS));
  if (!isDone && deploymentComplete(sync.d, sync.d.status)) yield* sync.cleanupDeployment(old);
  yield* sync.syncRolloutStatus(sets);
}

function* reconcileNewReplicaSet(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newRS: ReplicaSet,
): Process<boolean> {
  const replicas = replicasOf(sync.d);
  const isTooLarge = replicasOf(newRS) > replicas;
  const { size, because } = isTooLarge
    ? { size: replicas, because: { rule: 'new-too-large', replicas } }
    : newRSNewReplicas(sync.d, all, newRS);
  const reason = { rule: 'surge', ...because };
  return (yield* sync.scaleReplicaSetAndRecordEvent(newRS, size, reason)) !== undefined;
}

function* reconcileOldReplicaSets(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  old: readonly ReplicaSet[],
  newRS: ReplicaSet,
): Process<boolean> {
  const budget = scaleDownBudget(sync.d, all, old, newRS);
  if (budget.maxScaledDown <= 0) return false;
  try {
    let isScaled = false;
    const current = new Map(old.map((rs) => [rs, rs]));
    for (const { rs, to, because } of cleanupUnhealthyReplicas(old, budget)) {
      const updated = yield* sync.scaleReplicaSetAndRecordEvent(rs, to, because);
      current.set(rs, updated ?? rs);
      isScaled = true;
    }
    for (const { rs, to, because } of scaleDownOldReplicaSets(
      sync.d,
      [...current.values()],
      newRS,
    )) {
      yield* sync.scaleReplicaSetAndRecordEvent(rs, to, because);
      isScaled = true;
    }
    return isScaled;
  } catch (error) {
    // A step that failed counts as no step: the status is written, and a later sync tries again.
    retryable(error);
    return false;
  }
}

/** How many old pods may go, and the numbers from which that follows. */
export interface ScaleDownBudget {
  readonly maxScaledDown: number;
  readonly because: Because;
}

/**
 * Returns how many pods of old ReplicaSets may go in this step: what is above the minimum, less the new pods that are not
 * available yet. Zero or less when none may.
 */
export function scaleDownBudget(
  d: Deployment,
  all: readonly ReplicaSet[],
  old: readonly ReplicaSet[],
  newRS: ReplicaSet,
): ScaleDownBudget {
  const replicas = replicasOf(d);
  const maxUnavailable = maxUnavailableOf(d);
  const minAvailable = replicas - maxUnavailable;
  const total = replicasSum(all);
  const newUnavailable = replicasOf(newRS) - (newRS.status?.availableReplicas ?? 0);
  const oldTotal = replicasSum(old);
  const maxScaledDown = oldTotal === 0 ? 0 : total - minAvailable - newUnavailable;
  const because = { replicas, maxUnavailable, minAvailable, total, newUnavailable, maxScaledDown };
  return { maxScaledDown, because };
}

/**
 * Chooses the old pods that are not available: oldest ReplicaSet first, up to the budget. Throws a SyncError at a
 * ReplicaSet that has more available pods than it wants: it has not yet acted on its last scaling.
 */
export function* cleanupUnhealthyReplicas(
  old: readonly ReplicaSet[],
  { maxScaledDown, because }: ScaleDownBudget,
): Generator<Shrink> {
  let done = 0;
  for (const rs of [...old].sort(byCreation)) {
    if (done >= maxScaledDown) break;
    const size = replicasOf(rs);
    const available = rs.status?.availableReplicas ?? 0;
    if (size === 0 || size === available) continue;
    const count = Math.min(maxScaledDown - done, size - available);
    if (count < 0) {
      const what = `${namespaceOf(rs)}/${nameOf(rs)} ${size} -> ${size - count}`;
      throw new SyncError(
        `when cleaning up unhealthy replicas, got invalid request to scale down ${what}`,
      );
    }
    yield { rs, to: size - count, because: { rule: 'unhealthy', ...because, available } };
    done += count;
  }
}

/** Chooses old pods to go while enough stay available: oldest ReplicaSet first. */
export function scaleDownOldReplicaSets(
  d: Deployment,
  old: readonly ReplicaSet[],
  newRS: ReplicaSet,
): Shrink[] {
  const replicas = replicasOf(d);
  const maxUnavailable = maxUnavailableOf(d);
  const minAvailable = replicas - maxUnavailable;
  const available = availableReplicasSum([...old, newRS]);
  const allowed = available - minAvailable;
  const because = {
    rule: 'enough-available',
    replicas,
    maxSurge: maxSurgeOf(d),
    maxUnavailable,
    minAvailable,
    available,
    allowed,
  };
  const shrinks: Shrink[] = [];
  let done = 0;
  for (const rs of [...old].sort(byCreation)) {
    if (done >= allowed) break;
    const size = replicasOf(rs);
    if (size === 0) continue;
    const count = Math.min(size, allowed - done);
    shrinks.push({ rs, to: size - count, because });
    done += count;
  }
  return shrinks;
}
