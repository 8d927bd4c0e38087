/**
 * Processes: what a component does in virtual time, written as generators.
 *
 * A process suspends by yielding a `Wait`. A `Wait` is its own iterator, so that `yield* wait` costs one
 * object and has the type of the value waited for.
 */

/** Whoever waits: told once, by `wake`, `proceed` or `fail`, unless it stops waiting first. */
export interface Waker {
  wake(value: unknown, cause: number): void;
  /** The same from a timer's own step, in which nothing else runs: whoever waits may go on at once. */
  proceed(value: unknown, cause: number): void;
  fail(error: unknown, cause: number): void;
}

/** A running generator: `yield*` a `Wait` or another process inside, return the result. */
export type Process<T = void> = Generator<Wait<unknown>, T, unknown>;

/**
 * Something to wait for, once. Subclasses say how waiting starts and how it is given up.
 * Its iterator yields the wait itself and returns the value with which the waker was woken.
 */
export abstract class Wait<T> implements Generator<Wait<unknown>, T, unknown> {
  #hasYielded = false;

  /** Begins to wait; must lead to exactly one `wake` or `fail`, never inside this call's stack frame
   * of the waker's own step (wakers only note that they are ready). */
  abstract start(waker: Waker): void;

  /** Gives up waiting; after this the waker must not be told. */
  abstract stop(waker: Waker): void;

  next(value?: unknown): IteratorResult<Wait<unknown>, T> {
    if (this.#hasYielded) return { done: true, value: value as T };
    this.#hasYielded = true;
    return { done: false, value: this };
  }

  return(value: T): IteratorResult<Wait<unknown>, T> {
    return { done: true, value };
  }

  throw(error: unknown): IteratorResult<Wait<unknown>, T> {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {}
}
