/**
 * Checks of a pod's spec that hold in a Pod and in the template of any workload alike.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec
 */
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isDns1123Subdomain, regexError } from '../../api/names.ts';
import type {
  ObjectMeta,
  PodResourceClaim,
  PodSpec,
  PodTemplateSpec,
} from '../../api/types.gen.ts';
import { originalOf } from '../defaults/pod-of-template.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  inRange,
  ipAddress,
  labelName,
  labels,
  oneOf,
  textErrors,
} from './checks.ts';
import { validateAllContainers } from './containers.ts';
import { internalForm } from './internal-form.ts';
import { annotations } from './object-meta.ts';
import { validatePodResources, resourceQuantity, resourceName } from './resources.ts';
import {
  validateAffinity,
  validateSchedulingGates,
  validateSpread,
  validateTolerations,
} from './scheduling.ts';
import { validatePodSecurity } from './security.ts';
import { validateVolumes } from './volumes.ts';

/** Checks the pod template of a workload. */
export function validatePodTemplate(path: string, template: PodTemplateSpec): FieldError[] {
  const metadata = template.metadata ?? {};
  const annotationsPath = child(path, 'annotations');
  return [
    ...labels(child(path, 'labels'), metadata.labels),
    ...annotations(annotationsPath, metadata.annotations),
    ...podAnnotations(annotationsPath, metadata),
    ...validatePodSpec(child(path, 'spec'), template.spec),
    ...((template.spec.ephemeralContainers ?? []).length > 0
      ? [
          forbidden(
            child(path, 'spec', 'ephemeralContainers'),
            'ephemeral containers not allowed in pod template',
          ),
        ]
      : []),
  ];
}

/** Checks annotations that mean something to the cluster. */
export function podAnnotations(path: string, metadata: ObjectMeta): FieldError[] {
  const name = 'controller.kubernetes.io/pod-deletion-cost';
  const cost = metadata.annotations?.[name];
  if (cost === undefined) return [];
  const isNumber = /^(0|[-+]?[1-9][0-9]*)$/.test(cost) && Math.abs(Number(cost)) <= 2_147_483_647;
  return isNumber ? [] : [invalid(`${path}[${name}]`, cost, 'must be a 32bit integer')];
}

/** Frozen specs in which nothing was found: they are met again, and so are those that differ by a token's name only. */
const flawless = new WeakSet<object>();

/** Checks the spec of a pod. */
export function validatePodSpec(path: string, spec: PodSpec): FieldError[] {
  const original = originalOf(spec);
  if (flawless.has(original)) return [];
  const errors = podSpecErrors(path, spec);
  if (errors.length === 0 && Object.isFrozen(original)) flawless.add(original);
  return errors;
}

function podSpecErrors(path: string, spec: PodSpec): FieldError[] {
  const volumes = validateVolumes(child(path, 'volumes'), spec.volumes);
  return [
    ...volumes.errors,
    ...resourceClaims(child(path, 'resourceClaims'), spec.resourceClaims ?? []),
    ...validateAllContainers(path, spec, volumes.byName),
    ...validatePodResources(child(path, 'resources'), spec),
    ...hostNetwork(path, spec),
    ...oneOf(child(path, 'restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(child(path, 'dnsPolicy'), spec.dnsPolicy, dnsPolicies),
    ...labels(child(path, 'nodeSelector'), spec.nodeSelector),
    ...validatePodSecurity(child(path, 'securityContext'), spec),
    ...validateAffinity(child(path, 'affinity'), spec.affinity),
    ...dnsConfig(child(path, 'dnsConfig'), spec),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, i) =>
      labelName(child(index(child(path, 'readinessGates'), i), 'conditionType'), conditionType),
    ),
    ...validateSchedulingGates(child(path, 'schedulingGates'), spec.schedulingGates),
    ...validateSpread(child(path, 'topologySpreadConstraints'), spec.topologySpreadConstraints),
    ...ownUserNamespace(path, spec),
    ...namesAndTimes(path, spec),
    ...validateTolerations(child(path, 'tolerations'), spec.tolerations),
    ...hostAliases(child(path, 'hostAliases'), spec),
    ...classes(path, spec),
  ];
}

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

function hostNetwork(path: string, spec: PodSpec): FieldError[] {
  if (!spec.hostNetwork) return [];
  const errors: FieldError[] = [];
  for (const [i, container] of spec.containers.entries()) {
    for (const [j, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort || port.hostPort === port.containerPort) continue;
      const at = index(child(index(child(path, 'containers'), i), 'ports'), j);
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalid(child(at, 'hostPort'), port.hostPort, detail));
    }
  }
  if (spec.hostnameOverride !== undefined) {
    const detail = 'may not be specified when hostNetwork is true';
    errors.push(forbidden(child(path, 'hostnameOverride'), detail));
  }
  return errors;
}

const searchPattern = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*';
const searchName = new RegExp(`^${searchPattern}$`);

function dnsConfig(path: string, { dnsConfig: config, dnsPolicy }: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if ((config.nameservers ?? []).length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(child(path, 'nameservers'), detail)];
    }
  }
  if (!config) return [];
  const { nameservers = [], searches = [], options = [] } = config;
  const serversPath = child(path, 'nameservers');
  if (nameservers.length > 3) {
    errors.push(invalid(serversPath, nameservers, 'must not have more than 3 nameservers'));
  }
  for (const [i, server] of nameservers.entries()) {
    errors.push(...ipAddress(index(serversPath, i), server));
  }
  const searchesPath = child(path, 'searches');
  if (searches.length > 32) {
    errors.push(invalid(searchesPath, searches, 'must not have more than 32 search paths'));
  }
  if (searches.join(' ').length > 2_048) {
    const detail = 'must not have more than 2048 characters (including spaces) in the search list';
    errors.push(invalid(searchesPath, searches, detail));
  }
  for (const [i, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (searchName.test(name) || search === '.') continue;
    const start =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', " +
      'and must start and end with an alphanumeric character';
    const detail = regexError(start, searchPattern, 'example.com');
    errors.push(invalid(index(searchesPath, i), name, detail));
  }
  for (const [i, option] of options.entries()) {
    const at = index(child(path, 'options'), i);
    if (!option.name) errors.push(required(at, 'must not be empty'));
  }
  return errors;
}

/** A pod with users of its own cannot share other namespaces with its node. */
function ownUserNamespace(path: string, spec: PodSpec): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `pod.Spec.HostUsers` is false';
  const shared = [
    ['hostNetwork', spec.hostNetwork],
    ['HostPID', spec.hostPID],
    ['HostIPC', spec.hostIPC],
  ] as const;
  return shared.flatMap(([field, isShared]) =>
    isShared ? [forbidden(child(path, field), detail)] : [],
  );
}

function resourceClaims(path: string, claims: readonly PodResourceClaim[]): FieldError[] {
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    const at = index(path, i);
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(child(at, 'name')));
    else if (names.has(name)) errors.push(duplicate(child(at, 'name'), name));
    else errors.push(...dns1123Label(child(at, 'name'), name));
    names.add(name);
    const given = [resourceClaimName, resourceClaimTemplateName].filter((n) => n !== undefined);
    if (given.length !== 1) {
      const detail =
        given.length === 2
          ? 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
          : 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(at, internalForm('PodResourceClaim', claim), detail));
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field];
      if (value !== undefined) errors.push(...dns1123Subdomain(child(at, field), value));
    }
    return errors;
  });
}

function namesAndTimes(path: string, spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['serviceAccountName', 'nodeName'] as const) {
    const value = spec[field];
    if (value) errors.push(...dns1123Subdomain(child(path, field), value));
  }
  const { activeDeadlineSeconds } = spec;
  const deadlinePath = child(path, 'activeDeadlineSeconds');
  errors.push(...inRange(deadlinePath, activeDeadlineSeconds, [1, 2_147_483_647]));
  for (const field of ['hostname', 'subdomain'] as const) {
    const value = spec[field];
    if (value) errors.push(...dns1123Label(child(path, field), value));
  }
  return errors;
}

function hostAliases(path: string, spec: PodSpec): FieldError[] {
  return (spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }, i) => [
    ...ipAddress(child(index(path, i), 'ip'), ip),
    ...hostnames.flatMap((name, j) =>
      textErrors(index(child(index(path, i), 'hostnames'), j), name, isDns1123Subdomain),
    ),
  ]);
}

function classes(path: string, spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['priorityClassName', 'runtimeClassName'] as const) {
    const value = spec[field];
    if (value) errors.push(...dns1123Subdomain(child(path, field), value));
  }
  if (spec.preemptionPolicy !== undefined) {
    const policies = ['PreemptLowerPriority', 'Never'];
    errors.push(...oneOf(child(path, 'preemptionPolicy'), spec.preemptionPolicy, policies));
  }
  for (const [name, text] of Object.entries(spec.overhead ?? {})) {
    const at = `${child(path, 'overhead')}[${name}]`;
    errors.push(...resourceName(at, name), ...resourceQuantity(at, name, text));
  }
  const systems = ['linux', 'windows'];
  const os = spec.os?.name;
  if (spec.os && !os) errors.push(required(child(path, 'os', 'name')));
  else if (os && !systems.includes(os))
    errors.push(notSupported(child(path, 'os', 'name'), os, systems));
  return errors;
}
