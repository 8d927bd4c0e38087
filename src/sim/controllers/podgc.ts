/**
 * The pod garbage collector: pods that no kubelet will ever finish, and too many that have ended.
 *
 * - Every 20 s, in this order: ended pods beyond the threshold, pods on nodes that are out of service, pods on nodes that
 *   are gone (after 40 s more, and a fresh look), pods that are being deleted and were never on a node.
 * - A pod that has not ended is first marked Failed; then it is deleted without grace.
 *
 * Upstream: pkg/controller/podgc/gc_controller.go PodGCController
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection
 */
import { isConditionTrue } from '../api/conditions.ts';
import { conditionPatch } from '../api/condition-patch.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isPodTerminal } from '../api/pod.ts';
import { isNotFound } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { Node, Pod, PodCondition } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Process } from '../engine/process.ts';
import { isRetryable } from './worker.ts';

/** How often it looks. Upstream: gcCheckPeriod */
const checkPeriodMs = 20_000;
/** How long a node must be missing. Upstream: quarantineTime */
const quarantineMs = 40_000;
/** How many ended pods are kept. Upstream: --terminated-pod-gc-threshold */
const terminatedPodsMax = 12_500;

const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

/** Returns the ended pods beyond a threshold: evicted ones first, then the oldest. */
export function terminatedPodsToDelete(pods: readonly Pod[], threshold: number): Pod[] {
  const ended = pods.filter(isPodTerminal);
  const isEvicted = (pod: Pod): boolean =>
    pod.status?.phase === 'Failed' && pod.status.reason === 'Evicted';
  const created = (pod: Pod): string => pod.metadata.creationTimestamp ?? '';
  ended.sort(
    (a, b) =>
      Number(isEvicted(b)) - Number(isEvicted(a)) ||
      compareText(created(a), created(b)) ||
      compareText(nameOf(a), nameOf(b)),
  );
  return ended.slice(0, Math.max(0, ended.length - threshold));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a terminating pod's node is down for good: not ready, and marked out of service by a person. */
export function isOutOfService(pod: Pod, node: Node | undefined): boolean {
  if (node === undefined || !isBeingDeleted(pod)) return false;
  const isReady = isConditionTrue(node.status?.conditions, 'Ready');
  return !isReady && (node.spec?.taints ?? []).some(({ key }) => key === outOfServiceTaint);
}

/** Collects pods that nobody else will. */
export class PodGCController {
  readonly #context: ComponentContext;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  /** Since when a node that pods name has been missing. */
  readonly #missingSinceMs = new Map<string, number>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#pods = context.informers.of('Pod');
    this.#nodes = context.informers.of('Node');
  }

  start(): void {
    this.#context.scope.spawn('gc', this.#run());
  }

  *#run(): Process {
    yield* this.#pods.synced.wait();
    yield* this.#nodes.synced.wait();
    for (;;) {
      yield* this.#collect();
      yield* this.#context.engine.delay(checkPeriodMs);
    }
  }

  *#collect(): Process {
    const pods = this.#pods.indexer.list();
    const nodeOf = (pod: Pod): Node | undefined =>
      this.#nodes.indexer.get(pod.spec?.nodeName ?? '');
    for (const pod of terminatedPodsToDelete(pods, terminatedPodsMax)) {
      yield* this.#delete(pod, 'terminated', undefined);
    }
    for (const pod of pods.filter((each) => isOutOfService(each, nodeOf(each)))) {
      yield* this.#delete(pod, 'out-of-service', undefined);
    }
    yield* this.#collectOrphaned(pods);
    const isLost = (pod: Pod): boolean => isBeingDeleted(pod) && (pod.spec?.nodeName ?? '') === '';
    for (const pod of pods.filter(isLost)) yield* this.#delete(pod, 'unscheduled', undefined);
  }

  *#collectOrphaned(pods: readonly Pod[]): Process {
    const { nowMs } = this.#context.engine;
    const missing = new Set<string>();
    for (const pod of pods) {
      const name = pod.spec?.nodeName ?? '';
      if (name !== '' && this.#nodes.indexer.get(name) === undefined) missing.add(name);
    }
    for (const name of [...this.#missingSinceMs.keys()]) {
      if (!missing.has(name)) this.#missingSinceMs.delete(name);
    }
    const gone = new Set<string>();
    for (const name of missing) {
      const sinceMs = this.#missingSinceMs.get(name) ?? nowMs;
      this.#missingSinceMs.set(name, sinceMs);
      if (nowMs - sinceMs >= quarantineMs && (yield* this.#isGone(name))) gone.add(name);
    }
    for (const pod of pods) {
      if (!gone.has(pod.spec?.nodeName ?? '')) continue;
      yield* this.#delete(pod, 'orphaned', {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message: 'PodGC: node no longer exists',
        lastTransitionTime: formatTime(this.#context.engine.nowMs),
      });
    }
  }

  *#isGone(nodeName: string): Process<boolean> {
    try {
      yield* this.#context.client.of('Node').get('', nodeName);
      return false;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      return isNotFound(error);
    }
  }

  /** Marks a pod Failed unless it has ended, and deletes it. What fails is tried again with the next pass. */
  *#delete(pod: Pod, why: string, condition: PodCondition | undefined): Process {
    const { engine, name, client } = this.#context;
    engine.record(name, 'collect-pod', keyOf(pod), { why });
    const pods = client.of('Pod');
    const [namespace, podName] = [namespaceOf(pod), nameOf(pod)];
    try {
      if (!isPodTerminal(pod)) {
        const conditions = condition === undefined ? {} : conditionPatch(pod, condition);
        const body = { status: { phase: 'Failed', ...conditions } };
        yield* pods.patch(namespace, podName, 'strategic', body, { subresource: 'status' });
      }
      yield* pods.delete(namespace, podName, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
  }
}
