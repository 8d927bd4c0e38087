/**
 * A signal: something that happens once, for any number of waiters ("the container has exited").
 * Waiting for a signal that was given returns at once, with the value it was given with.
 */
import type { Engine } from './engine.ts';
import { Wait } from './process.ts';
import type { Waker } from './process.ts';

class SignalWait<T> extends Wait<T> {
  readonly #signal: Signal<T>;

  constructor(signal: Signal<T>) {
    super();
    this.#signal = signal;
  }

  start(waker: Waker): void {
    this.#signal.addWaiter(waker);
  }

  stop(waker: Waker): void {
    this.#signal.removeWaiter(waker);
  }
}

/** One thing that will happen at most once. */
export class Signal<T = void> {
  readonly #engine: Engine;
  #given: { readonly value: T; readonly cause: number } | undefined;
  #waiters: Waker[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  /** The value, or undefined while the signal was not given. */
  get value(): T | undefined {
    return this.#given?.value;
  }

  /** Gives the signal; a second time does nothing. */
  give(value: T): void {
    if (this.#given !== undefined) return;
    const cause = this.#engine.cause;
    this.#given = { value, cause };
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.wake(value, cause);
  }

  wait(): Wait<T> {
    return new SignalWait(this);
  }

  addWaiter(waker: Waker): void {
    if (this.#given === undefined) this.#waiters.push(waker);
    else waker.wake(this.#given.value, this.#given.cause);
  }

  removeWaiter(waker: Waker): void {
    this.#waiters = this.#waiters.filter((waiter) => waiter !== waker);
  }
}
