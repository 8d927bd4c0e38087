/**
 * Seeded chance: one stream per component.
 *
 * - The same seed and name always give the same numbers, on every machine (integer arithmetic only).
 * - Streams are independent: adding a component does not reshuffle another component's draws.
 */

/** FNV-1a over UTF-16 code units, as an unsigned 32-bit number. */
export function hashString(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** One stream of pseudo-random numbers (sfc32). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, name: string) {
    this.#a = hashString(name, seed >>> 0 || 0x9e3779b9);
    this.#b = hashString(name, this.#a ^ 0x85ebca6b);
    this.#c = Math.imul(seed | 0, 0x9e3779b1) >>> 0;
    for (let round = 0; round < 12; round += 1) this.uint32();
  }

  /** Draws an integer in [0, 2^32). */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** Draws a number in [0, 1). */
  float(): number {
    return this.uint32() / 4294967296;
  }

  /** Draws an integer in [0, limit); `limit` must be positive. */
  int(limit: number): number {
    return Math.floor(this.float() * limit);
  }

  /** Draws an integer in [low, high], both ends included. */
  between(low: number, high: number): number {
    return low + this.int(high - low + 1);
  }

  /** Draws one of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new Error('random: pick from an empty list');
    return item;
  }

  /** Returns a new list with the items in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = this.int(last + 1);
      const moved = result[last] as T;
      result[last] = result[other] as T;
      result[other] = moved;
    }
    return result;
  }

  /** Returns `ms` stretched by a random factor in [1, 1 + factor), rounded: wait.Jitter. */
  jitter(ms: number, factor: number): number {
    return Math.round(ms * (1 + this.float() * factor));
  }
}
