/**
 * Checks of what a claim for storage asks for: in a PersistentVolumeClaim, in a StatefulSet, in a pod.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec
 */
import { child, key, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from '../../api/quantity.ts';
import type { PersistentVolumeClaimSpec } from '../../api/types.gen.ts';
import { dns1123Subdomain, labelSelector } from './checks.ts';

/** Ways in which a volume can be mounted, as upstream lists them. */
export const accessModes: readonly string[] = [
  'ReadOnlyMany',
  'ReadWriteMany',
  'ReadWriteOnce',
  'ReadWriteOncePod',
];

/** Checks access modes. */
export function validateAccessModes(path: string, modes: readonly string[]): FieldError[] {
  if (modes.length === 0) return [required(path, 'at least 1 access mode is required')];
  const errors: FieldError[] = [];
  for (const mode of modes) {
    if (!accessModes.includes(mode)) errors.push(notSupported(path, mode, accessModes));
  }
  return errors;
}

/** Checks the spec of a claim. */
export function validateClaimSpec(path: string, spec: PersistentVolumeClaimSpec): FieldError[] {
  const errors = validateAccessModes(child(path, 'accessModes'), spec.accessModes ?? []);
  errors.push(...labelSelector(child(path, 'selector'), spec.selector));
  const storage = spec.resources?.requests?.storage;
  const at = key(child(path, 'resources'), 'storage');
  if (storage === undefined) errors.push(required(at));
  else if (compareQuantities(parseQuantity(storage), zeroQuantity) <= 0) {
    errors.push(invalid(at, storage, 'must be greater than zero'));
  }
  if (spec.storageClassName) {
    errors.push(...dns1123Subdomain(child(path, 'storageClassName'), spec.storageClassName));
  }
  const modes = ['Block', 'Filesystem'];
  if (spec.volumeMode !== undefined && !modes.includes(spec.volumeMode)) {
    errors.push(notSupported(child(path, 'volumeMode'), spec.volumeMode, modes));
  }
  return errors;
}
