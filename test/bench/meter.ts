/** Measures a stretch of work: time of the processor, which other programs do not lengthen much, and time of the wall. */

/** What a stretch took. */
export interface Took {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Begins to measure; the returned function ends it. */
export function startMeter(): () => Took {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startMs };
  };
}

/** Returns the value below which a part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** Returns the value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
