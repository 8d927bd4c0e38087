/**
 * The status of a StatefulSet: counts of its pods by state and revision, and the end of a rollout.
 *
 * Upstream: pkg/controller/statefulset/stateful_set_control.go updateStatus; stateful_set_utils.go completeRollingUpdate,
 *   inconsistentStatus
 * Docs: /docs/reference/kubernetes-api/workload-resources/stateful-set-v1/#StatefulSetStatus
 */
import { findCondition } from '../api/conditions.ts';
import { isBeingDeleted } from '../api/object.ts';
import { isPodAvailable, isPodReady } from '../api/pod.ts';
import { tryParseTime } from '../api/time.ts';
import type { Pod, StatefulSet, StatefulSetStatus } from '../api/types.gen.ts';
import { replicasOf, revisionOf } from './statefulset-identity.ts';

/** Whether the pod is in the API; one that is only planned has no phase. */
export function isCreated(pod: Pod): boolean {
  return (pod.status?.phase ?? '') !== '';
}

/** Whether the pod runs and is ready, deleted or not. */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

/** Whether the pod runs and has been ready for long enough. */
export function isRunningAndAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return pod.status?.phase === 'Running' && isPodAvailable(pod, minReadySeconds, nowMs);
}

/** Whether the pod cannot be counted on: not available, or being deleted. */
export function isUnavailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return isBeingDeleted(pod) || !isRunningAndAvailable(pod, minReadySeconds, nowMs);
}

/** The counts of a status before they are written; every one is there. */
export interface Counts {
  replicas: number;
  readyReplicas: number;
  availableReplicas: number;
  currentReplicas: number;
  updatedReplicas: number;
}

/** Counts the pods of a set. */
export function countPods(
  pods: readonly Pod[],
  currentRevision: string,
  updateRevision: string,
  minReadySeconds: number,
  nowMs: number,
): Counts {
  const counts: Counts = {
    replicas: 0,
    readyReplicas: 0,
    availableReplicas: 0,
    currentReplicas: 0,
    updatedReplicas: 0,
  };
  for (const pod of pods) {
    if (!isCreated(pod)) continue;
    counts.replicas += 1;
    if (isRunningAndReady(pod)) {
      counts.readyReplicas += 1;
      if (isRunningAndAvailable(pod, minReadySeconds, nowMs)) counts.availableReplicas += 1;
    }
    if (isBeingDeleted(pod)) continue;
    const revision = revisionOf(pod);
    if (revision === currentRevision) counts.currentReplicas += 1;
    if (revision === updateRevision) counts.updatedReplicas += 1;
  }
  return counts;
}

/** What a sync found out, from which the status is made. */
export interface SetState extends Counts {
  currentRevision: string;
  readonly updateRevision: string;
  readonly collisionCount: number;
  readonly observedGeneration: number;
}

/** Makes the update revision the current one when every pod has it and is ready. Returns whether it did. */
export function completeRollingUpdate(set: StatefulSet, state: SetState): boolean {
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return false;
  const wanted = replicasOf(set);
  const isComplete =
    state.updatedReplicas === wanted && state.readyReplicas === wanted && state.replicas === wanted;
  if (!isComplete) return false;
  state.currentReplicas = state.updatedReplicas;
  if (state.currentRevision === state.updateRevision) return false;
  state.currentRevision = state.updateRevision;
  return true;
}

/** Whether the stored status tells something else. */
export function isStatusInconsistent(set: StatefulSet, state: SetState): boolean {
  const stored: Partial<StatefulSetStatus> = set.status ?? {};
  return (
    state.observedGeneration > (stored.observedGeneration ?? 0) ||
    state.replicas !== (stored.replicas ?? 0) ||
    state.currentReplicas !== (stored.currentReplicas ?? 0) ||
    state.readyReplicas !== (stored.readyReplicas ?? 0) ||
    state.updatedReplicas !== (stored.updatedReplicas ?? 0) ||
    state.availableReplicas !== (stored.availableReplicas ?? 0) ||
    state.currentRevision !== (stored.currentRevision ?? '') ||
    state.updateRevision !== (stored.updateRevision ?? '')
  );
}

/** Returns the status as it is stored: counters of zero are left out but `replicas` and `availableReplicas`. */
export function statusOf(state: SetState): StatefulSetStatus {
  const { readyReplicas, currentReplicas, updatedReplicas } = state;
  return {
    observedGeneration: state.observedGeneration,
    replicas: state.replicas,
    ...(readyReplicas === 0 ? {} : { readyReplicas }),
    ...(currentReplicas === 0 ? {} : { currentReplicas }),
    ...(updatedReplicas === 0 ? {} : { updatedReplicas }),
    currentRevision: state.currentRevision,
    updateRevision: state.updateRevision,
    collisionCount: state.collisionCount,
    availableReplicas: state.availableReplicas,
  };
}

/** Returns the ms until the next ready pod becomes available; undefined when none will. */
export function nextAvailabilityMs(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const ready = findCondition(pod.status?.conditions, 'Ready');
    if (ready?.status !== 'True') continue;
    const sinceMs = tryParseTime(ready.lastTransitionTime ?? '');
    if (sinceMs === undefined) continue;
    const inMs = sinceMs + minReadySeconds * 1000 - nowMs;
    if (inMs > 0 && (next === undefined || inMs < next)) next = inMs;
  }
  return next;
}
