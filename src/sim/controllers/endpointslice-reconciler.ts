/**
 * From the pods of a Service and its slices to the writes that make the slices right. Pure: what it returns is
 * written by the controller.
 *
 * - Endpoints stay in the slices in which they are; slices are never rebalanced.
 * - New endpoints go first into slices that must be written anyway, then into the fullest that has room for all of them,
 *   then into new ones.
 * - A creation and a deletion become an update of the slice that was to be deleted: its name stays.
 * - A Service without endpoints has one slice without endpoints and ports.
 *
 * Upstream: staging/src/k8s.io/endpointslice/reconciler.go Reconciler
 * Docs: /docs/concepts/services-networking/endpoint-slices/#distribution-of-endpointslices
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isDns1123Subdomain } from '../api/names.ts';
import { annotationsOf, labelsOf, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { newControllerRef } from '../api/owner-references.ts';
import type {
  DiscoveryEndpointPort,
  Endpoint,
  EndpointSlice,
  Node,
  Pod,
  Service,
} from '../api/types.gen.ts';
import {
  endpointIdentity,
  getEndpointPorts,
  podToEndpoint,
  portMapKey,
  shouldPodBeInEndpoints,
} from './endpointslice-endpoint.ts';
import type { AddressType } from './endpointslice-endpoint.ts';

/** Endpoints in a slice at most. Upstream: --max-endpoints-per-slice */
export const endpointsPerSliceMax = 100;

/** Label that names a slice's Service. Upstream: LabelServiceName */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** Label that names who keeps a slice. Upstream: LabelManagedBy */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** The name of this controller in that label. */
export const controllerName = 'endpointslice-controller.k8s.io';
const headlessLabel = 'service.kubernetes.io/headless';
const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** What to write. Slices to create have no name yet. */
export interface SliceChanges {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
  /** Names of nodes that pods are said to be on and that are not there: to be tried again. */
  readonly missingNodes: readonly string[];
}

/** What slices are made from. */
export interface ReconcileInput {
  readonly service: Service;
  /** Pods that the Service selects, in the order in which they came. */
  readonly pods: readonly Pod[];
  readonly nodeOf: (name: string) => Node | undefined;
  readonly existing: readonly EndpointSlice[];
  /** When the change was triggered that is published here; '' when this write was triggered by no new change. */
  readonly triggerTime: string;
  readonly endpointsMax?: number | undefined;
}

interface Plan {
  readonly create: EndpointSlice[];
  readonly update: EndpointSlice[];
  readonly delete: EndpointSlice[];
}

/** Endpoints wanted in slices of one set of ports. */
interface Wanted {
  readonly ports: readonly DiscoveryEndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** Plans the writes for one Service. */
export function reconcileSlices(input: ReconcileInput): SliceChanges {
  const { service, existing, triggerTime } = input;
  const families = (service.spec?.ipFamilies ?? ['IPv4']) as readonly AddressType[];
  const total: Plan = { create: [], update: [], delete: [] };
  total.delete.push(
    ...existing.filter((slice) => !families.includes(slice.addressType as AddressType)),
  );
  const missingNodes: string[] = [];
  for (const addressType of families) {
    const ofFamily = existing.filter((slice) => slice.addressType === addressType);
    const plan = reconcileFamily(input, addressType, ofFamily, missingNodes);
    total.create.push(...plan.create);
    total.update.push(...plan.update);
    total.delete.push(...plan.delete);
  }
  const stamped = (slice: EndpointSlice): EndpointSlice => withTriggerTime(slice, triggerTime);
  return {
    create: service.metadata.deletionTimestamp === undefined ? total.create.map(stamped) : [],
    update: total.update.map(stamped),
    delete: total.delete,
    missingNodes,
  };
}

function reconcileFamily(
  input: ReconcileInput,
  addressType: AddressType,
  existing: readonly EndpointSlice[],
  missingNodes: string[],
): Plan {
  const { service } = input;
  const wanted = wantedEndpoints(input, addressType, missingNodes);
  const plan: Plan = { create: [], update: [], delete: [] };
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    if (!isOwned(slice, service)) {
      plan.delete.push(slice);
      continue;
    }
    const key = portMapKey(slice.ports);
    const group = byPorts.get(key);
    if (group === undefined) byPorts.set(key, [slice]);
    else group.push(slice);
  }
  for (const [key, group] of wanted) {
    reconcilePorts(input, addressType, byPorts.get(key) ?? [], group, plan);
  }
  for (const [key, slices] of byPorts) {
    if (!wanted.has(key)) plan.delete.push(...slices);
  }
  if (existing.length === plan.delete.length && plan.create.length === 0) {
    keepPlaceholder(service, addressType, plan);
  }
  reuseDeleted(service, plan);
  return plan;
}

function wantedEndpoints(
  { service, pods, nodeOf }: ReconcileInput,
  addressType: AddressType,
  missingNodes: string[],
): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod)) continue;
    const ports = getEndpointPorts(service, pod);
    const key = portMapKey(ports);
    let group = wanted.get(key);
    if (group === undefined) {
      group = { ports, endpoints: new Map() };
      wanted.set(key, group);
    }
    const nodeName = pod.spec?.nodeName ?? '';
    const node = nodeOf(nodeName);
    if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
      missingNodes.push(nodeName);
      continue;
    }
    const endpoint = podToEndpoint(pod, node, service, addressType);
    if (endpoint !== undefined) group.endpoints.set(endpointIdentity(endpoint), endpoint);
  }
  return wanted;
}

/** A slice and whether its labels or endpoints must be written. */
interface Candidate {
  slice: EndpointSlice;
  readonly isChanged: boolean;
}

function reconcilePorts(
  input: ReconcileInput,
  addressType: AddressType,
  existing: readonly EndpointSlice[],
  { ports, endpoints }: Wanted,
  plan: Plan,
): void {
  const max = input.endpointsMax ?? endpointsPerSliceMax;
  const changed: Candidate[] = [];
  const unchanged: Candidate[] = [];
  for (const slice of existing) {
    const kept = keepWanted(slice, endpoints);
    const labels = sliceLabels(input.service);
    const hasNewLabels = !deepEqual(labels, labelsOf(slice));
    if (kept.endpoints.length === 0 && (slice.endpoints ?? []).length > 0) {
      plan.delete.push(slice);
    } else if (kept.isChanged || hasNewLabels) {
      const metadata = { ...slice.metadata, labels };
      const next = { ...slice, metadata, endpoints: kept.endpoints };
      changed.push({ slice: next, isChanged: true });
    } else unchanged.push({ slice, isChanged: false });
  }
  changed.sort((a, b) => sizeOf(b.slice) - sizeOf(a.slice));
  for (const candidate of changed) candidate.slice = fill(candidate.slice, endpoints, max);
  while (endpoints.size > 0) {
    const target = endpoints.size < max ? takeFullest(unchanged, endpoints.size, max) : undefined;
    if (target === undefined) {
      plan.create.push(fill(newSlice(input.service, addressType, ports), endpoints, max));
      continue;
    }
    changed.push({ slice: fill(target.slice, endpoints, max), isChanged: true });
  }
  plan.update.push(...changed.map(({ slice }) => slice));
}

/** Keeps the endpoints of a slice that are still wanted, as they are now, and takes them off the wanted ones. */
function keepWanted(
  slice: EndpointSlice,
  wanted: Map<string, Endpoint>,
): { endpoints: Endpoint[]; isChanged: boolean } {
  const endpoints: Endpoint[] = [];
  let isChanged = false;
  for (const old of slice.endpoints ?? []) {
    const identity = endpointIdentity(old);
    const endpoint = wanted.get(identity);
    if (endpoint === undefined) {
      isChanged = true;
      continue;
    }
    wanted.delete(identity);
    endpoints.push(endpoint);
    if (endpoint !== old && !deepEqual(endpoint, old)) isChanged = true;
  }
  return { endpoints, isChanged };
}

function sizeOf(slice: EndpointSlice): number {
  return (slice.endpoints ?? []).length;
}

/** Moves wanted endpoints into a slice until it is full. */
function fill(slice: EndpointSlice, wanted: Map<string, Endpoint>, max: number): EndpointSlice {
  const endpoints = [...(slice.endpoints ?? [])];
  for (const [identity, endpoint] of wanted) {
    if (endpoints.length >= max) break;
    endpoints.push(endpoint);
    wanted.delete(identity);
  }
  return { ...slice, endpoints };
}

/** Takes the slice that comes closest to full when `count` endpoints are added; undefined when none has room. */
function takeFullest(slices: Candidate[], count: number, max: number): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of slices) {
    const size = sizeOf(candidate.slice);
    if (size + count > max) continue;
    if (best === undefined || size > sizeOf(best.slice)) best = candidate;
  }
  if (best !== undefined) slices.splice(slices.indexOf(best), 1);
  return best;
}

/** Leaves one slice without endpoints where nothing else would be left. */
function keepPlaceholder(service: Service, addressType: AddressType, plan: Plan): void {
  const placeholder = newSlice(service, addressType, []);
  const [only, ...others] = plan.delete;
  const isThere =
    only !== undefined &&
    others.length === 0 &&
    sizeOf(only) === 0 &&
    (only.ports ?? []).length === 0 &&
    deepEqual(labelsOf(only), labelsOf(placeholder)) &&
    isOwned(only, service);
  if (isThere) plan.delete.length = 0;
  else plan.create.push(placeholder);
}

/** Turns creations into updates of slices that were to be deleted. */
function reuseDeleted(service: Service, plan: Plan): void {
  for (let index = 0; index < plan.delete.length && plan.create.length > 0;) {
    const old = plan.delete[index];
    const next = plan.create.at(-1);
    if (old === undefined || next === undefined) return;
    if (old.addressType !== next.addressType || !isOwned(old, service)) {
      index += 1;
      continue;
    }
    plan.create.pop();
    plan.delete.splice(index, 1);
    plan.update.push({ ...next, metadata: { ...next.metadata, name: nameOf(old) } });
  }
}

function isOwned(slice: EndpointSlice, service: Service): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    (reference) =>
      reference.uid === uidOf(service) &&
      reference.kind === 'Service' &&
      reference.name === nameOf(service),
  );
}

/** Returns the labels of a Service's slices. */
export function sliceLabels(service: Service): Readonly<Record<string, string>> {
  const reserved = new Set([serviceNameLabel, managedByLabel, headlessLabel]);
  const own = Object.entries(labelsOf(service)).filter(([key]) => !reserved.has(key));
  const isHeadless = service.spec?.clusterIP === 'None';
  return {
    ...Object.fromEntries(own),
    ...(isHeadless ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: nameOf(service),
    [managedByLabel]: controllerName,
  };
}

function newSlice(
  service: Service,
  addressType: AddressType,
  ports: readonly DiscoveryEndpointPort[],
): EndpointSlice {
  const prefix = `${nameOf(service)}-`;
  const isPrefix = isDns1123Subdomain(`${prefix}a`).length === 0;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: isPrefix ? prefix : nameOf(service),
      namespace: namespaceOf(service),
      labels: sliceLabels(service),
      ownerReferences: [newControllerRef(service)],
    },
    addressType,
    endpoints: [],
    ports,
  };
}

function withTriggerTime(slice: EndpointSlice, triggerTime: string): EndpointSlice {
  const { [triggerTimeAnnotation]: _, ...others } = annotationsOf(slice);
  const annotations =
    triggerTime === '' ? others : { ...others, [triggerTimeAnnotation]: triggerTime };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
