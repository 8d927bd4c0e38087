/**
 * How many replicas the usage of pods asks for.
 *
 * - `ceil(pods × usage ÷ target)`, and no change while the ratio is within the tolerance around 1.
 * - Pods that are not ready are left out; when there are too few pods they count as using nothing.
 * - Pods without metrics count against the change: as using all they asked for when there are too many, nothing when too few.
 * - Where these assumptions turn the direction around, nothing changes.
 *
 * Upstream: pkg/controller/podautoscaler/replica_calculator.go ReplicaCalculator
 * Docs: /docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
 */
import { isBeingDeleted, nameOf } from '../api/object.ts';
import { getPodCondition } from '../api/pod.ts';
import { tryParseTime } from '../api/time.ts';
import type { Pod } from '../api/types.gen.ts';
import { plainUtilization, podRequests, resourceUtilization } from './podautoscaler-metrics.ts';
import type { PodMetric, PodMetricsInfo, Utilization } from './podautoscaler-metrics.ts';
import { SyncError } from './worker.ts';

/** CPU of a pod that young is not looked at unless it was ready all along. Upstream: --horizontal-pod-autoscaler-cpu-initialization-period */
const cpuInitializationMs = 300_000;
/** A pod that became not ready so soon after its start has not been ready yet. Upstream: --horizontal-pod-autoscaler-initial-readiness-delay */
const initialReadinessDelayMs = 30_000;

/** What a metric is compared with. */
export interface ReplicaTarget {
  readonly resource: string;
  /** '' for the whole pod. */
  readonly container: string;
  /** Percent of the requests, or a value in thousandths. */
  readonly percent?: number | undefined;
  readonly value?: number | undefined;
}

/** By how much the ratio may differ from 1 in either direction. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

/** What came of a metric. */
export interface ReplicaProposal {
  readonly replicas: number;
  readonly utilization: Utilization;
}

/** Pods by what their metrics are worth. */
export interface PodGroups {
  readonly readyCount: number;
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

/** Sorts pods by what their metrics are worth. */
export function groupPods(
  pods: readonly Pod[],
  metrics: PodMetricsInfo,
  resource: string,
  nowMs: number,
): PodGroups {
  const unready = new Set<string>();
  const missing = new Set<string>();
  const ignored = new Set<string>();
  let readyCount = 0;
  for (const pod of pods) {
    const name = nameOf(pod);
    const metric = metrics.get(name);
    if (isBeingDeleted(pod) || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (metric === undefined) missing.add(name);
    else if (resource === 'cpu' && isStartingUp(pod, metric, nowMs)) unready.add(name);
    else readyCount += 1;
  }
  return { readyCount, unready, missing, ignored };
}

/** Whether the pod's CPU is that of its start. */
function isStartingUp(pod: Pod, metric: PodMetric, nowMs: number): boolean {
  const condition = getPodCondition(pod.status, 'Ready');
  const startMs = tryParseTime(pod.status?.startTime ?? '');
  if (condition === undefined || startMs === undefined) return true;
  const changedMs = tryParseTime(condition.lastTransitionTime ?? '') ?? 0;
  if (startMs + cpuInitializationMs > nowMs) {
    // The measurement must have begun after the pod became ready.
    return condition.status === 'False' || metric.timeMs < changedMs + metric.windowMs;
  }
  return condition.status === 'False' && startMs + initialReadinessDelayMs > changedMs;
}

/** Calculates the replicas that a resource's usage asks for. Throws SyncError where it cannot be told. */
export function proposeReplicas(
  current: number,
  pods: readonly Pod[],
  given: PodMetricsInfo,
  target: ReplicaTarget,
  tolerances: Tolerances,
  nowMs: number,
): ReplicaProposal {
  if (pods.length === 0) {
    throw new SyncError('no pods returned by selector while calculating replica count');
  }
  const { resource, container, percent, value = 1 } = target;
  const groups = groupPods(pods, given, resource, nowMs);
  const metrics = new Map(given);
  for (const name of [...groups.ignored, ...groups.unready]) metrics.delete(name);
  const requests = percent === undefined ? undefined : podRequests(pods, resource, container);
  if (metrics.size === 0) throw new SyncError('did not receive metrics for any ready pods');
  const compare = (): Utilization =>
    requests === undefined || percent === undefined
      ? plainUtilization(metrics, value)
      : resourceUtilization(metrics, requests, percent);
  const utilization = compare();
  const { ratio } = utilization;
  const keep = { replicas: current, utilization };
  const countsUnready = groups.unready.size > 0 && ratio > 1;
  if (!countsUnready && groups.missing.size === 0) {
    if (isWithin(tolerances, ratio)) return keep;
    return { replicas: Math.ceil(ratio * groups.readyCount), utilization };
  }
  const assume = (name: string, assumed: number): void => {
    metrics.set(name, { value: assumed, timeMs: nowMs, windowMs: 0 });
  };
  for (const name of groups.missing) {
    if (ratio < 1) {
      const all = requests === undefined ? value : (requests.get(name) ?? 0);
      assume(
        name,
        requests === undefined ? all : Math.trunc((all * Math.max(100, percent ?? 0)) / 100),
      );
    } else if (ratio > 1 || requests === undefined) assume(name, 0);
  }
  if (countsUnready) for (const name of groups.unready) assume(name, 0);
  const adjusted = compare().ratio;
  const isTurned = (ratio < 1 && adjusted > 1) || (ratio > 1 && adjusted < 1);
  if (isWithin(tolerances, adjusted) || isTurned) return keep;
  const replicas = Math.ceil(adjusted * metrics.size);
  const isBackwards = (adjusted < 1 && replicas > current) || (adjusted > 1 && replicas < current);
  return isBackwards ? keep : { replicas, utilization };
}

function isWithin({ up, down }: Tolerances, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}
