/**
 * Validation of StorageClasses.
 *
 * Upstream: pkg/apis/storage/validation/validation.go ValidateStorageClass
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import { invalid, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isQualifiedName } from '../../api/names.ts';
import type { StorageClass } from '../../api/types.gen.ts';
import { immutableMessage, oneOf, textErrors } from './checks.ts';
import type { KindRules } from './kind-rules.ts';

function storageClass({
  provisioner,
  reclaimPolicy,
  volumeBindingMode,
}: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  if (provisioner === '') errors.push(required('provisioner'));
  else errors.push(...textErrors('provisioner', provisioner.toLowerCase(), isQualifiedName));
  errors.push(...oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain'], true));
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  errors.push(...oneOf('volumeBindingMode', volumeBindingMode, modes));
  return errors;
}

/** Rules of StorageClasses. */
export const storageClassRules: KindRules<StorageClass> = {
  create: storageClass,
  update(next, old) {
    const errors = storageClass(next);
    const frozen = ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'] as const;
    for (const field of frozen) {
      if (semanticEqual(next[field], old[field])) continue;
      errors.push(invalid(field, next[field] ?? null, immutableMessage));
    }
    return errors;
  },
};
