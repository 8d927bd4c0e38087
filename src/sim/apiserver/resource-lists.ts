/**
 * Resource lists (`{cpu: 500m, memory: 64Mi}`) and what a pod's containers need together.
 *
 * Upstream: staging/src/k8s.io/component-helpers/resource/helpers.go AggregateContainerRequests,
 * AggregateContainerLimits, IsSupportedPodLevelResource
 */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityFromMilli,
  scaledValue,
} from '../api/quantity.ts';
import type { Container } from '../api/types.gen.ts';

/** Quantities by the name of their resource. */
export type ResourceList = Readonly<Record<string, string>>;

/** The parts of a pod's spec that hold containers. */
export interface PodContainers {
  readonly containers?: readonly Container[] | undefined;
  readonly initContainers?: readonly Container[] | undefined;
}

/** Whether an init container goes on running beside the containers: a sidecar. */
export function isRestartableInit(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Whether the name is that of a size of huge pages: `hugepages-2Mi`. */
export function isHugePages(resource: string): boolean {
  return resource.startsWith('hugepages-');
}

/** Whether a whole pod can be given the resource. */
export function isPodLevelResource(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || isHugePages(resource);
}

/** Returns the sum of two lists. */
export function addLists(a: ResourceList, b: ResourceList): ResourceList {
  const sum: Record<string, string> = { ...a };
  for (const [name, text] of Object.entries(b)) {
    const other = sum[name];
    sum[name] =
      other === undefined
        ? text
        : formatQuantity(addQuantities(parseQuantity(other), parseQuantity(text)));
  }
  return sum;
}

/** Returns the larger of two lists, name by name. */
export function maxLists(a: ResourceList, b: ResourceList): ResourceList {
  const max: Record<string, string> = { ...a };
  for (const [name, text] of Object.entries(b)) {
    const other = max[name];
    if (other === undefined || compareQuantities(parseQuantity(text), parseQuantity(other)) > 0) {
      max[name] = text;
    }
  }
  return max;
}

/**
 * Returns what the containers need at most at one time: the containers with all sidecars together, or an init container
 * with the sidecars before it.
 */
export function aggregateContainers(pod: PodContainers, of: 'requests' | 'limits'): ResourceList {
  let running: ResourceList = {};
  for (const container of pod.containers ?? []) {
    running = addLists(running, container.resources?.[of] ?? {});
  }
  let sidecars: ResourceList = {};
  let init: ResourceList = {};
  for (const container of pod.initContainers ?? []) {
    const own = container.resources?.[of] ?? {};
    if (isRestartableInit(container)) {
      running = addLists(running, own);
      sidecars = addLists(sidecars, own);
      init = maxLists(init, sidecars);
    } else init = maxLists(init, addLists(own, sidecars));
  }
  return maxLists(running, init);
}

/** Rounds quantities up to thousandths, the finest step that the API keeps of a resource. */
export function roundUpToMilli<T extends ResourceList>(list: T): T {
  const rounded: Record<string, string> = {};
  for (const [name, text] of Object.entries(list)) {
    const quantity = parseQuantity(text);
    rounded[name] =
      quantity.scale < -3
        ? formatQuantity(quantityFromMilli(scaledValue(quantity, -3), quantity.format))
        : text;
  }
  return rounded as T;
}
