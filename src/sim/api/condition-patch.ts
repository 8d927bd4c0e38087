/**
 * The part of a strategic merge patch that sets one condition of a pod: in the place of the one of its type, or last.
 *
 * Upstream: pkg/scheduler/util/utils.go PatchPodStatus
 */
import type { Pod, PodCondition } from './types.gen.ts';

/** Returns the fields of the patch's `status`. */
export function conditionPatch(
  pod: Pod,
  condition: PodCondition,
): Readonly<Record<string, unknown>> {
  const types = new Set((pod.status?.conditions ?? []).map(({ type }) => type));
  types.add(condition.type);
  return {
    '$setElementOrder/conditions': [...types].map((type) => ({ type })),
    conditions: [condition],
  };
}
