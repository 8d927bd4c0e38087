/**
 * A history: what a run leaves, and every question that a reader can ask of it.
 *
 * - Reading never runs anything: the state at a time is a read at the revision of that time.
 * - Times are the engine's: ms, zero is where the lab starts; what happened before is the cluster's own start.
 * - The answers are in a stated order: objects by the moment of their first creation.
 */
import { keyOf, parseObjectKey } from '../api/object-key.ts';
import type { KubeObject } from '../api/object.ts';
import type { EntryId, Trace, TraceEntry } from '../engine/trace.ts';
import type { Change } from '../etcd/store.ts';
import type { RequestLog } from '../network/request-log.ts';
import type { KeptLog } from '../runtime/container-runtime.ts';
import type { Transcript } from './transcript.ts';

/** Why a run ended. `message` is a sentence for the reader, '' when the run simply reached its end. */
export interface RunEnding {
  readonly reason: 'until' | 'condition' | 'budget' | 'cancelled';
  readonly message: string;
}

/** One state of one object: from this change until the next. `object` is undefined once it is gone. */
export interface Version {
  readonly timeMs: number;
  readonly revision: number;
  readonly object: KubeObject | undefined;
  /** The trace entry of the write. */
  readonly entry: EntryId;
}

/** What a run writes while it goes on. */
export interface HistoryParts {
  readonly seed: number;
  /** The engine's first moment; what happened before 0 is the cluster's own start. */
  readonly startMs: number;
  readonly trace: Trace;
  readonly log: readonly Change<KubeObject>[];
  readonly requests: RequestLog;
  readonly transcript: Transcript;
  /** The logs of all containers so far. */
  readonly logs?: (() => readonly KeptLog[]) | undefined;
}

/** The record of one run: grows while the run goes on, and is complete once `end` was called. */
export class History {
  readonly seed: number;
  readonly startMs: number;
  readonly trace: Trace;
  readonly log: readonly Change<KubeObject>[];
  readonly requests: RequestLog;
  readonly transcript: Transcript;
  readonly #logs: () => readonly KeptLog[];
  #endMs: number;
  #ending: RunEnding = { reason: 'until', message: '' };
  readonly #versions = new Map<string, Version[]>();
  /** How many changes of the log are in `#versions`. */
  #indexedCount = 0;

  constructor(parts: HistoryParts) {
    this.seed = parts.seed;
    this.startMs = parts.startMs;
    this.#endMs = parts.startMs;
    this.trace = parts.trace;
    this.log = parts.log;
    this.requests = parts.requests;
    this.transcript = parts.transcript;
    this.#logs = parts.logs ?? (() => []);
  }

  /** The last moment that this history knows. */
  get endMs(): number {
    return this.#endMs;
  }

  get ending(): RunEnding {
    return this.#ending;
  }

  /** Takes in what has happened up to a moment. */
  extendTo(timeMs: number): void {
    this.#endMs = timeMs;
  }

  /** Ends the run. */
  end(timeMs: number, ending: RunEnding): void {
    this.#endMs = timeMs;
    this.#ending = ending;
  }

  /** Returns the keys of all objects of a kind that ever lived, in order of their first creation. */
  keys(kind: string): string[] {
    return [...this.#index().keys()].filter((key) => key.startsWith(`${kind}/`));
  }

  /** Returns every kind of which an object ever lived. */
  kinds(): string[] {
    return [...new Set([...this.#index().keys()].map((key) => parseObjectKey(key).kind))];
  }

  /** Returns all states of an object, oldest first; an object made again under its name goes on here. */
  versions(key: string): readonly Version[] {
    return this.#index().get(key) ?? [];
  }

  /** Returns the state of an object at a time, or undefined when it was not there. */
  version(key: string, timeMs: number): Version | undefined {
    const versions = this.versions(key);
    const found = versions[countUntil(versions, timeMs) - 1];
    return found?.object === undefined ? undefined : found;
  }

  /** Returns an object as it was at a time, at the end of the run by default. */
  object(key: string, timeMs: number = this.endMs): KubeObject | undefined {
    return this.version(key, timeMs)?.object;
  }

  /** Returns the objects of a kind as they were at a time. */
  objects(kind: string, timeMs: number = this.endMs): KubeObject[] {
    const found: KubeObject[] = [];
    for (const key of this.keys(kind)) {
      const object = this.object(key, timeMs);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** Returns the store's revision at a time. */
  revisionAt(timeMs: number): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  /** Returns the logs of all containers that ever ran, in order of their nodes and then of their creation. */
  containerLogs(): readonly KeptLog[] {
    return this.#logs();
  }

  /** Returns the chain of causes of an entry, from the effect back to what nobody caused. */
  why(entry: EntryId): TraceEntry[] {
    return this.trace.chain(entry);
  }

  /** Takes the changes since the last time into the index and returns it. */
  #index(): Map<string, Version[]> {
    for (; this.#indexedCount < this.log.length; this.#indexedCount += 1) {
      const change = this.log[this.#indexedCount];
      if (change === undefined) break;
      const key = keyOf(change.value);
      const object = change.type === 'delete' ? undefined : change.value;
      const { timeMs, revision, entry } = change;
      const version: Version = { timeMs, revision, object, entry };
      const list = this.#versions.get(key);
      if (list === undefined) this.#versions.set(key, [version]);
      else list.push(version);
    }
    return this.#versions;
  }
}

/** Returns how many of the versions began at or before a time. */
function countUntil(versions: readonly Version[], timeMs: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((versions[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
