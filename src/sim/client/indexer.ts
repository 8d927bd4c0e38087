/**
 * The store of an informer: objects by key, by namespace, and by any index that a component asks for.
 *
 * - Objects are frozen and shared with the API server's history; nobody changes them.
 * - Iteration is in the order in which keys were first added, which is deterministic.
 *
 * Upstream: staging/src/k8s.io/client-go/tools/cache threadSafeMap, Indexers
 */
import { namespacedName } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';

/** Returns the values under which an object is found in an index; none keeps it out. */
export type IndexFunction<T> = (object: T) => readonly string[];

interface Index<T> {
  readonly values: IndexFunction<T>;
  /** Keys of the objects under each value: an update that leaves the values as they are costs nothing here. */
  readonly keys: Map<string, Set<string>>;
}

interface Contents<T> {
  readonly objects: Map<string, T>;
  readonly indexes: Map<string, Index<T>>;
}

/** Objects of one kind with indexes. Keys are `namespace/name`, or `name` when cluster-scoped. */
export class Indexer<T extends KubeObject> {
  #contents: Contents<T> = { objects: new Map(), indexes: new Map() };

  constructor() {
    this.addIndex('namespace', (object) => [object.metadata.namespace ?? '']);
  }

  get size(): number {
    return this.#contents.objects.size;
  }

  /** Shows from now on what another one holds: one cache with two faces. Indexes of one name must be the same. */
  share(other: Indexer<T>): void {
    const { indexes } = this.#contents;
    this.#contents = other.#contents;
    for (const [name, { values }] of indexes) this.addIndex(name, values);
  }

  /** Takes a copy of what it shares with others, and changes by itself from now on. */
  part(): void {
    const { objects, indexes } = this.#contents;
    this.#contents = { objects: new Map(objects), indexes: new Map() };
    for (const [name, { values }] of indexes) this.addIndex(name, values);
  }

  /** Adds an index; does nothing when one of that name is there already. */
  addIndex(name: string, values: IndexFunction<T>): void {
    const { objects, indexes } = this.#contents;
    if (indexes.has(name)) return;
    const index: Index<T> = { values, keys: new Map() };
    indexes.set(name, index);
    for (const [key, object] of objects) insert(index, key, values(object));
  }

  get(key: string): T | undefined {
    return this.#contents.objects.get(key);
  }

  /** Returns all objects, or those of one namespace. */
  list(namespace = ''): T[] {
    if (namespace === '') return [...this.#contents.objects.values()];
    return this.byIndex('namespace', namespace);
  }

  /** Returns the objects under one value of an index. */
  byIndex(name: string, value: string): T[] {
    const { objects, indexes } = this.#contents;
    const index = indexes.get(name);
    if (index === undefined) throw new Error(`indexer: no index "${name}"`);
    const found: T[] = [];
    for (const key of index.keys.get(value) ?? []) {
      const object = objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** Takes an object in and returns the one that was there before under its key. */
  set(object: T): T | undefined {
    const { objects, indexes } = this.#contents;
    const key = namespacedName(object);
    const before = objects.get(key);
    objects.set(key, object);
    for (const index of indexes.values()) {
      const next = index.values(object);
      if (before === undefined) insert(index, key, next);
      else replace(index, key, index.values(before), next);
    }
    return before;
  }

  delete(object: T): void {
    const { objects, indexes } = this.#contents;
    const key = namespacedName(object);
    const before = objects.get(key);
    if (before === undefined) return;
    objects.delete(key);
    for (const index of indexes.values()) remove(index, key, index.values(before));
  }
}

function insert<T>({ keys }: Index<T>, key: string, values: readonly string[]): void {
  for (const value of values) {
    const bucket = keys.get(value);
    if (bucket === undefined) keys.set(value, new Set([key]));
    else bucket.add(key);
  }
}

function remove<T>({ keys }: Index<T>, key: string, values: readonly string[]): void {
  for (const value of values) {
    const bucket = keys.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) keys.delete(value);
  }
}

/** Keeps an object's place in a bucket that it stays in, so that order does not depend on updates. */
function replace<T>(
  index: Index<T>,
  key: string,
  before: readonly string[],
  after: readonly string[],
): void {
  if (before.length === 1 && after.length === 1 && before[0] === after[0]) return;
  const left = before.filter((value) => !after.includes(value));
  remove(index, key, left);
  insert(index, key, after);
}
