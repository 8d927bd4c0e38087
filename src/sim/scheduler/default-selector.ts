/**
 * The selector of the pods that belong together with a pod: by its Services and by its controller.
 *
 * Upstream: pkg/scheduler/framework/plugins/helper/spread.go DefaultSelector
 */
import { controllerOf } from '../api/owner-references.ts';
import { labelsOf } from '../api/object.ts';
import { matchesLabels, selectorFromLabelSelector, selectorFromSet } from '../api/selector.ts';
import type { Requirement, Selector } from '../api/selector.ts';
import type {
  Pod,
  ReplicaSet,
  ReplicationController,
  Service,
  StatefulSet,
} from '../api/types.gen.ts';
import type { Indexer } from '../client/indexer.ts';

/** The caches in which owners and Services are looked up. */
export interface OwnerCaches {
  readonly services: Indexer<Service>;
  readonly replicaSets: Indexer<ReplicaSet>;
  readonly statefulSets: Indexer<StatefulSet>;
  readonly replicationControllers: Indexer<ReplicationController>;
}

/** Returns the selector, or undefined where nothing selects the pod. */
export function defaultSelector(pod: Pod, caches: OwnerCaches): Selector | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const labels = labelsOf(pod);
  const merged: Record<string, string> = {};
  for (const service of caches.services.list(namespace)) {
    const selector = service.spec?.selector;
    if (selector === undefined || Object.keys(selector).length === 0) continue;
    if (matchesLabels(selectorFromSet(selector), labels)) Object.assign(merged, selector);
  }
  const requirements: Requirement[] = [];
  const owner = controllerOf(pod);
  const key = `${namespace}/${owner?.name ?? ''}`;
  switch (owner?.kind) {
    case 'ReplicationController':
      Object.assign(merged, caches.replicationControllers.get(key)?.spec?.selector);
      break;
    case 'ReplicaSet':
      requirements.push(...requirementsOf(caches.replicaSets.get(key)));
      break;
    case 'StatefulSet':
      requirements.push(...requirementsOf(caches.statefulSets.get(key)));
      break;
    default:
  }
  if (Object.keys(merged).length > 0) {
    requirements.unshift(...selectorFromSet(merged).requirements);
  }
  return requirements.length === 0 ? undefined : { requirements, nothing: false };
}

function requirementsOf(owner: ReplicaSet | StatefulSet | undefined): readonly Requirement[] {
  return owner?.spec === undefined
    ? []
    : selectorFromLabelSelector(owner.spec.selector).requirements;
}
