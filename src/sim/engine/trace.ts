/**
 * The record of a run: one entry for each thing that happened, in columns.
 *
 * - Entries are numbered from 0 in the order in which they happened; times never go back.
 * - `cause` is the entry that led to this one, always smaller than the entry itself, or `NO_ENTRY`
 *   for what nobody caused: the start of a component, an action of the reader, a period that ended.
 * - Columns are typed arrays that double, so that a million entries cost tens of megabytes.
 *
 * Non-goal: meaning. The words for components, verbs and objects belong to those who record.
 */

/** The number of a trace entry. */
export type EntryId = number;

/** Stands for "no entry". */
export const NO_ENTRY: EntryId = -1;

/** Facts about an entry beside its columns; plain frozen data that survives JSON. */
export type EntryDetail = Readonly<Record<string, unknown>>;

/** One entry, put together from the columns for reading. */
export interface TraceEntry {
  readonly id: EntryId;
  readonly timeMs: number;
  readonly component: string;
  readonly verb: string;
  readonly object: string;
  readonly resourceVersion: number;
  readonly cause: EntryId;
  readonly detail: EntryDetail | undefined;
}

/** Numbers for strings that come again and again. Names of objects do not: most entries of a large run have one of their own. */
class Names {
  readonly #numbers = new Map<string, number>();
  readonly list: string[] = [];

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.list.length;
    this.list.push(name);
    this.#numbers.set(name, number);
    return number;
  }

  find(name: string): number {
    return this.#numbers.get(name) ?? -1;
  }
}

const FIRST_CAPACITY = 1024;

/** A growing list of entries, stored by column. */
export class Trace {
  #length = 0;
  #timeMs = new Float64Array(FIRST_CAPACITY);
  #component = new Int32Array(FIRST_CAPACITY);
  #verb = new Int32Array(FIRST_CAPACITY);
  readonly #object: string[] = [];
  #resourceVersion = new Int32Array(FIRST_CAPACITY);
  #cause = new Int32Array(FIRST_CAPACITY);
  readonly #details = new Map<EntryId, EntryDetail>();
  readonly #components = new Names();
  readonly #verbs = new Names();

  get length(): number {
    return this.#length;
  }

  /** Appends an entry and returns its number. `resourceVersion` is 0 where nothing was stored. */
  append(
    timeMs: number,
    component: string,
    verb: string,
    object: string,
    cause: EntryId,
    detail: EntryDetail | undefined,
    resourceVersion: number,
  ): EntryId {
    const id = this.#length;
    if (id === this.#timeMs.length) this.#grow();
    this.#length = id + 1;
    this.#timeMs[id] = timeMs;
    this.#component[id] = this.#components.number(component);
    this.#verb[id] = this.#verbs.number(verb);
    this.#object.push(object);
    this.#resourceVersion[id] = resourceVersion;
    this.#cause[id] = cause;
    if (detail !== undefined) this.#details.set(id, detail);
    return id;
  }

  /** Returns one entry; throws when there is no entry of that number. */
  entry(id: EntryId): TraceEntry {
    if (!(id >= 0 && id < this.#length)) throw new Error(`trace: no entry ${id}`);
    return {
      id,
      timeMs: this.timeMs(id),
      component: this.component(id),
      verb: this.verb(id),
      object: this.object(id),
      resourceVersion: this.#resourceVersion[id] ?? 0,
      cause: this.cause(id),
      detail: this.#details.get(id),
    };
  }

  timeMs(id: EntryId): number {
    return this.#timeMs[id] ?? 0;
  }

  component(id: EntryId): string {
    return this.#components.list[this.#component[id] ?? -1] ?? '';
  }

  verb(id: EntryId): string {
    return this.#verbs.list[this.#verb[id] ?? -1] ?? '';
  }

  object(id: EntryId): string {
    return this.#object[id] ?? '';
  }

  cause(id: EntryId): EntryId {
    return this.#cause[id] ?? NO_ENTRY;
  }

  detail(id: EntryId): EntryDetail | undefined {
    return this.#details.get(id);
  }

  /** Returns the entry and its causes, from the effect back to the first cause. */
  chain(id: EntryId): TraceEntry[] {
    const entries: TraceEntry[] = [];
    for (let at = id; at >= 0; at = this.cause(at)) entries.push(this.entry(at));
    return entries;
  }

  /** Returns the number of entries with a time at or before `timeMs`: a binary search. */
  countUntil(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeMs(middle) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Walks the entries in order, those of one verb only when `verb` is given. */
  *entries(
    filter: { verb?: string; object?: string; component?: string } = {},
  ): Generator<TraceEntry> {
    const verb = filter.verb === undefined ? undefined : this.#verbs.find(filter.verb);
    const { object } = filter;
    const component =
      filter.component === undefined ? undefined : this.#components.find(filter.component);
    for (let id = 0; id < this.#length; id += 1) {
      if (verb !== undefined && this.#verb[id] !== verb) continue;
      if (object !== undefined && this.#object[id] !== object) continue;
      if (component !== undefined && this.#component[id] !== component) continue;
      yield this.entry(id);
    }
  }

  #grow(): void {
    const capacity = this.#timeMs.length * 2;
    const time = new Float64Array(capacity);
    time.set(this.#timeMs);
    this.#timeMs = time;
    const wider = (column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(capacity);
      next.set(column);
      return next;
    };
    this.#component = wider(this.#component);
    this.#verb = wider(this.#verb);
    this.#resourceVersion = wider(this.#resourceVersion);
    this.#cause = wider(this.#cause);
  }
}
