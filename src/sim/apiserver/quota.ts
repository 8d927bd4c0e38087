/**
 * ResourceQuota admission: a creation that would exceed a quota is refused, any other is charged before it is stored.
 *
 * - What the quota's status says is what counts; a quota that its controller has not seen yet limits nothing.
 * - A charge is a write of the quota's status; the controller takes it back when the object is gone.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go; pkg/quota/v1/evaluator/core/pods.go Constraints
 * Docs: /docs/concepts/policy/resource-quotas/
 * Simplified: only creations are charged; a change that needs more (a Service that becomes a NodePort) is seen by the controller alone.
 */
import type { KindRow } from '../api/kinds.ts';
import { nameOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
} from '../api/quantity.ts';
import type { Quantity } from '../api/quantity.ts';
import { matchesScopes, usageOf } from '../api/resource-usage.ts';
import type { Usage } from '../api/resource-usage.ts';
import { newForbidden } from '../api/status-error.ts';
import type { Container, Pod, ResourceQuota } from '../api/types.gen.ts';

/** Compute resources that every container must name when a quota limits them. */
const computeNames: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

/**
 * Returns the quota with a new object charged to it, or undefined when the quota does not count it. Throws Forbidden when
 * the object would exceed it.
 */
export function chargedQuota(
  quota: ResourceQuota,
  row: KindRow,
  object: KubeObject,
): ResourceQuota | undefined {
  const hard = quota.status?.hard ?? {};
  if (!matchesScopes(quota, row, object)) return undefined;
  if (row.group === '' && row.plural === 'pods') checkConstraints(quota, row, object as Pod);
  const usage = usageOf(row, object);
  const names = Object.keys(hard).filter((name) => usage.has(name));
  if (names.length === 0) return undefined;
  const refuse = (message: string): never => {
    throw newForbidden(row, nameOf(object), message);
  };
  const used = quota.status?.used ?? {};
  const unknown = names.filter((name) => used[name] === undefined);
  if (unknown.length > 0) {
    refuse(`status unknown for quota: ${nameOf(quota)}, resources: ${unknown.sort().join(',')}`);
  }
  const next: Record<string, string> = { ...used };
  const exceeded: string[] = [];
  for (const name of names) {
    const sum = addQuantities(parseQuantity(used[name] ?? '0'), amountOf(usage, name));
    if (compareQuantities(sum, parseQuantity(hard[name] ?? '0')) > 0) exceeded.push(name);
    next[name] = formatQuantity(sum);
  }
  if (exceeded.length > 0) {
    const print = (amounts: (name: string) => string): string =>
      exceeded
        .sort()
        .map((name) => `${name}=${amounts(name)}`)
        .join(',');
    const requested = print((name) => formatQuantity(amountOf(usage, name)));
    const before = print((name) => used[name] ?? '0');
    const limited = print((name) => hard[name] ?? '0');
    refuse(
      `exceeded quota: ${nameOf(quota)}, requested: ${requested}, used: ${before}, limited: ${limited}`,
    );
  }
  return { ...quota, status: { ...quota.status, used: next } };
}

function amountOf(usage: Usage, name: string): Quantity {
  return usage.get(name) ?? parseQuantity('0');
}

/** Refuses a pod whose containers leave open what the quota limits. */
function checkConstraints(quota: ResourceQuota, row: KindRow, pod: Pod): void {
  const limited = Object.keys(quota.status?.hard ?? {})
    .filter((name) => computeNames.has(name))
    .sort();
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const missing = limited
    .map((name) => [name, containers.filter((each) => !isNamed(each, name))] as const)
    .filter(([, without]) => without.length > 0)
    .map(([name, without]) => `${name} for: ${without.map((each) => each.name).join(',')}`);
  if (missing.length === 0) return;
  const message = `failed quota: ${nameOf(quota)}: must specify ${missing.join('; ')}`;
  throw newForbidden(row, nameOf(pod), message);
}

function isNamed({ resources }: Container, name: string): boolean {
  if (name.startsWith('limits.')) return resources?.limits?.[name.slice(7)] !== undefined;
  const plain = name.startsWith('requests.') ? name.slice(9) : name;
  return resources?.requests?.[plain] !== undefined;
}
