/**
 * What controllers and kubectl ask of a pod.
 *
 * Upstream: pkg/api/v1/pod/util.go; pkg/controller/controller_utils.go IsPodActive
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/
 */
import { findCondition } from './conditions.ts';
import { isBeingDeleted } from './object.ts';
import { parseTime } from './time.ts';
import type { Pod, PodCondition, PodStatus } from './types.gen.ts';

/** Returns the condition of a type from the pod's status. */
export function getPodCondition(
  status: PodStatus | undefined,
  type: string,
): PodCondition | undefined {
  return findCondition(status?.conditions, type);
}

/** Whether the pod's Ready condition is True. */
export function isPodReady(pod: Pod): boolean {
  return getPodCondition(pod.status, 'Ready')?.status === 'True';
}

/**
 * Whether the pod has been ready for at least `minReadySeconds` at that moment. A Ready condition without a transition
 * time counts only where no time is asked for.
 */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const condition = getPodCondition(pod.status, 'Ready');
  if (condition?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  if (condition.lastTransitionTime === undefined) return false;
  return parseTime(condition.lastTransitionTime) + minReadySeconds * 1_000 <= nowMs;
}

/** Whether all containers have ended for good. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Whether the pod counts for a controller: neither ended nor being deleted. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !isBeingDeleted(pod);
}

/** Whether the pod is being deleted and its containers may still run. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodTerminal(pod) && isBeingDeleted(pod);
}
