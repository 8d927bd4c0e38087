/** The time axis: where its ticks are and what they say. */
import type { TimeWindow } from './lanes/lane.ts';

/** A tick of the axis. */
export interface AxisTick {
  readonly timeMs: number;
  readonly text: string;
}

const minuteMs = 60_000;
/** Windows from this length on are told in minutes and seconds. */
const longMs = 5 * minuteMs;

/** The unit in which a window's ticks are told. */
export function axisUnit({ fromMs, toMs }: TimeWindow): 's' | 'min' {
  return toMs - fromMs >= longMs ? 'min' : 's';
}

/** Chooses at most `countMax` round moments in a window. Their unit is that of the axis. */
export function axisTicks({ fromMs, toMs }: TimeWindow, countMax: number): AxisTick[] {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= 0) return [];
  const stepMs = niceStep(lengthMs / countMax, lengthMs >= longMs);
  const ticks: AxisTick[] = [];
  for (let timeMs = Math.ceil(fromMs / stepMs) * stepMs; timeMs <= toMs; timeMs += stepMs) {
    ticks.push({ timeMs, text: lengthMs >= longMs ? minutes(timeMs) : seconds(timeMs, stepMs) });
  }
  return ticks;
}

function niceStep(leastMs: number, isLong: boolean): number {
  if (isLong) {
    const steps = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600].map((each) => each * 1000);
    return steps.find((step) => step >= leastMs) ?? 3600_000;
  }
  const power = 10 ** Math.floor(Math.log10(leastMs));
  const factor = [1, 2, 5, 10].find((each) => each * power >= leastMs) ?? 10;
  return Math.max(1, factor * power);
}

function seconds(timeMs: number, stepMs: number): string {
  const digits = stepMs >= 1000 ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3;
  return (timeMs / 1000).toFixed(digits);
}

function minutes(timeMs: number): string {
  const total = Math.round(timeMs / 1000);
  return `${Math.floor(total / 60)}:${String(Math.abs(total % 60)).padStart(2, '0')}`;
}

/** Half of what the cursor's flag takes of the axis, in px. */
const flagHalfPx = 30;
/** Width of a digit on the axis, in px. */
const digitPx = 6.6;

/** Whether a tick would stand under the cursor's flag, so many px away from it. */
export function isUnderFlag(apartPx: number, text: string): boolean {
  return apartPx < flagHalfPx + (text.length * digitPx) / 2 + 3;
}
