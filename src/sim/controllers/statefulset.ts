/**
 * The StatefulSet controller: pods with numbers, each with the same name and the same volumes whenever it is made again.
 *
 * - Pods are found by their owner and by their name; an orphan with a fitting name and labels is adopted.
 * - No expectations: names are fixed, so a pod cannot be made twice. A sync waits until the caches have seen its own writes.
 * - At most one pod of a number lives: a pod that is being deleted on a lost node keeps its place until someone removes it.
 *
 * Upstream: pkg/controller/statefulset/stateful_set.go StatefulSetController; stateful_set_status_updater.go
 * Docs: /docs/concepts/workloads/controllers/statefulset/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { isPodReady } from '../api/pod.ts';
import { matchesLabels, selectorFromLabelSelector } from '../api/selector.ts';
import { isConflict } from '../api/status-error.ts';
import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { ConsistencyStore } from './consistency.ts';
import { applyRevision, listRevisions } from './controller-history.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { addOwnerIndex, orphansIn, ownedBy } from './owner-index.ts';
import { updateStatefulSet } from './statefulset-control.ts';
import type { Hold } from './statefulset-control.ts';
import { isMemberOf, replicasOf } from './statefulset-identity.ts';
import { StatefulPodControl } from './statefulset-pod-control.ts';
import {
  adoptOrphanRevisions,
  getRevisions,
  revisionsToDelete,
  truncateHistory,
} from './statefulset-revisions.ts';
import type { Revisions } from './statefulset-revisions.ts';
import {
  completeRollingUpdate,
  countPods,
  isStatusInconsistent,
  nextAvailabilityMs,
  statusOf,
} from './statefulset-status.ts';
import type { SetState } from './statefulset-status.ts';
import { caches, startWorkers } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentStatefulSetSyncs */
const workerCount = 5;
/** Tries of a status write that meets a conflict, and the wait between them. Upstream: retry.DefaultRetry */
const statusSteps = 5;
const statusDelayMs = 10;

/** Keeps the pods of every StatefulSet. */
export class StatefulSetController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #sets: Informer<StatefulSet>;
  readonly #pods: Informer<Pod>;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #consistency: ConsistencyStore;
  readonly #control: StatefulPodControl;
  /** What holds each set back, so that it is told once. */
  readonly #held = new Map<string, string>();

  constructor(context: ComponentContext) {
    const { informers } = context;
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#sets = informers.of('StatefulSet');
    this.#pods = informers.of('Pod');
    this.#claims = informers.of('PersistentVolumeClaim');
    this.#revisions = informers.of('ControllerRevision');
    this.#consistency = new ConsistencyStore([
      ['StatefulSet', this.#sets],
      ['Pod', this.#pods],
      ['PersistentVolumeClaim', this.#claims],
      ['ControllerRevision', this.#revisions],
    ]);
    this.#control = new StatefulPodControl(
      context,
      this.#pods.indexer,
      this.#claims.indexer,
      this.#consistency,
    );
  }

  start(): void {
    addOwnerIndex(this.#pods.indexer);
    addOwnerIndex(this.#revisions.indexer);
    const enqueue = (set: StatefulSet): void => this.#queue.add(namespacedName(set));
    this.#sets.addHandlers({
      onAdd: enqueue,
      onUpdate: (_, after) => enqueue(after),
      onDelete: enqueue,
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#addPod(pod),
      onUpdate: (before, after) => this.#updatePod(before, after),
      onDelete: (pod) => this.#enqueueOwner(pod),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#sets, this.#pods, this.#claims, this.#revisions),
      sync: (key) => this.sync(key),
    });
  }

  /** Brings one set nearer to its spec and its status to the truth. Throws what should be tried again. */
  *sync(key: string): Process {
    const set = this.#sets.indexer.get(key);
    if (set === undefined) {
      this.#consistency.clear(key);
      this.#held.delete(key);
      return;
    }
    this.#consistency.ensureReady(key);
    const selector = selectorFromLabelSelector(set.spec.selector);
    const sorted = listRevisions(this.#revisions.indexer, set, selector);
    yield* adoptOrphanRevisions(this.#context, set, sorted);
    const pods = yield* this.#claimPods(set);
    const revisions = yield* getRevisions(this.#context, set, sorted, this.#consistency);
    const { state, error } = yield* this.#update(key, set, pods, revisions);
    yield* this.#writeStatus(key, set, state);
    const live = [nameOf(revisions.current), nameOf(revisions.update)];
    const surplus = revisionsToDelete(set, pods, sorted, live);
    yield* truncateHistory(this.#context, set, surplus);
    if (error !== undefined) throw error;
    this.#checkAgain(key, set, pods, state);
  }

  *#update(
    key: string,
    set: StatefulSet,
    pods: readonly Pod[],
    { current, update, collisionCount }: Revisions,
  ): Process<{ state: SetState; error: RetryableError | undefined }> {
    const currentRevision = nameOf(current);
    const updateRevision = nameOf(update);
    const isSame = currentRevision === updateRevision;
    const currentSet = isSame ? set : applyRevision(set, current);
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    const { nowMs } = this.#context.engine;
    const state: SetState = {
      observedGeneration: set.metadata.generation ?? 0,
      currentRevision,
      updateRevision,
      collisionCount,
      ...countPods(pods, currentRevision, updateRevision, minReadySeconds, nowMs),
    };
    const held: Hold[] = [];
    const { error } = yield* updateStatefulSet({
      context: this.#context,
      control: this.#control,
      set,
      versions: { currentSet, currentRevision, updateSet: set, updateRevision },
      pods,
      state,
      hold: (hold) => held.push(hold),
    });
    this.#tellHolds(key, set, held);
    return { state, error };
  }

  /** Tells what the set waits for, when that has changed. */
  #tellHolds(key: string, set: StatefulSet, held: readonly Hold[]): void {
    const text = held.map(({ pod, reason }) => `${pod} ${reason}`).join(', ');
    if ((this.#held.get(key) ?? '') === text) return;
    this.#held.set(key, text);
    const { engine, name } = this.#context;
    const { cause } = engine;
    for (const { pod, reason } of held) {
      engine.record(name, 'hold-back', keyOf(set), { pod, reason });
      engine.cause = cause;
    }
  }

  *#claimPods(set: StatefulSet): Process<Pod[]> {
    const selector = selectorFromLabelSelector(set.spec.selector);
    const own = ownedBy(this.#pods.indexer, uidOf(set));
    const orphans = orphansIn(this.#pods.indexer, namespaceOf(set));
    // Only pods whose names are the set's are taken or let go.
    const candidates = [...own, ...orphans].filter((pod) => isMemberOf(set, pod));
    return yield* claimObjects(
      this.#context,
      {
        controller: set,
        reference: newControllerRef(set),
        selector,
        controllers: this.#context.client.of('StatefulSet') as never,
        children: this.#context.client.of('Pod'),
      },
      candidates,
    );
  }

  *#writeStatus(key: string, set: StatefulSet, state: SetState): Process {
    const { engine, name, client } = this.#context;
    if (completeRollingUpdate(set, state)) {
      engine.record(name, 'complete-rollout', keyOf(set), {
        revision: state.updateRevision,
        replicas: state.replicas,
      });
    }
    if (!isStatusInconsistent(set, state)) return;
    let stored = set;
    for (let step = 1; ; step += 1) {
      try {
        const body: StatefulSet = { ...stored, status: statusOf(state) };
        this.#consistency.wroteAt(key, yield* client.of('StatefulSet').updateStatus(body));
        return;
      } catch (error) {
        if (!isConflict(error) || step >= statusSteps) throw error;
        stored = this.#sets.indexer.get(key) ?? stored;
        yield* engine.delay(statusDelayMs);
      }
    }
  }

  /** Comes back when the next pod has been ready for long enough. */
  #checkAgain(key: string, set: StatefulSet, pods: readonly Pod[], state: SetState): void {
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    if (minReadySeconds === 0 || state.availableReplicas === replicasOf(set)) return;
    const nextMs = nextAvailabilityMs(pods, minReadySeconds, this.#context.engine.nowMs);
    if (nextMs !== undefined) this.#queue.addAfter(key, nextMs);
  }

  #addPod(pod: Pod): void {
    if (isBeingDeleted(pod) || controllerOf(pod) !== undefined) this.#enqueueOwner(pod);
    else this.#enqueueMatching(pod);
  }

  #updatePod(before: Pod, after: Pod): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    const hasNewLabels = !deepEqual(before.metadata.labels, after.metadata.labels);
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    if (hasNewOwner) this.#enqueueOwner(before);
    if (controllerOf(after) === undefined) {
      if (hasNewLabels || hasNewOwner) this.#enqueueMatching(after);
      return;
    }
    const set = this.#enqueueOwner(after);
    const minReadySeconds = set?.spec.minReadySeconds ?? 0;
    if (set === undefined || minReadySeconds === 0) return;
    if (!isPodReady(before) && isPodReady(after)) {
      this.#queue.addAfter(namespacedName(set), minReadySeconds * 1000);
    }
  }

  /** Queues the owner of a pod, found by name and believed only when the UID is the same. */
  #enqueueOwner(pod: Pod): StatefulSet | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'StatefulSet') return undefined;
    const set = this.#sets.indexer.get(`${namespaceOf(pod)}/${reference.name}`);
    if (set === undefined || uidOf(set) !== reference.uid) return undefined;
    this.#queue.add(namespacedName(set));
    return set;
  }

  /** Queues every set that selects an orphan. */
  #enqueueMatching(pod: Pod): void {
    for (const set of this.#sets.indexer.list(namespaceOf(pod))) {
      const selector = selectorFromLabelSelector(set.spec.selector);
      if (matchesLabels(selector, pod.metadata.labels)) this.#queue.add(namespacedName(set));
    }
  }
}
