/**
 * The queue between informers and a controller's workers.
 *
 * - Deduplicating: a key that waits is there once, however often it was added.
 * - Never the same key in two workers: a key added while it is processed waits until `done`.
 * - Fair: first in, first out.
 * - Delays: `addAfter` adds later; `addRateLimited` later and later for a key that keeps failing.
 * - Causes: a worker goes on with the cause of the first `add` since the key was taken last.
 *
 * Upstream: staging/src/k8s.io/client-go/util/workqueue Typed, TypedDelayingInterface, DefaultTypedControllerRateLimiter
 * Simplified: no metrics; queues are not shut down but dropped with their component.
 */
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { Timer } from '../engine/timer-queue.ts';
import { TokenBucket } from './rate-limiter.ts';

/** First delay after a failure; doubles with each further one. Upstream: DefaultTypedControllerRateLimiter */
const baseDelayMs = 5;
/** The longest delay after a failure. Upstream: DefaultTypedControllerRateLimiter */
const delayMaxMs = 1_000_000;

/** A work queue of keys. */
export class Workqueue {
  readonly name: string;
  readonly #engine: Engine;
  readonly #baseDelayMs: number;
  readonly #delayMaxMs: number;
  readonly #ready: Channel<string>;
  /** A key is here from `add` until a worker takes it; the value is the cause of that `add`. */
  readonly #dirty = new Map<string, number>();
  /** A key is here from `get` until `done`. */
  readonly #processing = new Set<string>();
  readonly #failures = new Map<string, number>();
  /** The one timer of a key that was added with a delay: the earliest asked for. */
  readonly #waiting = new Map<string, Timer>();
  readonly #bucket = new TokenBucket({ qps: 10, burst: 100 });

  /** `baseDelay` is the first delay after a failure and `delayMax` the longest, in ms. */
  constructor(
    engine: Engine,
    name: string,
    baseDelay: number = baseDelayMs,
    delayMax: number = delayMaxMs,
  ) {
    this.#engine = engine;
    this.name = name;
    this.#baseDelayMs = baseDelay;
    this.#delayMaxMs = delayMax;
    this.#ready = new Channel<string>(engine);
  }

  /** Keys that a worker could take now. */
  get length(): number {
    return this.#ready.length;
  }

  /** Marks a key as needing work. */
  add(key: string): void {
    if (this.#dirty.has(key)) return;
    this.#dirty.set(key, this.#engine.cause);
    if (!this.#processing.has(key)) this.#ready.send(key);
  }

  /** Adds a key after `ms`; zero or less adds at once. Of several delays the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const earlier = this.#waiting.get(key);
    if (earlier !== undefined) {
      if (earlier.timeMs <= this.#engine.nowMs + ms) return;
      this.#engine.cancel(earlier);
    }
    const timer = this.#engine.schedule(ms, () => {
      this.#waiting.delete(key);
      this.add(key);
    });
    this.#waiting.set(key, timer);
  }

  /** Adds a key after the delay that its failures have earned, and counts one more. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const backoffMs = Math.min(this.#baseDelayMs * 2 ** failures, this.#delayMaxMs);
    this.addAfter(key, Math.max(backoffMs, this.#bucket.reserveMs(this.#engine.nowMs)));
  }

  /** Returns how often the key failed since it was forgotten. */
  numRequeues(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Forgets the failures of a key; it is not removed from the queue. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Waits for a key and takes it; `done` must follow. */
  *get(): Process<string> {
    const key = yield* this.#ready.receive();
    if (key === undefined) throw new Error(`workqueue: "${this.name}" was closed`);
    const cause = this.#dirty.get(key);
    this.#dirty.delete(key);
    this.#processing.add(key);
    if (cause !== undefined) this.#engine.cause = cause;
    return key;
  }

  /** Gives a key back; if it was added meanwhile, it waits again. */
  done(key: string): void {
    if (!this.#processing.delete(key)) {
      throw new Error(`workqueue: done("${key}") but the key is not being processed`);
    }
    const cause = this.#dirty.get(key);
    if (cause !== undefined) this.#ready.send(key, cause);
  }
}
