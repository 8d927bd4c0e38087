/**
 * The rows of PersistentVolumeClaim, PersistentVolume and StorageClass.
 *
 * Upstream: pkg/printers/internalversion/printers.go printPersistentVolumeClaim and its neighbours
 */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types.gen.ts';
import { age, columns } from './table.ts';
import type { KindPrinter } from './table.ts';

const modeNames: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** Access modes by their short names, in a fixed order. */
export function formatAccessModes(modes: readonly string[] | undefined): string {
  return modeNames
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

export const claimPrinter: KindPrinter<PersistentVolumeClaim> = {
  columns: columns(
    'Name,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age|VolumeMode',
  ),
  cells({ metadata, spec, status }, nowMs) {
    const isBound = (spec?.volumeName ?? '') !== '';
    const annotated = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
    return [
      metadata.name ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
      spec?.volumeName ?? '',
      isBound ? (status?.capacity?.storage ?? '') : '',
      isBound ? formatAccessModes(status?.accessModes) : '',
      annotated ?? spec?.storageClassName ?? '',
      spec?.volumeAttributesClassName ?? '<unset>',
      age(metadata.creationTimestamp, nowMs),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};

export const volumePrinter: KindPrinter<PersistentVolume> = {
  columns: columns(
    'Name,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age|VolumeMode',
  ),
  cells({ metadata, spec, status }, nowMs) {
    const claim = spec?.claimRef;
    return [
      metadata.name ?? '',
      spec?.capacity?.storage ?? '',
      formatAccessModes(spec?.accessModes),
      spec?.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
      claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
      spec?.storageClassName ?? '',
      spec?.volumeAttributesClassName ?? '<unset>',
      status?.reason ?? '',
      age(metadata.creationTimestamp, nowMs),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};

export const storageClassPrinter: KindPrinter<StorageClass> = {
  columns: columns('Name,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age'),
  cells(storageClass, nowMs) {
    const { metadata } = storageClass;
    const isDefault =
      metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return [
      `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`,
      storageClass.provisioner,
      storageClass.reclaimPolicy ?? 'Delete',
      storageClass.volumeBindingMode ?? 'Immediate',
      String(storageClass.allowVolumeExpansion ?? false),
      age(metadata.creationTimestamp, nowMs),
    ];
  },
};
