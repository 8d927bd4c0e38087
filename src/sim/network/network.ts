/**
 * The network of the cluster: addresses, the nodes they are on, and the ways between them.
 *
 * - Each pod has an address of its node's pod CIDR; a packet to an address that is gone gets hardly ever an answer.
 * - A connection goes through the rules of the node that it starts on (or comes to, from outside), and nowhere else.
 * - A node can be cut off: nothing passes between it and the others, while its own pods still reach each other.
 *
 * Load balancers, ingress and DNS servers are programs and components that use this; they need nothing else.
 *
 * Ours: the network between nodes, which Kubernetes leaves to others
 * Simplified: no packets, only connections.
 */
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { EntryId } from '../engine/trace.ts';
import { NO_ENTRY } from '../engine/trace.ts';
import { parseIPv4 } from './address-pool.ts';
import type { Destination, Route } from './connection.ts';
import type { Fabric, FabricNode, Origin, RouteAnswer } from './fabric.ts';
import { NodeFabric } from './node-fabric.ts';
import type { Flow } from './packet-rules.ts';
import type { Host } from './socket.ts';
import { Unreachable } from './unreachable.ts';

/** Milliseconds of one way; fractions are allowed, since only sums are rounded. */
export interface WayMs {
  readonly lowMs: number;
  readonly highMs: number;
}

/** How long a packet takes from one place to another. */
export interface NetworkLatency {
  readonly sameNode: WayMs;
  readonly betweenNodes: WayMs;
  /** Between a client outside and a node. */
  readonly outside: WayMs;
}

/** A cluster in one room: well under a millisecond everywhere. */
export const defaultNetworkLatency: NetworkLatency = {
  sameNode: { lowMs: 0.05, highMs: 0.2 },
  betweenNodes: { lowMs: 0.1, highMs: 0.24 },
  outside: { lowMs: 0.1, highMs: 0.24 },
};

/** The address of a client outside the cluster. */
export const outsideIp = '10.99.0.1';

/** The network of one cluster. */
export class ClusterNetwork implements Fabric {
  readonly engine: Engine;
  latency: NetworkLatency;
  readonly #random: Random;
  readonly #nodes = new Map<string, NodeFabric>();
  readonly #nodesByIp = new Map<string, NodeFabric>();
  readonly #hosts = new Map<string, Host>();
  /** Addresses that were taken away, with what did it. */
  readonly #gone = new Map<string, EntryId>();
  readonly #unreachable: Unreachable;

  constructor(engine: Engine, latency: NetworkLatency = defaultNetworkLatency) {
    this.engine = engine;
    this.latency = latency;
    this.#random = engine.random('network');
    this.#unreachable = new Unreachable(engine);
  }

  /** Adds a node with its address and the addresses of its pods (`10.244.0.0/24`). */
  addNode(name: string, nodeIp: string, podCidr: string): NodeFabric {
    const node = new NodeFabric(this, name, nodeIp, podCidr);
    this.#nodes.set(name, node);
    this.#nodesByIp.set(nodeIp, node);
    return node;
  }

  node(name: string): NodeFabric | undefined {
    return this.#nodes.get(name);
  }

  /** All nodes, in the order in which they were added. */
  get nodes(): readonly NodeFabric[] {
    return [...this.#nodes.values()];
  }

  /** A place outside the cluster from which nodes and pods can be reached. */
  get outside(): Origin {
    return { node: undefined, ip: outsideIp, namespace: 'default' };
  }

  /** Used by nodes: an address has come into being. */
  attach(host: Host): void {
    this.#hosts.set(host.ip, host);
    this.#gone.delete(host.ip);
    this.#unreachable.back(host.ip);
  }

  /** Used by nodes: an address is taken away. */
  detach(host: Host): void {
    this.#hosts.delete(host.ip);
    this.#gone.set(host.ip, this.engine.cause);
    this.#unreachable.gone(host.ip);
    host.vanish();
  }

  /** Finds the way of a connection: name, then rules, then address. Chance is drawn here. */
  route(origin: Origin, hostName: string, port: number): RouteAnswer {
    const ip = this.resolve(origin, hostName);
    if (ip === undefined) return { kind: 'unknown-host' };
    const flow: Flow = { clientIp: origin.ip, ip, port, isExternal: origin.node === undefined };
    return this.#routeOf(origin, flow);
  }

  #routeOf(origin: Origin, flow: Flow): RouteAnswer {
    const { ip, port } = flow;
    // The rules of the node where the connection starts; for a node's own address, those of that node.
    const entered = this.#nodesByIp.get(ip);
    const ruling = origin.node ?? entered;
    let answer = ruling?.rules?.answer(flow);
    if (answer === undefined && entered !== undefined && entered !== ruling) {
      answer = entered.rules?.answer(flow);
    }
    const mapped = answer === undefined ? entered?.mappedPort(port) : undefined;
    if (mapped !== undefined) {
      return this.#routeTo(origin, entered, mapped.ip, mapped.port, undefined, NO_ENTRY);
    }
    if (answer === undefined) {
      if (!this.#isKnown(ip)) return { kind: 'no-route' };
      return this.#routeTo(origin, undefined, ip, port, undefined, NO_ENTRY);
    }
    const { entry } = answer;
    if (answer.kind !== 'forward') {
      return {
        kind: 'route',
        route: this.#turnedAway(origin, flow, entry, answer.kind === 'reject'),
      };
    }
    const { backend } = answer;
    const via = origin.node === undefined || entered !== undefined ? entered : undefined;
    return this.#routeTo(origin, via, backend.ip, backend.port, backend, entry);
  }

  /** The way of a connection that rules do not let through. Nothing remembers it, so each SYN meets the rules of its time. */
  #turnedAway(origin: Origin, flow: Flow, entry: EntryId, isRejected: boolean): Route {
    const isPod = origin.node !== undefined && origin.ip !== this.#ipOf(origin.node);
    let isFirst = true;
    let through: Route | undefined;
    const knock = (): Destination => {
      if (through !== undefined) return through.knock();
      if (isFirst) {
        isFirst = false;
        const isTold = isRejected && (!isPod || this.#unreachable.rejects(origin.ip));
        return { kind: isTold ? 'refuse' : 'silence', entry };
      }
      const answer = this.#routeOf(origin, flow);
      if (answer.kind !== 'route') return { kind: 'silence', entry };
      if (answer.route.backend !== undefined) through = answer.route;
      return answer.route.knock();
    };
    const oneWayMs = this.#drawMs(this.latency.sameNode);
    return { oneWayMs, backend: undefined, ruleEntry: entry, knock };
  }

  #routeTo(
    origin: Origin,
    via: NodeFabric | undefined,
    ip: string,
    port: number,
    backend: Route['backend'],
    ruleEntry: EntryId,
  ): RouteAnswer {
    const target = this.#hosts.get(ip);
    const node = target === undefined ? this.#nodeOfPod(ip) : this.#nodes.get(target.node);
    let oneWayMs = this.#wayMs(origin.node, via ?? node);
    if (via !== undefined) oneWayMs += this.#wayMs(via, node);
    const knock = (): Destination => {
      const isCut =
        !canPass(origin.node, via ?? node) || (via !== undefined && !canPass(via, node));
      if (isCut) return { kind: 'silence', entry: NO_ENTRY };
      const host = this.#hosts.get(ip);
      if (host === undefined) {
        const isTold = this.#unreachable.answers(ip, node?.name ?? '', origin.node?.name);
        const entry = this.#gone.get(ip) ?? ruleEntry;
        return { kind: isTold ? 'unreachable' : 'silence', entry };
      }
      const listener = host.listener(port);
      return listener === undefined
        ? { kind: 'refuse', entry: host.refusalEntry(port) }
        : { kind: 'accept', listener };
    };
    return { kind: 'route', route: { oneWayMs, backend, ruleEntry, knock } };
  }

  /** The address of a name as it is found from an origin; an address is its own. */
  resolve(origin: Origin, hostName: string): string | undefined {
    if (hostName === 'localhost' || hostName.startsWith('127.')) return origin.ip;
    if (parseIPv4(hostName) !== undefined) return hostName;
    const names = (origin.node ?? this.nodes[0])?.names;
    return names?.resolve(hostName, origin.namespace);
  }

  #ipOf({ name }: FabricNode): string {
    return this.#nodes.get(name)?.nodeIp ?? '';
  }

  /** Whether the address is one of the cluster's, alive or not. */
  #isKnown(ip: string): boolean {
    return this.#hosts.has(ip) || this.#nodeOfPod(ip) !== undefined;
  }

  #nodeOfPod(ip: string): NodeFabric | undefined {
    for (const node of this.#nodes.values()) if (node.ownsAddress(ip)) return node;
    return undefined;
  }

  #wayMs(from: FabricNode | undefined, to: FabricNode | undefined): number {
    const { sameNode, betweenNodes, outside } = this.latency;
    if (from === undefined) return this.#drawMs(outside);
    return this.#drawMs(from === to ? sameNode : betweenNodes);
  }

  #drawMs({ lowMs, highMs }: WayMs): number {
    return highMs <= lowMs ? lowMs : lowMs + this.#random.float() * (highMs - lowMs);
  }
}

function canPass(from: FabricNode | undefined, to: FabricNode | undefined): boolean {
  if (from === to) return true;
  return from?.isCut !== true && to?.isCut !== true;
}
