/**
 * Changes of Services that a lab does not show: what goes on elsewhere in a cluster that is shared.
 *
 * Each makes every kube-proxy load its rules, so that one of ours that comes within the next second has to wait. In a
 * cluster where nothing else happens, every first change is in force at once, which no busy cluster will show.
 *
 * Ours: the part of a kube-proxy's lateness that comes from other people's Services, as a rate instead of objects
 */
import type { Random } from '../engine/random.ts';

/** Moments of such changes, the same for all nodes. They are drawn when somebody asks and cost no timers. */
export class BackgroundChanges {
  readonly #random: Random;
  readonly #gapMaxMs: number;
  readonly #moments: number[] = [];

  /** `perSecond` is their mean rate; gaps between them are drawn evenly between none and twice the mean. */
  constructor(random: Random, perSecond: number) {
    if (!(perSecond > 0))
      throw new Error('network: the rate of background changes must be above 0');
    this.#random = random;
    this.#gapMaxMs = 2000 / perSecond;
  }

  /** Returns the moment of the last change at or before a time, or -Infinity before the first. */
  lastBefore(ms: number): number {
    const moments = this.#moments;
    let last = moments.at(-1) ?? 0;
    while (last <= ms) {
      last += Math.max(1, Math.round(this.#random.float() * this.#gapMaxMs));
      moments.push(last);
    }
    let index = moments.length - 1;
    while (index >= 0 && (moments[index] ?? 0) > ms) index -= 1;
    return moments[index] ?? -Infinity;
  }
}
