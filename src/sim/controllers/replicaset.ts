/**
 * The ReplicaSet controller: as many active pods as the spec says, no more and no fewer. It also serves
 * ReplicationControllers, which differ only in their shape.
 *
 * - Pods that have ended or are being deleted do not count; they are replaced at once.
 * - Nothing is created or deleted while the outcome of the last such act was not seen (expectations).
 * - The status is written at every sync that changes it, from the pods as they were before the sync acted.
 *
 * Upstream: pkg/controller/replicaset/replica_set.go ReplicaSetController; pkg/controller/replication
 * Docs: /docs/concepts/workloads/controllers/replicaset/
 */
import { isBeingDeleted, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { isPodActive, isPodReady, isPodTerminating } from '../api/pod.ts';
import { matchesLabels, selectorFromLabelSelector, selectorFromSet } from '../api/selector.ts';
import { isNotFound } from '../api/status-error.ts';
import type { OwnerReference, Pod, ReplicaSet } from '../api/types.gen.ts';
import { deepEqual } from '../api/deep-equal.ts';
import type { ComponentContext } from '../client/component.ts';
import { Expectations } from '../client/expectations.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { ConsistencyStore } from './consistency.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { addOwnerIndex, orphansIn, ownedBy } from './owner-index.ts';
import { createPod, deletePod } from './pod-control.ts';
import { getPodsToDelete } from './pod-ranking.ts';
import { PodTally, countPods, nextAvailabilityMs } from './pod-tally.ts';
import type { PodCounts } from './pod-tally.ts';
import { calculateStatus, statusToWrite } from './replicaset-status.ts';
import { caches, isNamespaceTerminating, retryable, runAll, slowStartBatch } from './worker.ts';
import { startWorkers } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Pods created or deleted in one sync at most. Upstream: BurstReplicas */
const burstReplicas = 500;
/** The size of the first batch of creations. Upstream: SlowStartInitialBatchSize */
const firstBatchSize = 1;
/** Status writes after the first that are tried in one sync. Upstream: statusUpdateRetries */
const statusUpdateRetries = 1;
/** Keys synced at one time. Upstream: ConcurrentRSSyncs, ConcurrentRCSyncs */
const workerCount = 5;

/** A kind that this controller serves. */
export interface ReplicaSetKind {
  readonly kind: 'ReplicaSet' | 'ReplicationController';
  /** Sees an object as a ReplicaSet, with its own kind and apiVersion. */
  readonly view: (object: KubeObject) => ReplicaSet;
  readonly reportsTerminating: boolean;
}

/** ReplicaSets as they are. */
export const replicaSetKind: ReplicaSetKind = {
  kind: 'ReplicaSet',
  view: (object) => object as ReplicaSet,
  reportsTerminating: true,
};

/** The pods of one owner at the start of a sync: counted, and listed only when that was needed. */
interface Owned {
  readonly counts: PodCounts;
  readonly list: () => readonly Pod[];
}

/** Keeps the pods of every ReplicaSet, or of every ReplicationController. */
export class ReplicaSetController {
  readonly #context: ComponentContext;
  readonly #kind: ReplicaSetKind;
  readonly #queue: Workqueue;
  readonly #owners: Informer<KubeObject>;
  readonly #pods: Informer<Pod>;
  readonly #tally: PodTally;
  readonly #expectations: Expectations;
  readonly #consistency: ConsistencyStore;

  constructor(context: ComponentContext, kind: ReplicaSetKind = replicaSetKind) {
    this.#context = context;
    this.#kind = kind;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#owners = context.informers.of(kind.kind) as unknown as Informer<KubeObject>;
    this.#pods = context.informers.of('Pod');
    this.#tally = new PodTally(this.#pods.indexer);
    this.#expectations = new Expectations(context.engine);
    this.#consistency = new ConsistencyStore([
      [kind.kind, this.#owners],
      ['Pod', this.#pods],
    ]);
  }

  start(): void {
    addOwnerIndex(this.#pods.indexer);
    addOwnerIndex(this.#owners.indexer);
    this.#owners.addHandlers({
      onAdd: (object) => this.#addOwner(this.#kind.view(object)),
      onUpdate: (before, after) =>
        this.#updateOwner(this.#kind.view(before), this.#kind.view(after)),
      onDelete: (object) => this.#deleteOwner(this.#kind.view(object)),
    });
    this.#pods.addHandlers({
      onAdd: (pod) => {
        this.#tally.set(pod);
        this.#addPod(pod);
      },
      onUpdate: (before, after) => {
        this.#tally.set(after);
        this.#updatePod(before, after);
      },
      onDelete: (pod) => {
        this.#tally.delete(pod);
        this.#deletePod(pod);
      },
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#owners, this.#pods),
      sync: (key) => this.syncReplicaSet(key),
    });
  }

  /** Brings one ReplicaSet nearer to its spec and its status to the truth. Throws what should be tried again. */
  *syncReplicaSet(key: string): Process {
    const stored = this.#owners.indexer.get(key);
    if (stored === undefined) {
      this.#expectations.delete(key);
      this.#consistency.clear(key);
      return;
    }
    this.#consistency.ensureReady(key);
    const rs = this.#kind.view(stored);
    const isSatisfied = this.#expectations.isSatisfied(key);
    const owned = yield* this.#claimPods(rs);
    let manageError: RetryableError | undefined;
    if (isSatisfied && !isBeingDeleted(rs)) {
      manageError = yield* this.#manageReplicas(key, rs, owned);
    }
    const nowMs = this.#context.engine.nowMs;
    const { reportsTerminating } = this.#kind;
    const input = { rs, counts: owned.counts, manageError, reportsTerminating, nowMs };
    const status = calculateStatus(input);
    yield* this.#updateStatus(key, rs, status);
    if (manageError !== undefined) throw manageError;
    const minReadySeconds = rs.spec.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && status.readyReplicas !== status.availableReplicas) {
      const nextMs = nextAvailabilityMs(owned.counts, minReadySeconds, nowMs);
      this.#queue.addAfter(key, nextMs ?? minReadySeconds * 1000);
    }
  }

  /** Adopts and releases; in the common case there is nothing to do and no pod is looked at. */
  *#claimPods(rs: ReplicaSet): Process<Owned> {
    const uid = uidOf(rs);
    const selector = selectorFromLabelSelector(rs.spec.selector);
    const orphans = orphansIn(this.#pods.indexer, namespaceOf(rs)).filter(
      (pod) => isPodActive(pod) && matchesLabels(selector, pod.metadata.labels),
    );
    if (orphans.length === 0 && !this.#tally.hasStrays(uid)) {
      const list = (): readonly Pod[] => this.#ownedPods(uid).filter(isPodActive);
      return { counts: this.#tally.counts(uid, (rs.spec.minReadySeconds ?? 0) > 0), list };
    }
    const all = this.#ownedPods(uid);
    const candidates = [...all.filter(isPodActive), ...orphans];
    const active = yield* claimObjects(
      this.#context,
      {
        controller: rs,
        reference: this.#reference(rs),
        selector,
        controllers: this.#context.client.of(this.#kind.kind) as never,
        children: this.#context.client.of('Pod'),
      },
      candidates,
    );
    const terminating = all.filter(
      (pod) => isPodTerminating(pod) && matchesLabels(selector, pod.metadata.labels),
    );
    const template = selectorFromSet(rs.spec.template?.metadata?.labels);
    return { counts: countPods(active, terminating.length, template), list: () => active };
  }

  /** Creates or deletes pods up to the burst. Returns the first error, if there was one. */
  *#manageReplicas(key: string, rs: ReplicaSet, owned: Owned): Process<RetryableError | undefined> {
    const desired = rs.spec.replicas ?? 0;
    const active = owned.counts.active;
    if (active < desired) {
      const count = Math.min(desired - active, burstReplicas);
      return yield* this.#createPods(key, rs, active, count);
    }
    if (active > desired) {
      const count = Math.min(active - desired, burstReplicas);
      return yield* this.#deletePods(key, rs, owned.list(), count);
    }
    return undefined;
  }

  *#createPods(
    key: string,
    rs: ReplicaSet,
    active: number,
    count: number,
  ): Process<RetryableError | undefined> {
    const { engine, name } = this.#context;
    this.#expectations.expectCreations(key, count);
    engine.record(name, 'create-pods', keyOf(rs), {
      desired: rs.spec.replicas ?? 0,
      active,
      count,
    });
    const reference = this.#reference(rs);
    const result = yield* slowStartBatch(this.#context, 'create', count, firstBatchSize, () =>
      this.#createOne(key, rs, reference),
    );
    for (let skipped = count - result.successCount; skipped > 0; skipped -= 1) {
      this.#expectations.creationObserved(key);
    }
    return result.error;
  }

  *#createOne(
    key: string,
    rs: ReplicaSet,
    reference: OwnerReference,
  ): Process<RetryableError | undefined> {
    try {
      const template = rs.spec.template;
      const pod = yield* createPod(this.#context, namespaceOf(rs), template, rs, reference);
      this.#consistency.wroteAt(key, pod);
      return undefined;
    } catch (thrown) {
      const error = retryable(thrown);
      // In a namespace that goes away every creation fails; there is no use in trying again.
      return isNamespaceTerminating(error) ? undefined : error;
    }
  }

  *#deletePods(
    key: string,
    rs: ReplicaSet,
    active: readonly Pod[],
    count: number,
  ): Process<RetryableError | undefined> {
    const { engine, name, random } = this.#context;
    const related = count < active.length ? this.#relatedPods(rs) : [];
    const chosen = getPodsToDelete(active, related, count, engine.nowMs, random);
    this.#expectations.expectDeletions(key, chosen.map(namespacedName));
    const desired = rs.spec.replicas ?? 0;
    engine.record(name, 'delete-pods', keyOf(rs), {
      desired,
      active: active.length,
      count,
      pods: chosen.map(nameOf),
    });
    const errors = yield* runAll(this.#context, 'delete', chosen.length, (index) =>
      this.#deleteOne(key, rs, chosen[index]),
    );
    return errors[0];
  }

  *#deleteOne(
    key: string,
    rs: ReplicaSet,
    pod: Pod | undefined,
  ): Process<RetryableError | undefined> {
    if (pod === undefined) return undefined;
    try {
      yield* deletePod(this.#context, namespaceOf(rs), nameOf(pod), rs);
      return undefined;
    } catch (thrown) {
      const error = retryable(thrown);
      // No event will tell of a deletion that did not happen here.
      this.#expectations.deletionObserved(key, namespacedName(pod));
      return isNotFound(error) ? undefined : error;
    }
  }

  *#updateStatus(key: string, rs: ReplicaSet, status: ReplicaSet['status'] & object): Process {
    const next = statusToWrite(rs, status);
    if (next === undefined) return;
    const client = this.#context.client.of(this.#kind.kind) as never as StatusClient;
    let stored = this.#owners.indexer.get(key);
    for (let attempt = 0; stored !== undefined; attempt += 1) {
      try {
        const written = yield* client.updateStatus({ ...stored, status: next } as KubeObject);
        this.#consistency.wroteAt(key, written);
        return;
      } catch (thrown) {
        const error = retryable(thrown);
        if (attempt >= statusUpdateRetries) throw error;
        stored = yield* client.get(namespaceOf(rs), nameOf(rs));
      }
    }
  }

  /** The pods of every ReplicaSet of the same owner: they tell which nodes are full. */
  #relatedPods(rs: ReplicaSet): Pod[] {
    const uid = controllerOf(rs)?.uid;
    if (uid === undefined) return [];
    const siblings = ownedBy(this.#owners.indexer, uid).filter(
      (other) => namespaceOf(other) === namespaceOf(rs),
    );
    return siblings.flatMap((sibling) => this.#ownedPods(uidOf(sibling)));
  }

  #ownedPods(uid: string): Pod[] {
    return ownedBy(this.#pods.indexer, uid);
  }

  #reference(rs: ReplicaSet): OwnerReference {
    return newControllerRef(rs);
  }

  #register(rs: ReplicaSet): void {
    this.#tally.register(uidOf(rs), {
      selector: selectorFromLabelSelector(rs.spec.selector),
      template: selectorFromSet(rs.spec.template?.metadata?.labels),
    });
  }

  #addOwner(rs: ReplicaSet): void {
    this.#register(rs);
    this.#queue.add(namespacedName(rs));
  }

  #updateOwner(before: ReplicaSet, after: ReplicaSet): void {
    if (uidOf(before) !== uidOf(after)) {
      this.#deleteOwner(before);
      this.#register(after);
    } else if (hasNewLabels(before, after)) {
      this.#register(after);
    }
    this.#queue.add(namespacedName(after));
  }

  #deleteOwner(rs: ReplicaSet): void {
    const key = namespacedName(rs);
    this.#tally.unregister(uidOf(rs));
    this.#expectations.delete(key);
    this.#consistency.clear(key);
    this.#queue.add(key);
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
    const rs = this.#ownerOf(pod);
    if (rs === undefined) return;
    const key = namespacedName(rs);
    this.#expectations.creationObserved(key);
    this.#queue.add(key);
  }

  #updatePod(before: Pod, after: Pod): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    const hasNewLabels = !deepEqual(before.metadata.labels, after.metadata.labels);
    if (isBeingDeleted(after)) {
      this.#deletePod(after);
      if (hasNewLabels) this.#deletePod(before);
      return;
    }
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    if (hasNewOwner) {
      const former = this.#ownerOf(before);
      if (former !== undefined) this.#queue.add(namespacedName(former));
    }
    if (controllerOf(after) === undefined) {
      if (hasNewLabels || hasNewOwner) this.#enqueueMatching(after);
      return;
    }
    const rs = this.#ownerOf(after);
    if (rs === undefined) return;
    const key = namespacedName(rs);
    this.#queue.add(key);
    const minReadySeconds = rs.spec.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && !isPodReady(before) && isPodReady(after)) {
      this.#queue.addAfter(key, minReadySeconds * 1000);
    }
  }

  /** Notes that a pod is going or gone. */
  #deletePod(pod: Pod): void {
    const rs = this.#ownerOf(pod);
    if (rs === undefined) return;
    const key = namespacedName(rs);
    this.#expectations.deletionObserved(key, namespacedName(pod));
    this.#queue.add(key);
  }

  /** Finds the owner of a pod by name, and believes it only when the UID is the same. */
  #ownerOf(pod: Pod): ReplicaSet | undefined {
    const reference = controllerOf(pod);
    if (reference === undefined || reference.kind !== this.#kind.kind) return undefined;
    const owner = this.#owners.indexer.get(`${namespaceOf(pod)}/${reference.name}`);
    return owner !== undefined && uidOf(owner) === reference.uid
      ? this.#kind.view(owner)
      : undefined;
  }

  /** An orphan may be adopted by any ReplicaSet that selects it; which of several is first, is chance. */
  #enqueueMatching(pod: Pod): void {
    for (const object of this.#context.random.shuffle(
      this.#owners.indexer.list(namespaceOf(pod)),
    )) {
      const selector = selectorFromLabelSelector(this.#kind.view(object).spec.selector);
      if (matchesLabels(selector, pod.metadata.labels)) this.#queue.add(namespacedName(object));
    }
  }
}

/** What the status is written with, whatever the kind. */
interface StatusClient {
  updateStatus(body: KubeObject): Process<KubeObject>;
  get(namespace: string, name: string): Process<KubeObject>;
}

function hasNewLabels(before: ReplicaSet, after: ReplicaSet): boolean {
  return (
    !deepEqual(before.spec.selector, after.spec.selector) ||
    !deepEqual(before.spec.template?.metadata?.labels, after.spec.template?.metadata?.labels)
  );
}
