/**
 * Sorts as Go's `sort.Sort` does, so that items which compare equal come out in the order that kubectl prints them.
 *
 * Pattern-defeating quicksort: insertion sort up to 12 items, a pivot from 3 or 9 samples, a heap sort when pivots are
 * bad too often, and a fixed shuffle that depends on the length only. It is not stable, but the same for the same input.
 *
 * Upstream: sort.Sort, sort/zsortinterface.go
 */

/** How the samples of a pivot lay. */
type Hint = 'unknown' | 'increasing' | 'decreasing';

/** Returns the items sorted; `isLess` must be a strict order. */
export function goSort<T>(items: readonly T[], isLess: (a: T, b: T) => boolean): T[] {
  const sorted = [...items];
  new Sorter(sorted, isLess).sort();
  return sorted;
}

class Sorter<T> {
  private readonly items: T[];
  private readonly isLess: (a: T, b: T) => boolean;

  constructor(items: T[], isLess: (a: T, b: T) => boolean) {
    this.items = items;
    this.isLess = isLess;
  }

  sort(): void {
    const { length } = this.items;
    this.quick(0, length, length === 0 ? 0 : 32 - Math.clz32(length));
  }

  private less(i: number, j: number): boolean {
    return this.isLess(this.items[i] as T, this.items[j] as T);
  }

  private swap(i: number, j: number): void {
    const held = this.items[i] as T;
    this.items[i] = this.items[j] as T;
    this.items[j] = held;
  }

  private quick(from: number, to: number, badPivots: number): void {
    let [a, b, limit] = [from, to, badPivots];
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= 12) return this.insertion(a, b);
      if (limit === 0) return this.heap(a, b);
      if (!wasBalanced) {
        this.breakPatterns(a, b);
        limit -= 1;
      }
      let [pivot, hint] = this.choosePivot(a, b);
      if (hint === 'decreasing') {
        this.reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = 'increasing';
      }
      if (wasBalanced && wasPartitioned && hint === 'increasing' && this.partialInsertion(a, b)) {
        return;
      }
      if (a > 0 && !this.less(a - 1, pivot)) {
        a = this.partitionEqual(a, b, pivot);
        continue;
      }
      const [middle, already] = this.partition(a, b, pivot);
      wasPartitioned = already;
      const [left, right] = [middle - a, b - middle];
      const balance = Math.floor(length / 8);
      if (left < right) {
        wasBalanced = left >= balance;
        this.quick(a, middle, limit);
        a = middle + 1;
      } else {
        wasBalanced = right >= balance;
        this.quick(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  private insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i += 1) {
      for (let j = i; j > a && this.less(j, j - 1); j -= 1) this.swap(j, j - 1);
    }
  }

  private heap(first: number, end: number): void {
    const length = end - first;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i -= 1) this.siftDown(i, length, first);
    for (let i = length - 1; i >= 0; i -= 1) {
      this.swap(first, first + i);
      this.siftDown(0, i, first);
    }
  }

  private siftDown(start: number, end: number, first: number): void {
    let root = start;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && this.less(first + child, first + child + 1)) child += 1;
      if (!this.less(first + root, first + child)) return;
      this.swap(first + root, first + child);
      root = child;
    }
  }

  /** Puts what is less than the pivot before it; tells whether that was so already. */
  private partition(a: number, b: number, pivot: number): [number, boolean] {
    this.swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    while (i <= j && this.less(i, a)) i += 1;
    while (i <= j && !this.less(j, a)) j -= 1;
    if (i > j) {
      this.swap(j, a);
      return [j, true];
    }
    this.swap(i, j);
    i += 1;
    j -= 1;
    for (;;) {
      while (i <= j && this.less(i, a)) i += 1;
      while (i <= j && !this.less(j, a)) j -= 1;
      if (i > j) break;
      this.swap(i, j);
      i += 1;
      j -= 1;
    }
    this.swap(j, a);
    return [j, false];
  }

  /** Puts what equals the pivot before what is greater; returns where the greater begin. */
  private partitionEqual(a: number, b: number, pivot: number): number {
    this.swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    for (;;) {
      while (i <= j && !this.less(a, i)) i += 1;
      while (i <= j && this.less(a, j)) j -= 1;
      if (i > j) return i;
      this.swap(i, j);
      i += 1;
      j -= 1;
    }
  }

  /** Moves a few items that are out of order; true when all is sorted then. */
  private partialInsertion(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < 5; step += 1) {
      while (i < b && !this.less(i, i - 1)) i += 1;
      if (i === b) return true;
      if (b - a < 50) return false;
      this.swap(i, i - 1);
      if (i - a >= 2) {
        for (let j = i - 1; j >= 1 && this.less(j, j - 1); j -= 1) this.swap(j, j - 1);
      }
      if (b - i >= 2) {
        for (let j = i + 1; j < b && this.less(j, j - 1); j += 1) this.swap(j, j - 1);
      }
    }
    return false;
  }

  /** Scatters three items by a generator that is seeded with the length. */
  private breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const next = (): bigint => {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      return random;
    };
    const modulus = 2 ** (32 - Math.clz32(length));
    const middle = a + Math.floor(length / 4) * 2 - 1;
    for (let i = 0; i < 3; i += 1) {
      let other = Number(next() & BigInt(modulus - 1));
      if (other >= length) other -= length;
      this.swap(middle - 1 + i, a + other);
    }
  }

  private choosePivot(a: number, b: number): [number, Hint] {
    const length = b - a;
    const quarter = Math.floor(length / 4);
    const count = { swaps: 0 };
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length >= 8) {
      if (length >= 50) {
        i = this.median(i - 1, i, i + 1, count);
        j = this.median(j - 1, j, j + 1, count);
        k = this.median(k - 1, k, k + 1, count);
      }
      j = this.median(i, j, k, count);
    }
    if (count.swaps === 0) return [j, 'increasing'];
    return [j, count.swaps === 12 ? 'decreasing' : 'unknown'];
  }

  private median(first: number, second: number, third: number, count: { swaps: number }): number {
    let [a, b, c] = [first, second, third];
    const order = (x: number, y: number): [number, number] => {
      if (!this.less(y, x)) return [x, y];
      count.swaps += 1;
      return [y, x];
    };
    [a, b] = order(a, b);
    [b, c] = order(b, c);
    [a, b] = order(a, b);
    return b;
  }

  private reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i += 1, j -= 1) this.swap(i, j);
  }
}
