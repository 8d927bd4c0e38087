/**
 * What an object uses of a ResourceQuota: by which names it is counted, how much of each, and by which scopes.
 *
 * Upstream: pkg/quota/v1/evaluator/core pods.go, services.go, persistent_volume_claims.go; pkg/quota/v1/resources.go
 * Docs: /docs/concepts/policy/resource-quotas/
 * Simplified: no scope for affinity across namespaces; no quotas of device classes.
 */
import { qualifiedResource } from './kinds.ts';
import type { KindRow } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { isPodTerminal } from './pod.ts';
import { getPodQos } from './qos.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityFromValue,
} from './quantity.ts';
import type { Quantity } from './quantity.ts';
import type {
  Container,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
  Service,
} from './types.gen.ts';

/** Amounts by the names that quotas use. */
export type Usage = ReadonlyMap<string, Quantity>;

/** Kinds of the core group that a quota may count by their plural name alone. */
const countedByName: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);

const one = quantityFromValue(1);

function add(usage: Map<string, Quantity>, name: string, amount: Quantity): void {
  const before = usage.get(name);
  usage.set(name, before === undefined ? amount : addQuantities(before, amount));
}

/** Returns what one object uses. A pod that has ended counts only as an object. */
export function usageOf(row: KindRow, object: KubeObject): Usage {
  const usage = new Map<string, Quantity>([[`count/${qualifiedResource(row)}`, one]]);
  if (row.group !== '') return usage;
  if (row.plural === 'pods') {
    if (!isPodTerminal(object as Pod)) addPod(usage, object as Pod);
    return usage;
  }
  if (countedByName.has(row.plural)) usage.set(row.plural, one);
  if (row.plural === 'services') addService(usage, object as Service);
  if (row.plural === 'persistentvolumeclaims') addClaim(usage, object as PersistentVolumeClaim);
  return usage;
}

function addPod(usage: Map<string, Quantity>, pod: Pod): void {
  usage.set('pods', one);
  for (const [name, amount] of podAmounts(pod, 'requests')) {
    const isPlain = name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';
    if (isPlain || name.startsWith('hugepages-')) usage.set(name, amount);
    usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod, 'limits')) usage.set(`limits.${name}`, amount);
}

/** Returns the pod's requests or limits: the sum of what runs together, or an init container that needs more. */
function podAmounts(pod: Pod, kind: 'requests' | 'limits'): Usage {
  const amountsOf = (container: Container): [string, Quantity][] =>
    Object.entries(container.resources?.[kind] ?? {}).map(([name, text]) => [
      name,
      parseQuantity(text),
    ]);
  const total = new Map<string, Quantity>();
  for (const container of pod.spec?.containers ?? []) {
    for (const [name, amount] of amountsOf(container)) add(total, name, amount);
  }
  const sidecars = new Map<string, Quantity>();
  const peaks = new Map<string, Quantity>();
  for (const container of pod.spec?.initContainers ?? []) {
    for (const [name, amount] of amountsOf(container)) {
      const before = sidecars.get(name);
      const peak = before === undefined ? amount : addQuantities(before, amount);
      if (container.restartPolicy === 'Always') {
        sidecars.set(name, peak);
        add(total, name, amount);
      }
      raise(peaks, name, peak);
    }
  }
  for (const [name, peak] of peaks) raise(total, name, peak);
  for (const [name, text] of Object.entries(pod.spec?.overhead ?? {})) {
    if (kind === 'requests' || total.has(name)) add(total, name, parseQuantity(text));
  }
  return total;
}

function raise(amounts: Map<string, Quantity>, name: string, amount: Quantity): void {
  const before = amounts.get(name);
  if (before === undefined || compareQuantities(before, amount) < 0) amounts.set(name, amount);
}

function addService(usage: Map<string, Quantity>, service: Service): void {
  const type = service.spec?.type;
  const ports = quantityFromValue(service.spec?.ports?.length ?? 0);
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', one);
  if (type === 'NodePort' || type === 'LoadBalancer') usage.set('services.nodeports', ports);
}

function addClaim(usage: Map<string, Quantity>, claim: PersistentVolumeClaim): void {
  const storage = claim.spec?.resources?.requests?.['storage'];
  const storageClass = claim.spec?.storageClassName ?? '';
  if (storage !== undefined) usage.set('requests.storage', parseQuantity(storage));
  if (storageClass === '') return;
  const prefix = `${storageClass}.storageclass.storage.k8s.io`;
  usage.set(`${prefix}/persistentvolumeclaims`, one);
  if (storage !== undefined) usage.set(`${prefix}/requests.storage`, parseQuantity(storage));
}

/** Whether the quota counts this object at all: quotas with scopes count only pods, and not all of them. */
export function matchesScopes(quota: ResourceQuota, row: KindRow, object: KubeObject): boolean {
  const requirements: ScopedResourceSelectorRequirement[] = [
    ...(quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(quota.spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (row.group !== '' || row.plural !== 'pods') return false;
  return requirements.every((requirement) => matchesScope(requirement, object as Pod));
}

function matchesScope(requirement: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  const isTerminating = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
  const isBestEffort = getPodQos(pod) === 'BestEffort';
  switch (requirement.scopeName) {
    case 'Terminating':
      return isTerminating;
    case 'NotTerminating':
      return !isTerminating;
    case 'BestEffort':
      return isBestEffort;
    case 'NotBestEffort':
      return !isBestEffort;
    case 'PriorityClass':
      return matchesPriorityClass(requirement, pod.spec?.priorityClassName ?? '');
    default:
      return false;
  }
}

function matchesPriorityClass(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  name: string,
): boolean {
  if (operator === 'In') return values.includes(name);
  if (operator === 'NotIn') return !values.includes(name);
  return operator === 'Exists' ? name !== '' : name === '';
}

/** Returns the amounts of some names as the API has them; names that are not used are zero. */
export function formatUsage(usage: Usage, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const amount = usage.get(name);
      return [name, amount === undefined ? '0' : formatQuantity(amount)];
    }),
  );
}

/** Sums the usages of several objects. */
export function sumUsage(usages: Iterable<Usage>): Usage {
  const total = new Map<string, Quantity>();
  for (const usage of usages) for (const [name, amount] of usage) add(total, name, amount);
  return total;
}
