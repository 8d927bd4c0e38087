/**
 * Validation of the apps group and of ReplicationControllers.
 *
 * Upstream: pkg/apis/apps/validation/validation.go; pkg/apis/core/validation/validation.go
 * ValidateReplicationControllerSpec
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import { child, forbidden, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { IntOrString } from '../../api/int-or-string.ts';
import { isDns1123Label } from '../../api/names.ts';
import { isJsonObject } from '../../api/object.ts';
import { selectorFromSet } from '../../api/selector.ts';
import type {
  ControllerRevision,
  DaemonSet,
  DaemonSetUpdateStrategy,
  Deployment,
  DeploymentStrategy,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../api/types.gen.ts';
import {
  atMost100Percent,
  immutableMessage,
  labelSelector,
  nonNegative,
  positiveIntOrPercent,
  textErrors,
} from './checks.ts';
import type { KindRules } from './kind-rules.ts';
import {
  alwaysRestarted,
  asSelector,
  isEmptySelector,
  requiredSelector,
  runningTemplate,
  templateLabels,
} from './selectors.ts';
import { validatePodTemplate } from './pod-spec.ts';
import { printedSelector } from './selector-form.ts';
import { validateClaimSpec } from './volume-claims.ts';
import { templateWarnings, workloadNameWarnings } from './pod-warnings.ts';

function percentOrNumber(value: IntOrString | undefined): number {
  return typeof value === 'number' ? value : Number.parseInt(value ?? '0', 10) || 0;
}

function immutableSelector(
  selector: LabelSelector | undefined,
  old: LabelSelector | undefined,
): FieldError[] {
  if (semanticEqual(selector, old)) return [];
  return [invalid('spec.selector', printedSelector(selector), immutableMessage)];
}

function selectorAndTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
): FieldError[] {
  const errors = requiredSelector('spec.selector', selector, 'deployment');
  const meaning = asSelector(selector);
  if (!meaning) {
    const detail = 'invalid label selector';
    return [...errors, invalid('spec.selector', printedSelector(selector), detail)];
  }
  return [...errors, ...runningTemplate('spec.template', template, meaning, 'ReplicaSet')];
}

function deploymentSpec({ spec }: Deployment): FieldError[] {
  const errors = nonNegative('spec.replicas', spec.replicas);
  errors.push(...selectorAndTemplate(spec.selector, spec.template));
  errors.push(...deploymentStrategy('spec.strategy', spec.strategy ?? {}));
  errors.push(...nonNegative('spec.minReadySeconds', spec.minReadySeconds));
  errors.push(...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit));
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(...nonNegative('spec.progressDeadlineSeconds', deadline));
    if (deadline <= (spec.minReadySeconds ?? 0)) {
      const detail = 'must be greater than minReadySeconds';
      errors.push(invalid('spec.progressDeadlineSeconds', deadline, detail));
    }
  }
  return errors;
}

function deploymentStrategy(path: string, strategy: DeploymentStrategy): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const at = child(path, 'rollingUpdate');
  if (type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate ? [forbidden(at, detail)] : [];
  }
  if (type !== 'RollingUpdate') {
    return [notSupported(child(path, 'type'), type, ['Recreate', 'RollingUpdate'])];
  }
  if (!rollingUpdate) return [required(at, 'this should be defaulted and never be nil')];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const unavailablePath = child(at, 'maxUnavailable');
  const errors = [
    ...positiveIntOrPercent(unavailablePath, maxUnavailable),
    ...positiveIntOrPercent(child(at, 'maxSurge'), maxSurge),
  ];
  if (percentOrNumber(maxUnavailable) === 0 && percentOrNumber(maxSurge) === 0) {
    errors.push(invalid(unavailablePath, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...atMost100Percent(unavailablePath, maxUnavailable)];
}

/** Rules of Deployments. */
export const deploymentRules: KindRules<Deployment> = {
  create: deploymentSpec,
  update: (deployment, old) => [
    ...deploymentSpec(deployment),
    ...immutableSelector(deployment.spec.selector, old.spec.selector),
  ],
  warnings: (deployment) => [
    ...workloadNameWarnings(deployment.metadata.name ?? ''),
    ...templateWarnings('spec.template', deployment.spec.template),
  ],
};

function replicaSetSpec({ spec }: ReplicaSet): FieldError[] {
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...selectorAndTemplate(spec.selector, spec.template),
  ];
}

/** Rules of ReplicaSets. */
export const replicaSetRules: KindRules<ReplicaSet> = {
  create: replicaSetSpec,
  update: (set, old) => [
    ...replicaSetSpec(set),
    ...immutableSelector(set.spec.selector, old.spec.selector),
  ],
  warnings: (set) => [
    ...workloadNameWarnings(set.metadata.name ?? ''),
    ...templateWarnings('spec.template', set.spec.template),
  ],
};

function statefulSetSpec({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy ?? '';
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(
      invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"),
    );
  }
  errors.push(...statefulSetStrategy('spec.updateStrategy', spec.updateStrategy ?? {}));
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[field];
    if (value === undefined || value === 'Delete' || value === 'Retain') continue;
    const at = `spec.persistentVolumeClaimRetentionPolicy.${field}`;
    errors.push(notSupported(at, value, ['Delete', 'Retain']));
  }
  errors.push(...nonNegative('spec.replicas', spec.replicas));
  errors.push(...nonNegative('spec.minReadySeconds', spec.minReadySeconds));
  errors.push(...nonNegative('spec.ordinals.start', spec.ordinals?.start));
  errors.push(...requiredSelector('spec.selector', spec.selector, 'statefulset'));
  errors.push(...statefulSetTemplate({ spec } as StatefulSet));
  if (spec.serviceName) {
    errors.push(...textErrors('spec.serviceName', spec.serviceName, isDns1123Label));
  }
  for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries()) {
    const at = index('spec.volumeClaimTemplates', i);
    errors.push(...validateClaimSpec(child(at, 'spec'), claim.spec));
  }
  return errors;
}

/** The pods will have a volume for each claim, under the claim's name. */
function statefulSetTemplate({ spec }: StatefulSet): FieldError[] {
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => {
    const name = metadata?.name ?? '';
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const names = new Set(claims.map(({ name }) => name));
  const others = (spec.template.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  const volumes = [...others, ...claims];
  const template = { ...spec.template, spec: { ...spec.template.spec, volumes } };
  const meaning = asSelector(spec.selector);
  if (!meaning) return [invalid('spec.selector', printedSelector(spec.selector), '')];
  return runningTemplate('spec.template', template, meaning, 'StatefulSet');
}

function statefulSetStrategy(
  path: string,
  strategy: NonNullable<StatefulSet['spec']['updateStrategy']>,
): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const at = child(path, 'rollingUpdate');
  const printed = rollingUpdate
    ? {
        Partition: rollingUpdate.partition ?? 0,
        MaxUnavailable: rollingUpdate.maxUnavailable ?? null,
      }
    : null;
  if (type === '') return [required(path)];
  if (type === 'OnDelete') {
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate ? [invalid(at, printed, detail)] : [];
  }
  if (type === 'RollingUpdate') {
    return nonNegative(child(at, 'partition'), rollingUpdate?.partition);
  }
  const value = { Type: type, RollingUpdate: printed };
  return [invalid(path, value, "must be 'RollingUpdate' or 'OnDelete'")];
}

/** Fields of a StatefulSet's spec that may change. */
const changeable = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

function frozenPart(spec: StatefulSet['spec']): unknown {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !changeable.has(field)));
}

/** Rules of StatefulSets. */
export const statefulSetRules: KindRules<StatefulSet> = {
  create: statefulSetSpec,
  update(set, old) {
    const errors = statefulSetSpec(set);
    if (semanticEqual(frozenPart(set.spec), frozenPart(old.spec))) return errors;
    const detail =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
      "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    return [...errors, forbidden('spec', detail)];
  },
  warnings: (set) => templateWarnings('spec.template', set.spec.template),
};

function daemonSetSpec({ spec }: DaemonSet): FieldError[] {
  const errors = labelSelector('spec.selector', spec.selector);
  const meaning = asSelector(spec.selector);
  if (meaning) errors.push(...templateLabels('spec.template', spec.template, meaning));
  if (spec.selector && isEmptySelector(spec.selector)) {
    const detail = 'empty selector is invalid for daemonset';
    errors.push(invalid('spec.selector', printedSelector(spec.selector), detail));
  }
  errors.push(...validatePodTemplate('spec.template', spec.template));
  errors.push(...alwaysRestarted('spec.template.spec', spec.template, 'DaemonSet'));
  errors.push(...nonNegative('spec.minReadySeconds', spec.minReadySeconds));
  errors.push(...daemonSetStrategy('spec.updateStrategy', spec.updateStrategy ?? {}));
  errors.push(...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit));
  return errors;
}

function daemonSetStrategy(path: string, strategy: DaemonSetUpdateStrategy): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [notSupported(child(path, 'type'), type, ['RollingUpdate', 'OnDelete'])];
  }
  const at = child(path, 'rollingUpdate');
  if (!rollingUpdate) return [required(at)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const unavailablePath = child(at, 'maxUnavailable');
  const surgePath = child(at, 'maxSurge');
  const errors = [
    ...positiveIntOrPercent(unavailablePath, maxUnavailable),
    ...positiveIntOrPercent(surgePath, maxSurge),
    ...atMost100Percent(unavailablePath, maxUnavailable),
    ...atMost100Percent(surgePath, maxSurge),
  ];
  const hasUnavailable = percentOrNumber(maxUnavailable) !== 0;
  const hasSurge = percentOrNumber(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(surgePath, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(unavailablePath, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

/** Rules of DaemonSets. */
export const daemonSetRules: KindRules<DaemonSet> = {
  create: daemonSetSpec,
  update: (set, old) => [
    ...daemonSetSpec(set),
    ...immutableSelector(set.spec.selector, old.spec.selector),
  ],
  warnings: (set) => templateWarnings('spec.template', set.spec.template),
};

function replicationControllerSpec({ spec }: ReplicationController): FieldError[] {
  const errors = nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  const selector = spec.selector ?? {};
  const isEmpty = Object.keys(selector).length === 0;
  if (isEmpty && spec.template) errors.push(required('spec.selector'));
  errors.push(...nonNegative('spec.replicas', spec.replicas));
  if (!spec.template) return [...errors, required('spec.template')];
  if (!isEmpty)
    errors.push(...templateLabels('spec.template', spec.template, selectorFromSet(selector)));
  errors.push(...validatePodTemplate('spec.template', spec.template));
  errors.push(...alwaysRestarted('spec.template.spec', spec.template, 'ReplicationController'));
  return errors;
}

/** Rules of ReplicationControllers. */
export const replicationControllerRules: KindRules<ReplicationController> = {
  create: replicationControllerSpec,
  update: replicationControllerSpec,
  warnings: ({ metadata, spec }) => [
    ...workloadNameWarnings(metadata.name ?? ''),
    ...(spec.template ? templateWarnings('spec.template', spec.template) : []),
  ],
};

function controllerRevision({ revision, data }: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'));
  else if (!isJsonObject(data)) errors.push(required('data', 'data must be a valid JSON object'));
  errors.push(...nonNegative('revision', revision));
  return errors;
}

/** Rules of ControllerRevisions, whose data never changes. */
export const controllerRevisionRules: KindRules<ControllerRevision> = {
  create: controllerRevision,
  update: (object, old) => [
    ...controllerRevision(object),
    ...(semanticEqual(object.data, old.data)
      ? []
      : [invalid('data', object.data, immutableMessage)]),
  ],
};
