/**
 * The queue of timers, ordered by (time, order of scheduling).
 *
 * - Equal times fire in the order in which they were scheduled. Nothing else orders.
 * - Timers of one time stand in one list, a moment; only moments are in a heap. Virtual time is whole milliseconds and most
 *   timers are due at once, so adding and taking one costs the same however many there are.
 * - Removing leaves a gap, and gaps never outnumber what is left: cancelled timers cost no memory.
 */

/** What a timer does when its time comes. */
export interface TimerTarget {
  fire(timer: Timer): void;
}

/** One scheduled moment of one target. */
export interface Timer {
  readonly timeMs: number;
  readonly target: TimerTarget;
  /** The trace entry that was the cause when the timer was scheduled. */
  readonly cause: number;
  /** Its place in the list of its moment, -1 when it is not scheduled. */
  index: number;
}

/** All timers of one time, in the order of scheduling; a gap stands for a timer that was removed. */
interface Moment {
  timeMs: number;
  timers: (Timer | undefined)[];
  /** The place of the next timer; what is before it has fired. */
  head: number;
  /** Timers that neither fired nor were removed. */
  count: number;
}

/** Below so many gaps it is not worth making a list anew. */
const gapsMin = 32;

/** Timers in the order in which they fire. */
export class TimerQueue {
  readonly #byTime = new Map<number, Moment>();
  /** A min-heap of the same moments by time; those without timers are dropped when they come up. */
  #heap: Moment[] = [];
  #emptyCount = 0;
  #size = 0;
  /** A moment that is over, to be used again: where timers are rare, each has a moment of its own. */
  #spare: Moment | undefined;

  /** Timers that neither fired nor were removed. */
  get size(): number {
    return this.#size;
  }

  /** Schedules a target after all others of the same time. */
  add(timeMs: number, target: TimerTarget, cause: number): Timer {
    const moment = this.#byTime.get(timeMs) ?? this.#newMoment(timeMs);
    if (moment.count === 0) this.#emptyCount -= 1;
    const timer: Timer = { timeMs, target, cause, index: moment.timers.length };
    moment.timers.push(timer);
    moment.count += 1;
    this.#size += 1;
    return timer;
  }

  /** Returns the time of the timer that fires next; undefined when there is none. */
  nextTimeMs(): number | undefined {
    return this.#first()?.timeMs;
  }

  /** Removes and returns the timer that fires next. */
  take(): Timer | undefined {
    const moment = this.#first();
    if (moment === undefined) return undefined;
    for (;;) {
      const timer = moment.timers[moment.head];
      moment.timers[moment.head] = undefined;
      moment.head += 1;
      if (timer === undefined) continue;
      timer.index = -1;
      this.#forgetOne(moment);
      return timer;
    }
  }

  /** Removes a timer; does nothing when it has fired or was removed before. */
  remove(timer: Timer): void {
    const { index } = timer;
    if (index < 0) return;
    timer.index = -1;
    const moment = this.#byTime.get(timer.timeMs);
    if (moment === undefined) return;
    moment.timers[index] = undefined;
    this.#forgetOne(moment);
    const gaps = moment.timers.length - moment.head - moment.count;
    if (moment.count > 0 && gaps > gapsMin && gaps > moment.count) closeGaps(moment);
  }

  #forgetOne(moment: Moment): void {
    moment.count -= 1;
    this.#size -= 1;
    if (moment.count > 0) return;
    // It stays where it is: what is due at once is often scheduled again and again.
    if (moment.head === 1 && moment.timers.length === 1) moment.timers.pop();
    else moment.timers = [];
    moment.head = 0;
    this.#emptyCount += 1;
    if (this.#emptyCount > gapsMin && this.#emptyCount * 2 > this.#heap.length) this.#rebuild();
  }

  #newMoment(timeMs: number): Moment {
    const moment: Moment = this.#spare ?? { timeMs, timers: [], head: 0, count: 0 };
    this.#spare = undefined;
    moment.timeMs = timeMs;
    this.#byTime.set(timeMs, moment);
    this.#emptyCount += 1;
    this.#heap.push(moment);
    this.#up(this.#heap.length - 1);
    return moment;
  }

  /** Returns the first moment with timers, and drops those without that stand before it. */
  #first(): Moment | undefined {
    for (;;) {
      const moment = this.#heap[0];
      if (moment === undefined || moment.count > 0) return moment;
      this.#emptyCount -= 1;
      this.#byTime.delete(moment.timeMs);
      this.#spare = moment;
      const last = this.#heap.pop() as Moment;
      if (this.#heap.length === 0) return undefined;
      this.#heap[0] = last;
      this.#down(0);
    }
  }

  #rebuild(): void {
    for (const { count, timeMs } of this.#heap) if (count === 0) this.#byTime.delete(timeMs);
    // A sorted list is a heap.
    this.#heap = [...this.#byTime.values()].sort((left, right) => left.timeMs - right.timeMs);
    this.#emptyCount = 0;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const moment = heap[from] as Moment;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Moment;
      if (parent.timeMs <= moment.timeMs) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = moment;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const moment = heap[from] as Moment;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= heap.length) break;
      let child = heap[childIndex] as Moment;
      const right = heap[childIndex + 1];
      if (right !== undefined && right.timeMs < child.timeMs) {
        child = right;
        childIndex += 1;
      }
      if (child.timeMs >= moment.timeMs) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = moment;
  }
}

function closeGaps(moment: Moment): void {
  const timers = moment.timers.filter((timer) => timer !== undefined);
  for (const [index, timer] of timers.entries()) timer.index = index;
  moment.timers = timers;
  moment.head = 0;
}
