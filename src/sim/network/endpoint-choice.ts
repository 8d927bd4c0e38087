/**
 * Which endpoints of a Service port a node uses: the ready ones, near ones where hints ask for it, and terminating
 * ones when there is nothing else.
 *
 * Upstream: pkg/proxy/topology.go CategorizeEndpoints
 * Docs: /docs/reference/networking/virtual-ips/
 */
import type { EndpointSlice } from '../api/types.gen.ts';
import type { Backend } from './packet-rules.ts';

/** An endpoint of a Service port as kube-proxy keeps it. */
export interface EndpointInfo extends Backend {
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** Nodes and zones for which the endpoint is meant; empty without hints. */
  readonly forNodes: readonly string[];
  readonly forZones: readonly string[];
}

/** What a node does with the traffic of a Service port. */
export interface Choice {
  /** For traffic that may go anywhere. */
  readonly cluster: readonly EndpointInfo[];
  /** For traffic that must stay on the node. */
  readonly local: readonly EndpointInfo[];
  /** Whether any endpoint anywhere could be used. */
  readonly hasAny: boolean;
}

/** Reads the endpoints of one Service port out of the Service's slices, in their order, each address once. */
export function readEndpoints(
  slices: readonly EndpointSlice[],
  portName: string,
  nodeName: string,
): readonly EndpointInfo[] {
  const endpoints = new Map<string, EndpointInfo>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    const port = (slice.ports ?? []).find(({ name }) => (name ?? '') === portName)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0] ?? '';
      const { conditions, hints, targetRef } = endpoint;
      endpoints.set(`${ip}:${port}`, {
        ip,
        port,
        isLocal: endpoint.nodeName === nodeName,
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

/** Chooses the endpoints that a node uses. */
export function chooseEndpoints(
  endpoints: readonly EndpointInfo[],
  nodeName: string,
  zone: string | undefined,
): Choice {
  const cluster = usable(withHints(endpoints, nodeName, zone));
  const local = usable(endpoints.filter(({ isLocal }) => isLocal));
  return { cluster, local, hasAny: usable(endpoints).length > 0 };
}

/** The ready ones; without any, those that still serve while they terminate. */
function usable(endpoints: readonly EndpointInfo[]): readonly EndpointInfo[] {
  const ready = endpoints.filter(({ isReady }) => isReady);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ isServing, isTerminating }) => isServing && isTerminating);
}

/** Keeps those meant for this node or zone, if every ready endpoint has such a hint and one is meant for it. */
function withHints(
  endpoints: readonly EndpointInfo[],
  nodeName: string,
  zone: string | undefined,
): readonly EndpointInfo[] {
  const ready = endpoints.filter(({ isReady }) => isReady);
  if (ready.length === 0) return endpoints;
  if (ready.every(({ forNodes }) => forNodes.length > 0)) {
    const near = endpoints.filter(({ forNodes }) => forNodes.includes(nodeName));
    if (near.some(({ isReady }) => isReady)) return near;
  }
  if (zone !== undefined && ready.every(({ forZones }) => forZones.length > 0)) {
    const near = endpoints.filter(({ forZones }) => forZones.includes(zone));
    if (near.some(({ isReady }) => isReady)) return near;
  }
  return endpoints;
}
