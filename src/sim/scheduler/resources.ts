/**
 * Amounts of resources as the scheduler adds them up: whole numbers instead of quantities.
 *
 * Upstream: pkg/scheduler/framework/types.go Resource; staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests
 */
import { quantityMilliValue, quantityValue } from '../api/quantity.ts';
import type { Container, ContainerStatus, Pod } from '../api/types.gen.ts';

/** CPU that a container without a request is taken to want when nodes are scored. Upstream: DefaultMilliCPURequest */
const defaultMilliCpuRequest = 100;
/** Bytes that a container without a request is taken to want when nodes are scored. Upstream: DefaultMemoryRequest */
const defaultMemoryRequest = 200 * 1024 * 1024;

type ResourceList = Readonly<Record<string, string>> | undefined;

/** Thousandths of a CPU, bytes, and whole numbers of everything else. */
export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources and huge pages by name; most pods have none. */
  scalars: Map<string, number> | undefined;
}

/** Returns resources of nothing. */
export function noResources(): Resources {
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: undefined };
}

/** Adds `more` times `factor` to `total`, in place. */
export function addResources(total: Resources, more: Resources, factor: 1 | -1): void {
  total.milliCpu += factor * more.milliCpu;
  total.memory += factor * more.memory;
  total.ephemeralStorage += factor * more.ephemeralStorage;
  if (more.scalars === undefined) return;
  total.scalars ??= new Map();
  for (const [name, value] of more.scalars) {
    total.scalars.set(name, (total.scalars.get(name) ?? 0) + factor * value);
  }
}

/** Raises each amount of `total` to that of `other`, in place. */
function raiseResources(total: Resources, other: Resources): void {
  total.milliCpu = Math.max(total.milliCpu, other.milliCpu);
  total.memory = Math.max(total.memory, other.memory);
  total.ephemeralStorage = Math.max(total.ephemeralStorage, other.ephemeralStorage);
  if (other.scalars === undefined) return;
  total.scalars ??= new Map();
  for (const [name, value] of other.scalars) {
    total.scalars.set(name, Math.max(total.scalars.get(name) ?? 0, value));
  }
}

/** Reads the amounts of a resource list, `pods` left out. */
export function readResources(list: ResourceList): Resources {
  const resources = noResources();
  for (const [name, text] of Object.entries(list ?? {})) setResource(resources, name, text);
  return resources;
}

function setResource(resources: Resources, name: string, text: string): void {
  switch (name) {
    case 'cpu':
      resources.milliCpu = quantityMilliValue(text);
      return;
    case 'memory':
      resources.memory = quantityValue(text);
      return;
    case 'ephemeral-storage':
      resources.ephemeralStorage = quantityValue(text);
      return;
    case 'pods':
      return;
    default:
      if (isScalarResource(name)) {
        resources.scalars ??= new Map();
        resources.scalars.set(name, quantityValue(text));
      }
  }
}

/** Whether a resource is extended, huge pages or an attachable volume. Upstream: IsScalarResourceName */
function isScalarResource(name: string): boolean {
  return name.includes('/') || name.startsWith('hugepages-') || name.startsWith('attachable-');
}

/** What a pod asks of a node: its true requests, and those with a filling for what is not asked for. */
export interface PodRequests {
  readonly requests: Resources;
  readonly nonZeroMilliCpu: number;
  readonly nonZeroMemory: number;
}

/** Returns the requests of a container, or what it really has where a resize has not been granted or is not done. */
function containerRequests(container: Container, status: ContainerStatus | undefined): Resources {
  const requests = readResources(container.resources?.requests);
  if (status === undefined) return requests;
  const { resources, allocatedResources } = status;
  if (resources?.requests !== undefined)
    raiseResources(requests, readResources(resources.requests));
  if (allocatedResources !== undefined) raiseResources(requests, readResources(allocatedResources));
  return requests;
}

function withFilling(requests: Resources, container: Container): Resources {
  const asked = container.resources?.requests;
  return {
    ...requests,
    milliCpu: asked?.['cpu'] === undefined ? defaultMilliCpuRequest : requests.milliCpu,
    memory: asked?.['memory'] === undefined ? defaultMemoryRequest : requests.memory,
  };
}

/**
 * Adds up what the pod needs at its largest moment: its containers and sidecars together, or one init container with
 * the sidecars started before it.
 */
function totalOf(pod: Pod, of: (container: Container) => Resources): Resources {
  const total = noResources();
  for (const container of pod.spec.containers) addResources(total, of(container), 1);
  const sidecars = noResources();
  const initMax = noResources();
  for (const container of pod.spec.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === 'Always') {
      addResources(total, own, 1);
      addResources(sidecars, own, 1);
      raiseResources(initMax, sidecars);
    } else {
      addResources(own, sidecars, 1);
      raiseResources(initMax, own);
    }
  }
  raiseResources(total, initMax);
  for (const [name, text] of Object.entries(pod.spec.resources?.requests ?? {})) {
    setResource(total, name, text);
  }
  if (pod.spec.overhead !== undefined) addResources(total, readResources(pod.spec.overhead), 1);
  return total;
}

/** What was added up for a spec of a pod whose containers have no requests of their own in its status. */
const known = new WeakMap<Pod['spec'], PodRequests>();

/** Returns what the pod asks for. */
export function podRequests(pod: Pod): PodRequests {
  if (hasStatusRequests(pod)) return sumOf(pod);
  let requests = known.get(pod.spec);
  if (requests === undefined) {
    requests = sumOf(pod);
    known.set(pod.spec, requests);
  }
  return requests;
}

/** Whether the status says of a container what it really has, which may be more than what its spec asks for. */
export function hasStatusRequests({ status }: Pod): boolean {
  return (
    (status?.containerStatuses?.some(hasRequests) ?? false) ||
    (status?.initContainerStatuses?.some(hasRequests) ?? false)
  );
}

function hasRequests({ resources, allocatedResources }: ContainerStatus): boolean {
  return resources?.requests !== undefined || allocatedResources !== undefined;
}

function sumOf(pod: Pod): PodRequests {
  const statuses = new Map<string, ContainerStatus>();
  for (const status of pod.status?.containerStatuses ?? []) statuses.set(status.name, status);
  for (const status of pod.status?.initContainerStatuses ?? []) statuses.set(status.name, status);
  const requestsOf = (container: Container): Resources =>
    containerRequests(container, statuses.get(container.name));
  const nonZero = totalOf(pod, (container) => withFilling(requestsOf(container), container));
  return {
    requests: totalOf(pod, requestsOf),
    nonZeroMilliCpu: nonZero.milliCpu,
    nonZeroMemory: nonZero.memory,
  };
}
