/**
 * One node's part of the network: its own address, the namespaces of its pods, and dialling from there.
 *
 * Ours: one node's end of the network, which Kubernetes leaves to a CNI plugin
 */
import type { Process, Waker } from '../engine/process.ts';
import { Wait } from '../engine/process.ts';
import type { Timer } from '../engine/timer-queue.ts';
import type {
  DialOutcome,
  DialResult,
  GrpcOutcome,
  HttpDial,
  HttpOutcome,
  Listener,
  NetworkNamespace,
  NodeNetwork,
  PortMapping,
  Server,
} from '../runtime/node-network.ts';
import { AddressPool } from './address-pool.ts';
import type { Call, Connection, Route } from './connection.ts';
import { dial } from './dialled.ts';
import { exchange } from './exchange.ts';
import type { ExchangeResult, Patience } from './exchange.ts';
import type { Fabric, FabricNode, Origin } from './fabric.ts';
import type { NameService, PacketRules } from './packet-rules.ts';
import { Host } from './socket.ts';

/**
 * How long the kernel goes on answering for a namespace that was taken away, whose ports are all closed by then. Recorded: pod's
 * terminal row → first silence −36 to 275 ms (traffic/). Upstream: Linux net/core/net_namespace.c cleanup_net
 */
const lingerMs = { lowMs: 0, highMs: 280 };

/** Waits for an exchange; giving up waiting hangs up. */
class ExchangeWait extends Wait<ExchangeResult> {
  readonly #network: Fabric;
  readonly #route: Route;
  readonly #request: Call | undefined;
  readonly #patience: Patience;
  #connection: Connection | undefined;
  #timer: Timer | undefined;

  constructor(network: Fabric, route: Route, request: Call | undefined, patience: Patience) {
    super();
    this.#network = network;
    this.#route = route;
    this.#request = request;
    this.#patience = patience;
  }

  start(waker: Waker): void {
    const { engine } = this.#network;
    const onEnd = (result: ExchangeResult): void => {
      const waitMs = result.endMs - engine.nowMs;
      if (waitMs <= 0) waker.wake(result, engine.cause);
      else this.#timer = engine.schedule(waitMs, () => waker.wake(result, engine.cause));
    };
    this.#connection = exchange(engine, this.#route, this.#request, this.#patience, onEnd);
  }

  stop(): void {
    this.#connection?.close();
    if (this.#timer !== undefined) this.#network.engine.cancel(this.#timer);
  }
}

/** Dials and asks from one place; `dial.timeoutMs` covers everything. */
function* ask(network: Fabric, origin: Origin, dial: HttpDial): Process<HttpOutcome> {
  const answer = network.route(origin, dial.host, dial.port);
  if (answer.kind !== 'route') return { kind: answer.kind };
  const { method, path, headers, body, scheme, timeoutMs, connectTimeoutMs = Infinity } = dial;
  const request = {
    scheme,
    request: {
      method,
      path,
      headers: { host: `${dial.host}:${dial.port}`, ...headers },
      body,
      clientIp: origin.ip,
    },
  };
  const patience = { timeoutMs, connectTimeoutMs };
  const { outcome } = yield* new ExchangeWait(network, answer.route, request, patience);
  if (outcome.kind === 'connected') throw new Error('network: a request ended as a connection');
  return outcome.kind === 'response'
    ? { kind: 'response', response: outcome.response }
    : { kind: outcome.kind };
}

/** Dials without saying anything. */
function* knock(
  network: Fabric,
  origin: Origin,
  host: string,
  port: number,
  timeoutMs: number,
): Process<DialOutcome> {
  const answer = network.route(origin, host, port);
  if (answer.kind !== 'route') return answer.kind;
  const patience = { timeoutMs, connectTimeoutMs: Infinity };
  const { outcome } = yield* new ExchangeWait(network, answer.route, undefined, patience);
  const { kind } = outcome;
  return kind === 'connected' || kind === 'refused' || kind === 'no-route' ? kind : 'timeout';
}

class Namespace implements NetworkNamespace {
  readonly host: Host;
  readonly #network: Fabric;
  readonly #origin: Origin;

  constructor(network: Fabric, node: NodeFabric, ip: string, namespace = 'default') {
    this.#network = network;
    this.host = new Host(network.engine, ip, node.name);
    this.#origin = { node, ip, namespace };
    network.attach(this.host);
  }

  get ip(): string {
    return this.host.ip;
  }

  listen(port: number, server: Server): Listener | undefined {
    return this.host.listen(port, server);
  }

  httpGet(dial: HttpDial): Process<HttpOutcome> {
    return ask(this.#network, this.#origin, dial);
  }

  connect(host: string, port: number, timeoutMs: number): Process<DialOutcome> {
    return knock(this.#network, this.#origin, host, port, timeoutMs);
  }

  dial(host: string, port: number, timeoutMs: number): Process<DialResult> {
    return dial(this.#network, this.#origin, host, port, timeoutMs);
  }

  resolve(host: string): string | undefined {
    return this.#network.resolve(this.#origin, host);
  }
}

/** A pod's address and port behind a port of the node. */
export interface MappedPort {
  readonly ip: string;
  readonly port: number;
}

/** The network of one node. */
export class NodeFabric implements NodeNetwork, FabricNode {
  readonly name: string;
  readonly nodeIp: string;
  readonly host: NetworkNamespace;
  /** What rewrites connections that start here or come to the node's address; undefined until kube-proxy runs. */
  rules: PacketRules | undefined;
  /** What turns names into addresses for pods of this node. */
  names: NameService | undefined;
  /** Whether nothing passes between this node and the others. */
  isCut = false;
  readonly #network: Fabric;
  readonly #addresses: AddressPool;
  readonly #prefix: string;
  readonly #pods = new Map<string, Namespace>();
  /** Where ports of the node lead, by number. Upstream: the CNI plugin portmap */
  readonly #mappedPorts = new Map<number, MappedPort>();
  readonly #origin: Origin;

  constructor(network: Fabric, name: string, nodeIp: string, podCidr: string) {
    this.#network = network;
    this.name = name;
    this.nodeIp = nodeIp;
    this.#addresses = new AddressPool(podCidr);
    this.#prefix = podCidr.slice(0, podCidr.lastIndexOf('.') + 1);
    this.#origin = { node: this, ip: nodeIp, namespace: 'default' };
    this.host = new Namespace(network, this, nodeIp);
  }

  /** Where connections of the node itself, and of a pod in its place, start. */
  get origin(): Origin {
    return this.#origin;
  }

  /** Where a port of the node's address leads, if a pod has it as its host port. */
  mappedPort(port: number): MappedPort | undefined {
    return this.#mappedPorts.get(port);
  }

  /** Whether an address belongs to the node's pods. */
  ownsAddress(ip: string): boolean {
    return ip.startsWith(this.#prefix);
  }

  attachPod(
    podUid: string,
    inNamespace = 'default',
    ports: readonly PortMapping[] = [],
  ): NetworkNamespace | undefined {
    const known = this.#pods.get(podUid);
    if (known !== undefined) return known;
    const ip = this.#addresses.take();
    if (ip === undefined) return undefined;
    const namespace = new Namespace(this.#network, this, ip, inNamespace);
    this.#pods.set(podUid, namespace);
    for (const { hostPort, containerPort } of ports) {
      this.#mappedPorts.set(hostPort, { ip, port: containerPort });
    }
    return namespace;
  }

  detachPod(podUid: string): void {
    const namespace = this.#pods.get(podUid);
    if (namespace === undefined) return;
    this.#pods.delete(podUid);
    for (const [hostPort, { ip }] of this.#mappedPorts) {
      if (ip === namespace.ip) this.#mappedPorts.delete(hostPort);
    }
    const { engine } = this.#network;
    const { lowMs, highMs } = lingerMs;
    const vanish = (): void => {
      this.#network.detach(namespace.host);
      this.#addresses.release(namespace.ip);
    };
    // Where something still listens, the links are cut under it.
    if (namespace.host.ports.length > 0) vanish();
    else engine.schedule(engine.random('linger').between(lowMs, highMs), vanish);
  }

  connect(host: string, port: number, timeoutMs: number): Process<DialOutcome> {
    return knock(this.#network, this.#origin, host, port, timeoutMs);
  }

  httpGet(dial: HttpDial): Process<HttpOutcome> {
    return ask(this.#network, this.#origin, dial);
  }

  *grpcHealth(
    host: string,
    port: number,
    service: string,
    timeoutMs: number,
  ): Process<GrpcOutcome> {
    const answer = this.#network.route(this.#origin, host, port);
    if (answer.kind !== 'route') return { kind: answer.kind };
    const outcome = yield* knock(this.#network, this.#origin, host, port, timeoutMs);
    if (outcome !== 'connected') return { kind: outcome };
    const destination = answer.route.knock();
    if (destination.kind !== 'accept') return { kind: 'refused' };
    const { server } = destination.listener;
    if (server.health === undefined) return { kind: 'unimplemented' };
    const status = server.health(service);
    return status === undefined ? { kind: 'unknown-service' } : { kind: 'status', status };
  }
}
