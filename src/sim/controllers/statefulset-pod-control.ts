/**
 * How the StatefulSet controller creates, changes and deletes a pod together with its claims, with the Events that tell of it.
 *
 * - Claims are created before their pod and are never deleted here.
 * - Names repeat, so the same Event comes again and only its count grows.
 *
 * Upstream: pkg/controller/statefulset/stateful_pod_control.go StatefulPodControl
 * Docs: /docs/concepts/workloads/controllers/statefulset/#stable-storage
 */
import { isBeingDeleted, nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { isAlreadyExists, isConflict } from '../api/status-error.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Indexer } from '../client/indexer.ts';
import type { Process } from '../engine/process.ts';
import type { ConsistencyStore } from './consistency.ts';
import {
  hasUnexpectedController,
  isClaimOwnerUpToDate,
  isClaimStale,
  ownersByPolicy,
} from './statefulset-claim-owners.ts';
import {
  claimsOf,
  identityMatches,
  newStatefulSetPod,
  ordinalOf,
  revisionOf,
  storageMatches,
  withIdentity,
} from './statefulset-identity.ts';
import { SyncError, retryable } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Tries of an update that meets a conflict, and the first wait between them. Upstream: retry.DefaultBackoff */
const updateSteps = 4;
const updateDelayMs = 10;
const updateDelayFactor = 5;

type Verb = 'Create' | 'Update' | 'Delete';

/** Pods and claims of StatefulSets, by one controller. */
export class StatefulPodControl {
  readonly #context: ComponentContext;
  readonly #pods: Indexer<Pod>;
  readonly #claims: Indexer<PersistentVolumeClaim>;
  readonly #consistency: ConsistencyStore;

  constructor(
    context: ComponentContext,
    pods: Indexer<Pod>,
    claims: Indexer<PersistentVolumeClaim>,
    consistency: ConsistencyStore,
  ) {
    this.#context = context;
    this.#pods = pods;
    this.#claims = claims;
    this.#consistency = consistency;
  }

  /** Creates a pod that was planned, after the claims that it lacks. Throws what the API answered. */
  *createPod(set: StatefulSet, pod: Pod): Process {
    try {
      yield* this.createMissingClaims(set, pod);
    } catch (thrown) {
      throw this.#tell('Create', set, pod, thrown);
    }
    let failure: unknown;
    try {
      const created = yield* this.#context.client.of('Pod').create(namespaceOf(set), pod);
      this.#consistency.wroteAt(namespacedName(set), created);
    } catch (thrown) {
      if (isAlreadyExists(thrown)) throw thrown;
      failure = thrown;
    }
    try {
      yield* this.updateClaimOwners(set, pod);
    } catch (thrown) {
      throw this.#tell('Update', set, pod, thrown);
    }
    const error = this.#tell('Create', set, pod, failure);
    if (error !== undefined) throw error;
  }

  /** Deletes a pod. Throws what the API answered. */
  *deletePod(set: StatefulSet, pod: Pod): Process {
    let failure: unknown;
    try {
      yield* this.#context.client.of('Pod').delete(namespaceOf(pod), nameOf(pod));
    } catch (thrown) {
      failure = thrown;
    }
    const error = this.#tell('Delete', set, pod, failure);
    if (error !== undefined) throw error;
  }

  /** Makes a pod and its claims what the set says; where they are so already, nothing is written. */
  *updatePod(set: StatefulSet, pod: Pod): Process {
    let stored = pod;
    let delayMs = updateDelayMs;
    for (let step = 1; ; step += 1) {
      let failure: unknown;
      try {
        const next = yield* this.#conform(set, stored);
        if (next === undefined) return;
        const updated = yield* this.#context.client.of('Pod').update(next);
        this.#consistency.wroteAt(namespacedName(set), updated);
      } catch (thrown) {
        failure = thrown;
      }
      if (!isConflict(failure) || step >= updateSteps) {
        const error = this.#tell('Update', set, pod, failure);
        if (error !== undefined) throw error;
        return;
      }
      stored = this.#pods.get(namespacedName(pod)) ?? stored;
      yield* this.#context.engine.delay(delayMs);
      delayMs *= updateDelayFactor;
    }
  }

  /** Creates the claims of a pod that are not there. Throws when one of them cannot be used. */
  *createMissingClaims(set: StatefulSet, pod: Pod): Process {
    const messages: string[] = [];
    for (const claim of claimsOf(set, ordinalOf(pod))) {
      const stored = this.#claims.get(namespacedName(claim));
      if (stored === undefined) {
        const message = yield* this.#createClaim(set, pod, claim);
        if (message !== undefined) messages.push(message);
      } else if (isBeingDeleted(stored)) {
        messages.push(`pvc ${nameOf(stored)} is being deleted`);
      }
    }
    if (messages.length === 0) return;
    throw new SyncError(messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`);
  }

  /** Whether one of the pod's claims still belongs to an earlier pod of that name. */
  isClaimStale(set: StatefulSet, pod: Pod): boolean {
    return this.#storedClaims(set, pod).some((claim) => isClaimStale(claim, set, pod));
  }

  /** Whether the owners of the pod's claims are what the retention policy wants. */
  claimsMatchPolicy(set: StatefulSet, pod: Pod): boolean {
    return this.#storedClaims(set, pod).every((claim) => isClaimOwnerUpToDate(claim, set, pod));
  }

  /** Writes the owners that the retention policy wants into the pod's claims. */
  *updateClaimOwners(set: StatefulSet, pod: Pod): Process {
    for (const claim of this.#storedClaims(set, pod)) {
      if (hasUnexpectedController(claim, set, pod)) {
        // The grammar and the typing error are upstream's.
        const message = `PersistentVolumeClaim ${nameOf(claim)} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        this.#context.recorder.event(set, 'Warning', 'ConflictingController', message);
      }
      if (isClaimOwnerUpToDate(claim, set, pod)) continue;
      const ownerReferences = ownersByPolicy(claim, set, pod);
      const { ownerReferences: _, ...metadata } = claim.metadata;
      const body: PersistentVolumeClaim = {
        ...claim,
        metadata: ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences },
      };
      try {
        const updated = yield* this.#context.client.of('PersistentVolumeClaim').update(body);
        this.#consistency.wroteAt(namespacedName(set), updated);
      } catch (thrown) {
        const text = `could not update claim ${nameOf(claim)} for delete policy ownerRefs`;
        throw new SyncError(`${text}: ${retryable(thrown).message}`);
      }
    }
  }

  #storedClaims(set: StatefulSet, pod: Pod): PersistentVolumeClaim[] {
    return claimsOf(set, ordinalOf(pod)).flatMap((claim) => {
      const stored = this.#claims.get(namespacedName(claim));
      return stored === undefined ? [] : [stored];
    });
  }

  *#createClaim(
    set: StatefulSet,
    pod: Pod,
    claim: PersistentVolumeClaim,
  ): Process<string | undefined> {
    const { recorder, client } = this.#context;
    const about = `Claim ${nameOf(claim)}`;
    const of = `Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
    try {
      const created = yield* client.of('PersistentVolumeClaim').create(namespaceOf(set), claim);
      this.#consistency.wroteAt(namespacedName(set), created);
      recorder.event(set, 'Normal', 'SuccessfulCreate', `Create ${about} ${of} success`);
      return undefined;
    } catch (thrown) {
      const { message } = retryable(thrown);
      if (!isAlreadyExists(thrown)) {
        const text = `Create ${about} for ${of} failed error: ${message}`;
        recorder.event(set, 'Warning', 'FailedCreate', text);
      }
      return `failed to create PVC ${nameOf(claim)}: ${message}`;
    }
  }

  /** Returns the pod as the set wants it, or undefined when it is so. What claims need is done on the way. */
  *#conform(set: StatefulSet, pod: Pod): Process<Pod | undefined> {
    let next = pod;
    if (!identityMatches(set, next)) next = withIdentity(next);
    if (!storageMatches(set, next)) {
      const { spec } = newStatefulSetPod(set, ordinalOf(pod), revisionOf(pod));
      next = { ...next, spec: { ...next.spec, volumes: spec.volumes } };
      yield* this.createMissingClaims(set, pod);
    }
    const matches = this.claimsMatchPolicy(set, next);
    if (!matches) yield* this.updateClaimOwners(set, next);
    return next === pod && matches ? undefined : next;
  }

  /** Writes the Event of an act and returns the error that it ended with, if any. */
  #tell(verb: Verb, set: StatefulSet, pod: Pod, failure: unknown): RetryableError | undefined {
    const what = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)}`;
    if (failure === undefined) {
      this.#context.recorder.event(set, 'Normal', `Successful${verb}`, `${what} successful`);
      return undefined;
    }
    const error = retryable(failure);
    const text = `${what} failed error: ${error.message}`;
    this.#context.recorder.event(set, 'Warning', `Failed${verb}`, text);
    return error;
  }
}
