/**
 * The graph of owners and dependents that the garbage collector keeps, by UID.
 *
 * - An owner that was named but never seen is in the graph as a virtual node until a look at the API server tells.
 * - A node leaves when its object is gone; what depended on it is then looked at.
 *
 * Upstream: pkg/controller/garbagecollector/graph_builder.go GraphBuilder; graph.go node
 * Docs: /docs/concepts/architecture/garbage-collection/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import type { OwnerReference } from '../api/types.gen.ts';

/** Keeps an owner until its dependents are gone. Upstream: FinalizerDeleteDependents */
export const foregroundFinalizer = 'foregroundDeletion';
/** Keeps an owner until its dependents were told that they have none. Upstream: FinalizerOrphanDependents */
export const orphanFinalizer = 'orphan';

/** One object in the graph. */
export interface GraphNode {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  owners: readonly OwnerReference[];
  readonly dependents: Set<GraphNode>;
  /** Deletion has begun; for most nodes nothing is left to do then. */
  isBeingDeleted: boolean;
  /** The object waits for its dependents: foreground deletion. */
  isDeletingDependents: boolean;
  /** Nobody has seen the object yet; only references to it. */
  isVirtual: boolean;
}

/** What the graph asks to be looked at. */
export interface GraphWork {
  readonly attemptToDelete: (node: GraphNode) => void;
  readonly attemptToOrphan: (node: GraphNode) => void;
}

/** Whether the object carries a finalizer. */
export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return (object.metadata.finalizers ?? []).includes(finalizer);
}

/** Whether the deletion with that finalizer began between the two states of an object. */
function startsWaiting(
  before: KubeObject | undefined,
  after: KubeObject,
  finalizer: string,
): boolean {
  if (!isBeingDeleted(after) || !hasFinalizer(after, finalizer)) return false;
  return before === undefined || !isBeingDeleted(before) || !hasFinalizer(before, finalizer);
}

/** Returns the dependents that an owner in foreground deletion waits for. */
export function blockingDependents(node: GraphNode): GraphNode[] {
  return [...node.dependents].filter((dependent) =>
    dependent.owners.some((owner) => owner.uid === node.uid && owner.blockOwnerDeletion === true),
  );
}

/** Owners and dependents of everything in the cluster. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #work: GraphWork;
  /** UIDs of owners that are known to be gone. */
  readonly #absent = new Set<string>();

  constructor(work: GraphWork) {
    this.#work = work;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  isAbsent(uid: string): boolean {
    return this.#absent.has(uid);
  }

  noteAbsent(uid: string): void {
    this.#absent.add(uid);
  }

  /** Takes in an object that was added or changed. */
  set(before: KubeObject | undefined, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    const node = this.#nodes.get(uidOf(object));
    if (node === undefined || node.isVirtual) this.#insert(node, object, owners);
    else if (node.owners !== owners && !deepEqual(node.owners, owners)) this.#relink(node, owners);
    const known = this.#nodes.get(uidOf(object));
    if (known === undefined) return;
    if (isBeingDeleted(object)) known.isBeingDeleted = true;
    if (startsWaiting(before, object, orphanFinalizer)) this.#work.attemptToOrphan(known);
    if (startsWaiting(before, object, foregroundFinalizer)) {
      known.isDeletingDependents = true;
      for (const dependent of known.dependents) this.#work.attemptToDelete(dependent);
      this.#work.attemptToDelete(known);
    }
  }

  /** Takes out an object that is gone, and lets its dependents and its waiting owners be looked at. */
  delete(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    if (node.dependents.size > 0) this.noteAbsent(uid);
    for (const owner of node.owners) this.#nodes.get(owner.uid)?.dependents.delete(node);
    for (const dependent of node.dependents) this.#work.attemptToDelete(dependent);
    for (const { uid: ownerUid } of node.owners) {
      const owner = this.#nodes.get(ownerUid);
      if (owner?.isDeletingDependents === true) this.#work.attemptToDelete(owner);
    }
  }

  #insert(
    virtual: GraphNode | undefined,
    object: KubeObject,
    owners: readonly OwnerReference[],
  ): void {
    const node: GraphNode = {
      uid: uidOf(object),
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace: namespaceOf(object),
      name: nameOf(object),
      owners,
      dependents: virtual?.dependents ?? new Set(),
      isBeingDeleted: false,
      isDeletingDependents: false,
      isVirtual: false,
    };
    this.#nodes.set(node.uid, node);
    // The reference may have named another object of that UID; the dependents find out.
    if (virtual !== undefined && !isSameIdentity(virtual, node)) {
      for (const dependent of node.dependents) this.#work.attemptToDelete(dependent);
    }
    this.#addToOwners(node, owners);
  }

  #addToOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    for (const reference of owners) {
      const owner = this.#nodes.get(reference.uid);
      if (owner !== undefined) {
        owner.dependents.add(node);
        continue;
      }
      const virtual: GraphNode = {
        uid: reference.uid,
        apiVersion: reference.apiVersion,
        kind: reference.kind,
        namespace: node.namespace,
        name: reference.name,
        owners: [],
        dependents: new Set([node]),
        isBeingDeleted: false,
        isDeletingDependents: false,
        isVirtual: true,
      };
      this.#nodes.set(virtual.uid, virtual);
      this.#work.attemptToDelete(virtual);
    }
  }

  #relink(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    const find = (list: readonly OwnerReference[], uid: string): OwnerReference | undefined =>
      list.find((reference) => reference.uid === uid);
    const added = owners.filter(({ uid }) => find(before, uid) === undefined);
    const removed = before.filter(({ uid }) => find(owners, uid) === undefined);
    node.owners = owners;
    this.#addToOwners(node, added);
    for (const { uid } of removed) this.#nodes.get(uid)?.dependents.delete(node);
    for (const reference of before) {
      // An owner that waited for this one may go now: the reference is gone or does not block any more.
      const now = find(owners, reference.uid);
      const isUnblocked = reference.blockOwnerDeletion === true && now?.blockOwnerDeletion !== true;
      const owner = this.#nodes.get(reference.uid);
      if (isUnblocked && owner?.isDeletingDependents === true) this.#work.attemptToDelete(owner);
    }
  }
}

function isSameIdentity(a: GraphNode, b: GraphNode): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.apiVersion === b.apiVersion &&
    (a.namespace === b.namespace || b.namespace === '')
  );
}
