/**
 * Completion indexes of Indexed Jobs, as ordered intervals: `0,1,3-5` in the status, lists of numbers in the code.
 *
 * - Intervals are in ascending order, do not overlap and do not touch.
 * - The cost of an operation is that of the intervals and of the new indexes, not of all indexes of the Job.
 *
 * Upstream: pkg/controller/job/indexed_job_utils.go orderedIntervals
 * Docs: /docs/concepts/workloads/controllers/job/#completion-mode
 */

/** Indexes from `first` to `last`, both included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** A set of indexes. */
export type OrderedIntervals = readonly Interval[];

/** Returns the union of two sets. */
export function unionOf(one: OrderedIntervals, other: OrderedIntervals): OrderedIntervals {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const result: Interval[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const [a, b] = [one[i], other[j]];
    const takesOne = b === undefined || (a !== undefined && a.first < b.first);
    const next = takesOne ? a : b;
    if (takesOne) i += 1;
    else j += 1;
    if (next === undefined) continue;
    const last = result.at(-1);
    if (last === undefined || next.first > last.last + 1) result.push(next);
    else if (last.last < next.last) {
      result[result.length - 1] = { first: last.first, last: next.last };
    }
  }
  return result;
}

/** Returns the set with more indexes, given in any order. */
export function withIndexes(
  intervals: OrderedIntervals,
  indexes: Iterable<number>,
): OrderedIntervals {
  const sorted = [...indexes].sort((a, b) => a - b);
  const singles: Interval[] = [];
  for (const index of sorted) {
    const last = singles.at(-1);
    if (last === undefined || index > last.last + 1) singles.push({ first: index, last: index });
    else singles[singles.length - 1] = { first: last.first, last: Math.max(index, last.last) };
  }
  return unionOf(intervals, singles);
}

/** Returns how many indexes are in the set. */
export function totalOf(intervals: OrderedIntervals): number {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Whether an index is in the set. */
export function hasIndex(intervals: OrderedIntervals, index: number): boolean {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const interval = intervals[middle];
    if (interval !== undefined && interval.last >= index) high = middle;
    else low = middle + 1;
  }
  const found = intervals[low];
  return found !== undefined && found.first <= index;
}

/** Writes the set as a Job's status has it: two neighbours as `0,1`, three and more as `0-2`. */
export function formatIndexes(intervals: OrderedIntervals): string {
  return intervals
    .map(({ first, last }) => {
      if (first === last) return String(first);
      return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
    })
    .join(',');
}

/** Reads what `formatIndexes` wrote, as far as indexes are below `completions`; what cannot be read is left out. */
export function parseIndexes(text: string, completions: number): OrderedIntervals {
  const result: Interval[] = [];
  for (const part of text === '' ? [] : text.split(',')) {
    const [firstText = '', lastText = firstText] = part.split('-');
    if (!/^\d+$/.test(firstText) || !/^\d+$/.test(lastText)) continue;
    const first = Number(firstText);
    if (first >= completions) break;
    const last = Math.min(Number(lastText), completions - 1);
    const before = result.at(-1);
    if (before?.last === first - 1) result[result.length - 1] = { first: before.first, last };
    else result.push({ first, last });
  }
  return result;
}

/** Returns the lowest `count` indexes below `completions` that are not in the set. */
export function lowestFree(
  taken: OrderedIntervals,
  count: number,
  completions: number,
): readonly number[] {
  const result: number[] = [];
  let candidate = 0;
  const takeUpTo = (end: number): void => {
    while (candidate < end && candidate < completions && result.length < count) {
      result.push(candidate);
      candidate += 1;
    }
  };
  for (const { first, last } of taken) {
    takeUpTo(first);
    candidate = Math.max(candidate, last + 1);
  }
  takeUpTo(completions);
  return result;
}
