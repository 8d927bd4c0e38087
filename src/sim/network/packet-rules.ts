/**
 * The seam between a node's network and what rewrites packets on it: kube-proxy's rules.
 *
 * A choice is made once per connection and holds for its packets, retransmitted ones too, as connection tracking sees to.
 *
 * Ours: the seam at which kube-proxy, DNS and what comes later take hold of connections
 */
import type { EntryId } from '../engine/trace.ts';

/** A connection as it leaves a client, before anything is rewritten. */
export interface Flow {
  readonly clientIp: string;
  readonly ip: string;
  readonly port: number;
  /** Whether the client is outside the cluster, so that policies about external traffic apply. */
  readonly isExternal: boolean;
}

/** One place that a Service's traffic can go to. */
export interface Backend {
  readonly ip: string;
  readonly port: number;
  /** The pod's name, '' where the endpoint is no pod. */
  readonly pod: string;
}

/** What the rules do with a flow. `entry` is the trace entry that put the rule into force. */
export type RuleAnswer =
  | { readonly kind: 'forward'; readonly backend: Backend; readonly entry: EntryId }
  /** An ICMP answer at once: the client's connection is refused. */
  | { readonly kind: 'reject'; readonly entry: EntryId }
  /** No answer at all. */
  | { readonly kind: 'drop'; readonly entry: EntryId };

/** The rules of one node. */
export interface PacketRules {
  /** Returns what happens to a flow, or undefined when no rule is about its address. May draw chance. */
  answer(flow: Flow): RuleAnswer | undefined;
}

/** Turns names into addresses, as a node's pods would be told. */
export interface NameService {
  /** Returns an address, or undefined when there is no such name. `namespace` completes short names. */
  resolve(name: string, namespace: string): string | undefined;
}
