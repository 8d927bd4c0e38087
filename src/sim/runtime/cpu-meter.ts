/**
 * CPU time of a container: what its programs ask for, and what its limit lets them have.
 *
 * - A constant demand that the limit cuts is lost. Work that is done piece by piece waits its turn, a second's worth at most.
 * - Without a limit everything is done as it comes.
 *
 * Upstream: CFS bandwidth control (cpu.cfs_quota_us) as kubelets set it for limits
 * Simplified: no periods of 100 ms; a node's CPUs are never short.
 */
import type { Engine } from '../engine/engine.ts';

/** Work that may wait, in ms of CPU time. */
const backlogMaxMs = 1_000;

/** Meters one container. */
export class CpuMeter {
  readonly #engine: Engine;
  readonly #limitMilli: number | undefined;
  #usedMs = 0;
  #pendingMs = 0;
  #constantMilli = 0;
  #updatedMs: number;

  constructor(engine: Engine, limitMilli: number | undefined) {
    this.#engine = engine;
    this.#limitMilli = limitMilli;
    this.#updatedMs = engine.nowMs;
  }

  /** CPU time used until now, in ms. */
  get usedMs(): number {
    this.#advance();
    return this.#usedMs;
  }

  /** Demands so many thousandths of a CPU from now on. */
  demand(milli: number): void {
    this.#advance();
    this.#constantMilli = milli;
  }

  /** Does a piece of work and returns how long it takes until it is done, in ms. */
  work(ms: number): number {
    this.#advance();
    const limit = this.#limitMilli;
    if (limit === undefined || limit <= 0) {
      this.#usedMs += ms;
      return Math.ceil(ms);
    }
    this.#pendingMs = Math.min(this.#pendingMs + ms, Math.max(backlogMaxMs, ms));
    return Math.ceil((this.#pendingMs * 1000) / limit);
  }

  #advance(): void {
    const elapsedMs = this.#engine.nowMs - this.#updatedMs;
    if (elapsedMs === 0) return;
    this.#updatedMs = this.#engine.nowMs;
    const wantedMs = (elapsedMs * this.#constantMilli) / 1000;
    const limit = this.#limitMilli;
    const capacityMs = limit === undefined ? Infinity : (elapsedMs * limit) / 1000;
    const constantMs = Math.min(wantedMs, capacityMs);
    const workedMs = Math.min(this.#pendingMs, capacityMs - constantMs);
    this.#pendingMs -= workedMs;
    this.#usedMs += constantMs + workedMs;
  }
}
