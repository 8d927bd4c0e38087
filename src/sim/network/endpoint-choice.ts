/**
 * Which endpoints of a Service port a node uses: the ready ones, near ones where hints ask for it, and terminating
 * ones when there is nothing else.
 *
 * What follows from the slices alone is worked out once for the same slices, whoever asks: the proxies of a thousand nodes
 * have all the same to read, each at its own time.
 *
 * Upstream: pkg/proxy/topology.go CategorizeEndpoints
 * Docs: /docs/reference/networking/virtual-ips/
 */
import type { EndpointSlice } from '../api/types.gen.ts';
import type { Backend } from './packet-rules.ts';

/** An endpoint of a Service port as kube-proxy keeps it. */
export interface EndpointInfo extends Backend {
  readonly nodeName: string;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** Nodes and zones for which the endpoint is meant; empty without hints. */
  readonly forNodes: readonly string[];
  readonly forZones: readonly string[];
}

/** What a node does with the traffic of a Service port. The same slices give the same lists, not only equal ones. */
export interface Choice {
  /** For traffic that may go anywhere. */
  readonly cluster: readonly EndpointInfo[];
  /** For traffic that must stay on the node. */
  readonly local: readonly EndpointInfo[];
  /** Whether any endpoint anywhere could be used. */
  readonly hasAny: boolean;
}

type List = readonly EndpointInfo[];

const none: List = [];

/** The endpoints of one Service port, with what nodes ask of them. */
export class Endpoints {
  /** In the order of the slices, each address once. */
  readonly all: List;
  readonly usable: List;
  readonly #byNode = new Map<string, EndpointInfo[]>();
  readonly #isForNodes: boolean;
  readonly #isForZones: boolean;
  readonly #forNode = new Map<string, List>();
  readonly #forZone = new Map<string, List>();

  constructor(all: List) {
    this.all = all;
    this.usable = usable(all);
    for (const endpoint of all) {
      const others = this.#byNode.get(endpoint.nodeName);
      if (others === undefined) this.#byNode.set(endpoint.nodeName, [endpoint]);
      else others.push(endpoint);
    }
    const ready = all.filter(({ isReady }) => isReady);
    this.#isForNodes = ready.length > 0 && ready.every(({ forNodes }) => forNodes.length > 0);
    this.#isForZones = ready.length > 0 && ready.every(({ forZones }) => forZones.length > 0);
  }

  /** Chooses the endpoints that a node uses. */
  choose(nodeName: string, zone: string | undefined): Choice {
    return {
      cluster: this.#near(nodeName, zone),
      local: usable(this.#byNode.get(nodeName) ?? none),
      hasAny: this.usable.length > 0,
    };
  }

  /** Those meant for this node or zone, if every ready endpoint has such a hint and one is meant for it; else all. */
  #near(nodeName: string, zone: string | undefined): List {
    if (this.#isForNodes) {
      const near = this.#meantFor(this.#forNode, nodeName, ({ forNodes }) => forNodes);
      if (near.length > 0) return near;
    }
    if (zone !== undefined && this.#isForZones) {
      const near = this.#meantFor(this.#forZone, zone, ({ forZones }) => forZones);
      if (near.length > 0) return near;
    }
    return this.usable;
  }

  #meantFor(
    known: Map<string, List>,
    name: string,
    hintsOf: (endpoint: EndpointInfo) => readonly string[],
  ): List {
    let list = known.get(name);
    if (list === undefined) {
      list = this.all.filter((endpoint) => endpoint.isReady && hintsOf(endpoint).includes(name));
      known.set(name, list);
    }
    return list;
  }
}

/** The ready ones; without any, those that still serve while they terminate. */
function usable(endpoints: List): List {
  const ready = endpoints.filter(({ isReady }) => isReady);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ isServing, isTerminating }) => isServing && isTerminating);
}

interface Read {
  readonly slices: readonly EndpointSlice[];
  readonly portName: string;
  readonly endpoints: Endpoints;
}

/** What was read of late, by the first of the slices; forgotten with it. */
const known = new WeakMap<EndpointSlice, Read[]>();
const knownMax = 8;

/** Reads the endpoints of one Service port out of the Service's slices. */
export function readEndpoints(slices: readonly EndpointSlice[], portName: string): Endpoints {
  const [first] = slices;
  if (first === undefined) return new Endpoints(none);
  const reads = known.get(first) ?? [];
  const same = reads.find((read) => read.portName === portName && isSameList(read.slices, slices));
  if (same !== undefined) return same.endpoints;
  const endpoints = new Endpoints(readAll(slices, portName));
  known.set(first, [...reads.slice(1 - knownMax), { slices, portName, endpoints }]);
  return endpoints;
}

function isSameList(left: readonly EndpointSlice[], right: readonly EndpointSlice[]): boolean {
  return left.length === right.length && left.every((slice, index) => slice === right[index]);
}

function readAll(slices: readonly EndpointSlice[], portName: string): List {
  const endpoints = new Map<string, EndpointInfo>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    const port = (slice.ports ?? []).find(({ name }) => (name ?? '') === portName)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0] ?? '';
      const { conditions, hints, targetRef, nodeName = '' } = endpoint;
      endpoints.set(`${ip}:${port}`, {
        ip,
        port,
        nodeName,
        pod: targetRef?.kind === 'Pod' ? (targetRef.name ?? '') : '',
        isReady: conditions?.ready !== false,
        isServing: conditions?.serving !== false,
        isTerminating: conditions?.terminating === true,
        forNodes: (hints?.forNodes ?? []).map(({ name }) => name),
        forZones: (hints?.forZones ?? []).map(({ name }) => name),
      });
    }
  }
  return [...endpoints.values()];
}

/** Endpoints as the trace tells of them. */
export interface EndpointsTold {
  /** Addresses and ports, each once, in the order of the endpoints. */
  readonly text: string;
  /** The same, sorted. */
  readonly endpoints: readonly string[];
  readonly pods: readonly string[];
  /** Whether one that is not ready stands in. */
  readonly isFallback: boolean;
}

interface Told {
  readonly lists: readonly List[];
  readonly told: EndpointsTold;
}

const knownTold = new WeakMap<List, Told[]>();

/** Tells of the endpoints of the ports of a Service together; worked out once for the same lists. */
export function tellEndpoints(lists: readonly List[]): EndpointsTold {
  const [first = none] = lists;
  const known = knownTold.get(first) ?? [];
  const same = known.find(
    (other) =>
      other.lists.length === lists.length &&
      other.lists.every((list, index) => list === lists[index]),
  );
  if (same !== undefined) return same.told;
  const endpoints = [...new Set(lists.flatMap((list) => list.map(formatEndpoint)))];
  const told: EndpointsTold = {
    text: JSON.stringify(endpoints),
    endpoints: endpoints.sort(),
    pods: [...new Set(lists.flatMap((list) => list.map(({ pod }) => pod)))],
    isFallback: lists.some((list) => list.some(({ isReady }) => !isReady)),
  };
  knownTold.set(first, [...known.slice(1 - knownMax), { lists, told }]);
  return told;
}

/** Writes an endpoint as `10.244.0.5:80`. */
export function formatEndpoint({ ip, port }: Backend): string {
  return `${ip}:${port}`;
}
