/**
 * The pod template of a workload in a description, and in `rollout history`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribePodTemplate
 */
import { compareText } from '../../api/go-format.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { PodTemplateSpec, TopologySpreadConstraint } from '../../api/types.gen.ts';
import { writeContainers } from './container.ts';
import { writeAnnotations, writeLabels, writeTolerations } from './text.ts';
import type { Description } from './text.ts';
import { writeVolumes } from './volumes.ts';

/** Writes the template under `Pod Template:`. */
export function writeTemplate(out: Description, template: PodTemplateSpec | undefined): void {
  out.line(0, 'Pod Template:');
  if (!template) {
    out.line(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  writeLabels(out, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) {
    writeAnnotations(out, '  Annotations', metadata?.annotations);
  }
  if (spec?.serviceAccountName) out.line(1, 'Service Account:', spec.serviceAccountName);
  const initContainers = spec?.initContainers ?? [];
  if (initContainers.length > 0) writeContainers(out, 'Init Containers', initContainers, [], '  ');
  writeContainers(out, 'Containers', spec?.containers ?? [], [], '  ');
  writeVolumes(out, spec?.volumes, '  ');
  writeSpread(out, spec?.topologySpreadConstraints, '  ');
  if (spec?.priorityClassName) out.line(1, 'Priority Class Name:', spec.priorityClassName);
  writeLabels(out, '  Node-Selectors', spec?.nodeSelector);
  writeTolerations(out, '  Tolerations', spec?.tolerations);
}

/** Writes topology spread constraints, where there are any. */
export function writeSpread(
  out: Description,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  space: string,
): void {
  const sorted = [...(constraints ?? [])].sort((a, b) => compareText(a.topologyKey, b.topologyKey));
  for (const [index, constraint] of sorted.entries()) {
    const { topologyKey, whenUnsatisfiable, maxSkew, labelSelector } = constraint;
    const selector = labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : '';
    out.line(
      0,
      index === 0 ? `${space}Topology Spread Constraints:` : '',
      `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`,
    );
  }
}
