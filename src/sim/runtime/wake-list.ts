/**
 * Those who wait for a change: all are woken at once and look again. For conditions that come and go (data in a pipe, a
 * child that ended); something that happens once is a Signal of the engine.
 */
import type { Engine } from '../engine/engine.ts';
import { Wait } from '../engine/process.ts';
import type { Waker } from '../engine/process.ts';

class Waiting extends Wait<void> {
  readonly #list: WakeList;

  constructor(list: WakeList) {
    super();
    this.#list = list;
  }

  start(waker: Waker): void {
    this.#list.add(waker);
  }

  stop(waker: Waker): void {
    this.#list.remove(waker);
  }
}

/** A list of waiters. It costs nothing while nobody waits. */
export class WakeList {
  #wakers: Waker[] | undefined;

  /** Waits for the next `wakeAll`. */
  wait(): Wait<void> {
    return new Waiting(this);
  }

  /** Wakes all who wait now, in the order in which they came. */
  wakeAll(engine: Engine): void {
    const wakers = this.#wakers;
    if (wakers === undefined) return;
    this.#wakers = undefined;
    for (const waker of wakers) waker.wake(undefined, engine.cause);
  }

  add(waker: Waker): void {
    if (this.#wakers === undefined) this.#wakers = [waker];
    else this.#wakers.push(waker);
  }

  remove(waker: Waker): void {
    this.#wakers = this.#wakers?.filter((other) => other !== waker);
  }
}
