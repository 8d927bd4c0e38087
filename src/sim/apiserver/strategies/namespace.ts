/**
 * Namespaces: active until deleted, and then kept by `spec.finalizers` until their contents are gone.
 *
 * Upstream: pkg/registry/core/namespace/strategy.go, pkg/registry/core/namespace/storage/storage.go Delete
 */
import type { Namespace } from '../../api/types.gen.ts';
import type { Strategy } from '../strategy.ts';

/** How Namespaces are stored. */
export const namespaceStrategy: Strategy<Namespace> = {
  initialStatus: () => ({ phase: 'Active' }),
  prepareForCreate(namespace) {
    const finalizers = namespace.spec?.finalizers ?? [];
    if (finalizers.includes('kubernetes')) return namespace;
    return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] } };
  },
  prepareForUpdate: (namespace, old) => ({
    ...namespace,
    spec: { ...namespace.spec, finalizers: old.spec?.finalizers ?? [] },
  }),
  prepareForDelete: (namespace) => ({
    ...namespace,
    status: { ...namespace.status, phase: 'Terminating' },
  }),
  isHeld: (namespace) => (namespace.spec?.finalizers?.length ?? 0) > 0,
  writesWhole: ['finalize'],
};
