/**
 * A channel: an unbounded queue between tasks, first in, first out.
 *
 * - Each item is received once, by the receiver that has waited longest.
 * - An item carries the cause with which it was sent; the receiver goes on with that cause.
 * - After `close`, what was sent before is still received; then receivers get `undefined`.
 */
import type { Engine } from './engine.ts';
import { Wait } from './process.ts';
import type { Waker } from './process.ts';

interface Item<T> {
  readonly value: T;
  readonly cause: number;
}

class Receive<T> extends Wait<T | undefined> {
  readonly #channel: Channel<T>;

  constructor(channel: Channel<T>) {
    super();
    this.#channel = channel;
  }

  start(waker: Waker): void {
    this.#channel.addReceiver(waker);
  }

  stop(waker: Waker): void {
    this.#channel.removeReceiver(waker);
  }
}

/** An unbounded first-in first-out queue. */
export class Channel<T> {
  readonly #engine: Engine;
  #items: Item<T>[] = [];
  #head = 0;
  #receivers: Waker[] = [];
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Items sent and not yet received. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Hands an item over; dropped in silence when the channel is closed. */
  send(value: T, cause: number = this.#engine.cause): void {
    if (this.#isClosed) return;
    const receiver = this.#receivers.shift();
    if (receiver === undefined) this.#items.push({ value, cause });
    else receiver.wake(value, cause);
  }

  /** Waits for the next item; undefined when the channel is closed and empty. */
  receive(): Wait<T | undefined> {
    return new Receive(this);
  }

  /** Takes the next item if there is one, without waiting; sets `engine.cause` to its cause. */
  tryReceive(): T | undefined {
    const item = this.#takeItem();
    if (item === undefined) return undefined;
    this.#engine.cause = item.cause;
    return item.value;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const receivers = this.#receivers;
    this.#receivers = [];
    for (const receiver of receivers) receiver.wake(undefined, this.#engine.cause);
  }

  addReceiver(waker: Waker): void {
    const item = this.#takeItem();
    if (item !== undefined) waker.wake(item.value, item.cause);
    else if (this.#isClosed) waker.wake(undefined, this.#engine.cause);
    else this.#receivers.push(waker);
  }

  removeReceiver(waker: Waker): void {
    this.#receivers = this.#receivers.filter((receiver) => receiver !== waker);
  }

  #takeItem(): Item<T> | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
