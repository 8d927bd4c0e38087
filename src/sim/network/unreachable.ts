/**
 * The limit on messages by which a node tells that a packet has come to nothing. A client that gets none sees silence.
 *
 * Addresses of pods that are gone:
 * - The first answer comes 0.65 to 1.3 s after the address went, when the node has asked for its owner in vain.
 * - Whatever comes later gets an answer once a second, each client node for itself; everything else gets none.
 * - Clients on the same node and outside the cluster get none.
 *
 * Services without endpoints, which are rejected by such a message: a node's own clients get one each time, a pod gets six in
 * a row, and then one a second.
 *
 * Upstream: Linux net/ipv4/icmp.c icmpv4_xrlim_allow, net.ipv4.icmp_ratelimit 1000; net/core/neighbour.c
 * Simplified: no queue of packets that wait for a neighbour; the wait is drawn as measured in the recordings (traffic/).
 */
import type { Engine } from '../engine/engine.ts';

/** Least time between two answers to one node. Upstream: net.ipv4.icmp_ratelimit */
const intervalMs = 1_000;
/** When the first answer comes after an address has gone. */
const firstMs = { lowMs: 650, highMs: 1_300 };

/** Messages that a client can have in a row after a quiet time. Upstream: net/ipv4/icmp.c XRLIM_BURST_FACTOR */
const burst = 6;

/** Decides who is told that an address is gone, or a Service has no endpoints. */
export class Unreachable {
  readonly #engine: Engine;
  readonly #fromMs = new Map<string, number>();
  readonly #lastMs = new Map<string, number>();
  /** Pods as clients: until when they have had their messages, one for each interval. */
  readonly #usedUntilMs = new Map<string, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** An address of a pod has been taken away. */
  gone(ip: string): void {
    const { lowMs, highMs } = firstMs;
    const random = this.#engine.random('unreachable');
    this.#fromMs.set(ip, this.#engine.nowMs + random.between(lowMs, highMs));
  }

  /** The address is used again. */
  back(ip: string): void {
    this.#fromMs.delete(ip);
  }

  /** Whether a packet to an address that is gone is answered; asking uses the answer up. */
  answers(ip: string, node: string, clientNode: string | undefined): boolean {
    const fromMs = this.#fromMs.get(ip);
    if (fromMs === undefined || clientNode === undefined || clientNode === node) return false;
    const { nowMs } = this.#engine;
    const pair = `${node} ${clientNode}`;
    if (nowMs < fromMs || nowMs - (this.#lastMs.get(pair) ?? -Infinity) < intervalMs) return false;
    this.#lastMs.set(pair, nowMs);
    return true;
  }

  /** Whether a pod is told that its connection was rejected; asking uses the message up. */
  rejects(clientIp: string): boolean {
    const { nowMs } = this.#engine;
    const fullMs = nowMs - burst * intervalMs;
    const usedUntilMs = Math.max(this.#usedUntilMs.get(clientIp) ?? fullMs, fullMs);
    if (usedUntilMs + intervalMs > nowMs) return false;
    this.#usedUntilMs.set(clientIp, usedUntilMs + intervalMs);
    return true;
  }
}
