/**
 * Validation of volumes and claims.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec,
 * ValidatePersistentVolumeClaimUpdate
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import { child, forbidden, invalid, key, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from '../../api/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types.gen.ts';
import { dns1123Subdomain, immutableMessage, oneOf, sortedEntries } from './checks.ts';
import { internalDiff } from './internal-form.ts';
import type { KindRules } from './kind-rules.ts';
import { validateNodeSelector } from './scheduling.ts';
import { validateAccessModes, validateClaimSpec } from './volume-claims.ts';

/** Sources of a volume, in upstream's order. */
const sources = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;

function volume({ spec }: PersistentVolume): FieldError[] {
  const errors = validateAccessModes('spec.accessModes', spec.accessModes ?? []);
  const capacity = Object.entries(spec.capacity ?? {});
  if (capacity.length === 0) errors.push(required('spec.capacity'));
  else if (spec.capacity?.storage === undefined || capacity.length > 1) {
    errors.push(notSupported('spec.capacity', spec.capacity, ['storage']));
  }
  for (const [name, text] of sortedEntries(spec.capacity)) {
    if (compareQuantities(parseQuantity(text), zeroQuantity) > 0) continue;
    errors.push(invalid(key('spec.capacity', name), text, 'must be greater than zero'));
  }
  const policies = ['Delete', 'Recycle', 'Retain'];
  errors.push(
    ...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, policies),
  );
  if (spec.nodeAffinity) {
    const at = 'spec.nodeAffinity.required';
    if (!spec.nodeAffinity.required)
      errors.push(required(at, 'must specify required node constraints'));
    else errors.push(...validateNodeSelector(at, spec.nodeAffinity.required));
  }
  errors.push(...volumeSource({ spec } as PersistentVolume));
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', detail));
  }
  if (spec.storageClassName) {
    errors.push(...dns1123Subdomain('spec.storageClassName', spec.storageClassName));
  }
  const modes = ['Block', 'Filesystem'];
  if (spec.volumeMode !== undefined && !modes.includes(spec.volumeMode)) {
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, modes));
  }
  return errors;
}

function volumeSource({ spec }: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const name of sources) {
    if (spec[name] === undefined) continue;
    const at = child('spec', name);
    if (found > 0) errors.push(forbidden(at, 'may not specify more than 1 volume type'));
    found += 1;
  }
  if (found === 0) errors.push(required('spec', 'must specify a volume type'));
  const { csi, hostPath, local } = spec;
  if (csi?.driver === '') errors.push(required('spec.csi.driver'));
  if (csi?.volumeHandle === '') errors.push(required('spec.csi.volumeHandle'));
  if (hostPath?.path === '') errors.push(required('spec.hostPath.path'));
  if (local?.path === '') errors.push(required('spec.local.path'));
  if (local && !spec.nodeAffinity) {
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  return errors;
}

/** Rules of PersistentVolumes. */
export const persistentVolumeRules: KindRules<PersistentVolume> = {
  create: volume,
  update: (next, old) => [
    ...volume(next),
    ...(semanticEqual(next.spec.volumeMode, old.spec.volumeMode)
      ? []
      : [invalid('spec.volumeMode', next.spec.volumeMode ?? null, immutableMessage)]),
  ],
};

function claimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const isBound = old.status?.phase === 'Bound';
  const oldSize = old.spec.resources?.requests?.storage;
  const newSize = claim.spec.resources?.requests?.storage;
  const mayNameClass = old.spec.storageClassName === undefined;
  const allowed = {
    ...claim.spec,
    volumeName: old.spec.volumeName || claim.spec.volumeName,
    ...(mayNameClass ? { storageClassName: old.spec.storageClassName } : {}),
    ...(isBound
      ? {
          resources: old.spec.resources,
          volumeAttributesClassName: old.spec.volumeAttributesClassName,
        }
      : {}),
  };
  const before = { ...old.spec, volumeName: allowed.volumeName };
  if (!semanticEqual(allowed, before)) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    const diff = internalDiff('PersistentVolumeClaimSpec', before, allowed);
    errors.push(forbidden('spec', `${detail}\n${diff}`));
  } else if (isBound && oldSize !== undefined && newSize !== undefined) {
    if (compareQuantities(parseQuantity(newSize), parseQuantity(oldSize)) < 0) {
      const detail = 'field can not be less than status.capacity';
      errors.push(forbidden('spec.resources.requests.storage', detail));
    }
  }
  if (claim.spec.volumeMode !== old.spec.volumeMode) {
    errors.push(invalid('volumeMode', claim.spec.volumeMode ?? null, immutableMessage));
  }
  return errors;
}

/** Rules of PersistentVolumeClaims. */
export const persistentVolumeClaimRules: KindRules<PersistentVolumeClaim> = {
  rechecksMetadata: true,
  create: ({ spec }) => validateClaimSpec('spec', spec),
  update: (claim, old) => [...validateClaimSpec('spec', claim.spec), ...claimUpdate(claim, old)],
  warnings({ metadata }) {
    const name = 'volume.beta.kubernetes.io/storage-class';
    if (metadata.annotations?.[name] === undefined) return [];
    const text = 'deprecated since v1.8; use "storageClassName" attribute instead';
    return [`metadata.annotations[${name}]: ${text}`];
  },
};
