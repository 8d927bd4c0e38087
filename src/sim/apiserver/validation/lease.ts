/**
 * Validation of Leases.
 *
 * Upstream: pkg/apis/coordination/validation/validation.go
 */
import { invalid } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { Lease } from '../../api/types.gen.ts';
import { nonNegative } from './checks.ts';
import type { KindRules } from './kind-rules.ts';

function lease({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions } = spec ?? {};
  const isTooShort = seconds !== undefined && seconds <= 0;
  return [
    ...(isTooShort
      ? [invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
      : []),
    ...nonNegative('spec.leaseTransitions', leaseTransitions),
  ];
}

/** Rules of Leases. */
export const leaseRules: KindRules<Lease> = { create: lease, update: lease };
