/**
 * The engine: a virtual clock that runs processes.
 *
 * - Time is integer milliseconds and moves only from one timer to the next.
 * - Everything that becomes ready at one time runs in the order in which it became ready. Whoever waits for a delay goes on in
 *   the step of its timer; whoever is woken by another task goes on in a step of its own, later at the same time.
 * - A run is a pure function of its seed and of what is spawned: no wall clock, no other chance.
 * - Causes travel by themselves: a timer, a wake-up and a spawned task start with the cause that was
 *   current when they were made, so that an entry recorded later names the right predecessor.
 * - Budgets bound every run; a spent budget ends the run with what there is up to there.
 *
 * Non-goal: Kubernetes. The engine knows nothing of it.
 */
import { BudgetError, DEFAULT_BUDGETS } from './budgets.ts';
import type { Budgets } from './budgets.ts';
import { Random } from './random.ts';
import { TimerQueue } from './timer-queue.ts';
import type { Timer, TimerTarget } from './timer-queue.ts';
import { NO_ENTRY, Trace } from './trace.ts';
import type { EntryDetail, EntryId } from './trace.ts';
import { Wait } from './process.ts';
import type { Process, Waker } from './process.ts';
import { Task } from './task.ts';

/** Why a run ended: its time was reached, nothing is left to do, or a budget was spent. */
export type RunEnd = 'until' | 'idle' | 'budget';

class Delay extends Wait<void> implements TimerTarget {
  readonly #engine: Engine;
  readonly #ms: number;
  #waker: Waker | undefined;
  #timer: Timer | undefined;

  constructor(engine: Engine, ms: number) {
    super();
    this.#engine = engine;
    this.#ms = ms;
  }

  start(waker: Waker): void {
    this.#waker = waker;
    this.#timer = this.#engine.scheduleTarget(this.#ms, this);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#engine.cancel(this.#timer);
    this.#waker = undefined;
  }

  fire(timer: Timer): void {
    this.#waker?.proceed(undefined, timer.cause);
  }
}

/** Calls a function when its timer fires. */
class Callback implements TimerTarget {
  readonly #call: () => void;

  constructor(call: () => void) {
    this.#call = call;
  }

  fire(): void {
    this.#call();
  }
}

/** One simulated world's clock, timers, tasks, chance and trace. */
export class Engine {
  readonly seed: number;
  readonly budgets: Budgets;
  readonly trace = new Trace();
  /** The trace entry that is being worked on: the cause of whatever is recorded next. */
  cause: EntryId = NO_ENTRY;
  #nowMs = 0;
  #steps = 0;
  #budgetError: BudgetError | undefined;
  #isHalted = false;
  readonly #timers = new TimerQueue();
  readonly #randoms = new Map<string, Random>();

  /** `startMs` is the time at which the run begins; negative where something happens before zero. */
  constructor(seed: number, budgets: Budgets = DEFAULT_BUDGETS, startMs = 0) {
    this.seed = seed;
    this.budgets = budgets;
    this.#nowMs = startMs;
  }

  /** The virtual time in ms; zero is the moment that a reader calls the start. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Steps taken so far: timers fired, task resumptions among them. */
  get steps(): number {
    return this.#steps;
  }

  /** The budget that ended the run, if one did. */
  get budgetError(): BudgetError | undefined {
    return this.#budgetError;
  }

  /** Returns the stream of chance of one component; the same name gives the same stream. */
  random(name: string): Random {
    let random = this.#randoms.get(name);
    if (random === undefined) {
      random = new Random(this.seed, name);
      this.#randoms.set(name, random);
    }
    return random;
  }

  /** Waits for `ms` virtual milliseconds; zero or less lets everything else that is ready go first. */
  delay(ms: number): Wait<void> {
    return new Delay(this, ms);
  }

  /** Starts a process; it takes its first step at the present time, after what is ready already. */
  spawn<T>(name: string, process: Process<T>): Task<T> {
    const task = new Task<T>(this, name, process);
    task.begin(this.cause);
    return task;
  }

  /** Calls a function after `ms` virtual milliseconds, with the present cause. */
  schedule(ms: number, call: () => void): Timer {
    return this.scheduleTarget(ms, new Callback(call));
  }

  /** Schedules a target that needs no closure. */
  scheduleTarget(ms: number, target: TimerTarget, cause: EntryId = this.cause): Timer {
    if (!Number.isFinite(ms)) throw new Error(`engine: a delay must be finite, got ${ms}`);
    return this.#timers.add(this.#nowMs + Math.max(0, Math.round(ms)), target, cause);
  }

  /** Takes a timer back; does nothing when it has fired. */
  cancel(timer: Timer): void {
    this.#timers.remove(timer);
  }

  /**
   * Appends a trace entry caused by `engine.cause`, makes it the new `engine.cause` and returns it.
   * `resourceVersion` is the revision that the act stored, 0 when it stored nothing.
   */
  record(
    component: string,
    verb: string,
    object: string,
    detail?: EntryDetail,
    resourceVersion = 0,
  ): EntryId {
    if (this.trace.length >= this.budgets.entries) {
      this.spend('entries', `more than ${this.budgets.entries} things happened`);
    }
    this.cause = this.trace.append(
      this.#nowMs,
      component,
      verb,
      object,
      this.cause,
      detail,
      resourceVersion,
    );
    return this.cause;
  }

  /** Runs `act` with another cause and puts the present one back. */
  withCause<T>(cause: EntryId, act: () => T): T {
    const before = this.cause;
    this.cause = cause;
    try {
      return act();
    } finally {
      this.cause = before;
    }
  }

  /** Takes no further step: the run is over where it stands. */
  halt(): void {
    this.#isHalted = true;
  }

  /** Ends the run: a budget is spent. `what` completes the sentence "The run was stopped: …". */
  spend(budget: keyof Budgets, what: string): never {
    const seconds = (this.#nowMs / 1000).toFixed(3);
    const message = `The run was stopped at ${seconds} s of simulated time: ${what}.`;
    throw new BudgetError(budget, this.budgets[budget], message);
  }

  /**
   * Runs until `untilMs` (virtual, included), until nothing is left to do or a budget is spent.
   * With `stepsMax` it returns undefined after that many steps; call it again to go on.
   */
  run(untilMs: number, stepsMax = Infinity): RunEnd | undefined {
    const lastMs = Math.min(untilMs, this.budgets.timeMs);
    const lastStep = this.#steps + stepsMax;
    try {
      for (;;) {
        const nextMs = this.#timers.nextTimeMs();
        if (nextMs === undefined || nextMs > lastMs) {
          return this.#arrive(nextMs === undefined, untilMs, lastMs);
        }
        if (this.#steps >= lastStep || this.#isHalted) return undefined;
        if (this.#steps >= this.budgets.steps) {
          this.spend('steps', `it took more than ${this.budgets.steps} steps`);
        }
        this.#steps += 1;
        const timer = this.#timers.take() as Timer;
        this.#nowMs = nextMs;
        this.cause = timer.cause;
        timer.target.fire(timer);
      }
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      this.#budgetError = error;
      return 'budget';
    } finally {
      this.cause = NO_ENTRY;
    }
  }

  #arrive(isIdle: boolean, untilMs: number, lastMs: number): RunEnd {
    if (isIdle && !Number.isFinite(untilMs)) return 'idle';
    this.#nowMs = Math.max(this.#nowMs, lastMs);
    if (lastMs < untilMs && !isIdle) {
      this.spend('timeMs', `its limit is ${this.budgets.timeMs / 1000} s`);
    }
    return isIdle ? 'idle' : 'until';
  }
}
