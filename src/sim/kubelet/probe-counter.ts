/**
 * Thresholds of a probe: a result counts only when it came so many times in a row.
 *
 * Upstream: pkg/kubelet/prober/worker.go doProbe resultRun
 */

/** A result that is counted. */
export type ProbeResult = 'success' | 'failure';

/** Counts equal results in a row. */
export class ProbeCounter {
  readonly #successThreshold: number;
  readonly #failureThreshold: number;
  #last: ProbeResult | undefined;
  #run = 0;

  constructor(thresholds: {
    readonly successThreshold?: number | undefined;
    readonly failureThreshold?: number | undefined;
  }) {
    this.#successThreshold = thresholds.successThreshold ?? 1;
    this.#failureThreshold = thresholds.failureThreshold ?? 3;
  }

  /** How many times the last result came in a row. */
  get run(): number {
    return this.#run;
  }

  /** Results in a row that a result needs. */
  threshold(result: ProbeResult): number {
    return result === 'success' ? this.#successThreshold : this.#failureThreshold;
  }

  /** Counts a result; true when it has come often enough. */
  count(result: ProbeResult): boolean {
    this.#run = this.#last === result ? this.#run + 1 : 1;
    this.#last = result;
    return this.#run >= this.threshold(result);
  }

  /** Begins to count anew: the container will be another one. */
  reset(): void {
    this.#run = 0;
  }
}
