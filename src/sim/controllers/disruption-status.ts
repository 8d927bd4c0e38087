/**
 * The arithmetic of disruption budgets: how many pods must stay healthy, and how many may be disturbed now.
 *
 * Upstream: pkg/controller/disruption/disruption.go getExpectedPodCount, countHealthyPods, buildDisruptedPodMap
 * Docs: /docs/tasks/run-application/configure-pdb/
 */
import { scaledIntOrPercent } from '../api/int-or-string.ts';
import { isBeingDeleted, nameOf } from '../api/object.ts';
import { isPodReady } from '../api/pod.ts';
import { parseTime } from '../api/time.ts';
import type { LabelSelector, Pod, PodDisruptionBudget } from '../api/types.gen.ts';

/** A pod that was allowed to be disturbed is expected to be gone after so long. Upstream: DeletionTimeout */
const deletionTimeoutMs = 120_000;

/** What a budget asks for. */
export interface Wanted {
  readonly expected: number;
  readonly desiredHealthy: number;
}

/** Whether the budget is a part of what the pods' controllers want, and not of the pods that are there. */
export function asksForScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** Calculates what a budget asks for. `scale` is what the controllers want, `podCount` how many pods there are. */
export function wantedOf({ spec }: PodDisruptionBudget, scale: number, podCount: number): Wanted {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    const unavailable = scaledIntOrPercent(maxUnavailable, scale, true);
    return { expected: scale, desiredHealthy: Math.max(0, scale - unavailable) };
  }
  if (typeof minAvailable === 'string') {
    return { expected: scale, desiredHealthy: scaledIntOrPercent(minAvailable, scale, true) };
  }
  if (minAvailable === undefined) return { expected: 0, desiredHealthy: 0 };
  return { expected: podCount, desiredHealthy: minAvailable };
}

/** Pods whose eviction was allowed and that are not gone yet. */
export interface DisruptedPods {
  readonly disrupted: Readonly<Record<string, string>>;
  /** Pods that should have gone long ago. */
  readonly overdue: readonly Pod[];
  /** Until the first of the others is overdue. */
  readonly recheckAfterMs: number | undefined;
}

/** Keeps of the disrupted pods those that are still there and not being deleted. */
export function disruptedPodsOf(
  { status }: PodDisruptionBudget,
  pods: readonly Pod[],
  nowMs: number,
): DisruptedPods {
  const disrupted: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheckAfterMs: number | undefined;
  for (const pod of pods) {
    const since = status?.disruptedPods?.[nameOf(pod)];
    if (since === undefined || isBeingDeleted(pod)) continue;
    const leftMs = parseTime(since) + deletionTimeoutMs - nowMs;
    if (leftMs < 0) {
      overdue.push(pod);
      continue;
    }
    disrupted[nameOf(pod)] = since;
    recheckAfterMs = Math.min(recheckAfterMs ?? leftMs, leftMs);
  }
  return { disrupted, overdue, recheckAfterMs };
}

/** Counts the pods that are ready and are not about to go. */
export function countHealthy(
  pods: readonly Pod[],
  disrupted: Readonly<Record<string, string>>,
  nowMs: number,
): number {
  const isGoing = (pod: Pod): boolean => {
    const since = disrupted[nameOf(pod)];
    return since !== undefined && parseTime(since) + deletionTimeoutMs > nowMs;
  };
  return pods.filter((pod) => !isBeingDeleted(pod) && !isGoing(pod) && isPodReady(pod)).length;
}

/** Writes a selector as Go prints the struct, which an Event of the controller does. */
export function goSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key] ?? ''},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return (
    `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}
