/**
 * Validation of the small groups: autoscaling, node, policy, scheduling.
 *
 * Upstream: pkg/apis/{autoscaling,node,policy,scheduling}/validation/validation.go
 */
import { child, forbidden, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
  PodDisruptionBudget,
  PriorityClass,
  RuntimeClass,
} from '../../api/types.gen.ts';
import {
  atMost100Percent,
  dns1123Label,
  immutableMessage,
  labelSelector,
  nonNegative,
  positiveIntOrPercent,
} from './checks.ts';
import { internalForm } from './internal-form.ts';
import type { KindRules } from './kind-rules.ts';

function positive(path: string, value: number | undefined): FieldError[] {
  return value !== undefined && value <= 0 ? [invalid(path, value, 'must be greater than 0')] : [];
}

function budget({ spec = {} }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const value = internalForm('PodDisruptionBudgetSpec', spec);
    errors.push(invalid('spec', value, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (value === undefined) continue;
    const at = child('spec', field);
    errors.push(...positiveIntOrPercent(at, value), ...atMost100Percent(at, value));
  }
  errors.push(...labelSelector('spec.selector', selector));
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies));
  }
  return errors;
}

/** Rules of PodDisruptionBudgets. */
export const podDisruptionBudgetRules: KindRules<PodDisruptionBudget> = {
  create: budget,
  update: budget,
};

/** The highest priority that is not the system's own. Upstream: HighestUserDefinablePriority */
const maxUserPriority = 1_000_000_000;
const systemPriorities: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** Rules of PriorityClasses, whose value never changes. */
export const priorityClassRules: KindRules<PriorityClass> = {
  create({ metadata, value = 0 }) {
    const name = metadata.name ?? '';
    if (name.startsWith('system-')) {
      if (systemPriorities[name] === value) return [];
      const known = systemPriorities[name];
      const error =
        known === undefined
          ? `${name} is not a known system priority class`
          : `value of ${name} PriorityClass must be ${known}`;
      const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${error}`;
      return [forbidden('metadata.name', detail)];
    }
    if (value <= maxUserPriority) return [];
    const detail = `maximum allowed value of a user defined priority is ${maxUserPriority}`;
    return [forbidden('value', detail)];
  },
  update(next, old) {
    const errors: FieldError[] = [];
    if (next.value !== old.value)
      errors.push(forbidden('value', 'may not be changed in an update.'));
    if (next.preemptionPolicy !== old.preemptionPolicy) {
      errors.push(invalid('preemptionPolicy', next.preemptionPolicy ?? null, immutableMessage));
    }
    return errors;
  },
};

function runtimeClass({ handler }: RuntimeClass): FieldError[] {
  return handler === '' ? [required('handler')] : dns1123Label('handler', handler);
}

/** Rules of RuntimeClasses, whose handler never changes. */
export const runtimeClassRules: KindRules<RuntimeClass> = {
  create: runtimeClass,
  update: (next, old) =>
    next.handler === old.handler ? [] : [invalid('handler', next.handler, immutableMessage)],
};

function autoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const atLeastOne = 'must be greater than or equal to 1';
  const { minReplicas, maxReplicas, scaleTargetRef } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, atLeastOne));
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, atLeastOne));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const detail = 'must be greater than or equal to `minReplicas`';
    errors.push(invalid('spec.maxReplicas', maxReplicas, detail));
  }
  for (const field of ['kind', 'name'] as const) {
    if (!scaleTargetRef[field]) errors.push(required(`spec.scaleTargetRef.${field}`));
  }
  for (const [i, metric] of (spec.metrics ?? []).entries()) {
    errors.push(...metricErrors(index('spec.metrics', i), metric));
  }
  for (const field of ['scaleUp', 'scaleDown'] as const) {
    const rules = spec.behavior?.[field];
    if (rules) errors.push(...scalingRules(`spec.behavior.${field}`, rules));
  }
  return errors;
}

const metricFields = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
} as const;

function metricErrors(path: string, metric: MetricSpec): FieldError[] {
  const errors: FieldError[] = [];
  const types = Object.keys(metricFields);
  const typePath = child(path, 'type');
  if (metric.type === '') errors.push(required(typePath, 'must specify a metric source type'));
  else if (!types.includes(metric.type)) errors.push(notSupported(typePath, metric.type, types));
  for (const field of Object.values(metricFields)) {
    const source = metric[field];
    if (source) errors.push(...targetErrors(child(path, field, 'target'), source.target));
  }
  const expected = metricFields[metric.type as keyof typeof metricFields];
  if (expected !== undefined && metric[expected] === undefined) {
    const detail = 'must populate information for the given metric source';
    return [required(child(path, expected), detail)];
  }
  return errors;
}

function targetErrors(path: string, target: MetricTarget): FieldError[] {
  const errors: FieldError[] = [];
  const typePath = child(path, 'type');
  if (target.type === '') errors.push(required(typePath, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(target.type)) {
    const detail = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalid(typePath, target.type, detail));
  }
  const at = child(path, 'averageUtilization');
  errors.push(...positive(at, target.averageUtilization));
  const { value, averageValue, averageUtilization } = target;
  if (value === undefined && averageValue === undefined && averageUtilization === undefined) {
    errors.push(required(at, 'must set either a target raw value or a target utilization'));
  }
  return errors;
}

function scalingRules(path: string, rules: HPAScalingRules): FieldError[] {
  const errors: FieldError[] = [];
  const window = rules.stabilizationWindowSeconds;
  const at = child(path, 'stabilizationWindowSeconds');
  errors.push(...nonNegative(at, window));
  if (window !== undefined && window > 3_600) {
    errors.push(invalid(at, window, 'must be less than or equal to 3600'));
  }
  const words = ['Disabled', 'Max', 'Min'];
  if (rules.selectPolicy !== undefined && !words.includes(rules.selectPolicy)) {
    errors.push(notSupported(child(path, 'selectPolicy'), rules.selectPolicy, words));
  }
  const policiesPath = child(path, 'policies');
  const policies = rules.policies ?? [];
  if (policies.length === 0)
    errors.push(required(policiesPath, 'must specify at least one Policy'));
  for (const [i, policy] of policies.entries()) {
    const policyPath = index(policiesPath, i);
    const types = ['Percent', 'Pods'];
    if (!types.includes(policy.type)) {
      errors.push(notSupported(child(policyPath, 'type'), policy.type, types));
    }
    errors.push(...positive(child(policyPath, 'value'), policy.value));
    errors.push(...positive(child(policyPath, 'periodSeconds'), policy.periodSeconds));
  }
  return errors;
}

/** Rules of HorizontalPodAutoscalers. */
export const horizontalPodAutoscalerRules: KindRules<HorizontalPodAutoscaler> = {
  create: autoscaler,
  update: autoscaler,
};
