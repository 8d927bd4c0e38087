/**
 * The description of a HorizontalPodAutoscaler.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go describeHorizontalPodAutoscalerV2
 */
import type {
  HPAScalingRules,
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
} from '../../api/types.gen.ts';
import type { Describer } from './describer.ts';
import { longTime, writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

export const describeAutoscaler: Describer<HorizontalPodAutoscaler> = {
  *write(out, autoscaler) {
    const { metadata, spec, status } = autoscaler;
    const { kind, name } = spec.scaleTargetRef;
    writeName(out, autoscaler);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
    out.line(0, 'Reference:', `${kind}/${name}`);
    out.line(0, 'Metrics:', '( current / target )');
    for (const [index, metric] of (spec.metrics ?? []).entries()) {
      const [title, numbers] = metricText(metric, status?.currentMetrics?.[index] ?? undefined);
      out.line(1, title, numbers);
    }
    out.line(0, 'Min replicas:', spec.minReplicas ?? '<unset>');
    out.line(0, 'Max replicas:', spec.maxReplicas);
    if (spec.behavior !== undefined) {
      out.line(0, 'Behavior:');
      writeDirection(out, 'Scale Up', spec.behavior.scaleUp);
      writeDirection(out, 'Scale Down', spec.behavior.scaleDown);
    }
    const { currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
    out.line(0, `${kind} pods:`, `${currentReplicas} current / ${desiredReplicas} desired`);
    const conditions = status?.conditions ?? [];
    if (conditions.length === 0) return;
    out.line(0, 'Conditions:');
    out.line(1, 'Type', 'Status', 'Reason', 'Message');
    out.line(1, '----', '------', '------', '-------');
    for (const { type, status: is, reason = '', message = '' } of conditions) {
      out.line(1, type, is, reason, message);
    }
  },
};

const unknown = '<unknown>';

function metricText(spec: MetricSpec, status: MetricStatus | undefined): [string, string] {
  const { resource, containerResource, pods, object, external } = spec;
  const measured = resource ?? containerResource;
  if (measured !== undefined) {
    const of =
      containerResource === undefined ? 'pods' : `container "${containerResource.container}"`;
    const current = status?.resource?.current ?? status?.containerResource?.current;
    const { averageValue, averageUtilization } = measured.target;
    const title = `resource ${measured.name} ${containerResource === undefined ? 'on' : 'of'} ${of}`;
    if (averageValue !== undefined) {
      return [`${title}:`, `${current?.averageValue ?? unknown} / ${averageValue}`];
    }
    const percent = current?.averageUtilization;
    const used = percent === undefined ? unknown : `${percent}% (${current?.averageValue ?? ''})`;
    const target = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`;
    return [`${title}  (as a percentage of request):`, `${used} / ${target}`];
  }
  if (pods !== undefined) {
    const now = status?.pods?.current.averageValue ?? unknown;
    return [`"${pods.metric.name}" on pods:`, `${now} / ${pods.target.averageValue ?? ''}`];
  }
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    const title = `"${object.metric.name}" on ${kind}/${name}`;
    const { averageValue, value = '' } = object.target;
    const now = status?.object?.current;
    if (averageValue === undefined)
      return [`${title} (target value):`, `${now?.value ?? unknown} / ${value}`];
    return [
      `${title} (target average value):`,
      `${now?.averageValue ?? unknown} / ${averageValue}`,
    ];
  }
  const title = `"${external?.metric.name ?? ''}"`;
  const { averageValue, value = '' } = external?.target ?? {};
  const now = status?.external?.current;
  if (averageValue === undefined)
    return [`${title} (target value):`, `${now?.value ?? unknown} / ${value}`];
  return [`${title} (target average value):`, `${now?.averageValue ?? unknown} / ${averageValue}`];
}

function writeDirection(out: Description, title: string, rules: HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  out.line(1, `${title}:`);
  if (rules.stabilizationWindowSeconds !== undefined) {
    out.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  }
  const policies = rules.policies ?? [];
  if (policies.length === 0) return;
  out.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`);
  out.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) {
    out.line(3, `- Type: ${type}`, `Value: ${value}`, `Period: ${periodSeconds} seconds`);
  }
}
