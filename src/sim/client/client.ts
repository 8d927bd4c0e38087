/**
 * The client of one component: typed requests to the API server over that component's link.
 *
 * - A request takes time: the client's own rate limit, the link there, the server, the link back.
 * - Errors of the API are thrown as StatusError, as upstream's client returns them.
 * - What a component does after an answer is caused by what the server did (its entry in the trace).
 *
 * Upstream: staging/src/k8s.io/client-go/rest Request; client limits QPS and Burst
 */
import type { KubeList, KubeObject } from '../api/object.ts';
import type { Kinds, Status } from '../api/types.gen.ts';
import { builtInKinds } from '../api/built-in-kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { StatusError, newTimeoutError } from '../api/status-error.ts';
import type {
  ApiRequest,
  ApiResponse,
  ApiTransport,
  PatchType,
  RequestOptions,
  Verb,
  WatchEvent,
  WatchStream,
} from '../apiserver/request.ts';
import { anyOf } from '../engine/any-of.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import { Link } from './link.ts';
import { openWatch } from './watch-stream.ts';
import { TokenBucket } from './rate-limiter.ts';
import type { RateLimit } from './rate-limiter.ts';

/** How long a client waits for an answer before it gives up; upstream has none by default, kubelets 10 s and more. */
const requestTimeoutMs = 32_000;

const rowsByStruct = new Map(builtInKinds.map((row) => [row.struct ?? row.kind, row]));

/** What makes one component's client. */
export interface ClientOptions {
  /** The component's name in the trace and its user agent: `kube-scheduler`, `kubelet/node-1`, `kubectl`. */
  readonly component: string;
  readonly transport: ApiTransport;
  readonly link: Link;
  readonly rateLimit?: RateLimit | undefined;
}

/** Requests about one kind. `namespace` is '' for cluster-scoped kinds; for lists and watches '' means all. */
export interface ResourceClient<T extends KubeObject> {
  readonly row: KindRow;
  get(namespace: string, name: string, options?: RequestOptions): Process<T>;
  list(namespace: string, options?: RequestOptions): Process<KubeList<T>>;
  watch(namespace: string, options?: RequestOptions): Process<WatchStream<T>>;
  create(namespace: string, body: unknown, options?: RequestOptions): Process<T>;
  update(body: T, options?: RequestOptions): Process<T>;
  updateStatus(body: T, options?: RequestOptions): Process<T>;
  patch(
    namespace: string,
    name: string,
    patchType: PatchType,
    body: unknown,
    options?: RequestOptions & { readonly subresource?: string | undefined },
  ): Process<T>;
  delete(namespace: string, name: string, options?: RequestOptions): Process<T | Status>;
  deleteCollection(namespace: string, options?: RequestOptions): Process<KubeList<T> | Status>;
  /** Any request to a subresource: `scale`, `binding`, `eviction`, `status`. */
  subresource(
    verb: 'get' | 'create' | 'update',
    namespace: string,
    name: string,
    subresource: string,
    body?: unknown,
    options?: RequestOptions,
  ): Process<KubeObject>;
}

/** One component's client. */
export class Client {
  readonly component: string;
  readonly link: Link;
  readonly #engine: Engine;
  readonly #transport: ApiTransport;
  readonly #bucket: TokenBucket;
  readonly #resources = new Map<string, ResourceClient<KubeObject>>();

  constructor(engine: Engine, options: ClientOptions) {
    this.#engine = engine;
    this.component = options.component;
    this.#transport = options.transport;
    this.link = options.link;
    this.#bucket = new TokenBucket(options.rateLimit ?? { qps: 0, burst: 0 });
  }

  /** Returns the client of a kind that is known at compile time: `client.of('Pod')`. */
  of<K extends keyof Kinds & string>(kind: K): ResourceClient<Kinds[K]> {
    const row = rowsByStruct.get(kind);
    if (row === undefined) throw new Error(`client: no kind "${kind}" in the table`);
    return this.resource(row) as unknown as ResourceClient<Kinds[K]>;
  }

  /** Returns the client of any kind by its row. */
  resource(row: KindRow): ResourceClient<KubeObject> {
    const key = `${row.group}/${row.version}/${row.plural}`;
    let resource = this.#resources.get(key);
    if (resource === undefined) {
      resource = this.#makeResource(row);
      this.#resources.set(key, resource);
    }
    return resource;
  }

  /** Sends one request and waits for the answer. Throws StatusError. */
  *request(request: Omit<ApiRequest, 'userAgent'>): Process<ApiResponse> {
    const waitMs = this.#bucket.reserveMs(this.#engine.nowMs);
    if (waitMs > 0) yield* this.#engine.delay(waitMs);
    const sent: ApiRequest = { ...request, userAgent: this.component };
    return yield* this.link.isCut ? this.#overCutLink(sent) : this.#exchange(sent);
  }

  /** Over a cut link the client can only wait; it gives up before the link is joined or after. */
  *#overCutLink(request: ApiRequest): Process<ApiResponse> {
    const exchange = this.#engine.spawn(`${this.component}/request`, this.#settle(request));
    const first = yield* anyOf(exchange.join(), this.#engine.delay(requestTimeoutMs));
    if (first.index === 1) {
      exchange.cancel();
      throw newTimeoutError('request did not complete within requested timeout', 0);
    }
    const joined = first.value as { value?: ApiResponse | StatusError };
    if (joined.value instanceof StatusError) throw joined.value;
    if (joined.value === undefined) throw newTimeoutError('request was cancelled', 0);
    return joined.value;
  }

  *#settle(request: ApiRequest): Process<ApiResponse | StatusError> {
    try {
      return yield* this.#exchange(request);
    } catch (error) {
      if (error instanceof StatusError) return error;
      throw error;
    }
  }

  *#exchange(request: ApiRequest): Process<ApiResponse> {
    yield* this.link.pass();
    try {
      const response = yield* this.#transport.serve(request);
      yield* this.link.pass();
      return response;
    } catch (error) {
      if (error instanceof StatusError) yield* this.link.pass();
      throw error;
    }
  }

  #makeResource(row: KindRow): ResourceClient<KubeObject> {
    const send = function* (
      client: Client,
      verb: Verb,
      namespace: string,
      name: string,
      options: RequestOptions = {},
      extra: { body?: unknown; subresource?: string; patchType?: PatchType } = {},
    ): Process<KubeObject> {
      const response = yield* client.request({
        verb,
        group: row.group,
        version: row.version,
        resource: row.plural,
        namespace,
        name,
        subresource: extra.subresource ?? '',
        options,
        body: extra.body,
        patchType: extra.patchType,
      });
      return response.body as KubeObject;
    };
    const own = (body: KubeObject): [string, string] => [
      body.metadata.namespace ?? '',
      body.metadata.name ?? '',
    ];
    return {
      row,
      get: (namespace, name, options) => send(this, 'get', namespace, name, options),
      list: (namespace, options) =>
        send(this, 'list', namespace, '', options) as unknown as Process<KubeList>,
      watch: (namespace, options) => this.#watch(row, namespace, options ?? {}),
      create: (namespace, body, options) => send(this, 'create', namespace, '', options, { body }),
      update: (body, options) => send(this, 'update', ...own(body), options, { body }),
      updateStatus: (body, options) =>
        send(this, 'update', ...own(body), options, { body, subresource: 'status' }),
      patch: (namespace, name, patchType, body, options = {}) => {
        const { subresource = '', ...rest } = options;
        return send(this, 'patch', namespace, name, rest, { body, patchType, subresource });
      },
      delete: (namespace, name, options) => send(this, 'delete', namespace, name, options),
      deleteCollection: (namespace, options) =>
        send(this, 'deletecollection', namespace, '', options) as unknown as Process<KubeList>,
      subresource: (verb, namespace, name, subresource, body, options) =>
        send(this, verb, namespace, name, options, { body, subresource }),
    };
  }

  *#watch(row: KindRow, namespace: string, options: RequestOptions): Process<WatchStream> {
    const waitMs = this.#bucket.reserveMs(this.#engine.nowMs);
    if (waitMs > 0) yield* this.#engine.delay(waitMs);
    yield* this.link.pass();
    const request: ApiRequest = {
      verb: 'watch',
      group: row.group,
      version: row.version,
      resource: row.plural,
      namespace,
      name: '',
      subresource: '',
      options,
      userAgent: this.component,
    };
    return yield* openWatch(this.#engine, this.#transport, this.link, request);
  }
}

export type { WatchEvent, WatchStream };
