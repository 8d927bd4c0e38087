/**
 * Checks of containers: ordinary ones, init containers with their sidecars, and ephemeral ones.
 *
 * Upstream: pkg/apis/core/validation/validation.go validateContainers, validateInitContainers,
 * validateEphemeralContainers, validateContainerCommon
 */
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notFound,
  required,
  notSupported,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isValidPortName } from '../../api/names.ts';
import type { Container, ContainerPort, PodSpec, Volume } from '../../api/types.gen.ts';
import { isRestartableInit } from '../resource-lists.ts';
import { dns1123Label, inRange, oneOf, portRange, textErrors } from './checks.ts';
import { fileKeyVolumes, validateEnv, validateEnvFrom } from './environment.ts';
import { validateLifecycle, validateProbe } from './probes.ts';
import type { ProbeName } from './probes.ts';
import { validateResizePolicy, validateResources } from './resources.ts';
import { validateContainerSecurity } from './security.ts';
import { pullPolicy, validateDevices, validateMounts } from './volumes.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const probeNames: readonly ProbeName[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What the checks of a container need to know of its pod. */
interface PodFacts {
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: readonly string[];
  readonly gracePeriodSeconds: number;
  readonly restartPolicy: string | undefined;
}

/** Checks all containers of a pod. */
export function validateAllContainers(
  path: string,
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  const pod: PodFacts = {
    volumes,
    claims: (spec.resourceClaims ?? []).map(({ name }) => name),
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 0,
    restartPolicy: spec.restartPolicy,
  };
  return [
    ...containers(child(path, 'containers'), spec.containers, pod),
    ...initContainers(child(path, 'initContainers'), spec, pod),
    ...ephemeralContainers(child(path, 'ephemeralContainers'), spec, pod),
  ];
}

function containers(path: string, list: readonly Container[], pod: PodFacts): FieldError[] {
  if (list.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = list.flatMap((container, i) => {
    const at = index(path, i);
    const own = common(at, container, pod);
    if (names.has(container.name)) own.push(duplicate(child(at, 'name'), container.name));
    names.add(container.name);
    own.push(...hooksAndProbes(at, container, pod), ...restartRules(at, container));
    return own;
  });
  return [...errors, ...hostPortConflicts(path, list)];
}

function hooksAndProbes(path: string, container: Container, pod: PodFacts): FieldError[] {
  const { gracePeriodSeconds } = pod;
  return [
    ...validateLifecycle(child(path, 'lifecycle'), container.lifecycle, gracePeriodSeconds),
    ...probeNames.flatMap((name) => validateProbe(path, name, container[name], gracePeriodSeconds)),
  ];
}

function initContainers(path: string, spec: PodSpec, pod: PodFacts): FieldError[] {
  const names = new Set(spec.containers.map(({ name }) => name));
  return (spec.initContainers ?? []).flatMap((container, i) => {
    const at = index(path, i);
    const errors = [...common(at, container, pod), ...restartRules(at, container)];
    if (names.has(container.name)) errors.push(duplicate(child(at, 'name'), container.name));
    else if (container.name !== '') names.add(container.name);
    errors.push(...hostPortConflicts(path, [container]));
    if (isRestartableInit(container)) return [...errors, ...hooksAndProbes(at, container, pod)];
    const detail = 'may not be set for init containers without restartPolicy=Always';
    for (const field of ['lifecycle', ...probeNames] as const) {
      if (container[field] !== undefined) errors.push(forbidden(child(at, field), detail));
    }
    return errors;
  });
}

/** Fields that make no sense for a container that is added for a look around. */
const notForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

function ephemeralContainers(path: string, spec: PodSpec, pod: PodFacts): FieldError[] {
  const others = [...spec.containers, ...(spec.initContainers ?? [])];
  const names = new Set(others.map(({ name }) => name));
  const targets = new Set(names);
  return (spec.ephemeralContainers ?? []).flatMap((container, i) => {
    const at = index(path, i);
    const errors = common(at, container as Container, pod);
    if (names.has(container.name)) errors.push(duplicate(child(at, 'name'), container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !targets.has(target)) {
      errors.push(notFound(child(at, 'targetContainerName'), target));
    }
    for (const field of notForEphemeral) {
      const value = container[field];
      const isSet = typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
      if (isSet)
        errors.push(forbidden(child(at, field), 'cannot be set for an Ephemeral Container'));
    }
    for (const [j, mount] of (container.volumeMounts ?? []).entries()) {
      const detail = 'cannot be set for an Ephemeral Container';
      const mountPath = index(child(at, 'volumeMounts'), j);
      if (mount.subPath) errors.push(forbidden(child(mountPath, 'subPath'), detail));
      if (mount.subPathExpr) errors.push(forbidden(child(mountPath, 'subPathExpr'), detail));
    }
    return errors;
  });
}

/** Checks what all containers have in common. */
function common(path: string, container: Container, pod: PodFacts): FieldError[] {
  const errors: FieldError[] = [];
  if (container.name === '') errors.push(required(child(path, 'name')));
  else errors.push(...dns1123Label(child(path, 'name'), container.name));
  if (!container.image) errors.push(required(child(path, 'image')));
  const policies = ['File', 'FallbackToLogsOnError'];
  errors.push(
    ...oneOf(child(path, 'terminationMessagePolicy'), container.terminationMessagePolicy, policies),
    ...ports(child(path, 'ports'), container.ports ?? []),
    ...validateEnv(child(path, 'env'), container.env),
    ...fileKeyVolumes(child(path, 'env'), container.env, pod.volumes),
    ...validateEnvFrom(child(path, 'envFrom'), container.envFrom),
    ...validateMounts(child(path, 'volumeMounts'), container, pod.volumes),
    ...validateDevices(child(path, 'volumeDevices'), container, pod.volumes),
    ...pullPolicy(child(path, 'imagePullPolicy'), container.imagePullPolicy),
    ...validateResources(child(path, 'resources'), container.resources, pod.claims),
    ...validateResizePolicy(child(path, 'resizePolicy'), container.resizePolicy, pod.restartPolicy),
    ...validateContainerSecurity(child(path, 'securityContext'), container.securityContext),
  );
  return errors;
}

function ports(path: string, list: readonly ContainerPort[]): FieldError[] {
  const names = new Set<string>();
  return list.flatMap((port, i) => {
    const at = index(path, i);
    const errors: FieldError[] = [];
    if (port.name) {
      const wrong = textErrors(child(at, 'name'), port.name, isValidPortName);
      errors.push(...wrong);
      if (wrong.length === 0 && names.has(port.name)) {
        errors.push(duplicate(child(at, 'name'), port.name));
      }
      names.add(port.name);
    }
    if (port.containerPort === 0) errors.push(required(child(at, 'containerPort')));
    else errors.push(...inRange(child(at, 'containerPort'), port.containerPort, portRange));
    errors.push(...inRange(child(at, 'hostPort'), port.hostPort || undefined, portRange));
    errors.push(...oneOf(child(at, 'protocol'), port.protocol, protocols));
    return errors;
  });
}

/** Two containers cannot have one port of the node. */
function hostPortConflicts(path: string, list: readonly Container[]): FieldError[] {
  const taken = new Set<string>();
  return list.flatMap((container, i) =>
    (container.ports ?? []).flatMap((port, j) => {
      if (!port.hostPort) return [];
      const id = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (!taken.has(id)) {
        taken.add(id);
        return [];
      }
      const at = index(child(index(path, i), 'ports'), j);
      return [duplicate(child(at, 'hostPort'), id)];
    }),
  );
}

const maxRestartRules = 20;

function restartRules(path: string, container: Container): FieldError[] {
  const errors: FieldError[] = [];
  const policyPath = child(path, 'restartPolicy');
  const policies = ['Always', 'Never', 'OnFailure'];
  const { restartPolicy } = container;
  const rules = container.restartPolicyRules ?? [];
  if (restartPolicy !== undefined && !policies.includes(restartPolicy)) {
    errors.push(notSupported(policyPath, restartPolicy, policies));
  }
  if (rules.length === 0) return errors;
  if (restartPolicy === undefined) {
    errors.push(required(policyPath, 'must specify restartPolicy when restart rules are used'));
  }
  const rulesPath = child(path, 'restartPolicyRules');
  if (rules.length > maxRestartRules) {
    const detail = `must have at most ${maxRestartRules} items`;
    errors.push({ type: 'FieldValueTooMany', field: rulesPath, badValue: rules.length, detail });
  }
  for (const [i, rule] of rules.entries()) {
    const at = index(rulesPath, i);
    const actions = ['Restart', 'RestartAllContainers'];
    if (!actions.includes(rule.action)) {
      errors.push(notSupported(child(at, 'action'), rule.action, actions));
    }
    const codesPath = child(at, 'exitCodes');
    if (!rule.exitCodes) {
      errors.push(required(codesPath, 'must be specified'));
      continue;
    }
    errors.push(...oneOf(child(codesPath, 'operator'), rule.exitCodes.operator, ['In', 'NotIn']));
    const codes = rule.exitCodes.values ?? [];
    if (codes.length > 255) {
      errors.push(invalid(child(codesPath, 'values'), codes, 'must have at most 255 items'));
    }
  }
  return errors;
}
