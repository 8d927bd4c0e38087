/**
 * Which pods of a DaemonSet a rolling update replaces now.
 *
 * - Without surge an old pod is deleted first and its node is without a pod until the new one is available; at most
 *   `maxUnavailable` nodes at a time. Old pods that are not available are replaced outside of that budget.
 * - With surge the new pod comes first, on at most `maxSurge` nodes, and the old one goes when the new one is available.
 * - Both numbers are rounded up; when both come to 0, one pod may be unavailable.
 *
 * Upstream: pkg/controller/daemon/update.go rollingUpdate; pkg/controller/daemon/util/daemonset_util.go
 * Docs: /docs/tasks/manage-daemon/update-daemon-set/
 */
import { isBeingDeleted } from '../api/object.ts';
import { scaledIntOrPercent } from '../api/int-or-string.ts';
import { isPodAvailable } from '../api/pod.ts';
import type { DaemonSet, Node, Pod } from '../api/types.gen.ts';
import { isPodUpdated, nodeShouldRunDaemonPod } from './daemonset-nodes.ts';

/** Returns `maxUnavailable` of so many nodes; 0 when the strategy is another one. */
export function unavailableCount(set: DaemonSet, desired: number): number {
  const rolling = rollingOf(set);
  return rolling === undefined ? 0 : scaledIntOrPercent(rolling.maxUnavailable ?? 0, desired, true);
}

/** Returns `maxSurge` of so many nodes; 0 when the strategy is another one. */
export function surgeCount(set: DaemonSet, desired: number): number {
  const rolling = rollingOf(set);
  return rolling === undefined ? 0 : scaledIntOrPercent(rolling.maxSurge ?? 0, desired, true);
}

function rollingOf({ spec }: DaemonSet) {
  return spec.updateStrategy?.type === 'RollingUpdate'
    ? spec.updateStrategy.rollingUpdate
    : undefined;
}

/** The limits of a rollout in nodes. */
export interface UpdateLimits {
  readonly desired: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Works out the limits from the nodes that should have a pod. */
export function updateLimits(set: DaemonSet, nodes: readonly Node[]): UpdateLimits {
  const desired = nodes.filter((node) => nodeShouldRunDaemonPod(node, set).shouldRun).length;
  const maxSurge = surgeCount(set, desired);
  const maxUnavailable = unavailableCount(set, desired);
  const isStuck = desired > 0 && maxUnavailable === 0 && maxSurge === 0;
  return { desired, maxSurge, maxUnavailable: isStuck ? 1 : maxUnavailable };
}

/** What a rollout does now, and the counts that led to it. */
export interface UpdatePlan {
  readonly toDelete: readonly Pod[];
  readonly nodesNeedingPods: readonly string[];
  readonly facts: Readonly<Record<string, number>>;
}

/** What a plan is made from. */
export interface UpdateInput {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly limits: UpdateLimits;
  /** Pods by node; where the budget does not reach for all nodes, this order decides. */
  readonly byNode: readonly (readonly [node: string, pods: readonly Pod[]])[];
  readonly nodeOf: (name: string) => Node | undefined;
  readonly nowMs: number;
}

/** Plans the next step of a rollout. */
export function planRollingUpdate(input: UpdateInput): UpdatePlan {
  return input.limits.maxSurge === 0 ? planWithoutSurge(input) : planWithSurge(input);
}

type Pair = { readonly newPod: Pod | undefined; readonly oldPod: Pod | undefined };

/** Returns a node's one pod of each sort; undefined when it has several of one. */
function findUpdatedPods({ set, hash }: UpdateInput, pods: readonly Pod[]): Pair | undefined {
  const live = pods.filter((pod) => !isBeingDeleted(pod));
  const newPods = live.filter((pod) => isPodUpdated(pod, set, hash));
  const oldPods = live.filter((pod) => !isPodUpdated(pod, set, hash));
  if (newPods.length > 1 || oldPods.length > 1) return undefined;
  return { newPod: newPods[0], oldPod: oldPods[0] };
}

function planWithoutSurge(input: UpdateInput): UpdatePlan {
  const { maxUnavailable } = input.limits;
  const isAvailable = availability(input);
  let unavailable = 0;
  const replacements: Pod[] = [];
  const candidates: Pod[] = [];
  for (const [, pods] of input.byNode) {
    const { newPod, oldPod } = findUpdatedPods(input, pods) ?? {};
    if ((oldPod === undefined) === (newPod === undefined)) {
      // Several pods or none: the main loop sees to it, meanwhile the node counts as one without.
      unavailable += 1;
    } else if (newPod !== undefined) {
      if (!isAvailable(newPod)) unavailable += 1;
    } else if (oldPod !== undefined) {
      if (!isAvailable(oldPod)) {
        replacements.push(oldPod);
        unavailable += 1;
      } else if (unavailable < maxUnavailable) candidates.push(oldPod);
    }
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return {
    toDelete: [...replacements, ...candidates.slice(0, room)],
    nodesNeedingPods: [],
    facts: { maxUnavailable, unavailable, replacements: replacements.length },
  };
}

function planWithSurge(input: UpdateInput): UpdatePlan {
  const { set, limits, nodeOf } = input;
  const isAvailable = availability(input);
  const toDelete: Pod[] = [];
  const misplaced: Pod[] = [];
  const replacements: string[] = [];
  const candidates: string[] = [];
  let surge = 0;
  let available = 0;
  for (const [name, pods] of input.byNode) {
    const pair = findUpdatedPods(input, pods);
    if (pair === undefined) {
      surge += 1;
      continue;
    }
    const { newPod, oldPod } = pair;
    const hasAvailable = [newPod, oldPod].some((pod) => pod !== undefined && isAvailable(pod));
    if (hasAvailable) available += 1;
    if (oldPod === undefined) continue;
    if (newPod !== undefined) {
      if (isAvailable(newPod)) toDelete.push(oldPod);
      else surge += 1;
      continue;
    }
    const node = nodeOf(name);
    const isWanted = node !== undefined && nodeShouldRunDaemonPod(node, set).shouldRun;
    if (!isAvailable(oldPod)) {
      if (isWanted) replacements.push(name);
      else toDelete.push(oldPod);
    } else if (!isWanted) misplaced.push(oldPod);
    else if (surge < limits.maxSurge) candidates.push(name);
  }
  // A pod that its node should not have any more goes only when enough others are available.
  const deletable = Math.max(0, available - limits.desired);
  const room = Math.max(0, limits.maxSurge - surge);
  return {
    toDelete: [...toDelete, ...misplaced.slice(0, deletable)],
    nodesNeedingPods: [...replacements, ...candidates.slice(0, room)],
    facts: { maxSurge: limits.maxSurge, surge, replacements: replacements.length },
  };
}

function availability({ set, nowMs }: UpdateInput): (pod: Pod) => boolean {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  return (pod) => isPodAvailable(pod, minReadySeconds, nowMs);
}
