/**
 * A binary heap of items with keys: the least item is at hand, and any item can be taken out by its key.
 *
 * Ours: the ordered queues of the scheduler
 */

/** Items in a partial order. `isBefore` must be a strict order that leaves no two items equal. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: T) => string;
  readonly #isBefore: (left: T, right: T) => boolean;

  constructor(keyOf: (item: T) => string, isBefore: (left: T, right: T) => boolean) {
    this.#keyOf = keyOf;
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#items[place];
  }

  /** Returns the least item without taking it. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item whose key is not there yet. */
  add(item: T): void {
    this.#items.push(item);
    this.#up(item, this.#items.length - 1);
  }

  /** Takes the least item out. */
  take(): T | undefined {
    const first = this.#items[0];
    return first === undefined ? undefined : this.remove(this.#keyOf(first));
  }

  /** Takes an item out by its key. */
  remove(key: string): T | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const removed = this.#items[place];
    this.#places.delete(key);
    const last = this.#items.pop();
    if (last !== undefined && place < this.#items.length) {
      this.#up(last, place);
      this.#down(last, this.#places.get(this.#keyOf(last)) ?? place);
    }
    return removed;
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    this.#places.set(this.#keyOf(item), place);
  }

  #up(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#items[parentPlace] as T;
      if (!this.#isBefore(item, parent)) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(item, place);
  }

  #down(item: T, from: number): void {
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= this.#items.length) break;
      const right = this.#items[childPlace + 1];
      if (right !== undefined && this.#isBefore(right, this.#items[childPlace] as T))
        childPlace += 1;
      const child = this.#items[childPlace] as T;
      if (!this.#isBefore(child, item)) break;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(item, place);
  }
}
