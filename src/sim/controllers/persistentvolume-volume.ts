/**
 * What becomes of a volume: free, bound, or released when its claim is gone. A released volume is never bound again by itself.
 *
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go syncVolume, unbindVolume
 * Docs: /docs/concepts/storage/persistent-volumes/#reclaiming
 */
import { annotationsOf, nameOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { PersistentVolume } from '../api/types.gen.ts';
import { boundByControllerKey, provisionedByKey } from '../api/volume-matching.ts';
import type { Process } from '../engine/process.ts';
import { updateVolumePhase } from './persistentvolume-access.ts';
import type { VolumeAccess } from './persistentvolume-access.ts';

/** Brings a volume's phase to the truth. Deleting it is the provisioner's part. */
export function* syncVolume(access: VolumeAccess, volume: PersistentVolume): Process {
  const reference = volume.spec.claimRef;
  if (reference === undefined || (reference.uid ?? '') === '') {
    yield* updateVolumePhase(access, volume, 'Available');
    return;
  }
  const claim = access.claim(`${reference.namespace ?? ''}/${reference.name ?? ''}`);
  if (claim === undefined || uidOf(claim) !== reference.uid) {
    const { phase } = volume.status ?? {};
    if (phase !== 'Released' && phase !== 'Failed') {
      yield* updateVolumePhase(access, volume, 'Released');
    }
    return;
  }
  if ((claim.spec.volumeName ?? '') === '') {
    access.enqueueClaim(namespacedName(claim));
    return;
  }
  if (claim.spec.volumeName === nameOf(volume)) {
    yield* updateVolumePhase(access, volume, 'Bound');
    return;
  }
  const isProvisioned = annotationsOf(volume)[provisionedByKey] !== undefined;
  if (isProvisioned && volume.spec.persistentVolumeReclaimPolicy === 'Delete') {
    yield* updateVolumePhase(access, volume, 'Released');
    return;
  }
  yield* unbind(access, volume);
}

/** Frees a volume whose claim has another one; what a user has written of the claim stays. */
function* unbind(access: VolumeAccess, volume: PersistentVolume): Process {
  const { client, engine, name } = access.context;
  const { claimRef, ...spec } = volume.spec;
  const { [boundByControllerKey]: isOurs, ...annotations } = annotationsOf(volume);
  engine.record(name, 'unbind-volume', keyOf(volume), { claim: claimRef?.name ?? '' });
  const { uid: _uid, resourceVersion: _version, ...byUser } = claimRef ?? {};
  const body: PersistentVolume = {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: isOurs === undefined ? { ...spec, claimRef: byUser } : spec,
  };
  const written = yield* client.of('PersistentVolume').update(body);
  access.noteVolume(written);
  yield* updateVolumePhase(access, written, 'Available');
}
