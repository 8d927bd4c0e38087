/**
 * The status of a ReplicaSet (or ReplicationController): what its counts say, and when it is worth a write.
 *
 * Upstream: pkg/controller/replicaset/replica_set_utils.go calculateStatus, updateReplicaSetStatus
 * Docs: /docs/concepts/workloads/controllers/replicaset/
 */
import { findCondition, withoutCondition } from '../api/conditions.ts';
import { deepEqual } from '../api/deep-equal.ts';
import { formatTime } from '../api/time.ts';
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../api/types.gen.ts';
import { availableCount } from './pod-tally.ts';
import type { PodCounts } from './pod-tally.ts';
import type { RetryableError } from './worker.ts';

/** What a new status is calculated from. */
export interface StatusInput {
  readonly rs: ReplicaSet;
  readonly counts: PodCounts;
  /** Why creating or deleting pods failed in this sync, if it did. */
  readonly manageError: RetryableError | undefined;
  /** Whether the kind reports `terminatingReplicas`: a ReplicationController does not. */
  readonly reportsTerminating: boolean;
  readonly nowMs: number;
}

/** Calculates the status, with the observedGeneration that the old one had. */
export function calculateStatus(input: StatusInput): ReplicaSetStatus {
  const { rs, counts, reportsTerminating, nowMs } = input;
  const minReadySeconds = rs.spec.minReadySeconds ?? 0;
  const conditions = conditionsOf(input);
  return compact({
    replicas: counts.active,
    fullyLabeledReplicas: counts.fullyLabeled || undefined,
    readyReplicas: counts.ready || undefined,
    availableReplicas: availableCount(counts, minReadySeconds, nowMs) || undefined,
    terminatingReplicas: reportsTerminating ? counts.terminating : undefined,
    observedGeneration: rs.status?.observedGeneration,
    conditions: conditions.length === 0 ? undefined : conditions,
  });
}

/** Returns the status to write, or undefined when the stored one says the same. */
export function statusToWrite(
  rs: ReplicaSet,
  status: ReplicaSetStatus,
): ReplicaSetStatus | undefined {
  const generation = rs.metadata.generation;
  const isSame =
    generation === rs.status?.observedGeneration && deepEqual(compact(rs.status ?? {}), status);
  return isSame ? undefined : compact({ ...status, observedGeneration: generation });
}

function conditionsOf({
  rs,
  counts,
  manageError,
  nowMs,
}: StatusInput): readonly ReplicaSetCondition[] {
  const conditions = rs.status?.conditions ?? [];
  const old = findCondition(conditions, 'ReplicaFailure');
  if (manageError === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  // The message is that of the first failure for as long as the failure lasts.
  if (old !== undefined) return conditions;
  const difference = counts.active - (rs.spec.replicas ?? 0);
  const reason = difference < 0 ? 'FailedCreate' : difference > 0 ? 'FailedDelete' : '';
  const condition: ReplicaSetCondition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: formatTime(nowMs),
    reason,
    message: manageError.message,
  };
  return [...conditions, condition];
}

/** Leaves out absent fields, zero counters and empty lists, as the API stores them. */
function compact(status: Partial<ReplicaSetStatus>): ReplicaSetStatus {
  const kept: [string, unknown][] = Object.entries(status).filter(([name, value]) => {
    if (value === undefined) return false;
    if (name === 'replicas' || name === 'terminatingReplicas') return true;
    return value !== 0 && !(Array.isArray(value) && value.length === 0);
  });
  return { replicas: 0, ...Object.fromEntries(kept) };
}
