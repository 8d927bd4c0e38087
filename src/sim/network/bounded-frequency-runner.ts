/**
 * Runs something when asked to, but never again within an interval after it has ended; asking meanwhile counts once.
 *
 * Upstream: pkg/proxy/runner/bounded_frequency_runner.go BoundedFrequencyRunner
 * Simplified: no retry, since what it runs does not fail here.
 */
import { anyOf } from '../engine/any-of.ts';
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';

/** Bounds how often a process runs, in both directions. */
export class BoundedFrequencyRunner {
  readonly #engine: Engine;
  readonly #act: () => Process;
  readonly #minIntervalMs: number;
  readonly #maxIntervalMs: number;
  readonly #notBeforeMs: () => number;
  readonly #asked: Channel<true>;

  constructor(
    engine: Engine,
    act: () => Process,
    options: {
      readonly minIntervalMs: number;
      readonly maxIntervalMs: number;
      /** When a run that was asked for now may begin at the earliest, beside the interval. */
      readonly notBeforeMs?: () => number;
    },
  ) {
    this.#engine = engine;
    this.#act = act;
    this.#minIntervalMs = options.minIntervalMs;
    this.#maxIntervalMs = options.maxIntervalMs;
    this.#notBeforeMs = options.notBeforeMs ?? (() => 0);
    this.#asked = new Channel(engine);
  }

  /** Asks for a run as soon as it is allowed. */
  run(): void {
    if (this.#asked.length === 0) this.#asked.send(true);
  }

  /** Runs for ever; start it once. */
  *loop(): Process {
    for (;;) {
      yield* anyOf(this.#asked.receive(), this.#engine.delay(this.#maxIntervalMs));
      const waitMs = this.#notBeforeMs() - this.#engine.nowMs;
      if (waitMs > 0) yield* this.#engine.delay(waitMs);
      yield* this.#act();
      yield* this.#engine.delay(this.#minIntervalMs);
    }
  }
}
