/**
 * The network between a component and the API server: a latency in each direction, and whether it is cut.
 *
 * - Packets in one direction arrive in the order in which they were sent.
 * - While the link is cut, nothing arrives; what was sent is delivered when it is joined again, as TCP
 *   retransmits. A request that waits longer than its timeout fails for the client, though the server may
 *   still receive it.
 *
 * Simplified: one latency per component drawn per message; no bandwidth, no connection setup.
 */
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { drawMs } from '../engine/latency.ts';
import type { LatencyRange } from '../engine/latency.ts';
import { Signal } from '../engine/signal.ts';
import type { Process } from '../engine/process.ts';

/** One component's way to the API server. Faults change it while the cluster runs. */
export class Link {
  #latency: LatencyRange;
  readonly #engine: Engine;
  readonly #random: Random;
  #joined: Signal | undefined;
  #lastArrivalMs = -Infinity;
  readonly #onCut: (() => void)[] = [];
  readonly #onFault: (() => void)[] = [];
  /** How many more watch events of a kind are lost on the way: a fault that real links do not have. */
  readonly #lost = new Map<string, number>();

  constructor(engine: Engine, name: string, latency: LatencyRange) {
    this.#engine = engine;
    this.#random = engine.random(`link/${name}`);
    this.#latency = latency;
  }

  get isCut(): boolean {
    return this.#joined !== undefined;
  }

  /** Lets nothing through from now on. */
  cut(): void {
    if (this.#joined !== undefined) return;
    for (const call of this.#onFault) call();
    this.#joined = new Signal(this.#engine);
    for (const call of this.#onCut) call();
  }

  /** Gives messages another latency from now on. */
  slow(latency: LatencyRange): void {
    for (const call of this.#onFault) call();
    this.#latency = latency;
  }

  /** Lets messages through again, those that waited first. */
  join(): void {
    const joined = this.#joined;
    this.#joined = undefined;
    joined?.give();
  }

  /** Draws the time of one message. */
  drawMs(): number {
    return drawMs(this.#random, this.#latency);
  }

  /** Waits until a message sent now has arrived at the other end. */
  *pass(): Process {
    if (this.isCut) yield* this.untilJoined();
    const ms = this.drawMs();
    if (ms > 0) yield* this.#engine.delay(ms);
    if (this.isCut) yield* this.untilJoined();
  }

  /** Milliseconds until a message of a stream sent now arrives, never before an earlier one. */
  streamDelayMs(): number {
    const nowMs = this.#engine.nowMs;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + this.drawMs());
    return this.#lastArrivalMs - nowMs;
  }

  /** Waits until the link is joined; returns at once when it is not cut. */
  *untilJoined(): Process {
    while (this.isCut) yield* this.#joined?.wait() ?? this.#engine.delay(0);
  }

  /** Loses the next watch events of a kind, as no TCP connection would: to show what a missed event means. */
  dropEvents(kind: string, count: number): void {
    for (const call of this.#onFault) call();
    this.#lost.set(kind, (this.#lost.get(kind) ?? 0) + count);
  }

  /** Whether a watch event of this kind is one of those to be lost; counts it. */
  losesEvent(kind: string): boolean {
    const left = this.#lost.get(kind);
    if (left === undefined) return false;
    if (left <= 1) this.#lost.delete(kind);
    else this.#lost.set(kind, left - 1);
    return true;
  }

  /** Calls back before anything is done to the link. */
  onFault(call: () => void): void {
    this.#onFault.push(call);
  }

  /** Calls back at each cut. */
  onCut(call: () => void): void {
    this.#onCut.push(call);
  }
}
