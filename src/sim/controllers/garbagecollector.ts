/**
 * The garbage collector: deletes what has no owner left, holds owners back until their dependents are gone, or cuts
 * the dependents loose, as the deletion asked for.
 *
 * - It acts on a fresh look at the object and at its owners, never on the graph alone.
 * - A delete names the UID and the revision that were looked at, so that a changed object is looked at again.
 *
 * Upstream: pkg/controller/garbagecollector/garbagecollector.go GarbageCollector; operations.go
 * Docs: /docs/concepts/architecture/garbage-collection/
 * Simplified: kinds are those that were served when it started; the cache of absent owners has no limit.
 */
import { builtInKindTable, verbsOf } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, uidOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { objectKey } from '../api/object-key.ts';
import { isConflict, isNotFound } from '../api/status-error.ts';
import type { Kinds, OwnerReference } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import {
  OwnerGraph,
  blockingDependents,
  foregroundFinalizer,
  hasFinalizer,
  orphanFinalizer,
} from './garbagecollector-graph.ts';
import type { GraphNode } from './garbagecollector-graph.ts';
import { caches, retryable, runAll, startWorkers } from './worker.ts';

/** Objects looked at at one time. Upstream: ConcurrentGCSyncs */
const workerCount = 20;
/** Attempts to take a finalizer away while others write the object. Upstream: removeFinalizer */
const finalizerAttemptsMax = 5;

/** How a deletion treats what the deleted object owns. */
type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** References of an object, sorted by what its owners are about. */
interface Classified {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  /** Owners in foreground deletion. */
  readonly waiting: readonly OwnerReference[];
}

/** Collects what nobody owns any more. */
export class GarbageCollector {
  readonly #context: ComponentContext;
  readonly #deleteQueue: Workqueue;
  readonly #orphanQueue: Workqueue;
  readonly #graph: OwnerGraph;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#deleteQueue = new Workqueue(context.engine, `${context.name}/attempt-to-delete`);
    this.#orphanQueue = new Workqueue(context.engine, `${context.name}/attempt-to-orphan`);
    this.#graph = new OwnerGraph({
      attemptToDelete: (node) => this.#deleteQueue.add(node.uid),
      attemptToOrphan: (node) => this.#orphanQueue.add(node.uid),
    });
  }

  start(): void {
    const informers = collectedKinds().map((row) => this.#watch(row));
    const queues = [
      { queue: this.#deleteQueue, sync: (uid: string) => this.attemptToDelete(uid) },
      { queue: this.#orphanQueue, sync: (uid: string) => this.attemptToOrphan(uid) },
    ];
    for (const { queue, sync } of queues) {
      startWorkers(this.#context, { queue, sync, workerCount, informers: caches(...informers) });
    }
  }

  #watch(row: KindRow): Informer<KubeObject> {
    const kind = (row.struct ?? row.kind) as keyof Kinds & string;
    const informer = this.#context.informers.of(kind) as unknown as Informer<KubeObject>;
    informer.addHandlers({
      onAdd: (object) => this.#graph.set(undefined, object),
      onUpdate: (before, after) => {
        if (uidOf(before) !== uidOf(after)) this.#graph.delete(uidOf(before));
        this.#graph.set(before, after);
      },
      onDelete: (object) => this.#graph.delete(uidOf(object)),
    });
    return informer;
  }

  /** Looks at one object and deletes it if no owner keeps it. Throws what should be tried again. */
  *attemptToDelete(uid: string): Process {
    const node = this.#graph.get(uid);
    if (node === undefined || (node.isBeingDeleted && !node.isDeletingDependents)) return;
    const latest = yield* this.#lookUp(node, node.namespace, node.name);
    if (latest === undefined || uidOf(latest) !== uid) {
      // Never there, or gone before we could see it: its dependents have no owner.
      this.#graph.noteAbsent(uid);
      this.#graph.delete(uid);
      return;
    }
    // A virtual node is real after all; its informer will bring it.
    if (node.isVirtual) return;
    if (node.isDeletingDependents) {
      yield* this.#processDeletingDependents(node);
      return;
    }
    const references = latest.metadata.ownerReferences ?? [];
    if (references.length === 0) return;
    const classified = yield* this.#classify(node, references);
    if (classified.solid.length > 0) yield* this.#dropReferences(node, classified);
    else yield* this.#collect(node, latest, classified);
  }

  /** Cuts the dependents of one object loose, then lets it go. Throws what should be tried again. */
  *attemptToOrphan(uid: string): Process {
    const node = this.#graph.get(uid);
    if (node === undefined) return;
    const dependents = [...node.dependents];
    this.#record('orphan-dependents', node, { dependents: dependents.length });
    const errors = yield* runAll(this.#context, 'orphan', dependents.length, (index) =>
      this.#orphanOne(dependents[index], uid),
    );
    const first = errors[0];
    if (first !== undefined) throw first;
    yield* this.#removeFinalizer(node, orphanFinalizer);
  }

  *#orphanOne(
    dependent: GraphNode | undefined,
    ownerUid: string,
  ): Process<ReturnType<typeof retryable> | undefined> {
    if (dependent === undefined) return undefined;
    try {
      yield* this.#patchReferences(dependent, [ownerUid]);
      return undefined;
    } catch (thrown) {
      const error = retryable(thrown);
      return isNotFound(error) ? undefined : error;
    }
  }

  *#processDeletingDependents(node: GraphNode): Process {
    const blocking = blockingDependents(node);
    if (blocking.length === 0) {
      this.#record('dependents-gone', node, {});
      yield* this.#removeFinalizer(node, foregroundFinalizer);
      return;
    }
    for (const dependent of blocking) {
      if (!dependent.isDeletingDependents) this.#deleteQueue.add(dependent.uid);
    }
  }

  *#classify(node: GraphNode, references: readonly OwnerReference[]): Process<Classified> {
    const solid: OwnerReference[] = [];
    const dangling: OwnerReference[] = [];
    const waiting: OwnerReference[] = [];
    for (const reference of references) {
      const owner = yield* this.#ownerOf(node, reference);
      if (owner === undefined) dangling.push(reference);
      else if (isBeingDeleted(owner) && hasFinalizer(owner, foregroundFinalizer)) {
        waiting.push(reference);
      } else solid.push(reference);
    }
    return { solid, dangling, waiting };
  }

  /** Finds a living owner by a live look, unless it is known to be gone. */
  *#ownerOf(node: GraphNode, reference: OwnerReference): Process<KubeObject | undefined> {
    if (this.#graph.isAbsent(reference.uid)) return undefined;
    const owner = yield* this.#lookUp(reference, node.namespace, reference.name);
    if (owner !== undefined && uidOf(owner) === reference.uid) return owner;
    this.#graph.noteAbsent(reference.uid);
    const row = rowOf(reference);
    if (row?.namespaced === true && node.namespace === '') {
      const what = `[${reference.apiVersion}/${reference.kind}, name: ${reference.name}, uid: ${reference.uid}]`;
      const message = `ownerRef ${what} does not exist in namespace "${node.namespace}"`;
      this.#context.recorder.event(targetOf(node), 'Warning', 'OwnerRefInvalidNamespace', message);
    }
    return undefined;
  }

  /** Keeps an object that has an owner left, without its references to owners that are going or gone. */
  *#dropReferences(node: GraphNode, { solid, dangling, waiting }: Classified): Process {
    const uids = [...dangling, ...waiting].map(({ uid }) => uid);
    if (uids.length === 0) return;
    this.#record('drop-owners', node, { kept: solid.length, dropped: uids.length });
    yield* this.#patchReferences(node, uids);
  }

  /** Deletes an object without a living owner, in the manner that its owners or its own finalizers ask for. */
  *#collect(node: GraphNode, latest: KubeObject, { waiting }: Classified): Process {
    const isForeground = waiting.length > 0 && node.dependents.size > 0;
    if (isForeground && [...node.dependents].some((dependent) => dependent.isDeletingDependents)) {
      // Perhaps a circle: the owner must not wait for us while we wait for it.
      yield* this.#unblockOwners(node, latest);
    }
    const policy: PropagationPolicy = isForeground
      ? 'Foreground'
      : hasFinalizer(latest, orphanFinalizer)
        ? 'Orphan'
        : hasFinalizer(latest, foregroundFinalizer)
          ? 'Foreground'
          : 'Background';
    this.#record('collect', node, { policy, owners: latest.metadata.ownerReferences?.length ?? 0 });
    yield* this.#delete(node, latest, policy);
  }

  *#delete(node: GraphNode, latest: KubeObject, propagationPolicy: PropagationPolicy): Process {
    const client = this.#clientOf(node);
    if (client === undefined) return;
    const { uid } = node;
    const { resourceVersion } = latest.metadata;
    try {
      const preconditions = { uid, resourceVersion };
      yield* client.delete(node.namespace, node.name, { propagationPolicy, preconditions });
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error)) throw error;
      // Somebody wrote the object; as long as its owners are the same, that changes nothing.
      const fresh = yield* client.get(node.namespace, node.name);
      const isSame =
        uidOf(fresh) === uid &&
        deepEqual(fresh.metadata.ownerReferences, latest.metadata.ownerReferences);
      if (!isSame) throw error;
      const preconditions = { uid };
      yield* client.delete(node.namespace, node.name, { propagationPolicy, preconditions });
    }
  }

  *#patchReferences(node: GraphNode, ownerUids: readonly string[]): Process {
    const ownerReferences = ownerUids.map((uid) => ({ $patch: 'delete', uid }));
    const body = { metadata: { ownerReferences, uid: node.uid } };
    yield* this.#patch(node, 'strategic', body);
  }

  *#unblockOwners(node: GraphNode, latest: KubeObject): Process {
    const ownerReferences = (latest.metadata.ownerReferences ?? [])
      .filter((reference) => reference.blockOwnerDeletion === true)
      .map((reference) => ({ uid: reference.uid, blockOwnerDeletion: false }));
    yield* this.#patch(node, 'strategic', { metadata: { ownerReferences, uid: node.uid } });
  }

  *#removeFinalizer(node: GraphNode, finalizer: string): Process {
    for (let attempt = 1; ; attempt += 1) {
      const latest = yield* this.#lookUp(node, node.namespace, node.name);
      if (latest === undefined || uidOf(latest) !== node.uid) return;
      const { finalizers = [], resourceVersion } = latest.metadata;
      if (!finalizers.includes(finalizer)) return;
      const rest = finalizers.filter((other) => other !== finalizer);
      try {
        yield* this.#patch(node, 'merge', { metadata: { resourceVersion, finalizers: rest } });
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error) || attempt >= finalizerAttemptsMax) throw error;
      }
    }
  }

  *#patch(node: GraphNode, type: 'strategic' | 'merge', body: unknown): Process {
    const client = this.#clientOf(node);
    if (client !== undefined) yield* client.patch(node.namespace, node.name, type, body);
  }

  #clientOf(identity: Identity): ReturnType<ComponentContext['client']['resource']> | undefined {
    const row = rowOf(identity);
    return row === undefined ? undefined : this.#context.client.resource(row);
  }

  /** Reads an object at the API server; undefined when there is none, or no such kind. */
  *#lookUp(identity: Identity, namespace: string, name: string): Process<KubeObject | undefined> {
    const row = rowOf(identity);
    // A namespaced owner of an object without namespace cannot exist.
    if (row === undefined || (row.namespaced && namespace === '')) return undefined;
    try {
      return yield* this.#context.client.resource(row).get(row.namespaced ? namespace : '', name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #record(verb: string, node: GraphNode, detail: Readonly<Record<string, unknown>>): void {
    const object = objectKey(node.kind, node.namespace, node.name);
    this.#context.engine.record(this.#context.name, verb, object, detail);
  }
}

/** How an object or a reference names its kind. */
interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

function rowOf({ apiVersion, kind }: Identity): KindRow | undefined {
  return builtInKindTable.byKind(apiVersion, kind);
}

function targetOf(node: GraphNode): {
  kind: string;
  apiVersion: string;
  namespace: string;
  name: string;
  uid: string;
} {
  const { kind, apiVersion, namespace, name, uid } = node;
  return { kind, apiVersion, namespace, name, uid };
}

/** Returns the kinds whose objects may own or be owned: all that can be listed, watched and deleted, but Events. */
function collectedKinds(): readonly KindRow[] {
  return builtInKindTable.rows.filter((row) => {
    const verbs = verbsOf(row);
    const isServed = ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb));
    return isServed && row.kind !== 'Event';
  });
}
