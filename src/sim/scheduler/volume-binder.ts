/**
 * What the scheduler knows and does about the volumes of pods: which nodes a pod's claims allow, which volume or node each
 * unbound claim gets, and the wait until that is done.
 *
 * - A choice is remembered at once, so that the next pod does not get the same volume, and is taken back when it fails.
 * - Binding writes the choice and then looks once a second whether the volume controller has finished.
 *
 * Upstream: pkg/scheduler/framework/plugins/volumebinding/binder.go; assume_cache.go
 * Docs: /docs/concepts/storage/storage-classes/#volume-binding-mode
 * Simplified: no storage capacity tracking, no migration to CSI.
 */
import {
  annotationsOf,
  isBeingDeleted,
  nameOf,
  namespaceOf,
  namespacedName,
} from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../api/types.gen.ts';
import {
  boundByControllerKey,
  classOfClaim,
  compareRequests,
  findMatchingVolume,
  isBindingDelayed,
  isClaimBound,
  isMeantForClaim,
  isUsableOn,
  noProvisioner,
  selectedNodeKey,
} from '../api/volume-matching.ts';
import type { NodeLike } from '../api/node-affinity.ts';
import type { Client } from '../client/client.ts';
import type { Indexer } from '../client/indexer.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';

/** How often the wait looks, and how long it lasts. Upstream: checkVolumeBindingCalls; DefaultBindTimeoutSeconds */
const checkMs = 1_000;
const bindTimeoutMs = 600_000;

/** Reasons that count per node. Upstream: ErrReasonBindConflict, ErrReasonNodeConflict, ErrReasonPVNotExist */
export const reasonNoVolume = "node(s) didn't find available persistent volumes to bind";
export const reasonNodeConflict = "node(s) didn't match PersistentVolume's node affinity";
export const reasonVolumeMissing =
  'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

/** The claims of one pod by what is still to be done about them. */
export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Claims of classes that wait for a pod: to be bound with it. */
  readonly toBind: readonly PersistentVolumeClaim[];
  /** Set when the pod cannot be placed anywhere. */
  readonly refusal: string | undefined;
}

/** Which volume each claim gets on one node, and which claims get a new one there. */
export interface VolumeChoice {
  readonly matches: readonly (readonly [PersistentVolumeClaim, PersistentVolume])[];
  readonly toProvision: readonly PersistentVolumeClaim[];
}

/** Caches of the API's objects. */
export interface VolumeCaches {
  readonly claims: Indexer<PersistentVolumeClaim>;
  readonly volumes: Indexer<PersistentVolume>;
  readonly classes: Indexer<StorageClass>;
}

/** The scheduler's view of volumes. */
export class VolumeBinder {
  readonly #caches: VolumeCaches;
  /** Volumes that are chosen for a claim and not yet written so, by name; the value is the claim's key. */
  readonly #chosen = new Map<string, string>();
  readonly #choices = new Map<string, VolumeChoice>();

  constructor(caches: VolumeCaches) {
    this.#caches = caches;
  }

  /** Looks up the claims of a pod; undefined when it has none. */
  claimsOf(pod: Pod): PodClaims | undefined {
    const sources = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: source }) =>
      source === undefined ? [] : [source.claimName],
    );
    if (sources.length === 0) return undefined;
    const bound: PersistentVolumeClaim[] = [];
    const toBind: PersistentVolumeClaim[] = [];
    let hasImmediate = false;
    for (const name of sources) {
      const claim = this.#caches.claims.get(`${namespaceOf(pod)}/${name}`);
      const refusal = whyUnusable(name, claim);
      if (claim === undefined || refusal !== undefined) return { bound, toBind, refusal };
      if (isClaimBound(claim)) bound.push(claim);
      else if (this.#isDelayed(claim)) toBind.push(claim);
      else hasImmediate = true;
    }
    const refusal = hasImmediate ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
    return { bound, toBind: toBind.sort(compareRequests), refusal };
  }

  /** Returns what the claims would get on a node, or why they get nothing there. */
  findOn({ bound, toBind }: PodClaims, node: NodeLike): VolumeChoice | readonly string[] {
    const reasons: string[] = [];
    for (const claim of bound) {
      const volume = this.#caches.volumes.get(claim.spec.volumeName ?? '');
      if (volume === undefined) reasons.push(reasonVolumeMissing);
      else if (!isUsableOn(volume, node)) reasons.push(reasonNodeConflict);
    }
    const matches: [PersistentVolumeClaim, PersistentVolume][] = [];
    const toProvision: PersistentVolumeClaim[] = [];
    const taken = new Set<string>();
    for (const claim of toBind) {
      const selected = annotationsOf(claim)[selectedNodeKey];
      const volume = selected === undefined ? this.#match(claim, node, taken) : undefined;
      if (volume !== undefined) {
        taken.add(nameOf(volume));
        matches.push([claim, volume]);
      } else if ((selected ?? node.name) === node.name && this.#canProvision(claim, node)) {
        toProvision.push(claim);
      } else reasons.push(reasonNoVolume);
    }
    return reasons.length > 0 ? [...new Set(reasons)] : { matches, toProvision };
  }

  /** Remembers what a pod gets on the node it was given. False when nothing is to be bound. */
  assume(pod: Pod, node: NodeLike): boolean {
    const claims = this.claimsOf(pod);
    if (claims === undefined || claims.toBind.length === 0) return false;
    const choice = this.findOn(claims, node);
    if ('length' in choice) return false;
    for (const [claim, volume] of choice.matches) {
      this.#chosen.set(nameOf(volume), namespacedName(claim));
    }
    this.#choices.set(namespacedName(pod), choice);
    return true;
  }

  /** Takes back what was remembered for a pod. */
  forget(pod: Pod): void {
    const choice = this.#choices.get(namespacedName(pod));
    for (const [, volume] of choice?.matches ?? []) this.#chosen.delete(nameOf(volume));
    this.#choices.delete(namespacedName(pod));
  }

  /** Writes what was chosen for a pod and waits until its claims are bound. Returns why that failed, if it did. */
  *bind(engine: Engine, client: Client, pod: Pod, node: string): Process<string | undefined> {
    const choice = this.#choices.get(namespacedName(pod));
    if (choice === undefined) return undefined;
    try {
      for (const [claim, volume] of choice.matches) yield* writeChoice(client, claim, volume);
      for (const claim of choice.toProvision) yield* writeNode(client, claim, node);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.forget(pod);
      return error.message;
    }
    const untilMs = engine.nowMs + bindTimeoutMs;
    while (engine.nowMs < untilMs) {
      yield* engine.delay(checkMs);
      const state = this.#stateOf(pod, node);
      if (state === 'waiting') continue;
      this.forget(pod);
      return state === 'bound' ? undefined : state;
    }
    this.forget(pod);
    return 'context deadline exceeded';
  }

  /** How far the claims of a pod are; a sentence when they will never be bound on that node. */
  #stateOf(pod: Pod, node: string): string {
    const claims = this.claimsOf(pod);
    if (claims?.refusal !== undefined) return claims.refusal;
    if (claims === undefined || claims.toBind.length === 0) return 'bound';
    for (const claim of this.#choices.get(namespacedName(pod))?.toProvision ?? []) {
      const stored = this.#caches.claims.get(namespacedName(claim));
      const selected = stored === undefined ? undefined : annotationsOf(stored)[selectedNodeKey];
      // A provisioner that cannot make the volume there takes the annotation away.
      if (selected !== node) return `selectedNode annotation reset for PVC "${nameOf(claim)}"`;
    }
    return 'waiting';
  }

  #isDelayed(claim: PersistentVolumeClaim): boolean {
    return isBindingDelayed(this.#caches.classes.get(classOfClaim(claim)));
  }

  #match(
    claim: PersistentVolumeClaim,
    node: NodeLike,
    taken: ReadonlySet<string>,
  ): PersistentVolume | undefined {
    const excluded = new Set(taken);
    for (const [volume, key] of this.#chosen) {
      if (key !== namespacedName(claim)) excluded.add(volume);
    }
    return findMatchingVolume(claim, this.#caches.volumes.list(), { node, excluded });
  }

  #canProvision(claim: PersistentVolumeClaim, node: NodeLike): boolean {
    const storageClass = this.#caches.classes.get(classOfClaim(claim));
    if (storageClass === undefined || storageClass.provisioner === noProvisioner) return false;
    const terms = storageClass.allowedTopologies ?? [];
    return (
      terms.length === 0 ||
      terms.some((term) =>
        (term.matchLabelExpressions ?? []).every(({ key, values }) =>
          values.includes(node.labels[key] ?? ''),
        ),
      )
    );
  }
}

function whyUnusable(name: string, claim: PersistentVolumeClaim | undefined): string | undefined {
  if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  }
  if (isBeingDeleted(claim)) return `persistentvolumeclaim "${name}" is being deleted`;
  return undefined;
}

/** Makes the volume name the claim; the volume controller does the rest. */
function* writeChoice(
  client: Client,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Process {
  if (isMeantForClaim(volume, claim)) return;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const kind = 'PersistentVolumeClaim';
  const body: PersistentVolume = {
    ...volume,
    metadata: {
      ...volume.metadata,
      annotations: { ...annotationsOf(volume), [boundByControllerKey]: 'yes' },
    },
    spec: {
      ...volume.spec,
      claimRef: { kind, namespace, name, uid, apiVersion: 'v1', resourceVersion },
    },
  };
  yield* client.of('PersistentVolume').update(body);
}

/** Tells the provisioner on which node the claim's volume is wanted. */
function* writeNode(client: Client, claim: PersistentVolumeClaim, node: string): Process {
  const annotations = { ...annotationsOf(claim), [selectedNodeKey]: node };
  const body = { ...claim, metadata: { ...claim.metadata, annotations } };
  yield* client.of('PersistentVolumeClaim').update(body);
}
