/**
 * The Endpoints controller: one Endpoints object beside each Service that selects pods, the older form of EndpointSlices.
 *
 * - Nothing in the cluster reads what it writes; it is there for clients that know no slices.
 * - The object is written when its addresses or the Service's labels have changed, and goes with the Service.
 *
 * Upstream: pkg/controller/endpoint/endpoints_controller.go Controller
 * Docs: /docs/concepts/services-networking/service/#endpoints
 * Simplified: for a Service that never had Endpoints no deletion is asked for.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { annotationsOf, labelsOf, nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { matchesLabels, selectorFromSet } from '../api/selector.ts';
import { isNotFound } from '../api/status-error.ts';
import type { Endpoints, Pod, Service } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { endpointSubsets } from './endpoints-subsets.ts';
import { TriggerTimeTracker } from './endpointslice-tracker.ts';
import { hasEndpointChanged } from './endpointslice.ts';
import {
  SyncError,
  caches,
  isNamespaceTerminating,
  isRetryable,
  retryable,
  startWorkers,
} from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentEndpointSyncs */
const workerCount = 5;
/** Failures in a row after which a Service waits for its next event. Upstream: maxRetries */
const retriesMax = 15;

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const managedBy = 'endpoint-controller';
const headlessLabel = 'service.kubernetes.io/headless';
const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Keeps the Endpoints of every Service that selects pods. */
export class EndpointsController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #services: Informer<Service>;
  readonly #pods: Informer<Pod>;
  readonly #endpoints: Informer<Endpoints>;
  readonly #triggerTimes = new TriggerTimeTracker();
  /** Services whose Endpoints were asked for. */
  readonly #created = new Set<string>();
  /** The version of each object that an own write has replaced. */
  readonly #stale = new Map<string, string>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#services = context.informers.of('Service');
    this.#pods = context.informers.of('Pod');
    this.#endpoints = context.informers.of('Endpoints');
  }

  start(): void {
    const queueService = (service: Service): void => this.#queue.add(namespacedName(service));
    this.#services.addHandlers({
      onAdd: queueService,
      onUpdate: (_, service) => queueService(service),
      onDelete: queueService,
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#queueServicesOf(pod),
      onUpdate: (before, after) => this.#updatePod(before, after),
      onDelete: (pod) => this.#queueServicesOf(pod),
    });
    this.#endpoints.addHandlers({
      // What is there at the start may be left over from a Service that is gone.
      onAdd: (endpoints) => {
        if (!this.#endpoints.synced.isGiven) this.#queue.add(namespacedName(endpoints));
      },
      onDelete: (endpoints) => this.#queue.add(namespacedName(endpoints)),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#services, this.#pods, this.#endpoints),
      sync: (key) => this.syncService(key),
      retriesMax,
    });
  }

  /** Makes the Endpoints of one Service right. Throws what should be tried again. */
  *syncService(key: string): Process {
    const service = this.#services.indexer.get(key);
    if (service === undefined) {
      yield* this.#delete(key);
      return;
    }
    const set = service.spec?.selector;
    if (service.spec?.type === 'ExternalName' || set === undefined) return;
    const selector = selectorFromSet(set);
    const pods = this.#pods.indexer
      .list(namespaceOf(service))
      .filter((pod) => matchesLabels(selector, pod.metadata.labels));
    const triggerTime = this.#triggerTimes.compute(key, service, pods);
    const subsets = endpointSubsets(service, pods);
    const current = this.#endpoints.indexer.get(key);
    const version = current?.metadata.resourceVersion;
    if (version !== undefined && this.#stale.get(key) === version) {
      throw new SyncError(`endpoints informer cache is out of date, resource version ${version}`);
    }
    const isRight =
      current !== undefined &&
      deepEqual(current.subsets ?? [], subsets) &&
      deepEqual(ownLabels(current), ownLabels(service));
    if (isRight) return;
    yield* this.#write(
      key,
      service,
      current,
      wantedEndpoints(service, current, subsets, triggerTime),
    );
  }

  *#write(
    key: string,
    service: Service,
    current: Endpoints | undefined,
    wanted: Endpoints,
  ): Process {
    const client = this.#context.client.of('Endpoints');
    const { recorder } = this.#context;
    try {
      if (current === undefined) {
        this.#created.add(key);
        yield* client.create(namespaceOf(service), wanted);
        return;
      }
      const updated = yield* client.update(wanted);
      const { resourceVersion = '' } = current.metadata;
      if (updated.metadata.resourceVersion !== resourceVersion) {
        this.#stale.set(key, resourceVersion);
      }
    } catch (thrown) {
      // In a namespace that goes away no Endpoints will ever be created.
      if (current === undefined && isRetryable(thrown) && isNamespaceTerminating(thrown)) return;
      const error = retryable(thrown);
      const name = `${namespaceOf(service)}/${nameOf(service)}: ${error.message}`;
      if (current === undefined) {
        const message = `Failed to create endpoint for service ${name}`;
        recorder.event(wanted, 'Warning', 'FailedToCreateEndpoint', message);
      } else {
        const message = `Failed to update endpoint ${name}`;
        recorder.event(wanted, 'Warning', 'FailedToUpdateEndpoint', message);
      }
      throw error;
    }
  }

  *#delete(key: string): Process {
    const [namespace = '', name = ''] = key.split('/');
    const isThere = this.#endpoints.indexer.get(key) !== undefined;
    this.#triggerTimes.deleteService(key);
    this.#stale.delete(key);
    if (!this.#created.delete(key) && !isThere) return;
    try {
      yield* this.#context.client.of('Endpoints').delete(namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #updatePod(before: Pod, after: Pod): void {
    const isChanged = hasEndpointChanged(before, after);
    if (!isChanged && deepEqual(labelsOf(before), labelsOf(after))) return;
    for (const [key, selects] of this.#selectorsFor(after)) {
      const [was, is] = [selects(before), selects(after)];
      if (was !== is || (is && isChanged)) this.#queue.add(key);
    }
  }

  #queueServicesOf(pod: Pod): void {
    for (const [key, selects] of this.#selectorsFor(pod)) if (selects(pod)) this.#queue.add(key);
  }

  /** The Services of a pod's namespace that have a selector, with what tells whether they select a pod. */
  #selectorsFor(pod: Pod): (readonly [string, (pod: Pod) => boolean])[] {
    return this.#services.indexer.list(namespaceOf(pod)).flatMap((service) => {
      const set = service.spec?.selector;
      if (set === undefined) return [];
      const selector = selectorFromSet(set);
      const selects = (one: Pod): boolean => matchesLabels(selector, one.metadata.labels);
      return [[namespacedName(service), selects] as const];
    });
  }
}

/** Labels without those that this controller sets by itself. */
function ownLabels(object: Endpoints | Service): Readonly<Record<string, string>> {
  const own = new Set([managedByLabel, headlessLabel]);
  return Object.fromEntries(Object.entries(labelsOf(object)).filter(([name]) => !own.has(name)));
}

function wantedEndpoints(
  service: Service,
  current: Endpoints | undefined,
  subsets: NonNullable<Endpoints['subsets']>,
  triggerTime: string,
): Endpoints {
  const { [triggerTimeAnnotation]: _, ...others } = current ? annotationsOf(current) : {};
  const annotations =
    triggerTime === '' ? others : { ...others, [triggerTimeAnnotation]: triggerTime };
  const isHeadless = ['', 'None'].includes(service.spec?.clusterIP ?? '');
  const labels = {
    ...ownLabels(service),
    [managedByLabel]: managedBy,
    ...(isHeadless ? { [headlessLabel]: '' } : {}),
  };
  const base = current?.metadata ?? { name: nameOf(service), namespace: namespaceOf(service) };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...base,
      labels,
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
}
