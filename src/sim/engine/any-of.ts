/**
 * Waits for the first of several things: a channel or a delay, a task's end or a deadline.
 * The others are given up in the moment the first one comes.
 */
import { Wait } from './process.ts';
import type { Waker } from './process.ts';

/** Which wait came first, by its place in the list, and what it gave. */
export interface First {
  readonly index: number;
  readonly value: unknown;
}

class AnyOf extends Wait<First> {
  readonly #waits: readonly Wait<unknown>[];
  #branches: { readonly wait: Wait<unknown>; readonly waker: Waker }[] = [];

  constructor(waits: readonly Wait<unknown>[]) {
    super();
    this.#waits = waits;
  }

  start(waker: Waker): void {
    let isSettled = false;
    const settle = (winner: Waker, act: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      this.#stopAllBut(winner);
      act();
    };
    for (const [index, wait] of this.#waits.entries()) {
      const branch: Waker = {
        wake: (value, cause) => settle(branch, () => waker.wake({ index, value }, cause)),
        proceed: (value, cause) => settle(branch, () => waker.proceed({ index, value }, cause)),
        fail: (error, cause) => settle(branch, () => waker.fail(error, cause)),
      };
      this.#branches.push({ wait, waker: branch });
      wait.start(branch);
      if (isSettled) return;
    }
  }

  stop(): void {
    this.#stopAllBut(undefined);
  }

  #stopAllBut(winner: Waker | undefined): void {
    const branches = this.#branches;
    this.#branches = [];
    for (const branch of branches) {
      if (branch.waker !== winner) branch.wait.stop(branch.waker);
    }
  }
}

/** Waits for the first of `waits`; at equal times the one that became ready first. */
export function anyOf(...waits: readonly Wait<unknown>[]): Wait<First> {
  return new AnyOf(waits);
}
