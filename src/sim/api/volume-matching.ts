/**
 * Which PersistentVolume a claim may have: rules that the volume controller and the scheduler share.
 *
 * - A volume that is meant for the claim counts before all others.
 * - Of several that fit, the smallest is taken; of equal ones the first by name.
 *
 * Upstream: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
 * Docs: /docs/concepts/storage/persistent-volumes/#binding
 */
import { compareText } from './go-format.ts';
import { matchesNodeSelector } from './node-affinity.ts';
import type { NodeLike } from './node-affinity.ts';
import { annotationsOf, isBeingDeleted, nameOf, namespaceOf, uidOf } from './object.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from './quantity.ts';
import { matchesLabels, selectorFromLabelSelector } from './selector.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './types.gen.ts';

/** Annotations by which claims, volumes and classes tell what was done. Upstream: pv_helpers.go */
export const bindCompletedKey = 'pv.kubernetes.io/bind-completed';
export const boundByControllerKey = 'pv.kubernetes.io/bound-by-controller';
export const provisionedByKey = 'pv.kubernetes.io/provisioned-by';
export const selectedNodeKey = 'volume.kubernetes.io/selected-node';
export const storageProvisionerKey = 'volume.kubernetes.io/storage-provisioner';
export const betaStorageProvisionerKey = 'volume.beta.kubernetes.io/storage-provisioner';
export const defaultClassKey = 'storageclass.kubernetes.io/is-default-class';
const betaStorageClassKey = 'volume.beta.kubernetes.io/storage-class';

/** The provisioner of classes whose volumes are made by hand. */
export const noProvisioner = 'kubernetes.io/no-provisioner';

/** Returns the class that a claim asks for; '' when it asks for a volume without one. */
export function classOfClaim(claim: PersistentVolumeClaim): string {
  return annotationsOf(claim)[betaStorageClassKey] ?? claim.spec.storageClassName ?? '';
}

/** Returns the class of a volume; '' without one. */
export function classOfVolume(volume: PersistentVolume): string {
  return annotationsOf(volume)[betaStorageClassKey] ?? volume.spec.storageClassName ?? '';
}

/** Whether claims of the class wait for a pod before they are bound. */
export function isBindingDelayed(storageClass: StorageClass | undefined): boolean {
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Whether the volume names this claim: by name, and by UID where it gives one. */
export function isMeantForClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec.claimRef;
  if (reference === undefined) return false;
  if (reference.name !== nameOf(claim) || reference.namespace !== namespaceOf(claim)) return false;
  return (reference.uid ?? '') === '' || reference.uid === uidOf(claim);
}

/** Whether a claim is bound: it names its volume, and the volume controller has finished. */
export function isClaimBound(claim: PersistentVolumeClaim): boolean {
  return (
    (claim.spec.volumeName ?? '') !== '' && annotationsOf(claim)[bindCompletedKey] !== undefined
  );
}

/** Whether a volume can be used on a node. */
export function isUsableOn(volume: PersistentVolume, node: NodeLike): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return required === undefined || matchesNodeSelector(required, node);
}

/** Whether size, modes, class and labels of a volume are what the claim asks for. */
export function satisfiesClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const wantedModes = claim.spec.accessModes ?? [];
  const modes = volume.spec.accessModes ?? [];
  return (
    classOfVolume(volume) === classOfClaim(claim) &&
    (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    wantedModes.every((mode) => modes.includes(mode)) &&
    compareQuantities(sizeOf(volume), requestOf(claim)) >= 0 &&
    (claim.spec.selector === undefined ||
      matchesLabels(selectorFromLabelSelector(claim.spec.selector), volume.metadata.labels))
  );
}

function sizeOf({ spec }: PersistentVolume) {
  const text = spec.capacity?.storage;
  return text === undefined ? zeroQuantity : parseQuantity(text);
}

function requestOf({ spec }: PersistentVolumeClaim) {
  const text = spec.resources?.requests?.storage;
  return text === undefined ? zeroQuantity : parseQuantity(text);
}

/** Orders claims by what they ask for, the smallest first. */
export function compareRequests(a: PersistentVolumeClaim, b: PersistentVolumeClaim): number {
  return compareQuantities(requestOf(a), requestOf(b));
}

/** What the search is limited by. */
export interface MatchOptions {
  /** The node on which the volume must be usable; the scheduler's search. */
  readonly node?: NodeLike | undefined;
  /** Only volumes that are meant for the claim: the controller's search while binding is delayed. */
  readonly onlyMeant?: boolean | undefined;
  /** Names of volumes that are spoken for. */
  readonly excluded?: ReadonlySet<string> | undefined;
}

/** Finds the volume for a claim; undefined when none fits. */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { node, onlyMeant, excluded }: MatchOptions,
): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (excluded?.has(nameOf(volume)) === true || isBeingDeleted(volume)) continue;
    if (node !== undefined && !isUsableOn(volume, node)) continue;
    if (isMeantForClaim(volume, claim)) {
      if (compareQuantities(sizeOf(volume), requestOf(claim)) >= 0) return volume;
      continue;
    }
    if (onlyMeant === true || volume.spec.claimRef !== undefined) continue;
    if (volume.status?.phase !== 'Available' || !satisfiesClaim(volume, claim)) continue;
    if (best === undefined || comparePreference(volume, best) < 0) best = volume;
  }
  return best;
}

function comparePreference(a: PersistentVolume, b: PersistentVolume): number {
  return compareQuantities(sizeOf(a), sizeOf(b)) || compareText(nameOf(a), nameOf(b));
}
