/**
 * A task: a process that the engine runs, and what may be done to it from outside.
 *
 * - It takes steps only from the timer queue, never inside another task's step.
 * - `cancel` runs the `finally` blocks of the process; those may wait in their turn.
 * - An error that nobody caught fails the run: it is a mistake in this project.
 */
import { BudgetError } from './budgets.ts';
import { Wait } from './process.ts';
import type { Process, Waker } from './process.ts';
import type { TimerTarget } from './timer-queue.ts';

type Outcome<T> =
  | { readonly state: 'running' }
  | { readonly state: 'returned'; readonly value: T }
  | { readonly state: 'cancelled' };

/** What `join` gives: the value, or that the task was cancelled. */
export type Joined<T> =
  { readonly state: 'returned'; readonly value: T } | { readonly state: 'cancelled' };

type Resumption = 'next' | 'throw' | 'return';

class Join<T> extends Wait<Joined<T>> {
  readonly #task: Task<T>;

  constructor(task: Task<T>) {
    super();
    this.#task = task;
  }

  start(waker: Waker): void {
    this.#task.addJoiner(waker);
  }

  stop(waker: Waker): void {
    this.#task.removeJoiner(waker);
  }
}

/** What a task asks of the engine that runs it. */
export interface TaskHost {
  readonly nowMs: number;
  readonly cause: number;
  scheduleTarget(ms: number, target: TimerTarget, cause?: number): unknown;
}

/** A process in the engine's hands. */
export class Task<T = unknown> implements Waker, TimerTarget {
  readonly name: string;
  readonly #engine: TaskHost;
  readonly #process: Process<T>;
  #outcome: Outcome<T> = { state: 'running' };
  /** What the process waits for; undefined while it runs or is about to. */
  #waiting: Wait<unknown> | undefined;
  #resumption: Resumption = 'next';
  #value: unknown = undefined;
  #isCancelling = false;
  #isReady = false;
  #joiners: Waker[] = [];
  #onEnd: (() => void) | undefined;

  constructor(engine: TaskHost, name: string, process: Process<T>) {
    this.#engine = engine;
    this.name = name;
    this.#process = process;
  }

  get isRunning(): boolean {
    return this.#outcome.state === 'running';
  }

  /** Waits until the task has returned or was cancelled. */
  join(): Wait<Joined<T>> {
    return new Join(this);
  }

  /** Stops the process: its `finally` blocks run at the present time. Again or after the end: nothing. */
  cancel(): void {
    if (!this.isRunning || this.#isCancelling) return;
    this.#isCancelling = true;
    this.#waiting?.stop(this);
    this.#waiting = undefined;
    this.#resumption = 'return';
    this.#value = undefined;
    this.#makeReady(this.#engine.cause);
  }

  wake(value: unknown, cause: number): void {
    this.#waiting = undefined;
    this.#resumption = 'next';
    this.#value = value;
    this.#makeReady(cause);
  }

  proceed(value: unknown, cause: number): void {
    if (this.#isReady) {
      this.wake(value, cause);
      return;
    }
    this.#waiting = undefined;
    this.#resumption = 'next';
    this.#value = value;
    this.fire();
  }

  fail(error: unknown, cause: number): void {
    this.#waiting = undefined;
    this.#resumption = 'throw';
    this.#value = error;
    this.#makeReady(cause);
  }

  /** Used by the engine: makes the first step due. */
  begin(cause: number): void {
    this.#makeReady(cause);
  }

  /** Used by scopes: called once when the task has ended in any way. */
  onEnd(call: () => void): void {
    this.#onEnd = call;
  }

  addJoiner(waker: Waker): void {
    if (this.#outcome.state === 'running') this.#joiners.push(waker);
    else waker.wake(this.#outcome, this.#engine.cause);
  }

  removeJoiner(waker: Waker): void {
    this.#joiners = this.#joiners.filter((joiner) => joiner !== waker);
  }

  /** Used by the engine's timers: takes the next step. */
  fire(): void {
    this.#isReady = false;
    if (!this.isRunning) return;
    const resumption = this.#resumption;
    const value = this.#value;
    this.#resumption = 'next';
    this.#value = undefined;
    const result = this.#step(resumption, value);
    if (result.done === true) {
      this.#end(
        this.#isCancelling ? { state: 'cancelled' } : { state: 'returned', value: result.value },
      );
      return;
    }
    // Cancelled during its own step: the wait is given up before it begins.
    if (this.#isReady) return;
    this.#waiting = result.value;
    result.value.start(this);
  }

  /** Takes one step; an error that leaves the process fails the run, with the task and the time. */
  #step(resumption: Resumption, value: unknown): IteratorResult<Wait<unknown>, T> {
    try {
      return this.#resume(resumption, value);
    } catch (error) {
      if (error instanceof BudgetError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      const seconds = (this.#engine.nowMs / 1000).toFixed(3);
      throw new Error(`task "${this.name}" at ${seconds} s: ${message}`, { cause: error });
    }
  }

  #resume(resumption: Resumption, value: unknown): IteratorResult<Wait<unknown>, T> {
    if (resumption === 'next') return this.#process.next(value);
    if (resumption === 'throw') return this.#process.throw(value);
    return this.#process.return(undefined as T);
  }

  #makeReady(cause: number): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#engine.scheduleTarget(0, this, cause);
  }

  #end(outcome: Joined<T>): void {
    this.#outcome = outcome;
    const joiners = this.#joiners;
    this.#joiners = [];
    for (const joiner of joiners) joiner.wake(outcome, this.#engine.cause);
    this.#onEnd?.();
  }
}
