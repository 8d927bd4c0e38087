/**
 * DaemonSets: the generation of the template, which an annotation carries since the field for it is gone.
 *
 * Upstream: pkg/registry/apps/daemonset/strategy.go; pkg/apis/apps/v1/conversion.go
 */
import { deepEqual } from '../../api/deep-equal.ts';
import { annotationsOf } from '../../api/object.ts';
import type { DaemonSet } from '../../api/types.gen.ts';
import type { Strategy } from '../strategy.ts';

/** Upstream: DeprecatedTemplateGeneration */
const templateGenerationKey = 'deprecated.daemonset.template.generation';

function templateGeneration(set: DaemonSet): number {
  const text = annotationsOf(set)[templateGenerationKey] ?? '';
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...annotationsOf(set), [templateGenerationKey]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** How DaemonSets are stored: four counters have no omitempty, and the template's changes are counted. */
export const daemonSetStrategy: Strategy<DaemonSet> = {
  initialStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  prepareForCreate: (set) => withTemplateGeneration(set, Math.max(1, templateGeneration(set))),
  prepareForUpdate(set, old) {
    const isSame = deepEqual(set.spec.template, old.spec.template);
    return withTemplateGeneration(set, templateGeneration(old) + (isSame ? 0 : 1));
  },
};
