/**
 * The DaemonSet controller: one pod on every node that fits.
 *
 * - Nothing is created or deleted while the outcome of the last such act was not seen; meanwhile only the status is written.
 * - A rolling update acts only in a sync in which no node was short of a pod and none had too many.
 * - A node wakes the controller only when its labels or taints change, and only the sets which that may concern.
 *
 * Upstream: pkg/controller/daemon/daemon_controller.go DaemonSetsController; update.go
 * Docs: /docs/concepts/workloads/controllers/daemonset/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { isPodReady } from '../api/pod.ts';
import { isEverything, matchesLabels, selectorFromLabelSelector } from '../api/selector.ts';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Expectations } from '../client/expectations.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { ConsistencyStore } from './consistency.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { FailedPodsBackoff } from './daemonset-backoff.ts';
import {
  cleanUpHistory,
  constructHistory,
  hashOf,
  revisionsToDelete,
} from './daemonset-history.ts';
import type { HistoryAccess } from './daemonset-history.ts';
import { isPodUpdated, nodeShouldRunDaemonPod } from './daemonset-nodes.ts';
import { planForNode, podsByNode, podsWithoutNode } from './daemonset-pods.ts';
import type { PodsByNode } from './daemonset-pods.ts';
import { countNodes, statusToWrite } from './daemonset-status.ts';
import { syncNodes } from './daemonset-sync-nodes.ts';
import { planRollingUpdate, updateLimits } from './daemonset-update.ts';
import { addOwnerIndex, orphansIn, ownedBy } from './owner-index.ts';
import { caches, retryable, startWorkers } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentDaemonSetSyncs */
const workerCount = 2;
/** Status writes after the first that are tried in one sync. Upstream: StatusUpdateRetries */
const statusUpdateRetries = 1;
/** How often waits of failed pods are forgotten. Upstream: BackoffGCInterval */
const backoffCollectMs = 60_000;
/** A pod is looked at a second after it should be available. Upstream: updatePod */
const clockSkewMs = 1_000;

const podNodeIndex = 'daemon-pod-node';

/** Keeps the pods of every DaemonSet. */
export class DaemonSetController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #nodeQueue: Workqueue;
  readonly #sets: Informer<DaemonSet>;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #expectations: Expectations;
  readonly #consistency: ConsistencyStore;
  readonly #backoff = new FailedPodsBackoff();
  /** Pods by node, by the set's UID. */
  readonly #sorted = new Map<string, { readonly version: string; readonly byNode: PodsByNode }>();
  readonly #history: HistoryAccess;

  constructor(context: ComponentContext) {
    const { informers, engine } = context;
    this.#context = context;
    this.#queue = new Workqueue(engine, context.name);
    this.#nodeQueue = new Workqueue(engine, `${context.name}/nodes`);
    this.#sets = informers.of('DaemonSet');
    this.#pods = informers.of('Pod');
    this.#nodes = informers.of('Node');
    this.#revisions = informers.of('ControllerRevision');
    this.#expectations = new Expectations(engine);
    this.#consistency = new ConsistencyStore([
      ['DaemonSet', this.#sets],
      ['Pod', this.#pods],
      ['ControllerRevision', this.#revisions],
    ]);
    this.#history = {
      context,
      revisions: this.#revisions.indexer,
      consistency: this.#consistency,
      podsOf: (set) => ownedBy(this.#pods.indexer, uidOf(set)),
    };
  }

  start(): void {
    addOwnerIndex(this.#pods.indexer);
    addOwnerIndex(this.#revisions.indexer);
    this.#pods.indexer.addIndex(podNodeIndex, (pod) =>
      controllerOf(pod)?.kind === 'DaemonSet' ? [pod.spec.nodeName ?? ''] : [],
    );
    this.#addHandlers();
    const informers = caches(this.#sets, this.#pods, this.#nodes, this.#revisions);
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers,
      sync: (key) => this.sync(key),
    });
    startWorkers(this.#context, {
      queue: this.#nodeQueue,
      workerCount: 1,
      informers,
      sync: (name) => this.#syncNode(name),
    });
    this.#context.scope.spawn('backoff-gc', this.#collectBackoff());
  }

  /** Brings one set nearer to its spec and its status to the truth. Throws what should be tried again. */
  *sync(key: string): Process {
    const set = this.#sets.indexer.get(key);
    if (set === undefined) {
      this.#expectations.delete(key);
      this.#consistency.clear(key);
      return;
    }
    this.#consistency.ensureReady(key);
    if (isEverything(selectorFromLabelSelector(set.spec.selector))) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.#context.recorder.event(set, 'Warning', 'SelectingAll', message);
      return;
    }
    if (isBeingDeleted(set)) return;
    const { current, old } = yield* constructHistory(this.#history, set);
    const hash = hashOf(current);
    if (!this.#expectations.isSatisfied(key)) {
      yield* this.#updateStatus(key, set, hash, false);
      return;
    }
    let failure: RetryableError | undefined;
    try {
      yield* this.#update(key, set, hash, old);
    } catch (thrown) {
      failure = retryable(thrown);
    }
    yield* this.#updateStatus(key, set, hash, true);
    if (failure !== undefined) throw failure;
  }

  *#update(key: string, set: DaemonSet, hash: string, old: readonly ControllerRevision[]): Process {
    yield* this.#manage(key, set, hash);
    if (!this.#expectations.isSatisfied(key)) return;
    if (set.spec.updateStrategy?.type === 'RollingUpdate') {
      yield* this.#rollingUpdate(key, set, hash);
    }
    if (old.length === 0) return;
    const byNode = yield* this.#podsByNode(set);
    const surplus = revisionsToDelete(set, old, [...byNode.values()].flat());
    yield* cleanUpHistory(this.#context, set, surplus);
  }

  /** Gives pods to the nodes that should have one and takes away what is too much. */
  *#manage(key: string, set: DaemonSet, hash: string): Process {
    const byNode = yield* this.#podsByNode(set);
    const { nowMs } = this.#context.engine;
    const nodes = this.#nodes.indexer.list();
    const nodesNeedingPods: string[] = [];
    const toDelete: Pod[] = [];
    for (const node of nodes) {
      const context = { set, hash, backoff: this.#backoff, nowMs };
      const plan = planForNode(context, node, byNode.get(nameOf(node)));
      if (plan.needsPod) nodesNeedingPods.push(nameOf(node));
      toDelete.push(...plan.toDelete);
      for (const { type, reason, message } of plan.events) {
        this.#context.recorder.event(set, type, reason, message);
      }
      if (plan.retryMs !== undefined) this.#queue.addAfter(key, plan.retryMs);
    }
    toDelete.push(
      ...podsWithoutNode((name) => this.#nodes.indexer.get(name) !== undefined, byNode),
    );
    yield* this.#syncNodes(key, set, hash, { toDelete, nodesNeedingPods, because: 'nodes' });
  }

  *#rollingUpdate(key: string, set: DaemonSet, hash: string): Process {
    const { engine, random } = this.#context;
    const byNode = yield* this.#podsByNode(set);
    if (!hasOldPods(set, byNode, hash)) return;
    const plan = planRollingUpdate({
      set,
      hash,
      limits: updateLimits(set, this.#nodes.indexer.list()),
      // Upstream walks a map here: which nodes come first is chance.
      byNode: random.shuffle([...byNode]),
      nodeOf: (name) => this.#nodes.indexer.get(name),
      nowMs: engine.nowMs,
    });
    const { toDelete, nodesNeedingPods, facts } = plan;
    const acts = { toDelete, nodesNeedingPods, because: 'rollout', facts } as const;
    yield* this.#syncNodes(key, set, hash, acts);
  }

  *#syncNodes(
    key: string,
    set: DaemonSet,
    hash: string,
    acts: Parameters<typeof syncNodes>[1],
  ): Process {
    const access = {
      context: this.#context,
      expectations: this.#expectations,
      consistency: this.#consistency,
    };
    yield* syncNodes({ ...access, key, set, hash }, acts);
  }

  *#updateStatus(key: string, set: DaemonSet, hash: string, isObserved: boolean): Process {
    const { engine, client } = this.#context;
    const byNode = yield* this.#podsByNode(set);
    const counts = countNodes(set, this.#nodes.indexer.list(), byNode, hash, engine.nowMs);
    const status = statusToWrite(set, counts, isObserved);
    if (status !== undefined) {
      let stored = set;
      for (let attempt = 0; ; attempt += 1) {
        try {
          const written = yield* client.of('DaemonSet').updateStatus({ ...stored, status });
          this.#consistency.wroteAt(key, written);
          break;
        } catch (thrown) {
          const error = retryable(thrown);
          if (attempt >= statusUpdateRetries) throw error;
          stored = yield* client.of('DaemonSet').get(namespaceOf(set), nameOf(set));
        }
      }
    }
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && counts.numberReady !== counts.numberAvailable) {
      this.#queue.addAfter(key, minReadySeconds * 1000);
    }
  }

  /** Claims the set's pods and sorts them by node; as long as the cache is the same, so is the outcome. */
  *#podsByNode(set: DaemonSet): Process<PodsByNode> {
    const version = `${this.#pods.resourceVersion}/${set.metadata.resourceVersion ?? ''}`;
    const known = this.#sorted.get(uidOf(set));
    if (known?.version === version) return known.byNode;
    const byNode = podsByNode(yield* this.#claimPods(set));
    this.#sorted.set(uidOf(set), { version, byNode });
    return byNode;
  }

  *#claimPods(set: DaemonSet): Process<Pod[]> {
    const selector = selectorFromLabelSelector(set.spec.selector);
    const own = ownedBy(this.#pods.indexer, uidOf(set));
    const orphans = orphansIn(this.#pods.indexer, namespaceOf(set));
    return yield* claimObjects(
      this.#context,
      {
        controller: set,
        reference: newControllerRef(set),
        selector,
        controllers: this.#context.client.of('DaemonSet') as never,
        children: this.#context.client.of('Pod'),
      },
      [...own, ...orphans],
    );
  }

  /** Queues the sets that a changed node concerns. */
  *#syncNode(name: string): Process {
    const node = this.#nodes.indexer.get(name);
    if (node === undefined) return;
    const owners = new Set(
      this.#pods.indexer.byIndex(podNodeIndex, name).map((pod) => controllerOf(pod)?.uid),
    );
    for (const set of this.#sets.indexer.list()) {
      const { shouldRun, shouldContinue } = nodeShouldRunDaemonPod(node, set);
      const isThere = owners.has(uidOf(set));
      const misscheduled = set.status?.numberMisscheduled ?? 0;
      const isConcerned = isThere ? !shouldContinue || misscheduled > 0 : shouldRun;
      if (isConcerned) this.#queue.add(namespacedName(set));
    }
  }

  *#collectBackoff(): Process {
    for (;;) {
      yield* this.#context.engine.delay(backoffCollectMs);
      this.#backoff.collect(this.#context.engine.nowMs);
    }
  }

  #addHandlers(): void {
    this.#sets.addHandlers({
      onAdd: (set) => this.#queue.add(namespacedName(set)),
      onUpdate: (before, after) => {
        if (uidOf(before) !== uidOf(after)) this.#deleteSet(before);
        this.#queue.add(namespacedName(after));
      },
      onDelete: (set) => this.#deleteSet(set),
    });
    this.#revisions.addHandlers({
      onAdd: (revision) => {
        if (isBeingDeleted(revision) || controllerOf(revision) !== undefined) {
          this.#enqueueOwner(revision);
        } else this.#enqueueMatching(revision);
      },
      onUpdate: (before, after) => this.#updateRevision(before, after),
      onDelete: (revision) => {
        this.#enqueueOwner(revision);
      },
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#addPod(pod),
      onUpdate: (before, after) => this.#updatePod(before, after),
      onDelete: (pod) => this.#deletePod(pod),
    });
    this.#nodes.addHandlers({
      onAdd: (node) => this.#nodeQueue.add(nameOf(node)),
      onUpdate: (before, after) => {
        const isSame =
          deepEqual(before.metadata.labels, after.metadata.labels) &&
          deepEqual(before.spec.taints ?? [], after.spec.taints ?? []);
        if (!isSame) this.#nodeQueue.add(nameOf(after));
      },
    });
  }

  #deleteSet(set: DaemonSet): void {
    const key = namespacedName(set);
    this.#expectations.delete(key);
    this.#consistency.clear(key);
    this.#sorted.delete(uidOf(set));
    this.#queue.add(key);
  }

  #updateRevision(before: ControllerRevision, after: ControllerRevision): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    if (hasNewOwner) this.#enqueueOwner(before);
    if (controllerOf(after) !== undefined) this.#enqueueOwner(after);
    else if (hasNewOwner || !deepEqual(before.metadata.labels, after.metadata.labels)) {
      this.#enqueueMatching(after);
    }
  }

  #addPod(pod: Pod): void {
    if (isBeingDeleted(pod)) {
      this.#deletePod(pod);
      return;
    }
    if (controllerOf(pod) === undefined) {
      this.#enqueueMatching(pod);
      return;
    }
    const set = this.#enqueueOwner(pod);
    if (set !== undefined) this.#expectations.creationObserved(namespacedName(set));
  }

  #updatePod(before: Pod, after: Pod): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    if (isBeingDeleted(after)) {
      this.#deletePod(after);
      return;
    }
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    if (hasNewOwner) this.#enqueueOwner(before);
    if (controllerOf(after) === undefined) {
      if (hasNewOwner || !deepEqual(before.metadata.labels, after.metadata.labels)) {
        this.#enqueueMatching(after);
      }
      return;
    }
    const set = this.#enqueueOwner(after);
    const minReadySeconds = set?.spec.minReadySeconds ?? 0;
    if (set !== undefined && minReadySeconds > 0 && !isPodReady(before) && isPodReady(after)) {
      this.#queue.addAfter(namespacedName(set), minReadySeconds * 1000 + clockSkewMs);
    }
  }

  /** Notes that a pod is going or gone. */
  #deletePod(pod: Pod): void {
    const set = this.#enqueueOwner(pod);
    if (set === undefined) return;
    this.#expectations.deletionObserved(namespacedName(set), namespacedName(pod));
  }

  /** Queues the owner of a pod or revision, found by name and believed only when the UID is the same. */
  #enqueueOwner(child: Pod | ControllerRevision): DaemonSet | undefined {
    const reference = controllerOf(child);
    if (reference?.kind !== 'DaemonSet') return undefined;
    const set = this.#sets.indexer.get(`${namespaceOf(child)}/${reference.name}`);
    if (set === undefined || uidOf(set) !== reference.uid) return undefined;
    this.#queue.add(namespacedName(set));
    return set;
  }

  /** Queues every set that selects an orphan. */
  #enqueueMatching(orphan: Pod | ControllerRevision): void {
    for (const set of this.#sets.indexer.list(namespaceOf(orphan))) {
      const selector = selectorFromLabelSelector(set.spec.selector);
      if (matchesLabels(selector, orphan.metadata.labels)) this.#queue.add(namespacedName(set));
    }
  }
}

/** Whether some pod is of another template; where none is, a rollout has nothing to do. */
function hasOldPods(set: DaemonSet, byNode: PodsByNode, hash: string): boolean {
  for (const pods of byNode.values()) {
    if (pods.some((pod) => !isPodUpdated(pod, set, hash))) return true;
  }
  return false;
}
