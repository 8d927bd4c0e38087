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
  readonly byValue: Map<string, Map<string, T>>;
}

/** Objects of one kind with indexes. Keys are `namespace/name`, or `name` when cluster-scoped. */
export class Indexer<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();

  constructor() {
    this.addIndex('namespace', (object) => [object.metadata.namespace ?? '']);
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Adds an index; does nothing when one of that name is there already. */
  addIndex(name: string, values: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index: Index<T> = { values, byValue: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) insert(index, key, object);
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  /** Returns all objects, or those of one namespace. */
  list(namespace = ''): T[] {
    return namespace === '' ? [...this.#objects.values()] : this.byIndex('namespace', namespace);
  }

  /** Returns the objects under one value of an index. */
  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`indexer: no index "${name}"`);
    return [...(index.byValue.get(value)?.values() ?? [])];
  }

  set(object: T): void {
    const key = namespacedName(object);
    const before = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (before !== undefined) replace(index, key, before, object);
      else insert(index, key, object);
    }
  }

  delete(object: T): void {
    const key = namespacedName(object);
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) remove(index, key, before);
  }
}

function insert<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    let bucket = index.byValue.get(value);
    if (bucket === undefined) {
      bucket = new Map();
      index.byValue.set(value, bucket);
    }
    bucket.set(key, object);
  }
}

function remove<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    const bucket = index.byValue.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) index.byValue.delete(value);
  }
}

/** Keeps an object's place in a bucket that it stays in, so that order does not depend on updates. */
function replace<T>(index: Index<T>, key: string, before: T, after: T): void {
  const values = index.values(after);
  for (const value of index.values(before)) {
    if (values.includes(value)) continue;
    const bucket = index.byValue.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) index.byValue.delete(value);
  }
  for (const value of values) {
    let bucket = index.byValue.get(value);
    if (bucket === undefined) {
      bucket = new Map();
      index.byValue.set(value, bucket);
    }
    bucket.set(key, after);
  }
}
