/**
 * What one node's network needs of the cluster's: the seam between the two.
 *
 * Ours: the network of a cluster in one process, where the real one is many machines
 */
import type { Engine } from '../engine/engine.ts';
import type { Route } from './connection.ts';
import type { NameService, PacketRules } from './packet-rules.ts';
import type { Host } from './socket.ts';

/** A node as others see it. */
export interface FabricNode {
  readonly name: string;
  readonly isCut: boolean;
  readonly rules: PacketRules | undefined;
  readonly names: NameService | undefined;
}

/** Where a connection starts: on a node with an address, or outside (`node` undefined). */
export interface Origin {
  readonly node: FabricNode | undefined;
  readonly ip: string;
  /** Completes names without a namespace. */
  readonly namespace: string;
}

/** The way to an address, or why there is none. */
export type RouteAnswer =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'unknown-host' }
  | { readonly kind: 'no-route' };

/** The network of the cluster. */
export interface Fabric {
  readonly engine: Engine;
  resolve(origin: Origin, hostName: string): string | undefined;
  route(origin: Origin, hostName: string, port: number): RouteAnswer;
  attach(host: Host): void;
  detach(host: Host): void;
}
