/**
 * What a pod asks for and may use: containers together, init containers at their largest, sidecars beside both.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/util/resource/resource.go PodRequestsAndLimits
 */
import { addQuantities, compareQuantities, parseQuantity } from '../api/quantity.ts';
import type { Quantity } from '../api/quantity.ts';
import type { Container, Pod, ResourceRequirements } from '../api/types.gen.ts';

/** Amounts by resource name. */
export type ResourceTotals = Map<string, Quantity>;

type Kind = 'requests' | 'limits';

/** Returns what the pod asks for. */
export function podRequests(pod: Pod): ResourceTotals {
  return totalsOf(pod, 'requests');
}

/** Returns what the pod may use at most. */
export function podLimits(pod: Pod): ResourceTotals {
  return totalsOf(pod, 'limits');
}

function totalsOf({ spec }: Pod, kind: Kind): ResourceTotals {
  const totals: ResourceTotals = new Map();
  for (const container of spec?.containers ?? []) add(totals, listOf(container.resources, kind));
  const sidecars: ResourceTotals = new Map();
  const peaks: ResourceTotals = new Map();
  for (const container of spec?.initContainers ?? []) {
    const own = listOf(container.resources, kind);
    if (isSidecar(container)) {
      add(totals, own);
      add(sidecars, own);
      raise(peaks, sidecars);
    } else {
      const peak: ResourceTotals = new Map(own);
      add(peak, sidecars);
      raise(peaks, peak);
    }
  }
  raise(totals, peaks);
  // What is said for the pod as a whole takes the place of the sum.
  for (const [name, quantity] of listOf(spec?.resources, kind)) totals.set(name, quantity);
  if (kind === 'requests') add(totals, mapOf(spec?.overhead));
  return totals;
}

function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function listOf(resources: ResourceRequirements | undefined, kind: Kind): ResourceTotals {
  return mapOf(resources?.[kind]);
}

function mapOf(list: Readonly<Record<string, string>> | undefined): ResourceTotals {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

function add(totals: ResourceTotals, more: ResourceTotals): void {
  for (const [name, quantity] of more) {
    const before = totals.get(name);
    totals.set(name, before ? addQuantities(before, quantity) : quantity);
  }
}

function raise(totals: ResourceTotals, to: ResourceTotals): void {
  for (const [name, quantity] of to) {
    const before = totals.get(name);
    if (!before || compareQuantities(quantity, before) > 0) totals.set(name, quantity);
  }
}
