/**
 * The queue of timers, ordered by (time, sequence number): a binary heap.
 *
 * - Equal times fire in the order in which they were scheduled. Nothing else orders.
 * - Removing is O(log n) and leaves nothing behind, so cancelled timers cost no memory.
 */

/** What a timer does when its time comes. */
export interface TimerTarget {
  fire(timer: Timer): void;
}

/** One scheduled moment. `index` is its place in the heap, -1 when it is not scheduled. */
export interface Timer {
  readonly timeMs: number;
  readonly sequence: number;
  readonly target: TimerTarget;
  /** The trace entry that was the cause when the timer was scheduled. */
  readonly cause: number;
  index: number;
}

function isBefore(left: Timer, right: Timer): boolean {
  return (
    left.timeMs < right.timeMs || (left.timeMs === right.timeMs && left.sequence < right.sequence)
  );
}

/** A min-heap of timers. */
export class TimerQueue {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** Returns the timer that fires next without removing it. */
  peek(): Timer | undefined {
    return this.#heap[0];
  }

  add(timer: Timer): void {
    timer.index = this.#heap.length;
    this.#heap.push(timer);
    this.#up(timer, timer.index);
  }

  /** Removes and returns the timer that fires next. */
  take(): Timer | undefined {
    const first = this.#heap[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Removes a timer; does nothing when it has fired or was removed before. */
  remove(timer: Timer): void {
    const index = timer.index;
    if (index < 0) return;
    timer.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    this.#heap[index] = last;
    last.index = index;
    this.#up(last, index);
    this.#down(last, last.index);
  }

  #up(timer: Timer, from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Timer;
      if (!isBefore(timer, parent)) break;
      heap[index] = parent;
      parent.index = index;
      index = parentIndex;
    }
    heap[index] = timer;
    timer.index = index;
  }

  #down(timer: Timer, from: number): void {
    const heap = this.#heap;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= heap.length) break;
      let child = heap[childIndex] as Timer;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex += 1;
      }
      if (!isBefore(child, timer)) break;
      heap[index] = child;
      child.index = index;
      index = childIndex;
    }
    heap[index] = timer;
    timer.index = index;
  }
}
