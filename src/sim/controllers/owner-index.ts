/**
 * The index by which a controller finds what it owns, and what nobody owns, without looking at anything else.
 *
 * Upstream: pkg/controller/controller_utils.go AddPodControllerIndexer, PodControllerUIDIndex, OrphanPodIndexKeyForNamespace
 */
import type { KubeObject } from '../api/object.ts';
import { namespaceOf } from '../api/object.ts';
import { controllerOf } from '../api/owner-references.ts';
import type { Indexer } from '../client/indexer.ts';

const indexName = 'controller-uid';

/** Adds the index to a cache; safe to call again. */
export function addOwnerIndex<T extends KubeObject>(indexer: Indexer<T>): void {
  indexer.addIndex(indexName, (object) => [
    controllerOf(object)?.uid ?? `orphans/${namespaceOf(object)}`,
  ]);
}

/** Returns the objects whose controller has that UID. */
export function ownedBy<T extends KubeObject>(indexer: Indexer<T>, uid: string): T[] {
  return indexer.byIndex(indexName, uid);
}

/** Returns the objects of a namespace that have no controller. */
export function orphansIn<T extends KubeObject>(indexer: Indexer<T>, namespace: string): T[] {
  return indexer.byIndex(indexName, `orphans/${namespace}`);
}
