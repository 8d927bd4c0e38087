/**
 * How long a Job waits before it replaces a failed pod: 10 s, doubled with each failure in a row, at most 10 minutes.
 *
 * - The wait counts from the end of the last failed pod, which the API tells in whole seconds: it is up to 1 s shorter.
 * - A success forgets the failures before it. Failures that a podFailurePolicy ignores count here all the same.
 * - The counts are in memory only: a controller that starts anew has forgotten them.
 *
 * Upstream: pkg/controller/job/backoff_utils.go backoffStore, getFinishedTime
 * Docs: /docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
 */
import { getPodCondition } from '../api/pod.ts';
import { tryParseTime } from '../api/time.ts';
import type { ContainerStatus, Pod } from '../api/types.gen.ts';

/** Upstream: DefaultJobPodFailureBackOff */
const podFailureBackoffMs = 10_000;
/** Upstream: MaxJobPodFailureBackOff */
const podFailureBackoffMaxMs = 600_000;

/** Failures since the last success. */
export interface BackoffRecord {
  readonly failures: number;
  /** When the last of them ended. */
  readonly lastFailureMs: number | undefined;
}

const noFailures: BackoffRecord = { failures: 0, lastFailureMs: undefined };

/** The records of all Jobs, by key. */
export class BackoffStore {
  readonly #records = new Map<string, BackoffRecord>();

  /** Returns the record as it will be once these pods are counted; it is not kept before `set`. */
  next(key: string, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
    const old = this.#records.get(key) ?? noFailures;
    const failureTimes = failed.map(finishedMs).sort((a, b) => a - b);
    if (succeeded.length === 0) {
      if (failed.length === 0) return old;
      return { failures: old.failures + failed.length, lastFailureMs: failureTimes.at(-1) };
    }
    const lastSuccessMs = Math.max(...succeeded.map(finishedMs));
    const after = failureTimes.filter((timeMs) => timeMs > lastSuccessMs);
    return { failures: after.length, lastFailureMs: after.at(-1) };
  }

  set(key: string, record: BackoffRecord): void {
    this.#records.set(key, record);
  }

  delete(key: string): void {
    this.#records.delete(key);
  }
}

/** Returns how many milliseconds of the wait are left; 0 when a pod may come at once. */
export function remainingBackoffMs(record: BackoffRecord, nowMs: number): number {
  if (record.failures === 0) return 0;
  const doubled = podFailureBackoffMs * 2 ** (record.failures - 1);
  const backoffMs = Math.min(doubled, podFailureBackoffMaxMs);
  return Math.max(0, backoffMs - (nowMs - (record.lastFailureMs ?? 0)));
}

/**
 * Returns when a pod ended: at the end of its last container, else when it stopped being ready, else when its deletion
 * was asked for, else when it was created.
 */
export function finishedMs(pod: Pod): number {
  const { metadata } = pod;
  const deletionMs = tryParseTime(metadata.deletionTimestamp ?? '');
  const graceMs = (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return (
    finishedByContainers(pod) ??
    finishedByReadiness(pod) ??
    (deletionMs === undefined ? undefined : deletionMs - graceMs) ??
    tryParseTime(metadata.creationTimestamp ?? '') ??
    0
  );
}

function finishedByContainers({ spec, status }: Pod): number | undefined {
  const sidecars = new Set(
    (spec?.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  const sidecarStatuses = (status?.initContainerStatuses ?? []).filter(({ name }) =>
    sidecars.has(name),
  );
  const mainMs = latestFinish(undefined, status?.containerStatuses ?? []);
  return latestFinish(mainMs, sidecarStatuses);
}

/** Returns the latest end, or undefined as long as one of them runs. */
function latestFinish(
  soFarMs: number | undefined,
  statuses: readonly ContainerStatus[],
): number | undefined {
  let latestMs = soFarMs;
  for (const { state } of statuses) {
    const endMs = tryParseTime(state?.terminated?.finishedAt ?? '');
    if (endMs === undefined) return undefined;
    if (latestMs === undefined || latestMs < endMs) latestMs = endMs;
  }
  return latestMs;
}

function finishedByReadiness(pod: Pod): number | undefined {
  const ready = getPodCondition(pod.status, 'Ready');
  if (ready?.status !== 'False') return undefined;
  return tryParseTime(ready.lastTransitionTime ?? '');
}
