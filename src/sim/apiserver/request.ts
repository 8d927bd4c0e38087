/**
 * Requests to the API server and its answers, as plain data: what HTTP carries, without the bytes.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/request RequestInfo
 */
import type { Process } from '../engine/process.ts';
import type { Wait } from '../engine/process.ts';
import type { KubeObject, KubeList } from '../api/object.ts';
import type { Status } from '../api/types.gen.ts';

/** The verbs of the API. */
export type Verb =
  'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** The media types of a patch, by the short names of `kubectl patch --type` and `apply`. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** How a deletion treats the objects that the deleted one owns. */
export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground';

/** Options of a request: its query parameters and, for deletes, the DeleteOptions of its body. */
export interface RequestOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly allowWatchBookmarks?: boolean | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly fieldManager?: string | undefined;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore' | undefined;
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: PropagationPolicy | undefined;
  readonly preconditions?: {
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
  };
}

/** One request. `namespace` and `name` are '' where the path has none. */
export interface ApiRequest {
  readonly verb: Verb;
  /** The API group, '' for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural name: `pods`, `deployments`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** `status`, `scale`, `binding`, `eviction`, …; '' for the object itself. */
  readonly subresource: string;
  readonly options: RequestOptions;
  readonly patchType?: PatchType | undefined;
  /** The decoded JSON of the body; undefined where there is none. */
  readonly body?: unknown;
  /** The component that asks, for the trace and the field manager: `kube-controller-manager`. */
  readonly userAgent: string;
}

/** One event of a watch. An ERROR event's object is a Status. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** An open watch: events in the order of their revisions, each on its way for the link's latency. */
export interface WatchStream<T extends KubeObject = KubeObject> {
  /** Waits for the next event; undefined when the stream has ended. */
  next(): Wait<WatchEvent<T> | undefined>;
  /**
   * Hands each event over in the moment in which it arrives, with its cause, until `take` returns false or the stream ends.
   * `take` must not wait; it costs no step of a task.
   */
  forEach(take: (event: WatchEvent<T>) => boolean): Wait<void>;
  /** Hangs up. */
  close(): void;
}

/** An answer with a body. `code` is the HTTP status, 200 or 201. */
export interface ApiResponse {
  readonly code: number;
  readonly body: KubeObject | KubeList | Status;
  readonly warnings: readonly string[];
}

/**
 * The API server as a client sees it. `serve` takes the time that the server takes, not the network's.
 * Throws a StatusError for every answer that is not a success.
 */
export interface ApiTransport {
  serve(request: ApiRequest): Process<ApiResponse>;
  /** Opens a watch; the request's verb is `watch`. */
  watch(request: ApiRequest, deliver: WatchReceiver): Process<WatchHandle>;
}

/** Takes the events of one watch at the server's end of the link. */
export interface WatchReceiver {
  event(event: WatchEvent): void;
  /** The server has ended the stream. */
  end(): void;
}

/** The server's end of an open watch. */
export interface WatchHandle {
  stop(): void;
}
