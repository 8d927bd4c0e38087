/** How long something takes that differs from time to time: a range to draw from. */
import type { Random } from './random.ts';

/** Milliseconds, drawn evenly from both ends included. Equal ends take no chance at all. */
export interface LatencyRange {
  readonly lowMs: number;
  readonly highMs: number;
}

/** Draws one duration from a range. */
export function drawMs(random: Random, { lowMs, highMs }: LatencyRange): number {
  return highMs <= lowMs ? lowMs : random.between(lowMs, highMs);
}
