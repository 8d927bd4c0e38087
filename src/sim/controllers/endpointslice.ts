/**
 * The EndpointSlice controller: which addresses stand behind a Service, and whether each is ready.
 *
 * - A pod event reaches the queue at once; while a sync runs, further events for its Service become one more sync.
 * - A sync on a cache that lacks an own write fails and is tried again after a second.
 *
 * Upstream: pkg/controller/endpointslice/endpointslice_controller.go Controller
 * Docs: /docs/concepts/services-networking/endpoint-slices/
 * Simplified: nodes' zones are read when a slice is written for another reason.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { labelsOf, nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isPodReady } from '../api/pod.ts';
import { matchesLabels, selectorFromSet } from '../api/selector.ts';
import type { Selector } from '../api/selector.ts';
import { isNotFound } from '../api/status-error.ts';
import type { EndpointSlice, Pod, Service } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import {
  controllerName,
  managedByLabel,
  reconcileSlices,
  serviceNameLabel,
} from './endpointslice-reconciler.ts';
import type { SliceChanges } from './endpointslice-reconciler.ts';
import { EndpointSliceTracker, TriggerTimeTracker } from './endpointslice-tracker.ts';
import {
  SyncError,
  caches,
  isNamespaceTerminating,
  isRetryable,
  retryable,
  startWorkers,
} from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentServiceEndpointSyncs */
const workerCount = 5;
/** Failures in a row after which a Service waits for its next event. Upstream: maxRetries */
const retriesMax = 15;
/** The first delay after a failure. Upstream: defaultSyncBackOff */
const backoffBaseMs = 1000;
/** How long changes of slices by others are gathered. Upstream: endpointSliceChangeMinSyncDelay */
const sliceChangeDelayMs = 1000;

const sliceIndex = 'service';

/** A Service as pods are matched against it. */
interface Member {
  readonly selector: Selector;
  /** The pods that it selects, by name, in the order in which they came. */
  readonly pods: Map<string, Pod>;
}

/** Keeps the EndpointSlices of every Service that selects pods. */
export class EndpointSliceController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #services: Informer<Service>;
  readonly #pods: Informer<Pod>;
  readonly #slices: Informer<EndpointSlice>;
  /** Services with a selector, by namespace and key, each with its pods: kept by the handlers. */
  readonly #members = new Map<string, Map<string, Member>>();
  readonly #tracker = new EndpointSliceTracker();
  readonly #triggerTimes = new TriggerTimeTracker();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name, backoffBaseMs);
    this.#services = context.informers.of('Service');
    this.#pods = context.informers.of('Pod');
    this.#slices = context.informers.of('EndpointSlice');
  }

  start(): void {
    const nodes = this.#context.informers.of('Node');
    this.#slices.indexer.addIndex(sliceIndex, (slice) => [serviceKeyOf(slice)]);
    this.#services.addHandlers({
      onAdd: (service) => this.#setService(service),
      onUpdate: (_, service) => this.#setService(service),
      onDelete: (service) => this.#deleteService(service),
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#setPod(undefined, pod),
      onUpdate: (before, after) => this.#setPod(before, after),
      onDelete: (pod) => this.#deletePod(pod),
    });
    this.#slices.addHandlers({
      onAdd: (slice) => this.#checkSlice(slice),
      onUpdate: (_, slice) => this.#checkSlice(slice),
      onDelete: (slice) => this.#checkDeletedSlice(slice),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#services, this.#pods, this.#slices, nodes),
      sync: (key) => this.syncService(key),
      retriesMax,
    });
  }

  /** Makes the slices of one Service right. Throws what should be tried again. */
  *syncService(key: string): Process {
    const service = this.#services.indexer.get(key);
    if (service === undefined) {
      this.#triggerTimes.deleteService(key);
      this.#tracker.deleteService(key);
      return;
    }
    const member = this.#members.get(namespaceOf(service))?.get(key);
    if (service.spec?.type === 'ExternalName' || member === undefined) return;
    const existing = this.#slices.indexer
      .byIndex(sliceIndex, key)
      .filter((slice) => slice.metadata.deletionTimestamp === undefined);
    if (this.#tracker.isStale(key, existing)) {
      throw new SyncError('EndpointSlice informer cache is out of date');
    }
    const pods = [...member.pods.values()];
    const triggerTime = this.#triggerTimes.compute(key, service, pods);
    const nodes = this.#context.informers.of('Node').indexer;
    const nodeOf = (name: string): ReturnType<typeof nodes.get> => nodes.get(name);
    const changes = reconcileSlices({ service, pods, nodeOf, existing, triggerTime });
    try {
      yield* this.#write(key, service, changes);
    } catch (thrown) {
      const error = retryable(thrown);
      const what = `${namespaceOf(service)}/${nameOf(service)}: ${error.message}`;
      const message = `Error updating Endpoint Slices for Service ${what}`;
      this.#context.recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
      throw error;
    }
  }

  *#write(key: string, service: Service, changes: SliceChanges): Process {
    const client = this.#context.client.of('EndpointSlice');
    const namespace = namespaceOf(service);
    this.#record(service, changes);
    for (const slice of changes.create) {
      try {
        this.#tracker.update(key, yield* client.create(namespace, slice));
      } catch (error) {
        // In a namespace that goes away no slice will ever be created.
        if (!isRetryable(error) || !isNamespaceTerminating(error)) throw error;
      }
    }
    for (const slice of changes.update) this.#tracker.update(key, yield* client.update(slice));
    for (const slice of changes.delete) {
      try {
        yield* client.delete(namespace, nameOf(slice));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      this.#tracker.expectDeletion(key, slice);
    }
    const [missing] = changes.missingNodes;
    if (missing !== undefined) {
      const what = `${namespace}/${nameOf(service)}: Node ${missing} Not Found`;
      throw new SyncError(`skipping Pod for Service ${what}`);
    }
  }

  #record(service: Service, changes: SliceChanges): void {
    const [create, update, remove] = [changes.create, changes.update, changes.delete];
    if (create.length + update.length + remove.length === 0) return;
    const endpoints = [...create, ...update].flatMap((slice) => slice.endpoints ?? []);
    this.#context.engine.record(this.#context.name, 'update-slices', keyOf(service), {
      create: create.length,
      update: update.length,
      delete: remove.length,
      ready: endpoints.filter((endpoint) => endpoint.conditions?.ready === true).length,
      terminating: endpoints.filter((endpoint) => endpoint.conditions?.terminating === true).length,
      endpoints: endpoints.length,
    });
  }

  #setService(service: Service): void {
    const key = namespacedName(service);
    const namespace = namespaceOf(service);
    const selector = service.spec?.selector;
    let members = this.#members.get(namespace);
    if (members === undefined) {
      members = new Map();
      this.#members.set(namespace, members);
    }
    if (selector === undefined) members.delete(key);
    else if (!isSameSelector(members.get(key), selectorFromSet(selector))) {
      members.set(key, this.#newMember(namespace, selectorFromSet(selector)));
    }
    this.#queue.add(key);
  }

  #newMember(namespace: string, selector: Selector): Member {
    const pods = this.#pods.indexer
      .list(namespace)
      .filter((pod) => matchesLabels(selector, pod.metadata.labels));
    return { selector, pods: new Map(pods.map((pod) => [nameOf(pod), pod])) };
  }

  #deleteService(service: Service): void {
    this.#members.get(namespaceOf(service))?.delete(namespacedName(service));
    this.#queue.add(namespacedName(service));
  }

  /** Puts a pod into the Services that select it, and queues those for which something has changed. */
  #setPod(before: Pod | undefined, pod: Pod): void {
    const isChanged = before === undefined || hasEndpointChanged(before, pod);
    for (const [key, member] of this.#members.get(namespaceOf(pod)) ?? []) {
      const wasMember = member.pods.has(nameOf(pod));
      const isMember = matchesLabels(member.selector, pod.metadata.labels);
      if (isMember) member.pods.set(nameOf(pod), pod);
      else if (wasMember) member.pods.delete(nameOf(pod));
      if (wasMember !== isMember || (isMember && isChanged)) this.#queue.add(key);
    }
  }

  #deletePod(pod: Pod): void {
    for (const [key, member] of this.#members.get(namespaceOf(pod)) ?? []) {
      if (member.pods.delete(nameOf(pod))) this.#queue.add(key);
    }
  }

  /** A slice that is not as we wrote it was changed by somebody else: it is put right after a while. */
  #checkSlice(slice: EndpointSlice): void {
    const key = serviceKeyOf(slice);
    if (key === '' || this.#tracker.isKnown(key, slice)) return;
    // The answer to our own creation may still be on its way; the tracker will know it then.
    if (this.#tracker.has(key, slice) || this.#services.indexer.get(key) !== undefined) {
      this.#queue.addAfter(key, sliceChangeDelayMs);
    }
  }

  #checkDeletedSlice(slice: EndpointSlice): void {
    const key = serviceKeyOf(slice);
    if (key === '' || this.#tracker.handleDeletion(key, slice)) return;
    this.#queue.addAfter(key, sliceChangeDelayMs);
  }
}

/** Returns the key of the Service that a slice of this controller belongs to, '' for a slice of somebody else. */
function serviceKeyOf(slice: EndpointSlice): string {
  const labels = labelsOf(slice);
  const name = labels[serviceNameLabel];
  if (name === undefined || labels[managedByLabel] !== controllerName) return '';
  return `${namespaceOf(slice)}/${name}`;
}

function isSameSelector(member: Member | undefined, selector: Selector): boolean {
  return member !== undefined && deepEqual(member.selector, selector);
}

/** Whether an update of a pod may change its endpoint; every update of one that is being deleted counts. */
export function hasEndpointChanged(before: Pod, after: Pod): boolean {
  return (
    after.metadata.deletionTimestamp !== undefined ||
    isPodReady(before) !== isPodReady(after) ||
    !deepEqual(addressesOf(before), addressesOf(after)) ||
    before.spec?.hostname !== after.spec?.hostname ||
    before.spec?.subdomain !== after.spec?.subdomain
  );
}

function addressesOf(pod: Pod): readonly string[] {
  return (pod.status?.podIPs ?? []).map(({ ip }) => ip);
}
