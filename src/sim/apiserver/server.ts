/**
 * The API server: every read and every write of the cluster comes through here, and nobody else touches the store.
 *
 * - A request is decoded strictly, defaulted, admitted, validated and stored, in this order.
 * - Watchers hear of a change in the moment in which it is stored; the link brings it to them.
 * - `resourceVersion` is the store's revision. Lists are ordered by key.
 * - Every write and every refusal is an entry of the trace.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers, staging/src/k8s.io/apiserver/pkg/storage/cacher
 * Docs: /docs/reference/using-api/api-concepts/
 * Simplified: one server; no authentication, authorization, audit, or priority and fairness.
 */
import { builtInKindTable } from '../api/kinds.ts';
import type { KindRow, KindTable } from '../api/kinds.ts';
import { apiVersionOf, verbsOf } from '../api/kinds.ts';
import { objectKey } from '../api/object-key.ts';
import { nameOf } from '../api/object.ts';
import type { KubeList, KubeObject } from '../api/object.ts';
import {
  newBadRequest,
  newInvalid,
  newMethodNotAllowed,
  newResourceNotFound,
  newSuccessStatus,
  newUnknownError,
  StatusError,
} from '../api/status-error.ts';
import { invalid } from '../api/field-error.ts';
import type { Pod, Status } from '../api/types.gen.ts';
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import type { Scope } from '../engine/scope.ts';
import { Store } from '../etcd/store.ts';
import { Seam } from '../part.ts';
import { Aggregation } from './aggregation.ts';
import { decodeNew } from './decode-new.ts';
import { decodeOver } from './decode-over.ts';
import type { evict, EvictionTools } from './eviction.ts';
import { DEFAULT_API_LATENCY } from './latency.ts';
import type { ApiServerLatency } from './latency.ts';
import { listPage } from './list.ts';
import { patched } from './patch.ts';
import { Registry, storeKey, storePrefix } from './registry.ts';
import type { WriteContext } from './registry.ts';
import type {
  ApiRequest,
  ApiResponse,
  ApiTransport,
  WatchHandle,
  WatchReceiver,
} from './request.ts';
import { selectionOf } from './selection.ts';
import { ServiceAllocator } from './service-allocator.ts';
import { strategyOf } from './strategies.ts';
import { scaleOf, withBinding, withScale } from './subresources.ts';
import { warningsOf } from './validation/validation.ts';
import { eventFor, WatchCache } from './watch-cache.ts';
import type { Watcher } from './watch-cache.ts';

/** How a pod is evicted: see eviction.ts. */
export const evictSeam = new Seam<typeof evict>('other-kinds');

/** Bookmarks are sent to those who asked for them about so often. Upstream: cacher.go bookmarkTimer */
const bookmarkPeriodMs = 60_000;
/** The apiserver compacts the store so often, to the revision of one period earlier. Upstream: compact.go */
const compactPeriodMs = 5 * 60_000;
/** Events expire after so long. Upstream: --event-ttl */
const eventTtlMs = 3600_000;

/** An Event and when it expires. */
interface Expiring {
  readonly row: KindRow;
  readonly event: KubeObject;
  readonly atMs: number;
}

/** What an API server is made of. */
export interface ApiServerOptions {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly kinds?: KindTable | undefined;
  readonly latency?: ApiServerLatency | undefined;
}

/** The API server of a cluster. */
export class ApiServer implements ApiTransport {
  readonly store: Store<KubeObject>;
  kinds: KindTable;
  latency: ApiServerLatency;
  /** Groups that other servers answer. */
  readonly aggregation = new Aggregation();
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #registry: Registry;
  readonly #caches = new Map<string, WatchCache>();
  readonly #expiring: Channel<Expiring>;

  constructor(options: ApiServerOptions) {
    this.#engine = options.engine;
    this.kinds = options.kinds ?? builtInKindTable;
    this.latency = options.latency ?? DEFAULT_API_LATENCY;
    this.#random = options.engine.random('kube-apiserver');
    this.store = new Store<KubeObject>(options.engine);
    this.#registry = new Registry({
      engine: options.engine,
      store: this.store,
      random: this.#random,
      allocator: new ServiceAllocator(options.engine.random('service-allocator')),
      latency: this.latency,
      lookup: (kind, namespace, name) => this.peek(kind, namespace, name),
    });
    options.scope.spawn('bookmarks', this.#sendBookmarks());
    options.scope.spawn('compaction', this.#compact());
    this.#expiring = new Channel(options.engine);
    options.scope.spawn('event-ttl', this.#expireEvents());
  }

  /** Reads an object at once, without a request: for admission, and for those who look at a run. */
  peek(kind: string, namespace: string, name: string): KubeObject | undefined {
    const row = this.kinds.firstOfKind(kind);
    if (row === undefined) return undefined;
    return this.store.get(storeKey(row, namespace, name))?.value;
  }

  /** Reads all objects of a kind in a namespace ('' for all), for those who look at a run. */
  stored(row: KindRow, namespace: string): Generator<KubeObject> {
    return this.#scan(row, namespace, undefined);
  }

  *serve(request: ApiRequest): Process<ApiResponse> {
    yield* this.#engine.delay(drawMs(this.#random, this.latency.handle));
    const row = this.kinds.byResource(request.group, request.resource, request.version);
    try {
      if (this.aggregation.has(request.group)) return yield* this.aggregation.serve(request);
      if (row === undefined) throw newResourceNotFound();
      const response = yield* this.#dispatch(row, request);
      const { deprecation } = row;
      if (deprecation === undefined) return response;
      return { ...response, warnings: [deprecation, ...response.warnings] };
    } catch (error) {
      if (error instanceof StatusError) this.#recordRefusal(row, request, error);
      throw error;
    }
  }

  *watch(request: ApiRequest, receiver: WatchReceiver): Process<WatchHandle> {
    yield* this.#engine.delay(drawMs(this.#random, this.latency.handle));
    const row = this.kinds.byResource(request.group, request.resource, request.version);
    if (row === undefined) throw newResourceNotFound();
    const watcher: Watcher = {
      selection: selectionOf(row, request.namespace, request.options),
      receiver,
      wantsBookmarks: request.options.allowWatchBookmarks === true,
    };
    const isAlive = this.#catchUp(row, request, watcher);
    const cache = this.#cache(row);
    if (isAlive) cache.add(watcher);
    return { stop: () => cache.remove(watcher) };
  }

  /** Ends every open watch, as a restart of the server does; watchers come back by themselves. */
  disconnectWatchers(): void {
    for (const cache of this.#caches.values()) {
      for (const watcher of [...cache.all()]) {
        cache.remove(watcher);
        watcher.receiver.end();
      }
    }
  }

  *#dispatch(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { verb, subresource } = request;
    if (subresource !== '') return yield* this.#dispatchSubresource(row, request);
    if (!verbsOf(row).includes(verb)) throw newMethodNotAllowed();
    switch (verb) {
      case 'get':
        return ok(this.#registry.mustGet(row, request.namespace, request.name).value);
      case 'list':
        return ok(this.#list(row, request));
      case 'create':
        return yield* this.#create(row, request);
      case 'update':
        return yield* this.#update(row, request);
      case 'patch':
        return yield* this.#patch(row, request);
      case 'delete':
        return yield* this.#delete(row, request);
      case 'deletecollection':
        return yield* this.#deleteCollection(row, request);
      case 'watch':
        throw newMethodNotAllowed();
    }
  }

  *#dispatchSubresource(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { verb, subresource, namespace, name } = request;
    if (!row.subresources.includes(subresource)) throw newResourceNotFound();
    const context = contextOf(request);
    if (subresource === 'scale') {
      if (verb === 'get') return ok(scaleOf(this.#registry.mustGet(row, namespace, name).value));
      if (verb !== 'update' && verb !== 'patch') throw newMethodNotAllowed();
      const scaled = yield* this.#registry.update(
        row,
        namespace,
        name,
        (current) => withScale(current, this.#scaleBody(current, request)),
        { ...context, subresource: '' },
      );
      return ok(scaleOf(scaled));
    }
    if (subresource === 'binding' && verb === 'create') {
      const nowMs = this.#engine.nowMs;
      const bind = (pod: KubeObject) =>
        withPinnedVersion(withBinding(row, pod as Pod, request.body, nowMs), pod);
      yield* this.#registry.update(row, namespace, name, bind, context);
      return { code: 201, body: { ...newSuccessStatus(), code: 201 }, warnings: [] };
    }
    if (subresource === 'eviction' && verb === 'create') {
      yield* evictSeam.get()(this.#evictionTools(row), request);
      return { code: 201, body: { ...newSuccessStatus(), code: 201 }, warnings: [] };
    }
    if (verb === 'get') return ok(this.#registry.mustGet(row, namespace, name).value);
    if (verb === 'update') return yield* this.#update(row, request);
    if (verb === 'patch') return yield* this.#patch(row, request);
    throw newMethodNotAllowed();
  }

  #evictionTools(pods: KindRow): EvictionTools {
    const budgets = this.kinds.byResource('policy', 'poddisruptionbudgets');
    if (budgets === undefined) throw newResourceNotFound();
    return {
      registry: this.#registry,
      pods,
      budgets,
      budgetsIn: (namespace) => this.stored(budgets, namespace),
      nowMs: () => this.#engine.nowMs,
    };
  }

  #scaleBody(current: KubeObject, request: ApiRequest): unknown {
    if (request.verb === 'update') return request.body;
    const scale = this.kinds.byKind('autoscaling/v1', 'Scale');
    const row = scale ?? scaleRow;
    const body = scaleOf(current) as unknown as KubeObject;
    return patched(row, body, request.patchType ?? 'merge', request.body, 'Ignore').object;
  }

  *#create(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { namespace, options } = request;
    const fieldValidation = options.fieldValidation ?? 'Warn';
    const { object, warnings } = decodeNew(row, request.body, { fieldValidation });
    if (object.metadata.resourceVersion && options.dryRun !== true) {
      throw newUnknownError('resourceVersion should not be set on objects to be created');
    }
    if (row.namespaced && namespace === '') {
      throw newBadRequest('an empty namespace may not be set during creation');
    }
    const created = yield* this.#registry.create(row, namespace, object, contextOf(request));
    if (row.kind === 'Event') {
      this.#expiring.send({ row, event: created, atMs: this.#engine.nowMs + eventTtlMs });
    }
    return { code: 201, body: created, warnings: [...warnings, ...warningsOf(created)] };
  }

  *#update(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { namespace, name, options } = request;
    const fieldValidation = options.fieldValidation ?? 'Warn';
    const stored = this.#registry.get(row, namespace, name)?.value;
    const { object, warnings } = decodeOver(row, request.body, stored, { fieldValidation });
    const bodyName = nameOf(object);
    if (bodyName !== name) {
      throw newBadRequest(
        `the name of the object (${bodyName}) does not match the name on the URL (${name})`,
      );
    }
    this.#checkUpdateVersion(row, name, object);
    const context = contextOf(request);
    const updated = yield* this.#registry.update(row, namespace, name, () => object, context);
    return { code: 200, body: updated, warnings: [...warnings, ...warningsOf(updated)] };
  }

  #checkUpdateVersion(row: KindRow, name: string, object: KubeObject): void {
    const version = object.metadata.resourceVersion ?? '';
    if (version !== '' && !/^\d+$/.test(version)) {
      throw newUnknownError(`strconv.ParseUint: parsing "${version}": invalid syntax`);
    }
    if (version === '' && strategyOf(row.kind).needsResourceVersion === true) {
      const error = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
      throw newInvalid({ group: row.group, kind: row.plural }, name, [error]);
    }
  }

  *#patch(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { namespace, name, patchType, options, body } = request;
    const fieldValidation = options.fieldValidation ?? 'Warn';
    let warnings: readonly string[] = [];
    const build = (current: KubeObject): KubeObject => {
      const result = patched(row, current, patchType ?? 'merge', body, fieldValidation);
      warnings = result.warnings;
      return withPinnedVersion(result.object, current);
    };
    const context = contextOf(request);
    const updated = yield* this.#registry.update(row, namespace, name, build, context);
    return { code: 200, body: updated, warnings };
  }

  *#delete(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const { namespace, name } = request;
    const { object, isGone } = yield* this.#registry.delete(
      row,
      namespace,
      name,
      contextOf(request),
    );
    const { returnsDeletedObject, orphanWarning } = strategyOf(row.kind);
    const { propagationPolicy } = request.options;
    const warnings =
      orphanWarning !== undefined && propagationPolicy === undefined ? [orphanWarning] : [];
    if (!isGone || returnsDeletedObject === true) return { ...ok(object), warnings };
    const details = {
      name,
      ...(row.group === '' ? {} : { group: row.group }),
      kind: row.plural,
      uid: object.metadata.uid,
    };
    return { ...ok(newSuccessStatus(details)), warnings };
  }

  *#deleteCollection(row: KindRow, request: ApiRequest): Process<ApiResponse> {
    const list = this.#list(row, request);
    const items: KubeObject[] = [];
    for (const item of list.items) {
      const { namespace = '' } = item.metadata;
      try {
        yield* this.#registry.delete(row, namespace, nameOf(item), contextOf(request));
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
      }
      items.push(item);
    }
    return ok({ ...list, items });
  }

  #list(row: KindRow, request: ApiRequest): KubeList {
    const selection = selectionOf(row, request.namespace, request.options);
    const stored = this.#scan(
      row,
      request.namespace,
      selection.requiredFields.get('metadata.name'),
    );
    const matching: KubeObject[] = [];
    for (const object of stored) if (selection.matches(object)) matching.push(object);
    const page = listPage(matching, request.options, this.store.revision, selection.isNarrowed);
    return {
      apiVersion: apiVersionOf(row),
      kind: `${row.kind}List`,
      metadata: page.metadata,
      items: page.items,
    };
  }

  *#scan(row: KindRow, namespace: string, name: string | undefined): Generator<KubeObject> {
    if (name !== undefined && (namespace !== '' || !row.namespaced)) {
      const stored = this.store.get(storeKey(row, namespace, name));
      if (stored !== undefined) yield stored.value;
      return;
    }
    for (const { value } of this.store.range(storePrefix(row, namespace))) yield value;
  }

  /** Sends a new watcher what it has missed. Returns false when it asked for what is no longer kept. */
  #catchUp(row: KindRow, request: ApiRequest, watcher: Watcher): boolean {
    const { resourceVersion = '', sendInitialEvents } = request.options;
    const { receiver, selection } = watcher;
    if (resourceVersion === '' || resourceVersion === '0' || sendInitialEvents === true) {
      for (const object of this.#scan(row, request.namespace, undefined)) {
        if (selection.matches(object)) receiver.event({ type: 'ADDED', object });
      }
      if (sendInitialEvents === true) {
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        receiver.event({ type: 'BOOKMARK', object: this.#bookmark(row, annotations) });
      }
      return true;
    }
    if (!/^\d+$/.test(resourceVersion)) {
      const text = `strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`;
      const message = `resourceVersion: Invalid value: "${resourceVersion}": ${text}`;
      throw newUnknownError(message);
    }
    const revision = Number(resourceVersion);
    if (revision < this.store.compactedRevision) {
      receiver.event({ type: 'ERROR', object: this.#tooOld(revision) });
      receiver.end();
      return false;
    }
    for (const change of this.store.changesAfter(storePrefix(row, ''), revision)) {
      const event = eventFor(selection, change);
      if (event !== undefined) {
        this.#engine.withCause(change.entry, () => receiver.event(event));
      }
    }
    return true;
  }

  #tooOld(revision: number): KubeObject {
    const message = `too old resource version: ${revision} (${this.store.compactedRevision})`;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: 'Expired',
      code: 410,
    } as KubeObject;
  }

  #bookmark(row: KindRow, annotations?: Readonly<Record<string, string>>): KubeObject {
    const resourceVersion = String(this.store.revision);
    return {
      kind: row.kind,
      apiVersion: apiVersionOf(row),
      metadata: annotations === undefined ? { resourceVersion } : { resourceVersion, annotations },
    };
  }

  #cache(row: KindRow): WatchCache {
    const prefix = storePrefix(row, '');
    let cache = this.#caches.get(prefix);
    if (cache === undefined) {
      cache = new WatchCache();
      this.#caches.set(prefix, cache);
      const dispatching = cache;
      this.store.watch(prefix, (change) => dispatching.dispatch(change));
    }
    return cache;
  }

  *#sendBookmarks(): Process {
    for (;;) {
      yield* this.#engine.delay(bookmarkPeriodMs);
      for (const row of this.kinds.rows) {
        const cache = this.#caches.get(storePrefix(row, ''));
        if (cache === undefined || cache.size === 0) continue;
        const object = this.#bookmark(row);
        for (const watcher of [...cache.all()]) {
          if (watcher.wantsBookmarks) watcher.receiver.event({ type: 'BOOKMARK', object });
        }
      }
    }
  }

  *#compact(): Process {
    let previous = this.store.revision;
    for (;;) {
      yield* this.#engine.delay(compactPeriodMs);
      this.store.compact(previous);
      previous = this.store.revision;
    }
  }

  /** Events expire in the order of their creation: one task waits for all of them. */
  *#expireEvents(): Process {
    for (;;) {
      const next = yield* this.#expiring.receive();
      if (next === undefined) return;
      const { row, event, atMs } = next;
      if (atMs > this.#engine.nowMs) yield* this.#engine.delay(atMs - this.#engine.nowMs);
      const { namespace = '', uid } = event.metadata;
      if (this.#registry.get(row, namespace, nameOf(event))?.value.metadata.uid !== uid) continue;
      const options = { preconditions: { uid } };
      const context: WriteContext = { by: 'etcd', subresource: '', options };
      this.#engine.spawn('expire', this.#discard(row, namespace, nameOf(event), context));
    }
  }

  *#discard(row: KindRow, namespace: string, name: string, context: WriteContext): Process {
    try {
      yield* this.#registry.delete(row, namespace, name, context);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  #recordRefusal(row: KindRow | undefined, request: ApiRequest, error: StatusError): void {
    if (request.verb === 'get' && error.reason === 'NotFound') return;
    const key = objectKey(row?.kind ?? request.resource, request.namespace, request.name);
    const { verb, userAgent: by } = request;
    const { reason, message, code } = error;
    this.#engine.record('kube-apiserver', 'refused', key, { verb, by, reason, message, code });
  }
}

/** Scale is no stored kind; its struct is enough to patch it. */
const scaleRow: KindRow = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  singular: 'scale',
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  hasGeneration: false,
  struct: 'Scale',
};

function contextOf({ userAgent, subresource, options }: ApiRequest): WriteContext {
  return { by: userAgent, subresource, options };
}

function ok(body: KubeObject | KubeList | Status): ApiResponse {
  return { code: 200, body, warnings: [] };
}

/** A patch pins the resourceVersion only when it names one that is not the object's own. */
function withPinnedVersion(object: KubeObject, current: KubeObject): KubeObject {
  const { resourceVersion, ...metadata } = object.metadata;
  if (resourceVersion !== current.metadata.resourceVersion) return object;
  return { ...object, metadata };
}
