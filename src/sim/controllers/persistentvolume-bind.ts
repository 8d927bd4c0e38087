/**
 * Binding: the volume names the claim, its phase is Bound, the claim names the volume, its phase is Bound. Four writes, each
 * left out when it is done.
 *
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go bind, bindVolumeToClaim, bindClaimToVolume
 * Docs: /docs/concepts/storage/persistent-volumes/#binding
 */
import { deepEqual } from '../api/deep-equal.ts';
import { annotationsOf, nameOf, namespaceOf, resourceVersionOf, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim } from '../api/types.gen.ts';
import { bindCompletedKey, boundByControllerKey, isMeantForClaim } from '../api/volume-matching.ts';
import type { Process } from '../engine/process.ts';
import { updateVolumePhase } from './persistentvolume-access.ts';
import type { VolumeAccess } from './persistentvolume-access.ts';

/** Returns the reference by which a volume names its claim. */
export function claimReference(claim: PersistentVolumeClaim): ObjectReference {
  return {
    kind: 'PersistentVolumeClaim',
    namespace: namespaceOf(claim),
    name: nameOf(claim),
    uid: uidOf(claim),
    apiVersion: 'v1',
    resourceVersion: resourceVersionOf(claim),
  };
}

/** Returns the volume as it names the claim, or undefined when it does so already. */
export function volumeNaming(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  if (volume.spec.claimRef?.uid === uidOf(claim)) return undefined;
  const isPreBound = isMeantForClaim(volume, claim);
  const annotations = isPreBound
    ? volume.metadata.annotations
    : { ...annotationsOf(volume), [boundByControllerKey]: 'yes' };
  return {
    ...volume,
    metadata: { ...volume.metadata, ...(annotations === undefined ? {} : { annotations }) },
    spec: { ...volume.spec, claimRef: claimReference(claim) },
  };
}

/** Brings a claim and a volume together. */
export function* bind(
  access: VolumeAccess,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): Process {
  const { client, engine, name } = access.context;
  const naming = volumeNaming(volume, claim);
  let boundVolume = volume;
  if (naming !== undefined) {
    engine.record(name, 'bind-claim', keyOf(claim), {
      volume: nameOf(volume),
      capacity: volume.spec.capacity?.storage ?? '',
      request: claim.spec.resources?.requests?.storage ?? '',
    });
    boundVolume = yield* client.of('PersistentVolume').update(naming);
    access.noteVolume(boundVolume);
  }
  boundVolume = yield* updateVolumePhase(access, boundVolume, 'Bound');
  const boundClaim = yield* nameVolume(access, claim, boundVolume);
  yield* updateClaimStatus(access, boundClaim, 'Bound', boundVolume);
}

function* nameVolume(
  access: VolumeAccess,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Process<PersistentVolumeClaim> {
  const isNamed = claim.spec.volumeName === nameOf(volume);
  if (isNamed && annotationsOf(claim)[bindCompletedKey] !== undefined) return claim;
  const annotations = {
    ...annotationsOf(claim),
    ...(isNamed ? {} : { [boundByControllerKey]: 'yes' }),
    [bindCompletedKey]: 'yes',
  };
  const body: PersistentVolumeClaim = {
    ...claim,
    metadata: { ...claim.metadata, annotations },
    spec: { ...claim.spec, volumeName: nameOf(volume) },
  };
  const written = yield* access.context.client.of('PersistentVolumeClaim').update(body);
  access.noteClaim(written);
  return written;
}

/** Writes a claim's phase and, for a bound one, what its volume offers; nothing when it says so already. */
export function* updateClaimStatus(
  access: VolumeAccess,
  claim: PersistentVolumeClaim,
  phase: string,
  volume: PersistentVolume | undefined,
): Process {
  const { accessModes, capacity, ...kept } = claim.status ?? {};
  const offer =
    volume === undefined
      ? {}
      : { accessModes: volume.spec.accessModes, capacity: volume.spec.capacity };
  const status = { ...kept, phase, ...offer };
  if (deepEqual(status, { ...kept, phase: claim.status?.phase, accessModes, capacity })) return;
  const claims = access.context.client.of('PersistentVolumeClaim');
  access.noteClaim(yield* claims.updateStatus({ ...claim, status }));
}
