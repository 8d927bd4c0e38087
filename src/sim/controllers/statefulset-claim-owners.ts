/**
 * Whose the claims of a StatefulSet are: nobody's, the set's, or a surplus pod's, as its retention policy says. The garbage
 * collector deletes a claim when its owner is gone.
 *
 * Upstream: pkg/controller/statefulset/stateful_set_utils.go isClaimOwnerUpToDate, updateClaimOwnerRefForSetAndPod
 * Docs: /docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
import { nameOf, uidOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { newControllerRef } from '../api/owner-references.ts';
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../api/types.gen.ts';
import { isInOrdinalRange } from './statefulset-identity.ts';

type Claim = Pick<PersistentVolumeClaim, 'metadata'>;

/** The owner as a reference names it: a planned pod has no UID yet. */
function asOwner(object: KubeObject, apiVersion: string, kind: string): KubeObject {
  return { ...object, apiVersion, kind };
}

const setOwner = (set: StatefulSet): KubeObject => asOwner(set, 'apps/v1', 'StatefulSet');
const podOwner = (pod: Pod): KubeObject => asOwner(pod, 'v1', 'Pod');

function refersTo(reference: OwnerReference, owner: KubeObject): boolean {
  return (
    reference.apiVersion === owner.apiVersion &&
    reference.kind === owner.kind &&
    reference.name === nameOf(owner)
  );
}

const referencesOf = (claim: Claim): readonly OwnerReference[] =>
  claim.metadata.ownerReferences ?? [];

function hasOwner(claim: Claim, owner: KubeObject): boolean {
  return referencesOf(claim).some((each) => each.uid !== '' && each.uid === uidOf(owner));
}

/** Whether the claim refers to an object of that name which is not this one: to one that was there before. */
function hasStaleOwner(claim: Claim, owner: KubeObject): boolean {
  return referencesOf(claim).some((each) => refersTo(each, owner) && each.uid !== uidOf(owner));
}

/** Whether something else than the set and its pod manages the claim. */
export function hasUnexpectedController(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  return referencesOf(claim).some(
    (each) =>
      each.controller === true && !refersTo(each, setOwner(set)) && !refersTo(each, podOwner(pod)),
  );
}

/** Whether the set or its pod owns the claim without being its controller, as early releases had it. */
function hasNonControllerOwner(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  return referencesOf(claim).some(
    (each) => (each.uid === uidOf(set) || each.uid === uidOf(pod)) && each.controller !== true,
  );
}

function policyOf(set: StatefulSet): { readonly whenDeleted: string; readonly whenScaled: string } {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy;
  return {
    whenDeleted: policy?.whenDeleted ?? 'Retain',
    whenScaled: policy?.whenScaled ?? 'Retain',
  };
}

/** Whom the policy makes owner of the claims of a pod. */
function wantedOwner(set: StatefulSet, pod: Pod): 'set' | 'pod' | 'nobody' {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenScaled === 'Delete' && !isInOrdinalRange(pod, set)) return 'pod';
  return whenDeleted === 'Delete' ? 'set' : 'nobody';
}

/** Whether the claim's owners are what the policy wants. */
export function isClaimOwnerUpToDate(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  if (hasStaleOwner(claim, setOwner(set)) || hasStaleOwner(claim, podOwner(pod))) return false;
  const [hasSet, hasPod] = [hasOwner(claim, set), hasOwner(claim, pod)];
  // Where something else manages the claim, nothing is added to it; what was ours is taken away.
  if (hasUnexpectedController(claim, set, pod)) return !hasSet && !hasPod;
  if (hasNonControllerOwner(claim, set, pod)) return false;
  const wanted = wantedOwner(set, pod);
  return hasSet === (wanted === 'set') && hasPod === (wanted === 'pod');
}

/** Returns the claim's owners as the policy wants them; those of others stay. */
export function ownersByPolicy(claim: Claim, set: StatefulSet, pod: Pod): OwnerReference[] {
  const others = referencesOf(claim).filter(
    (each) => !refersTo(each, setOwner(set)) && !refersTo(each, podOwner(pod)),
  );
  if (hasUnexpectedController(claim, set, pod)) return others;
  switch (wantedOwner(set, pod)) {
    case 'set':
      return [...others, newControllerRef(setOwner(set))];
    case 'pod':
      return [...others, newControllerRef(podOwner(pod))];
    default:
      return others;
  }
}

/**
 * Whether a claim still waits to be deleted together with an earlier pod of the same name. The new pod must not use it.
 * `pod` may be one that is only planned.
 */
export function isClaimStale(claim: Claim, set: StatefulSet, pod: Pod): boolean {
  return policyOf(set).whenScaled !== 'Retain' && hasStaleOwner(claim, podOwner(pod));
}
