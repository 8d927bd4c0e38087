/**
 * PersistentVolumes and their claims: finalizers that keep them while they are used, the default class, the phase of a new one.
 *
 * Upstream: pkg/registry/core/persistentvolume/strategy.go; pkg/registry/core/persistentvolumeclaim/strategy.go;
 *   plugin/pkg/admission/storage/storageobjectinuseprotection; plugin/pkg/admission/storage/storageclass/setdefault
 * Docs: /docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
 */
import { compareText } from '../../api/go-format.ts';
import { annotationsOf, nameOf } from '../../api/object.ts';
import type { KubeObject } from '../../api/object.ts';
import { formatTime, parseTime } from '../../api/time.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types.gen.ts';
import { classOfClaim, defaultClassKey } from '../../api/volume-matching.ts';
import type { Strategy } from '../strategy.ts';

/** Upstream: PVProtectionFinalizer, PVCProtectionFinalizer */
const volumeFinalizer = 'kubernetes.io/pv-protection';
const claimFinalizer = 'kubernetes.io/pvc-protection';

function withFinalizer<T extends KubeObject>(object: T, finalizer: string): T {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(finalizer)) return object;
  return {
    ...object,
    metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] },
  };
}

/** How PersistentVolumes are stored. */
export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  initialStatus: () => ({ phase: 'Pending' }),
  prepareForCreate(volume, { nowMs }) {
    const status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(nowMs) };
    return { ...withFinalizer(volume, volumeFinalizer), status };
  },
  returnsDeletedObject: true,
};

/** How PersistentVolumeClaims are stored. */
export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  initialStatus: () => ({ phase: 'Pending' }),
  prepareForCreate: (claim, { list }) =>
    withFinalizer(withDefaultClass(claim, list('StorageClass')), claimFinalizer),
  returnsDeletedObject: true,
};

/** DefaultStorageClass: a claim that names no class gets the default one; of several the youngest. */
function withDefaultClass(
  claim: PersistentVolumeClaim,
  classes: readonly KubeObject[],
): PersistentVolumeClaim {
  if (claim.spec.storageClassName !== undefined || classOfClaim(claim) !== '') return claim;
  const created = ({ metadata }: StorageClass): number =>
    parseTime(metadata.creationTimestamp ?? '');
  const [newest] = (classes as readonly StorageClass[])
    .filter((each) => annotationsOf(each)[defaultClassKey] === 'true')
    .sort((a, b) => created(b) - created(a) || compareText(nameOf(a), nameOf(b)));
  if (newest === undefined) return claim;
  return { ...claim, spec: { ...claim.spec, storageClassName: nameOf(newest) } };
}
