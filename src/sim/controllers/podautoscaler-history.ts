/**
 * What an autoscaler remembers: recommendations, by which it holds back, and changes, by which it limits its speed.
 *
 * An entry is kept for as long as some window or period can ask for it.
 *
 * Upstream: pkg/controller/podautoscaler/horizontal.go timestampedRecommendation, timestampedScaleEvent, storeScaleEvent
 */
interface Timed {
  readonly count: number;
  readonly timeMs: number;
}

/** The memory of one autoscaler. */
export class AutoscalerHistory {
  #recommendations: Timed[] = [];
  #ups: Timed[] = [];
  #downs: Timed[] = [];

  /** Notes a first recommendation, so that a new autoscaler does not shrink its target at once. */
  begin(replicas: number, nowMs: number): void {
    if (this.#recommendations.length === 0) {
      this.#recommendations.push({ count: replicas, timeMs: nowMs });
    }
  }

  /** Returns the recommendations that are younger than a window. */
  recommendationsWithin(windowMs: number, nowMs: number): readonly number[] {
    return this.#recommendations
      .filter(({ timeMs }) => timeMs > nowMs - windowMs)
      .map(({ count }) => count);
  }

  /** Notes a recommendation and forgets those that no window reaches. */
  recommend(replicas: number, longestWindowMs: number, nowMs: number): void {
    const kept = this.#recommendations.filter(({ timeMs }) => timeMs >= nowMs - longestWindowMs);
    this.#recommendations = [...kept, { count: replicas, timeMs: nowMs }];
  }

  /** Notes that the target was scaled. */
  scaled(from: number, to: number, longestPeriodMs: number, nowMs: number): void {
    const isYoung = ({ timeMs }: Timed): boolean => timeMs >= nowMs - longestPeriodMs;
    const change = { count: Math.abs(to - from), timeMs: nowMs };
    if (to > from) this.#ups = [...this.#ups.filter(isYoung), change];
    else this.#downs = [...this.#downs.filter(isYoung), change];
  }

  /** Returns how many replicas were added in a period. */
  addedWithin(periodMs: number, nowMs: number): number {
    return sumWithin(this.#ups, periodMs, nowMs);
  }

  /** Returns how many replicas were removed in a period. */
  removedWithin(periodMs: number, nowMs: number): number {
    return sumWithin(this.#downs, periodMs, nowMs);
  }
}

function sumWithin(changes: readonly Timed[], periodMs: number, nowMs: number): number {
  return changes
    .filter(({ timeMs }) => timeMs > nowMs - periodMs)
    .reduce((sum, { count }) => sum + count, 0);
}
