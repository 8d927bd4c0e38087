/**
 * The status of a Deployment: sums over its ReplicaSets and the three conditions with their reasons.
 *
 * - A condition of the same status and reason stays as it is, even when its message would change; a changed one
 *   goes to the end of the list.
 * - Progressing is judged against the status that was stored before: progress since then moves its time.
 *
 * Upstream: pkg/controller/deployment/sync.go calculateStatus; progress.go syncRolloutStatus; util/deployment_util.go
 * Docs: /docs/concepts/workloads/controllers/deployment/#deployment-status
 */
import { findCondition } from '../api/conditions.ts';
import { nameOf } from '../api/object.ts';
import { formatTime, tryParseTime } from '../api/time.ts';
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  ReplicaSet,
} from '../api/types.gen.ts';
import {
  actualReplicasSum,
  availableReplicasSum,
  hasProgressDeadline,
  maxUnavailableOf,
  readyReplicasSum,
  replicasOf,
  replicasSum,
  terminatingReplicasSum,
} from './deployment-util.ts';

/** Reasons of the Progressing condition. Upstream: deployment_util.go */
export const progressingReasons = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  createError: 'ReplicaSetCreateError',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** Makes a condition that begins now. */
export function newDeploymentCondition(
  type: 'Available' | 'Progressing' | 'ReplicaFailure',
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  nowMs: number,
): DeploymentCondition {
  const now = formatTime(nowMs);
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** Returns the condition of a type. */
export function getDeploymentCondition(
  status: DeploymentStatus | undefined,
  type: string,
): DeploymentCondition | undefined {
  return findCondition(status?.conditions, type);
}

/** Returns the status with a condition by the rules above. */
export function setDeploymentCondition(
  status: DeploymentStatus,
  condition: DeploymentCondition,
): DeploymentStatus {
  const current = getDeploymentCondition(status, condition.type);
  const isSameStatus = current?.status === condition.status;
  if (isSameStatus && current?.reason === condition.reason) return status;
  const next = isSameStatus
    ? { ...condition, lastTransitionTime: current?.lastTransitionTime }
    : condition;
  const others = removeDeploymentCondition(status, condition.type).conditions ?? [];
  return { ...status, conditions: [...others, next] };
}

/** Returns the status without the condition of a type. */
export function removeDeploymentCondition(
  status: DeploymentStatus,
  type: string,
): DeploymentStatus {
  const conditions = (status.conditions ?? []).filter((condition) => condition.type !== type);
  return { ...status, conditions };
}

/** Leaves out absent fields, zero counters and empty lists, as the API stores them. */
export function compactStatus(status: DeploymentStatus): DeploymentStatus {
  const kept = Object.entries(status).filter(([name, value]: [string, unknown]) => {
    if (value === undefined) return false;
    if (name === 'terminatingReplicas' || name === 'collisionCount') return true;
    return value !== 0 && !(Array.isArray(value) && value.length === 0);
  });
  return Object.fromEntries(kept);
}

/** Calculates the counters and the Available condition; the other conditions are those of the old status. */
export function calculateStatus(
  d: Deployment,
  all: readonly ReplicaSet[],
  newRS: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const available = availableReplicasSum(all);
  const status: DeploymentStatus = {
    observedGeneration: d.metadata.generation,
    replicas: actualReplicasSum(all),
    updatedReplicas: newRS === undefined ? 0 : actualReplicasSum([newRS]),
    readyReplicas: readyReplicasSum(all),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicasSum(all) - available),
    terminatingReplicas: terminatingReplicasSum(all),
    collisionCount: d.status?.collisionCount,
    conditions: d.status?.conditions ?? [],
  };
  const isAvailable = available >= replicasOf(d) - maxUnavailableOf(d);
  const does = isAvailable ? 'has' : 'does not have';
  const condition = newDeploymentCondition(
    'Available',
    isAvailable ? 'True' : 'False',
    isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    `Deployment ${does} minimum availability.`,
    nowMs,
  );
  return setDeploymentCondition(status, condition);
}

/** Whether all pods are of the new template, as many as wanted and available, and the newest spec was seen. */
export function deploymentComplete(d: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = replicasOf(d);
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)
  );
}

/** Whether the status is further than the stored one: more new pods, fewer old ones, more ready or available ones. */
export function deploymentProgressing(d: Deployment, status: DeploymentStatus): boolean {
  const count = (of: DeploymentStatus | undefined, field: CounterField): number => of?.[field] ?? 0;
  const oldPods = (of: DeploymentStatus | undefined): number =>
    count(of, 'replicas') - count(of, 'updatedReplicas');
  const grew = (field: CounterField): boolean => count(status, field) > count(d.status, field);
  return (
    grew('updatedReplicas') ||
    oldPods(status) < oldPods(d.status) ||
    grew('readyReplicas') ||
    grew('availableReplicas')
  );
}

type CounterField = 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas';

/** Returns the ms until the progress deadline of a status, negative after it; undefined without condition. */
export function progressDeadlineInMs(
  d: Deployment,
  status: DeploymentStatus | undefined,
  nowMs: number,
): number | undefined {
  const condition = getDeploymentCondition(status, 'Progressing');
  const sinceMs = tryParseTime(condition?.lastUpdateTime ?? '');
  if (sinceMs === undefined) return undefined;
  return sinceMs + (d.spec.progressDeadlineSeconds ?? 0) * 1000 - nowMs;
}

/** Whether the rollout has made no progress for longer than its deadline, or was found so before. */
export function deploymentTimedOut(
  d: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): boolean {
  const condition = getDeploymentCondition(status, 'Progressing');
  if (!hasProgressDeadline(d) || condition === undefined) return false;
  if (condition.reason === progressingReasons.available) return false;
  if (condition.reason === progressingReasons.timedOut) return true;
  const remainingMs = progressDeadlineInMs(d, status, nowMs);
  return remainingMs !== undefined && remainingMs < 0;
}

/** Calculates the whole status of a sync that rolls out: counters and all conditions. */
export function rolloutStatus(
  d: Deployment,
  all: readonly ReplicaSet[],
  newRS: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  let status = calculateStatus(d, all, newRS, nowMs);
  if (!hasProgressDeadline(d)) status = removeDeploymentCondition(status, 'Progressing');
  status = withProgress(d, status, newRS, nowMs);
  const failure = replicaFailureOf(all, newRS);
  return failure === undefined
    ? removeDeploymentCondition(status, 'ReplicaFailure')
    : setDeploymentCondition(status, failure);
}

function withProgress(
  d: Deployment,
  status: DeploymentStatus,
  newRS: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const current = getDeploymentCondition(d.status, 'Progressing');
  // A rollout that has ended is not judged any more: later changes are not its progress.
  const isComplete =
    status.replicas === status.updatedReplicas && current?.reason === progressingReasons.available;
  if (!hasProgressDeadline(d) || isComplete) return status;
  const subject =
    newRS === undefined ? `Deployment "${nameOf(d)}"` : `ReplicaSet "${nameOf(newRS)}"`;
  const condition = (
    value: 'True' | 'False',
    reason: string,
    message: string,
  ): DeploymentCondition =>
    newDeploymentCondition('Progressing', value, reason, `${subject} ${message}`, nowMs);
  if (deploymentComplete(d, status)) {
    const done = condition('True', progressingReasons.available, 'has successfully progressed.');
    return setDeploymentCondition(status, done);
  }
  if (deploymentProgressing(d, status)) {
    // The same reason again, and yet the time moves: that is what the deadline counts from.
    const progress = condition('True', progressingReasons.updated, 'is progressing.');
    const lastTransitionTime =
      current?.status === 'True' ? current.lastTransitionTime : progress.lastTransitionTime;
    const without =
      current === undefined ? status : removeDeploymentCondition(status, 'Progressing');
    return setDeploymentCondition(without, { ...progress, lastTransitionTime });
  }
  if (deploymentTimedOut(d, status, nowMs)) {
    const late = condition('False', progressingReasons.timedOut, 'has timed out progressing.');
    return setDeploymentCondition(status, late);
  }
  return status;
}

/** Returns the failure of the new ReplicaSet, else of any. */
function replicaFailureOf(
  all: readonly ReplicaSet[],
  newRS: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  for (const rs of newRS === undefined ? all : [newRS, ...all]) {
    const failure = findCondition(rs.status?.conditions, 'ReplicaFailure');
    if (failure === undefined) continue;
    return {
      type: failure.type,
      status: failure.status,
      lastUpdateTime: failure.lastTransitionTime,
      lastTransitionTime: failure.lastTransitionTime,
      reason: failure.reason,
      message: failure.message,
    };
  }
  return undefined;
}
