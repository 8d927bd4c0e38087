/**
 * Checks of resource names and quantities, of containers and of whole pods.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidateContainerResourceRequirements, validatePodResources;
 * pkg/apis/core/helper/helpers.go
 */
import {
  child,
  forbidden,
  index,
  invalid,
  key,
  notFound,
  notSupported,
  required,
  duplicate,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isDns1123Label, isQualifiedName } from '../../api/names.ts';
import { compareQuantities, parseQuantity, scaledValue, zeroQuantity } from '../../api/quantity.ts';
import type {
  Container,
  ContainerResizePolicy,
  PodSpec,
  ResourceClaim,
  ResourceRequirements,
} from '../../api/types.gen.ts';
import { aggregateContainers, isHugePages, isPodLevelResource } from '../resource-lists.ts';
import type { ResourceList } from '../resource-lists.ts';
import { sortedEntries, textErrors } from './checks.ts';

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Names without a domain that a ResourceQuota may count. */
const quotaResources = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const standardResources = new Set([...quotaResources, 'storage']);

/** Resources of which only whole ones exist. */
const integerResources = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

function isStandard(name: string): boolean {
  return standardResources.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
}

/** Whether a ResourceQuota can count the resource, which the cluster knows by itself. */
export function isStandardQuotaResource(name: string): boolean {
  return name !== 'storage' && isStandard(name);
}

/** Whether more of the resource may be promised than there is: CPU and memory, not devices. */
function mayBeOvercommitted(name: string): boolean {
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return isNative && !isHugePages(name);
}

/** Checks the name of a resource. */
export function resourceName(path: string, name: string): FieldError[] {
  const errors = textErrors(path, name, isQualifiedName);
  if (errors.length > 0) return errors;
  return name.includes('/') || isStandard(name)
    ? []
    : [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

function containerResourceName(path: string, name: string): FieldError[] {
  const errors = resourceName(path, name);
  if (!name.includes('/')) {
    if (!containerResources.has(name) && !isHugePages(name)) {
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
    }
  } else if (!name.includes('kubernetes.io/') && !isExtendedName(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function isExtendedName(name: string): boolean {
  return !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

/** Checks the name of a resource in a ResourceQuota. */
export function quotaResourceName(path: string, name: string): FieldError[] {
  const errors = resourceName(path, name);
  if (name.includes('/') || errors.length > 0) return errors;
  return isStandardQuotaResource(name)
    ? []
    : [invalid(path, name, 'must be a standard resource for quota')];
}

/** Checks that a quantity is not negative, and whole where only whole ones exist. */
export function resourceQuantity(path: string, name: string, text: string): FieldError[] {
  const errors: FieldError[] = [];
  const quantity = parseQuantity(text);
  if (compareQuantities(quantity, zeroQuantity) < 0) {
    errors.push(invalid(path, text, 'must be greater than or equal to 0'));
  }
  const isWhole = integerResources.has(name) || isExtended(name);
  if (isWhole && scaledValue(quantity, -3) % 1000 !== 0) {
    errors.push(invalid(path, text, 'must be an integer'));
  }
  return errors;
}

function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && isExtendedName(name);
}

function hugePages(path: string, name: string, text: string): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = scaledValue(parseQuantity(name.slice('hugepages-'.length)), 0);
  const value = scaledValue(parseQuantity(text), 0);
  if (value >= 0 && size > 0 && value % size === 0) return [];
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

/** Checks requests and limits of a container. */
export function validateResources(
  path: string,
  resources: ResourceRequirements | undefined,
  podClaims: readonly string[],
): FieldError[] {
  const { limits = {}, requests = {}, claims = [] } = resources ?? {};
  const check = (at: string, name: string, text: string): FieldError[] => [
    ...containerResourceName(at, name),
    ...resourceQuantity(at, name, text),
  ];
  const errors = checkLists(path, limits, requests, check);
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  errors.push(...claimNames(child(path, 'claims'), claims, podClaims));
  return errors;
}

type QuantityCheck = (path: string, name: string, text: string) => FieldError[];

function checkLists(
  path: string,
  limits: ResourceList,
  requests: ResourceList,
  check: QuantityCheck,
): FieldError[] {
  const errors: FieldError[] = [];
  const limitsPath = child(path, 'limits');
  const requestsPath = child(path, 'requests');
  for (const [name, text] of sortedEntries(limits)) {
    const at = key(limitsPath, name);
    errors.push(...check(at, name, text), ...hugePages(at, name, text));
  }
  for (const [name, text] of sortedEntries(requests)) {
    const at = key(requestsPath, name);
    errors.push(...check(at, name, text));
    errors.push(...requestWithinLimit(path, name, text, limits[name]));
    errors.push(...hugePages(at, name, text));
  }
  return errors;
}

function requestWithinLimit(
  path: string,
  name: string,
  text: string,
  limit: string | undefined,
): FieldError[] {
  const isFlexible = mayBeOvercommitted(name);
  if (limit === undefined) {
    const detail = 'Limit must be set for non overcommitable resources';
    return isFlexible ? [] : [required(child(path, 'limits'), detail)];
  }
  const order = compareQuantities(parseQuantity(text), parseQuantity(limit));
  const relation = isFlexible ? 'less than or equal' : 'equal';
  if (isFlexible ? order <= 0 : order === 0) return [];
  const detail = `must be ${relation} to ${name} limit of ${limit}`;
  return [invalid(child(path, 'requests'), text, detail)];
}

function claimNames(
  path: string,
  claims: readonly ResourceClaim[],
  podClaims: readonly string[],
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name, request = '' }] of claims.entries()) {
    const at = index(path, i);
    if (name === '') {
      errors.push(required(at));
      continue;
    }
    if (request !== '' && !names.has(name)) {
      errors.push(...textErrors(child(at, 'request'), request, isDns1123Label));
    }
    const id = request === '' ? name : `${name}/${request}`;
    if (names.has(name)) errors.push(duplicate(at, name));
    else if (names.has(id)) errors.push(duplicate(at, id));
    names.add(id);
    if (podClaims.includes(name)) continue;
    const known = [...new Set(podClaims)].sort();
    const rest = known.length === 0 ? ' which is empty' : `: ${known.join(', ')}`;
    errors.push(notFound(at, name, `must be one of the names in pod.spec.resourceClaims${rest}`));
  }
  return errors;
}

/** Checks how a container's resources may be changed while it runs. */
export function validateResizePolicy(
  path: string,
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, policy] of (policies ?? []).entries()) {
    if (names.has(policy.resourceName)) errors.push(duplicate(index(path, i), policy.resourceName));
    names.add(policy.resourceName);
    if (policy.resourceName === '') errors.push(required(path));
    else if (!['cpu', 'memory'].includes(policy.resourceName)) {
      errors.push(notSupported(path, policy.resourceName, ['cpu', 'memory']));
    }
    const words = ['NotRequired', 'RestartContainer'];
    if (policy.restartPolicy === '') errors.push(required(path));
    else if (!words.includes(policy.restartPolicy)) {
      errors.push(notSupported(path, policy.restartPolicy, words));
    }
    if (podRestartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalid(path, policy.restartPolicy, detail));
    }
  }
  return errors;
}

/** Checks requests and limits of a whole pod against those of its containers. */
export function validatePodResources(path: string, spec: PodSpec): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const errors: FieldError[] = [];
  if ((resources.claims ?? []).length > 0) {
    errors.push(
      forbidden(child(path, 'claims'), 'claims cannot be set for Resources at pod-level'),
    );
  }
  const { limits = {}, requests = {} } = resources;
  const supported = ['cpu', 'hugepages-', 'memory'];
  const check = (at: string, name: string, text: string): FieldError[] => [
    ...(isPodLevelResource(name) ? [] : [notSupported(at, name, supported)]),
    ...resourceQuantity(at, name, text),
  ];
  errors.push(...checkLists(path, limits, requests, check));
  const needed = aggregateContainers(spec, 'requests');
  for (const [name, text] of sortedEntries(needed)) {
    const given = requests[name] ?? '0';
    if (!isPodLevelResource(name)) continue;
    if (compareQuantities(parseQuantity(text), parseQuantity(given)) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${text}`;
    errors.push(invalid(key(child(path, 'requests'), name), given, detail));
  }
  for (const list of ['containers', 'initContainers'] as const) {
    errors.push(...limitsWithinPod(child(path, list), spec[list] ?? [], limits));
  }
  return errors;
}

function limitsWithinPod(
  path: string,
  containers: readonly Container[],
  podLimits: ResourceList,
): FieldError[] {
  return containers.flatMap((container, i) =>
    sortedEntries(container.resources?.limits).flatMap(([name, text]) => {
      const limit = podLimits[name];
      if (limit === undefined || !isPodLevelResource(name)) return [];
      if (compareQuantities(parseQuantity(text), parseQuantity(limit)) <= 0) return [];
      const at = child(key(index(path, i), name), 'limits');
      return [invalid(at, text, `must be less than or equal to pod limits of ${limit}`)];
    }),
  );
}
