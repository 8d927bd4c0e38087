/**
 * Recreate: all old pods go, and only when the last of their containers has ended does the new ReplicaSet appear.
 *
 * Upstream: pkg/controller/deployment/recreate.go
 * Docs: /docs/concepts/workloads/controllers/deployment/#recreate-deployment
 */
import { uidOf } from '../api/object.ts';
import { isPodTerminal } from '../api/pod.ts';
import type { Pod, ReplicaSet } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import type { DeploymentSync, ReplicaSets } from './deployment-sync.ts';
import { deploymentComplete } from './deployment-status.ts';
import { activeReplicaSets, actualReplicasSum, replicasOf } from './deployment-util.ts';

/** Takes the next step of a recreation. `podsOf` lists the pods of one ReplicaSet, those being deleted too. */
export function* rolloutRecreate(
  sync: DeploymentSync,
  podsOf: (rs: ReplicaSet) => readonly Pod[],
): Process {
  let sets = yield* sync.getAllReplicaSetsAndSyncRevision(false);
  let isScaledDown = false;
  for (const rs of activeReplicaSets(sets.old)) {
    const because = { rule: 'recreate-old', replicas: replicasOf(sync.d) };
    yield* sync.scaleReplicaSetAndRecordEvent(rs, 0, because);
    isScaledDown = true;
  }
  if (isScaledDown || oldPodsRunning(sets, podsOf)) {
    yield* sync.syncRolloutStatus(sets);
    return;
  }
  if (sets.newRS === undefined) sets = yield* sync.getAllReplicaSetsAndSyncRevision(true);
  if (sets.newRS !== undefined) {
    const replicas = replicasOf(sync.d);
    const because = { rule: 'recreate-new', replicas };
    yield* sync.scaleReplicaSetAndRecordEvent(sets.newRS, replicas, because);
  }
  if (deploymentComplete(sync.d, sync.d.status)) yield* sync.cleanupDeployment(sets.old);
  yield* sync.syncRolloutStatus(sets);
}

/** Whether any container of an old pod may still run. */
export function oldPodsRunning(
  { newRS, old }: ReplicaSets,
  podsOf: (rs: ReplicaSet) => readonly Pod[],
): boolean {
  if (actualReplicasSum(old) > 0) return true;
  return old.some(
    (rs) =>
      (newRS === undefined || uidOf(newRS) !== uidOf(rs)) &&
      podsOf(rs).some((pod) => !isPodTerminal(pod)),
  );
}
