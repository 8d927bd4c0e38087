/**
 * The seam between a node's network and those who use it on that node: the runtime attaches sandboxes and listens
 * for programs, the kubelet dials for probes and hooks.
 *
 * Upstream: the CNI plugin's ADD and DEL; net.Dialer and net/http of the kubelet's probes
 */
import type { Process } from '../engine/process.ts';

/** An HTTP request as a server sees it. Header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** With the query, if any. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The client's address. */
  readonly clientIp: string;
}

/** An HTTP answer. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What listens on a port. */
export interface Server {
  /** Answers one request; may take time. A cancelled answer means that the client has hung up. */
  serve(request: HttpRequest): Process<HttpResponse>;
  /** Whether there is room for one more client; a connection that is not taken is closed unread. By default all are. */
  admit?(): boolean;
  /** Answers a gRPC health check: the status of a service; undefined for a service that is not known. */
  health?(service: string): 'SERVING' | 'NOT_SERVING' | 'UNKNOWN' | undefined;
}

/** A bound port. */
export interface Listener {
  readonly port: number;
  /** Takes no more connections: they are refused from now on. Those that are open go on. */
  close(): void;
  /** The process is gone: closes, and ends the open connections. */
  abort(): void;
}

/** One network namespace: a pod's, or the node's own for a pod with hostNetwork. */
export interface NetworkNamespace {
  readonly ip: string;
  /** Binds a port. Returns undefined when the port is taken (EADDRINUSE). */
  listen(port: number, server: Server): Listener | undefined;
  /** Dials from inside: what `wget` or `nc` in a container does. `host` is an address or a name. */
  httpGet(request: HttpDial): Process<HttpOutcome>;
  connect(host: string, port: number, timeoutMs: number): Process<DialOutcome>;
  /** Dials and keeps the connection for requests, as a proxy does. */
  dial?(host: string, port: number, timeoutMs: number): Process<DialResult>;
  /** The address of a name, as the pod's resolver finds it; an address is its own. Undefined: no such name. */
  resolve?(host: string): string | undefined;
}

/** What becomes of a TCP connection attempt. */
export type DialOutcome = 'connected' | 'refused' | 'timeout' | 'no-route' | 'unknown-host';

/** A connection that a program has dialled, for requests one after the other. */
export interface HttpConnection {
  /** Whether a request can be sent: nothing is under way, and the server has not hung up as far as is known. */
  readonly isIdle: boolean;
  /** Sends a request and waits for the answer at most so long; Infinity means for ever. Anything but an answer ends it. */
  ask(request: HttpRequest, timeoutMs: number): Process<HttpOutcome>;
  /** Hangs up. */
  close(): void;
}

/** What becomes of dialling. */
export type DialResult =
  | { readonly kind: 'connected'; readonly connection: HttpConnection }
  | { readonly kind: Exclude<DialOutcome, 'connected'> };

/** One HTTP request of a client on the node. */
export interface HttpDial {
  readonly host: string;
  readonly port: number;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole exchange, dialling included; Infinity means none. */
  readonly timeoutMs: number;
  /** For dialling alone; by default as long as for the whole. */
  readonly connectTimeoutMs?: number | undefined;
}

/** What becomes of an HTTP request: an answer, or where it failed. */
export type HttpOutcome =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: Exclude<DialOutcome, 'connected'> }
  /** Connected, but no answer in time. */
  | { readonly kind: 'response-timeout' }
  /** The connection was reset, or ended before an answer. */
  | { readonly kind: 'reset' | 'eof' }
  /** The server does not speak this scheme. */
  | { readonly kind: 'wrong-scheme' };

/** What becomes of a gRPC health check. */
export type GrpcOutcome =
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'unknown-service' | 'unimplemented' | 'response-timeout' }
  | { readonly kind: Exclude<DialOutcome, 'connected'> };

/** A port of the node that leads to a port of a pod. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
}

/** The network of one node. */
export interface NodeNetwork {
  /** The node's own address. */
  readonly nodeIp: string;
  /**
   * Makes a sandbox's network namespace with an address of the node's pod CIDR. Undefined when none is left.
   * `namespace` is the pod's, in which short names of Services are looked up. Mapped ports of the node lead to the pod until
   * it is detached.
   */
  attachPod(
    podUid: string,
    namespace?: string,
    ports?: readonly PortMapping[],
  ): NetworkNamespace | undefined;
  /** The namespace of pods with hostNetwork. */
  readonly host: NetworkNamespace;
  /** Takes the namespace away: its address answers nothing any more, open connections hang. */
  detachPod(podUid: string): void;
  /** Dials from the node itself, as the kubelet does. */
  connect(host: string, port: number, timeoutMs: number): Process<DialOutcome>;
  httpGet(request: HttpDial): Process<HttpOutcome>;
  grpcHealth(host: string, port: number, service: string, timeoutMs: number): Process<GrpcOutcome>;
}
