/**
 * The status of a DaemonSet: nodes, counted by what their oldest pod is.
 *
 * Upstream: pkg/controller/daemon/daemon_controller.go updateDaemonSetStatus, storeDaemonSetStatus
 * Docs: /docs/reference/kubernetes-api/workload-resources/daemon-set-v1/#DaemonSetStatus
 */
import { isPodAvailable, isPodReady } from '../api/pod.ts';
import type { DaemonSet, DaemonSetStatus, Node, Pod } from '../api/types.gen.ts';
import { nameOf } from '../api/object.ts';
import { isPodUpdated, nodeShouldRunDaemonPod } from './daemonset-nodes.ts';
import { compareDaemonPods } from './daemonset-pods.ts';
import type { PodsByNode } from './daemonset-pods.ts';

/** Readiness of pods as they are in the cache: thousands of them are asked about at each sync, few have changed. */
const readiness = new WeakMap<Pod, boolean>();

function isReady(pod: Pod): boolean {
  let known = readiness.get(pod);
  if (known === undefined) {
    known = isPodReady(pod);
    readiness.set(pod, known);
  }
  return known;
}

/** Counts the nodes of a DaemonSet. */
export function countNodes(
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: PodsByNode,
  hash: string,
  nowMs: number,
): Required<Omit<DaemonSetStatus, 'collisionCount' | 'conditions' | 'observedGeneration'>> {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  let desired = 0;
  let current = 0;
  let misscheduled = 0;
  let ready = 0;
  let updated = 0;
  let available = 0;
  for (const node of nodes) {
    const pods = byNode.get(nameOf(node)) ?? [];
    if (!nodeShouldRunDaemonPod(node, set).shouldRun) {
      if (pods.length > 0) misscheduled += 1;
      continue;
    }
    desired += 1;
    const oldest = pods.length > 1 ? [...pods].sort(compareDaemonPods)[0] : pods[0];
    if (oldest === undefined) continue;
    current += 1;
    if (isReady(oldest)) {
      ready += 1;
      if (minReadySeconds === 0 || isPodAvailable(oldest, minReadySeconds, nowMs)) available += 1;
    }
    if (isPodUpdated(oldest, set, hash)) updated += 1;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
  };
}

/**
 * Returns the status to write, or undefined when the stored one says the same. `observedGeneration` is raised only by a
 * sync that has done what the generation wants.
 */
export function statusToWrite(
  set: DaemonSet,
  counts: ReturnType<typeof countNodes>,
  isObserved: boolean,
): DaemonSetStatus | undefined {
  const stored = set.status;
  const generation = set.metadata.generation ?? 0;
  const observed = isObserved ? generation : (stored?.observedGeneration ?? 0);
  const isSame =
    (stored?.observedGeneration ?? 0) >= generation &&
    Object.entries(counts).every(
      ([name, count]) =>
        ((stored as unknown as Record<string, number> | undefined)?.[name] ?? 0) === count,
    );
  if (isSame) return undefined;
  const { updatedNumberScheduled, numberAvailable, numberUnavailable } = counts;
  return {
    currentNumberScheduled: counts.currentNumberScheduled,
    numberMisscheduled: counts.numberMisscheduled,
    desiredNumberScheduled: counts.desiredNumberScheduled,
    numberReady: counts.numberReady,
    ...(observed === 0 ? {} : { observedGeneration: observed }),
    ...(updatedNumberScheduled === 0 ? {} : { updatedNumberScheduled }),
    ...(numberAvailable === 0 ? {} : { numberAvailable }),
    ...(numberUnavailable === 0 ? {} : { numberUnavailable }),
    ...(stored?.collisionCount === undefined ? {} : { collisionCount: stored.collisionCount }),
    ...(stored?.conditions === undefined ? {} : { conditions: stored.conditions }),
  };
}
