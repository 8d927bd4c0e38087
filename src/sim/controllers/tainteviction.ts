/**
 * The taint eviction controller: deletes pods from nodes with NoExecute taints that they do not tolerate, or not
 * for longer.
 *
 * - The time runs from when this controller saw the taint; it is not moved by taints or tolerations that change later.
 * - Taking every NoExecute taint away in time calls the eviction off.
 * - Disruption budgets are not asked.
 *
 * Upstream: pkg/controller/tainteviction/taint_eviction.go Controller; timed_workers.go
 * Docs: /docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
 */
import { conditionPatch } from '../api/condition-patch.ts';
import { withCondition } from '../api/conditions.ts';
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isNotFound } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { Node, Pod, PodCondition, Taint, Toleration } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Process } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import { isRetryable } from './worker.ts';

/** Attempts to delete a pod. Upstream: retries */
const attemptsMax = 5;
/** The wait between them. Upstream: retries */
const attemptDelayMs = 10;

const nodeIndex = 'spec.nodeName';

/** Whether a toleration is about a taint: its key, its effect and, for `Equal`, its value. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  if ((toleration.key ?? '') === '') return false;
  return (toleration.value ?? '') === (taint.value ?? '');
}

/**
 * Returns for how many seconds a pod may stay: the least of the tolerations of the taints, the first that matches each;
 * Infinity when there is no limit, 0 when some taint is not tolerated at all.
 */
export function toleratedSeconds(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): number {
  let least = Infinity;
  for (const taint of taints) {
    const toleration = tolerations.find((each) => tolerates(each, taint));
    if (toleration === undefined) return 0;
    least = Math.min(least, Math.max(0, toleration.tolerationSeconds ?? Infinity));
  }
  return least;
}

/** A deletion that is due later. */
interface Scheduled {
  readonly task: Task<void>;
  readonly sinceMs: number;
}

/** Evicts pods from tainted nodes. */
export class TaintEvictionController {
  readonly #context: ComponentContext;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  readonly #scheduled = new Map<string, Scheduled>();
  /** Pods whose deletion has begun here. */
  readonly #evicting = new Set<string>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#nodes = context.informers.of('Node');
    this.#pods = context.informers.of('Pod');
    this.#pods.indexer.addIndex(nodeIndex, (pod) => [pod.spec?.nodeName ?? '']);
  }

  start(): void {
    this.#nodes.addHandlers({
      onAdd: (node) => this.#processNode(node),
      onUpdate: (before, after) => {
        if (!deepEqual(before.spec?.taints, after.spec?.taints)) this.#processNode(after);
      },
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#processPod(pod),
      onUpdate: (before, after) => {
        const isMoved = before.spec?.nodeName !== after.spec?.nodeName;
        const hasNewTolerations = !deepEqual(before.spec?.tolerations, after.spec?.tolerations);
        if (isMoved || hasNewTolerations) this.#processPod(after);
      },
      onDelete: (pod) => this.#cancel(pod),
    });
  }

  #processNode(node: Node): void {
    const taints = noExecuteTaints(node);
    for (const pod of this.#pods.indexer.byIndex(nodeIndex, nameOf(node))) {
      this.#processPodOnNode(pod, taints);
    }
  }

  #processPod(pod: Pod): void {
    const nodeName = pod.spec?.nodeName ?? '';
    const node = nodeName === '' ? undefined : this.#nodes.indexer.get(nodeName);
    if (node !== undefined) this.#processPodOnNode(pod, noExecuteTaints(node));
  }

  #processPodOnNode(pod: Pod, taints: readonly Taint[]): void {
    if (taints.length === 0) {
      this.#cancel(pod);
      return;
    }
    const seconds = toleratedSeconds(taints, pod.spec?.tolerations ?? []);
    if (seconds === Infinity) {
      this.#cancel(pod);
      return;
    }
    const { engine } = this.#context;
    const key = namespacedName(pod);
    const before = this.#scheduled.get(key);
    // A later look never prolongs: the first one to begin counts, unless it would end later than this one.
    if (before !== undefined && seconds > 0) {
      if (before.sinceMs + seconds * 1000 < engine.nowMs + seconds * 1000) return;
    }
    if (before !== undefined) this.#cancel(pod);
    if (seconds === 0) {
      this.#evict(key);
      return;
    }
    engine.record(this.#context.name, 'eviction-scheduled', keyOf(pod), { seconds });
    const task = this.#context.scope.spawn('wait', this.#evictAfter(key, seconds));
    this.#scheduled.set(key, { task, sinceMs: engine.nowMs });
  }

  *#evictAfter(key: string, seconds: number): Process {
    yield* this.#context.engine.delay(seconds * 1000);
    this.#scheduled.delete(key);
    this.#evict(key);
  }

  #cancel(pod: Pod): void {
    const key = namespacedName(pod);
    const scheduled = this.#scheduled.get(key);
    this.#evicting.delete(key);
    if (scheduled === undefined) return;
    scheduled.task.cancel();
    this.#scheduled.delete(key);
    this.#context.recorder.event(
      pod,
      'Normal',
      'TaintManagerEviction',
      `Cancelling deletion of Pod ${key}`,
    );
  }

  #evict(key: string): void {
    const pod = this.#pods.indexer.get(key);
    if (pod === undefined || isBeingDeleted(pod) || this.#evicting.has(key)) return;
    this.#evicting.add(key);
    this.#context.scope.spawn('evict', this.#deletePod(pod));
  }

  *#deletePod(pod: Pod): Process {
    const { engine, name, recorder, client } = this.#context;
    const key = namespacedName(pod);
    engine.record(name, 'evict', keyOf(pod), { node: pod.spec?.nodeName ?? '' });
    recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      try {
        yield* this.#addCondition(pod);
        yield* client.of('Pod').delete(namespaceOf(pod), nameOf(pod));
        return;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        if (isNotFound(error)) return;
        yield* engine.delay(attemptDelayMs);
      }
    }
    this.#evicting.delete(key);
  }

  *#addCondition(pod: Pod): Process {
    const condition: PodCondition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: formatTime(this.#context.engine.nowMs),
    };
    const before = pod.status?.conditions ?? [];
    if (withCondition(before, condition) === before) return;
    const body = { status: conditionPatch(pod, condition) };
    const options = { subresource: 'status' };
    const pods = this.#context.client.of('Pod');
    yield* pods.patch(namespaceOf(pod), nameOf(pod), 'strategic', body, options);
  }
}

function noExecuteTaints(node: Node): Taint[] {
  return (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}
