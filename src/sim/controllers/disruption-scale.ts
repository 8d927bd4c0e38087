/**
 * How many pods the controllers of a budget's pods want: the number of which a budget takes its percentage.
 *
 * The pods of a Deployment are those of its ReplicaSets; each controller counts once. A pod without a controller counts
 * for nothing, and one whose controller cannot be scaled makes the budget unknowable.
 *
 * Upstream: pkg/controller/disruption/disruption.go getExpectedScale, finders
 */
import { builtInKindTable, qualifiedResource } from '../api/kinds.ts';
import { nameOf, namespaceOf, uidOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { controllerOf } from '../api/owner-references.ts';
import { goQuote } from '../api/go-format.ts';
import { isNotFound } from '../api/status-error.ts';
import type { OwnerReference, Pod, Scale } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Process } from '../engine/process.ts';
import { SyncError } from './worker.ts';

/** Kinds whose size is read from the caches. */
export const scaledKinds = [
  'ReplicationController',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
] as const;

/** The caches of those kinds. */
export type ScaledInformers = ReadonlyMap<string, Informer<KubeObject>>;

/** What the controllers of some pods want. */
export interface ExpectedScale {
  readonly expected: number;
  /** Names of the pods that have no controller. */
  readonly unmanaged: readonly string[];
}

interface Sized {
  readonly uid: string;
  readonly replicas: number;
}

/** Adds up the sizes of the pods' controllers. Throws where one of them has no size. */
export function* expectedScale(
  context: ComponentContext,
  informers: ScaledInformers,
  pods: readonly Pod[],
): Process<ExpectedScale> {
  const sizes = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (reference === undefined) {
      unmanaged.push(nameOf(pod));
      continue;
    }
    if (seen.has(reference.uid)) continue;
    const sized = yield* sizeOf(context, informers, reference, namespaceOf(pod));
    if (sized === undefined) {
      throw new SyncError(`found no controllers for pod ${goQuote(nameOf(pod))}`);
    }
    seen.add(reference.uid);
    sizes.set(sized.uid, sized.replicas);
  }
  let expected = 0;
  for (const replicas of sizes.values()) expected += replicas;
  return { expected, unmanaged };
}

function* sizeOf(
  context: ComponentContext,
  informers: ScaledInformers,
  reference: OwnerReference,
  namespace: string,
): Process<Sized | undefined> {
  const cached = cachedOwner(informers, reference, namespace);
  const above = cached?.kind === 'ReplicaSet' ? controllerOf(cached) : undefined;
  if (above?.kind === 'Deployment') {
    const deployment = cachedOwner(informers, above, namespace);
    return deployment && sizedOf(deployment);
  }
  if (cached !== undefined) return sizedOf(cached);
  return yield* scaleOf(context, reference, namespace);
}

function cachedOwner(
  informers: ScaledInformers,
  { kind, name, uid }: OwnerReference,
  namespace: string,
): KubeObject | undefined {
  const owner = informers.get(kind)?.indexer.get(`${namespace}/${name}`);
  return owner !== undefined && uidOf(owner) === uid ? owner : undefined;
}

function sizedOf(owner: KubeObject & { readonly spec?: { readonly replicas?: number } }): Sized {
  return { uid: uidOf(owner), replicas: owner.spec?.replicas ?? 0 };
}

/** Asks the API server for the size of any other kind that has one. */
function* scaleOf(
  { client }: ComponentContext,
  { apiVersion, kind, name, uid }: OwnerReference,
  namespace: string,
): Process<Sized | undefined> {
  const row = builtInKindTable.byKind(apiVersion, kind);
  if (row === undefined) {
    throw new SyncError(`no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`);
  }
  if (!row.subresources.includes('scale')) {
    throw new SyncError(`${qualifiedResource(row)} does not implement the scale subresource`);
  }
  try {
    const answer = yield* client.resource(row).subresource('get', namespace, name, 'scale');
    const scale = answer as unknown as Scale;
    if (scale.metadata?.uid !== uid) return undefined;
    return { uid, replicas: scale.spec?.replicas ?? 0 };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
