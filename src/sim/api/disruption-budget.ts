/**
 * What the API server and the disruption controller both know of a PodDisruptionBudget.
 *
 * Upstream: staging/src/k8s.io/component-helpers/apps/poddisruptionbudget/helpers.go
 * Docs: /docs/concepts/workloads/pods/disruptions/
 */
import { findCondition } from './conditions.ts';
import { matchesLabels, selectorFromLabelSelector } from './selector.ts';
import { formatTime } from './time.ts';
import type {
  Condition,
  Pod,
  PodDisruptionBudget,
  PodDisruptionBudgetStatus,
} from './types.gen.ts';

/** The one condition of a budget: whether a pod may be evicted now. */
export const disruptionAllowedCondition = 'DisruptionAllowed';

/** Whether the budget counts the pod. A budget without a selector counts none, one with an empty selector all. */
export function selectsPod({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || spec.selector === undefined) return false;
  return matchesLabels(selectorFromLabelSelector(spec.selector), pod.metadata.labels);
}

/** Returns the status with a condition that says what `disruptionsAllowed` says. */
export function withDisruptionCondition(
  status: PodDisruptionBudgetStatus,
  nowMs: number,
): PodDisruptionBudgetStatus {
  const isAllowed = (status.disruptionsAllowed ?? 0) > 0;
  return withBudgetCondition(status, nowMs, {
    status: isAllowed ? 'True' : 'False',
    reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  });
}

/** Returns the status with the condition; its transition time moves only with its status. */
export function withBudgetCondition(
  status: PodDisruptionBudgetStatus,
  nowMs: number,
  told: { readonly status: string; readonly reason: string; readonly message: string },
): PodDisruptionBudgetStatus {
  const conditions = status.conditions ?? [];
  const old = findCondition(conditions, disruptionAllowedCondition);
  const isMoved = old?.status !== told.status;
  const condition: Condition = {
    type: disruptionAllowedCondition,
    status: told.status,
    observedGeneration: status.observedGeneration,
    lastTransitionTime: isMoved ? formatTime(nowMs) : old.lastTransitionTime,
    reason: told.reason,
    message: told.message,
  };
  const others = conditions.map((each) => (each === old ? condition : each));
  return { ...status, conditions: old === undefined ? [...conditions, condition] : others };
}

/** Whether the condition says what the numbers say, for the generation that is stored. */
export function isConditionUpToDate({ metadata, status = {} }: PodDisruptionBudget): boolean {
  const condition = findCondition(status.conditions, disruptionAllowedCondition);
  if (condition === undefined || status.observedGeneration !== metadata.generation) return false;
  return (status.disruptionsAllowed ?? 0) > 0
    ? condition.status === 'True' && condition.reason === 'SufficientPods'
    : condition.status === 'False' && condition.reason === 'InsufficientPods';
}
