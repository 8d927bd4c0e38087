/**
 * Which pods of a DaemonSet are too few or too many on a node, whatever the rollout.
 *
 * - A node that should have a pod and has none gets one. A pod that is being deleted keeps its place until it has ended.
 * - A pod that has failed is deleted, after a back-off when that happens again and again on one node.
 * - Of several running pods the oldest stays; while surging, the oldest of the new template and of an old one.
 *
 * Upstream: pkg/controller/daemon/daemon_controller.go podsShouldBeOnNode, getNodesToDaemonPods
 * Docs: /docs/concepts/workloads/controllers/daemonset/
 */
import { compareText } from '../api/go-format.ts';
import { isBeingDeleted, labelsOf, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { isPodActive, isPodAvailable, isPodReady, isPodTerminal } from '../api/pod.ts';
import { parseTime } from '../api/time.ts';
import type { DaemonSet, Node, Pod } from '../api/types.gen.ts';
import type { FailedPodsBackoff } from './daemonset-backoff.ts';
import { hashLabel, nodeShouldRunDaemonPod, targetNodeName } from './daemonset-nodes.ts';
import { surgeCount } from './daemonset-update.ts';

/** Pods by the node that they are on or meant for. */
export type PodsByNode = ReadonlyMap<string, readonly Pod[]>;

/** Sorts pods by node. Pods that have ended and are being deleted do not count any more. */
export function podsByNode(pods: readonly Pod[]): PodsByNode {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (isPodTerminal(pod) && isBeingDeleted(pod)) continue;
    const node = targetNodeName(pod);
    if (node === undefined) continue;
    const own = byNode.get(node);
    if (own === undefined) byNode.set(node, [pod]);
    else own.push(pod);
  }
  return byNode;
}

/** Orders pods by whether they are bound, then by age, then by name. */
export function compareDaemonPods(a: Pod, b: Pod): number {
  const isUnbound = (pod: Pod): number => ((pod.spec.nodeName ?? '') === '' ? 1 : 0);
  const created = (pod: Pod): number => parseTime(pod.metadata.creationTimestamp ?? '');
  return (
    isUnbound(a) - isUnbound(b) || created(a) - created(b) || compareText(nameOf(a), nameOf(b))
  );
}

/** An Event about a pod that has ended. */
export interface EndedPod {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What there is to do about one node. */
export interface NodePlan {
  readonly needsPod: boolean;
  readonly toDelete: readonly Pod[];
  readonly events: readonly EndedPod[];
  /** The wait that a failed pod has earned, in ms; the set is looked at again then. */
  readonly retryMs: number | undefined;
}

/** What a plan is made with. */
export interface PlanContext {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly backoff: FailedPodsBackoff;
  readonly nowMs: number;
}

/** Nothing to do, as for most nodes most of the time. */
const nothing: NodePlan = { needsPod: false, toDelete: [], events: [], retryMs: undefined };

/** Plans for one node. `pods` is undefined when the node has none. */
export function planForNode(
  context: PlanContext,
  node: Node,
  pods: readonly Pod[] | undefined,
): NodePlan {
  const { set } = context;
  const { shouldRun, shouldContinue } = nodeShouldRunDaemonPod(node, set);
  if (shouldRun && pods === undefined) return { ...nothing, needsPod: true };
  if (pods === undefined) return nothing;
  if (!shouldContinue) return { ...nothing, toDelete: pods.filter((pod) => !isBeingDeleted(pod)) };
  const [only] = pods;
  if (pods.length === 1 && only !== undefined && isPodActive(only)) return nothing;
  const ended = planForEnded(context, node, pods);
  const running = pods
    .filter((pod) => !isBeingDeleted(pod) && !isPodTerminal(pod))
    .sort(compareDaemonPods);
  if (surgeCount(set, 1) === 0) {
    return { ...ended, needsPod: false, toDelete: [...ended.toDelete, ...running.slice(1)] };
  }
  const surplus = surplusWhileSurging(context, running);
  const needsPod = running.length === 0 && shouldRun;
  return { ...ended, needsPod, toDelete: [...ended.toDelete, ...surplus] };
}

function planForEnded(
  { set, backoff, nowMs }: PlanContext,
  node: Node,
  pods: readonly Pod[],
): Omit<NodePlan, 'needsPod'> {
  const toDelete: Pod[] = [];
  const events: EndedPod[] = [];
  let retryMs: number | undefined;
  for (const pod of pods) {
    if (isBeingDeleted(pod)) continue;
    const which = `daemon pod ${namespaceOf(pod)}/${nameOf(pod)} on node ${nameOf(node)}`;
    if (pod.status?.phase === 'Failed') {
      const key = `${uidOf(set)}/${set.status?.observedGeneration ?? 0}/${nameOf(node)}`;
      if (backoff.isWaiting(key, nowMs)) {
        retryMs = backoff.get(key);
        continue;
      }
      backoff.next(key, nowMs);
      const message = `Found failed ${which}, will try to kill it`;
      events.push({ type: 'Warning', reason: 'FailedDaemonPod', message });
      toDelete.push(pod);
    } else if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded ${which}, will try to delete it`;
      events.push({ type: 'Normal', reason: 'SucceededDaemonPod', message });
      toDelete.push(pod);
    }
  }
  return { toDelete, events, retryMs };
}

/** Of several pods, keeps one of the new template and, as long as that is of use, one of an old one. */
function surplusWhileSurging(
  { set, hash, nowMs }: PlanContext,
  running: readonly Pod[],
): readonly Pod[] {
  if (running.length <= 1) return [];
  const isNew = (pod: Pod): boolean => labelsOf(pod)[hashLabel] === hash;
  const newest = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const surplus = running.filter((pod) => pod !== newest && pod !== old);
  if (newest === undefined || old === undefined) return surplus;
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const isOldUseless = !isPodReady(old) || isPodAvailable(newest, minReadySeconds, nowMs);
  return isOldUseless ? [...surplus, old] : surplus;
}

/** Returns pods that wait to be bound to a node which is gone. */
export function podsWithoutNode(isThere: (node: string) => boolean, byNode: PodsByNode): Pod[] {
  const lost: Pod[] = [];
  for (const [node, pods] of byNode) {
    if (isThere(node)) continue;
    lost.push(...pods.filter((pod) => (pod.spec.nodeName ?? '') === ''));
  }
  return lost;
}
