/**
 * StatefulSets: `maxUnavailable` is dropped, because its feature gate is off.
 *
 * Upstream: pkg/registry/apps/statefulset/strategy.go dropStatefulSetDisabledFields (MaxUnavailableStatefulSet, off in 1.36)
 */
import type { StatefulSet } from '../../api/types.gen.ts';
import type { Strategy } from '../strategy.ts';

function dropDisabledFields(set: StatefulSet): StatefulSet {
  const { updateStrategy } = set.spec;
  const rollingUpdate = updateStrategy?.rollingUpdate;
  if (rollingUpdate?.maxUnavailable === undefined) return set;
  const { maxUnavailable: _, ...kept } = rollingUpdate;
  return {
    ...set,
    spec: { ...set.spec, updateStrategy: { ...updateStrategy, rollingUpdate: kept } },
  };
}

/** How StatefulSets are stored. `replicas` and `availableReplicas` have no omitempty, so a new object shows them. */
export const statefulSetStrategy: Strategy<StatefulSet> = {
  initialStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  prepareForCreate: dropDisabledFields,
  prepareForUpdate: dropDisabledFields,
};
