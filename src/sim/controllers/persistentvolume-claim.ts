/**
 * What becomes of a claim: it is bound to a volume that fits, waits for one, or has lost the one it had.
 *
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go syncClaim, syncUnboundClaim, syncBoundClaim,
 *   emitEventForUnboundDelayBindingClaim, provisionClaimOperationExternal
 * Docs: /docs/concepts/storage/persistent-volumes/#binding
 */
import { annotationsOf, nameOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { PersistentVolumeClaim, StorageClass } from '../api/types.gen.ts';
import {
  betaStorageProvisionerKey,
  bindCompletedKey,
  classOfClaim,
  findMatchingVolume,
  isBindingDelayed,
  isMeantForClaim,
  noProvisioner,
  satisfiesClaim,
  selectedNodeKey,
  storageProvisionerKey,
} from '../api/volume-matching.ts';
import type { Process } from '../engine/process.ts';
import { bind, updateClaimStatus } from './persistentvolume-bind.ts';
import type { VolumeAccess } from './persistentvolume-access.ts';

/** Brings a claim nearer to being bound. */
export function* syncClaim(access: VolumeAccess, claim: PersistentVolumeClaim): Process {
  if (annotationsOf(claim)[bindCompletedKey] !== undefined) yield* syncBoundClaim(access, claim);
  else if ((claim.spec.volumeName ?? '') === '') yield* findVolume(access, claim);
  else yield* takeNamedVolume(access, claim);
}

function* findVolume(access: VolumeAccess, claim: PersistentVolumeClaim): Process {
  const className = classOfClaim(claim);
  const storageClass = access.storageClass(className);
  const isDelayed = isBindingDelayed(storageClass);
  const volume = findMatchingVolume(claim, access.volumes(), { onlyMeant: isDelayed });
  if (volume !== undefined) {
    yield* bind(access, volume, claim);
    return;
  }
  const hasNode = annotationsOf(claim)[selectedNodeKey] !== undefined;
  if (isDelayed && !hasNode) tellWhatItWaitsFor(access, claim);
  else if (className !== '') yield* askForVolume(access, claim, className, storageClass);
  else {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    access.context.recorder.event(claim, 'Normal', 'FailedBinding', message);
  }
  const current = access.claim(namespacedName(claim)) ?? claim;
  yield* updateClaimStatus(access, current, 'Pending', undefined);
}

/** Events of a claim that waits for its first consumer. */
function tellWhatItWaitsFor(access: VolumeAccess, claim: PersistentVolumeClaim): void {
  const pods = access.waitingPods(claim).map(nameOf);
  const { recorder } = access.context;
  if (pods.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    recorder.event(claim, 'Normal', 'WaitForFirstConsumer', message);
    return;
  }
  const which = pods.length > 1 ? `pods ${pods.join(',')}` : `pod ${pods[0] ?? ''}`;
  recorder.event(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${which} to be scheduled`);
}

/** Marks a claim for the provisioner of its class, which makes the volume. */
function* askForVolume(
  { context, noteClaim }: VolumeAccess,
  claim: PersistentVolumeClaim,
  className: string,
  storageClass: StorageClass | undefined,
): Process {
  const fail = (message: string): void => {
    context.recorder.event(claim, 'Warning', 'ProvisioningFailed', message);
  };
  if (storageClass === undefined) {
    fail(`storageclass.storage.k8s.io "${className}" not found`);
    return;
  }
  const { provisioner } = storageClass;
  if (provisioner === noProvisioner) {
    fail(`no volume plugin matched name: ${provisioner}`);
    return;
  }
  const annotations = {
    ...annotationsOf(claim),
    [betaStorageProvisionerKey]: provisioner,
    [storageProvisionerKey]: provisioner,
  };
  const isMarked = annotationsOf(claim)[storageProvisionerKey] === provisioner;
  if (!isMarked) {
    const { engine, name } = context;
    engine.record(name, 'ask-provisioner', keyOf(claim), { provisioner, storageClass: className });
    const body = { ...claim, metadata: { ...claim.metadata, annotations } };
    noteClaim(yield* context.client.of('PersistentVolumeClaim').update(body));
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  context.recorder.event(claim, 'Normal', 'ExternalProvisioning', message);
}

/** A claim that names its volume gets that one or none. */
function* takeNamedVolume(access: VolumeAccess, claim: PersistentVolumeClaim): Process {
  const volume = access.volume(claim.spec.volumeName ?? '');
  if (volume === undefined) {
    yield* updateClaimStatus(access, claim, 'Pending', undefined);
    return;
  }
  if (volume.spec.claimRef === undefined && !satisfiesClaim(volume, claim)) {
    const message = `Cannot bind to requested volume "${nameOf(volume)}": it does not have what the claim asks for`;
    access.context.recorder.event(claim, 'Warning', 'VolumeMismatch', message);
    yield* updateClaimStatus(access, claim, 'Pending', undefined);
    return;
  }
  if (volume.spec.claimRef === undefined || isMeantForClaim(volume, claim)) {
    yield* bind(access, volume, claim);
    return;
  }
  yield* updateClaimStatus(access, claim, 'Pending', undefined);
}

function* syncBoundClaim(access: VolumeAccess, claim: PersistentVolumeClaim): Process {
  const name = claim.spec.volumeName ?? '';
  if (name === '') {
    const message =
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!';
    yield* lose(access, claim, 'ClaimLost', message);
    return;
  }
  const volume = access.volume(name);
  if (volume === undefined) {
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    yield* lose(access, claim, 'ClaimLost', message);
    return;
  }
  const reference = volume.spec.claimRef;
  if (reference === undefined || reference.uid === uidOf(claim)) {
    yield* bind(access, volume, claim);
    return;
  }
  const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
  yield* lose(access, claim, 'ClaimMisbound', message);
}

function* lose(
  access: VolumeAccess,
  claim: PersistentVolumeClaim,
  reason: string,
  message: string,
): Process {
  if (claim.status?.phase === 'Lost') return;
  yield* updateClaimStatus(access, claim, 'Lost', undefined);
  access.context.recorder.event(claim, 'Warning', reason, message);
}
