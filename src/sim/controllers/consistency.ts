/**
 * Read your own writes: a controller does not sync an object while its caches are older than what it wrote itself.
 *
 * A sync on an older cache would count its own last act not yet, and act or report twice. It fails instead, without
 * a trace in the API, and is tried again a few milliseconds later.
 *
 * Upstream: pkg/controller/util/consistency ConsistencyStore (StaleControllerConsistencyReplicaSet, on since 1.36)
 */
import type { KubeObject } from '../api/object.ts';
import type { Informer } from '../client/informer.ts';
import { SyncError } from './worker.ts';

/** What a controller wrote last for each key, by the kind that was written. */
export class ConsistencyStore {
  readonly #informers: ReadonlyMap<string, Informer<KubeObject>>;
  /** Revisions of writes that the cache may not have seen yet, by key and kind. */
  readonly #written = new Map<string, Map<string, number>>();

  constructor(informers: readonly (readonly [kind: string, informer: unknown])[]) {
    this.#informers = new Map(informers as readonly (readonly [string, Informer<KubeObject>])[]);
  }

  /** Notes a write which was made for `key`. */
  wroteAt(key: string, object: KubeObject): void {
    const revision = Number(object.metadata.resourceVersion ?? 0);
    let kinds = this.#written.get(key);
    if (kinds === undefined) {
      kinds = new Map();
      this.#written.set(key, kinds);
    }
    kinds.set(object.kind, Math.max(revision, kinds.get(object.kind) ?? 0));
  }

  /** Throws a SyncError while a cache is older than what was written for `key`. */
  ensureReady(key: string): void {
    const kinds = this.#written.get(key);
    if (kinds === undefined) return;
    for (const [kind, revision] of kinds) {
      const seen = Number(this.#informers.get(kind)?.resourceVersion ?? 0);
      if (seen < revision) {
        throw new SyncError(`the cache of ${kind} is at ${seen}, own write was at ${revision}`);
      }
    }
    this.#written.delete(key);
  }

  /** Forgets a key: its object is gone. */
  clear(key: string): void {
    this.#written.delete(key);
  }
}
