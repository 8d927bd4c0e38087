/**
 * How a node answers for addresses of its pods that are gone: mostly not at all, and about once a second that there is no
 * such host.
 *
 * - The first answer comes 0.7 to 1.6 s after the address went, when the node has asked for its owner in vain.
 * - Whatever comes later gets an answer once a second, each client node for itself; everything else gets none.
 * - Clients on the same node and outside the cluster get none.
 *
 * Upstream: Linux net/ipv4/icmp.c icmpv4_xrlim_allow, net.ipv4.icmp_ratelimit 1000; net/core/neighbour.c
 * Simplified: no queue of packets that wait for a neighbour; the wait is drawn as measured in the recordings (traffic/).
 */
import type { Engine } from '../engine/engine.ts';

/** Least time between two answers to one node. Upstream: net.ipv4.icmp_ratelimit */
const intervalMs = 1_000;
/** When the first answer comes after an address has gone. */
const firstMs = { lowMs: 700, highMs: 1_600 };

/** Decides who is told that an address is gone. */
export class Unreachable {
  readonly #engine: Engine;
  readonly #fromMs = new Map<string, number>();
  readonly #lastMs = new Map<string, number>();

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
}
