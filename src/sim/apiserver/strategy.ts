/**
 * What the API server does differently for one kind: how it makes an object ready to be stored.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest RESTCreateStrategy, RESTUpdateStrategy
 */
import type { KubeObject } from '../api/object.ts';
import type { Random } from '../engine/random.ts';
import type { PropagationPolicy, RequestOptions } from './request.ts';

/** What a strategy may ask of the server. */
export interface StrategyContext {
  readonly nowMs: number;
  readonly random: Random;
  /** Reads another object, as admission does from its informers. */
  get(kind: string, namespace: string, name: string): KubeObject | undefined;
  /** Reads all objects of a kind. */
  list(kind: string): readonly KubeObject[];
  /** Gives out addresses and ports of Services. */
  readonly allocator: {
    clusterIp(wanted: string | undefined): string;
    nodePort(wanted: number | undefined): number;
    release(service: KubeObject): void;
  };
}

/** Rules of one kind. All functions return a new object; what they are given is frozen. */
export interface Strategy<T extends KubeObject = KubeObject> {
  /** The status of a new object; undefined leaves the field out. */
  readonly initialStatus?: ((object: T) => unknown) | undefined;
  readonly prepareForCreate?: ((object: T, context: StrategyContext) => T) | undefined;
  /** Called for writes to the object itself, after metadata and status were kept from the old one. */
  readonly prepareForUpdate?: ((object: T, old: T, context: StrategyContext) => T) | undefined;
  readonly prepareForStatusUpdate?: ((object: T, old: T) => T) | undefined;
  /** Subresources whose writes are taken as they come: the server itself has built the object. */
  readonly writesWhole?: readonly string[] | undefined;
  /** Whether a write changes `generation`; by default when anything but metadata and status differs. */
  readonly changesGeneration?: ((object: T, old: T) => boolean) | undefined;
  /** Whether PUT needs a resourceVersion. */
  readonly needsResourceVersion?: boolean | undefined;
  /** Seconds of grace for a deletion; undefined for kinds that are deleted at once. */
  readonly gracePeriodSeconds?: ((object: T, options: RequestOptions) => number) | undefined;
  readonly defaultPropagation?: PropagationPolicy | undefined;
  /** What a client is warned of that deletes without saying what becomes of the dependents. */
  readonly orphanWarning?: string | undefined;
  /** Whether DELETE answers with the object even when it is gone. */
  readonly returnsDeletedObject?: boolean | undefined;
  /** Called when a deletion is noted and the object stays for now. */
  readonly prepareForDelete?: ((object: T) => T) | undefined;
  /** Whether something beside finalizers and grace keeps a deleted object. */
  readonly isHeld?: ((object: T) => boolean) | undefined;
  /** Called when the object has left the store. */
  readonly afterDelete?: ((object: T, context: StrategyContext) => void) | undefined;
}
