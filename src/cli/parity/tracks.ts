/**
 * The lives of workloads, number by number.
 *
 * A workload's status is one write over numbers that different kubelets decide: how many pods are ready, how many are still
 * terminating. Which of their changes one write carries together is chance, so a life that no seed took as a whole may be
 * put together from what the seeds did:
 *
 * - with each spec, the conditions must follow each other as in some seed;
 * - with each spec, each number by itself must turn as in some seed;
 * - with each spec, the sum and the difference of any two numbers must lie within what the seeds had: so `ready` never
 *   passes `replicas`, and a number that moved alone when others move along is seen.
 */
import type { Life } from './lives.ts';
import { lineOf, turningPoints } from './projection.ts';
import type { Projection } from './projection.ts';

/** Whether a life of a workload can be put together from the lives that the seeds took. */
export function isWoven(life: Life, others: readonly Life[]): boolean {
  const width = Math.max(...life.all.map(({ counts }) => counts.length));
  if (width === 0) return false;
  const tracks = [conditionsOf, ...Array.from({ length: width }, (_, field) => numberOf(field))];
  return tracks.every((track) => isTrackKnown(track, life, others)) && isWithinBounds(life, others);
}

type Track = (state: Projection) => Projection;

function conditionsOf({ spec, conditions }: Projection): Projection {
  return { spec, conditions, counts: [] };
}

function numberOf(field: number): Track {
  return ({ spec, counts }) => ({ spec, conditions: '', counts: [counts[field] ?? 0] });
}

/** The steps of one track, from `''` before its first state to `''` after its last. */
function stepsOf(track: Track, { all, isGone }: Life): string[] {
  const distinct: Projection[] = [];
  for (const state of all.map(track)) {
    const last = distinct.at(-1);
    if (last === undefined || lineOf(last) !== lineOf(state)) distinct.push(state);
  }
  const lines = turningPoints(distinct).map(lineOf);
  if (isGone) lines.push('gone');
  return [...lines, ''].map((line, index) => `${lines[index - 1] ?? ''}\n${line}`);
}

function isTrackKnown(track: Track, life: Life, others: readonly Life[]): boolean {
  const known = new Set(others.flatMap((other) => stepsOf(track, other)));
  return stepsOf(track, life).every((step) => known.has(step));
}

interface Bounds {
  low: number;
  high: number;
}

/** Sums and differences of pairs of numbers, by name. */
function* combinationsOf({ spec, counts }: Projection): Generator<readonly [string, number]> {
  for (const [first, one] of counts.entries()) {
    for (const [second, other] of counts.entries()) {
      if (second <= first) continue;
      yield [`${spec}\n${first}+${second}`, one + other];
      yield [`${spec}\n${first}-${second}`, one - other];
    }
  }
}

function isWithinBounds(life: Life, others: readonly Life[]): boolean {
  const bounds = new Map<string, Bounds>();
  for (const state of others.flatMap(({ all }) => all)) {
    for (const [name, value] of combinationsOf(state)) {
      const known = bounds.get(name);
      if (known === undefined) bounds.set(name, { low: value, high: value });
      else {
        known.low = Math.min(known.low, value);
        known.high = Math.max(known.high, value);
      }
    }
  }
  for (const state of life.all) {
    for (const [name, value] of combinationsOf(state)) {
      const known = bounds.get(name);
      if (known === undefined || value < known.low || value > known.high) return false;
    }
  }
  return true;
}
