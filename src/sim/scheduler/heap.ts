/**
 * A binary heap of items with keys: the least item is at hand, and any item can be taken out by its key.
 *
 * Ours: the ordered queues of the scheduler
 */

interface Entry<T> {
  readonly item: T;
  place: number;
}

/** Items in a partial order. `isBefore` must be a strict order that leaves no two items equal. */
export class Heap<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #byKey = new Map<string, Entry<T>>();
  readonly #keyOf: (item: T) => string;
  readonly #isBefore: (left: T, right: T) => boolean;

  constructor(keyOf: (item: T) => string, isBefore: (left: T, right: T) => boolean) {
    this.#keyOf = keyOf;
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): T | undefined {
    return this.#byKey.get(key)?.item;
  }

  /** Returns the least item without taking it. */
  peek(): T | undefined {
    return this.#entries[0]?.item;
  }

  /** Adds an item whose key is not there yet. */
  add(item: T): void {
    const entry = { item, place: this.#entries.length };
    this.#byKey.set(this.#keyOf(item), entry);
    this.#entries.push(entry);
    this.#up(entry);
  }

  /** Takes the least item out. */
  take(): T | undefined {
    const first = this.#entries[0];
    return first === undefined ? undefined : this.remove(this.#keyOf(first.item));
  }

  /** Takes an item out by its key. */
  remove(key: string): T | undefined {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return undefined;
    this.#byKey.delete(key);
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#put(last, entry.place);
      this.#up(last);
      this.#down(last);
    }
    return entry.item;
  }

  #put(entry: Entry<T>, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }

  #up(entry: Entry<T>): void {
    let { place } = entry;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#entries[parentPlace] as Entry<T>;
      if (!this.#isBefore(entry.item, parent.item)) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(entry, place);
  }

  #down(entry: Entry<T>): void {
    let { place } = entry;
    for (;;) {
      let childPlace = 2 * place + 1;
      let child = this.#entries[childPlace];
      if (child === undefined) break;
      const right = this.#entries[childPlace + 1];
      if (right !== undefined && this.#isBefore(right.item, child.item)) {
        childPlace += 1;
        child = right;
      }
      if (!this.#isBefore(child.item, entry.item)) break;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(entry, place);
  }
}
