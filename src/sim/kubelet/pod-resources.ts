/**
 * What a pod asks of its node: requests and limits summed over its containers.
 *
 * The sum over app containers and sidecars, or what a single init container needs with the sidecars before it,
 * whichever is more. Resources of the pod itself, where set, come before the sum.
 *
 * Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests, PodLimits
 */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
} from '../api/quantity.ts';
import type { Quantity } from '../api/quantity.ts';
import type { Container, Pod, ResourceRequirements } from '../api/types.gen.ts';
import { isSidecar } from './restart-policy.ts';

type Amounts = Map<string, Quantity>;
type Side = 'requests' | 'limits';

function amountsOf(container: Container, side: Side): Amounts {
  const entries = Object.entries(container.resources?.[side] ?? {});
  return new Map(entries.map(([name, value]) => [name, parseQuantity(value)]));
}

function add(to: Amounts, more: Amounts): void {
  for (const [name, value] of more) {
    const old = to.get(name);
    to.set(name, old === undefined ? value : addQuantities(old, value));
  }
}

function raise(to: Amounts, other: Amounts): void {
  for (const [name, value] of other) {
    const old = to.get(name);
    if (old === undefined || compareQuantities(value, old) > 0) to.set(name, value);
  }
}

function total(pod: Pod, side: Side): Readonly<Record<string, string>> | undefined {
  const sum: Amounts = new Map();
  for (const container of pod.spec.containers) add(sum, amountsOf(container, side));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of pod.spec.initContainers ?? []) {
    const need = amountsOf(container, side);
    if (isSidecar(container)) {
      add(sidecars, need);
      raise(peak, sidecars);
    } else {
      add(need, sidecars);
      raise(peak, need);
    }
  }
  add(sum, sidecars);
  raise(sum, peak);
  for (const [name, value] of Object.entries(pod.spec.resources?.[side] ?? {})) {
    sum.set(name, parseQuantity(value));
  }
  if (sum.size === 0) return undefined;
  const names = [...sum.keys()].sort();
  return Object.fromEntries(
    names.map((name) => [name, formatQuantity(sum.get(name) ?? parseQuantity('0'))]),
  );
}

/** What was added up for a spec: it is asked for at each sync, and a pod's spec stays the same object while it lives. */
const known = new WeakMap<Pod['spec'], ResourceRequirements>();

/** Returns the pod's requests and limits; a side that nobody sets is left out. */
export function podResources(pod: Pod): ResourceRequirements {
  let resources = known.get(pod.spec);
  if (resources === undefined) {
    resources = sumOf(pod);
    known.set(pod.spec, resources);
  }
  return resources;
}

function sumOf(pod: Pod): ResourceRequirements {
  const requests = total(pod, 'requests');
  const limits = total(pod, 'limits');
  return {
    ...(limits === undefined ? {} : { limits }),
    ...(requests === undefined ? {} : { requests }),
  };
}
