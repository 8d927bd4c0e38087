/**
 * The store: every revision of every key, as etcd keeps them.
 *
 * - One counter for the whole store; each change takes the next revision.
 * - A write says which revision of the key it expects and fails when another write came first.
 * - Values are opaque, immutable and shared; a key's place in a list is its text.
 * - History is never thrown away here: compaction only forbids clients to read it, so that a run can be
 *   looked at at any time afterwards.
 *
 * Upstream: etcd server/storage/mvcc
 * Simplified: one member, no Raft; one key per transaction; leases are timers of the API server.
 */
import type { Engine } from '../engine/engine.ts';
import type { EntryId } from '../engine/trace.ts';

/** A key's value and where it stands in the history. */
export interface Stored<V> {
  readonly key: string;
  readonly value: V;
  readonly createRevision: number;
  readonly modRevision: number;
}

/** One change. For a deletion `value` is the last value, marked by the deleter with the new revision. */
export interface Change<V> {
  readonly revision: number;
  readonly timeMs: number;
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly value: V;
  readonly previous: V | undefined;
  /** The trace entry of the write. */
  readonly entry: EntryId;
}

/** Makes the value from the revision that the write will get. */
export type ValueAt<V> = (revision: number) => V;

/** The result of a compare-and-put: what is stored now, or that another write came first. */
export type Written<V> =
  | { readonly ok: true; readonly stored: Stored<V> }
  | { readonly ok: false; readonly current: Stored<V> | undefined };

/** Keys of one prefix, listed in order of their text. */
class Prefix<V> {
  readonly keys = new Set<string>();
  readonly changes: Change<V>[] = [];
  readonly watchers = new Set<(change: Change<V>) => void>();
  #sorted: string[] | undefined = [];

  sortedKeys(): readonly string[] {
    this.#sorted ??= [...this.keys].sort();
    return this.#sorted;
  }

  add(key: string): void {
    this.keys.add(key);
    this.#sorted = undefined;
  }

  remove(key: string): void {
    this.keys.delete(key);
    this.#sorted = undefined;
  }
}

/** What is kept of a key: with its prefix, which an update then need not look for. */
interface Kept<V> extends Stored<V> {
  readonly prefix: Prefix<V>;
}

/** A revisioned store. Keys look like `/registry/pods/default/web`; their prefix ends at the third slash. */
export class Store<V> {
  readonly #engine: Engine;
  readonly #values = new Map<string, Kept<V>>();
  readonly #prefixes = new Map<string, Prefix<V>>();
  readonly #log: Change<V>[] = [];
  readonly #listeners: (() => void)[] = [];
  #objectCount = 0;
  #compactedRevision = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The revision of the last change; a fresh store is at 1, as etcd's is. */
  get revision(): number {
    return this.#log.length + 1;
  }

  /** Reads and watches below this revision are refused; 0 before the first compaction. */
  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  /** Keys that have a value now. */
  get objectCount(): number {
    return this.#objectCount;
  }

  get(key: string): Stored<V> | undefined {
    return this.#values.get(key);
  }

  /** Returns what is under a key prefix now, in key order. */
  *range(prefix: string): Generator<Stored<V>> {
    const keys = this.#prefix(prefix).sortedKeys();
    for (let index = firstAtOrAfter(keys, prefix); index < keys.length; index += 1) {
      const key = keys[index] as string;
      if (!key.startsWith(prefix)) return;
      const stored = this.#values.get(key);
      if (stored !== undefined) yield stored;
    }
  }

  /** Writes when the key is at `expected` (0: not there); the value is made from the new revision. */
  put(key: string, expected: number, value: ValueAt<V>): Written<V> {
    const current = this.#values.get(key);
    if ((current?.modRevision ?? 0) !== expected) return { ok: false, current };
    const revision = this.revision + 1;
    const prefix = current?.prefix ?? this.#prefix(key);
    const stored: Kept<V> = {
      key,
      value: value(revision),
      createRevision: current?.createRevision ?? revision,
      modRevision: revision,
      prefix,
    };
    this.#values.set(key, stored);
    if (current === undefined) {
      prefix.add(key);
      this.#objectCount += 1;
      this.#checkBudget();
    }
    this.#append(prefix, 'put', stored.key, stored.value, current?.value);
    return { ok: true, stored };
  }

  /** Deletes when the key is at `expected`; `last` makes the value that watchers are told. */
  delete(key: string, expected: number, last: ValueAt<V>): Written<V> {
    const current = this.#values.get(key);
    if (current === undefined || current.modRevision !== expected) return { ok: false, current };
    const { prefix } = current;
    const revision = this.revision + 1;
    this.#values.delete(key);
    prefix.remove(key);
    this.#objectCount -= 1;
    const value = last(revision);
    this.#append(prefix, 'delete', key, value, current.value);
    return { ok: true, stored: { ...current, value, modRevision: revision } };
  }

  /** Calls back at each change under a prefix of one resource, in the moment of the change. */
  watch(prefix: string, call: (change: Change<V>) => void): () => void {
    const { watchers } = this.#prefix(prefix);
    watchers.add(call);
    return () => watchers.delete(call);
  }

  /** Calls back after each change of any key. */
  onChange(call: () => void): void {
    this.#listeners.push(call);
  }

  /** Returns the changes under a prefix after a revision, oldest first. */
  changesAfter(prefix: string, revision: number): readonly Change<V>[] {
    const { changes } = this.#prefix(prefix);
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle] as Change<V>).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return changes.slice(low);
  }

  /** Forbids reads below `revision`; going back does nothing. */
  compact(revision: number): void {
    this.#compactedRevision = Math.max(this.#compactedRevision, Math.min(revision, this.revision));
  }

  /** Every change since the store was made: the one of revision r is at index r - 2. */
  get log(): readonly Change<V>[] {
    return this.#log;
  }

  #append(
    prefix: Prefix<V>,
    type: 'put' | 'delete',
    key: string,
    value: V,
    previous: V | undefined,
  ): void {
    const change: Change<V> = {
      revision: this.revision + 1,
      timeMs: this.#engine.nowMs,
      type,
      key,
      value,
      previous,
      entry: this.#engine.cause,
    };
    this.#log.push(change);
    prefix.changes.push(change);
    for (const call of prefix.watchers) call(change);
    for (const call of this.#listeners) call();
  }

  #checkBudget(): void {
    const limit = this.#engine.budgets.objects;
    if (this.#objectCount <= limit) return;
    this.#engine.spend('objects', `the cluster holds more than ${limit} objects`);
  }

  #prefix(key: string): Prefix<V> {
    const start = key.indexOf('/', 1);
    const end = key.indexOf('/', start + 1);
    const name = end < 0 ? key : key.slice(0, end);
    let prefix = this.#prefixes.get(name);
    if (prefix === undefined) {
      prefix = new Prefix<V>();
      this.#prefixes.set(name, prefix);
    }
    return prefix;
  }
}

/** Returns the index of the first key that is not before `text`. */
function firstAtOrAfter(keys: readonly string[], text: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
