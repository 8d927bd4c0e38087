/** The events that one steps through: every entry of a run that means something, in order. */
import type { EntryId } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { isNoise } from './noise.ts';

/** One step. */
export interface Step {
  readonly entry: EntryId;
  readonly timeMs: number;
}

/** Steps of one run at most: beyond, nobody steps, and the rest is reached by time. */
const stepsMax = 20_000;

/** Returns the steps of a run from 0 on. */
export function stepsOf(history: History): Step[] {
  const { trace } = history;
  const steps: Step[] = [];
  for (let entry = trace.countUntil(-1); entry < trace.length; entry += 1) {
    if (steps.length >= stepsMax) break;
    if (isNoise(trace.entry(entry), history)) continue;
    steps.push({ entry, timeMs: trace.timeMs(entry) });
  }
  return steps;
}
