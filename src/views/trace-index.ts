/** Entries of a trace by the object that they are about, made once a history and extended as it grows. */
import type { EntryId, Trace } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';

interface Index {
  length: number;
  readonly byObject: Map<string, EntryId[]>;
}

const indexes = new WeakMap<Trace, Index>();

/** Returns the entries about an object, oldest first. */
export function entriesAbout(history: History, object: string): readonly EntryId[] {
  const { trace } = history;
  let index = indexes.get(trace);
  if (index === undefined) {
    index = { length: 0, byObject: new Map() };
    indexes.set(trace, index);
  }
  for (; index.length < trace.length; index.length += 1) {
    const key = trace.object(index.length);
    const list = index.byObject.get(key);
    if (list === undefined) index.byObject.set(key, [index.length]);
    else list.push(index.length);
  }
  return index.byObject.get(object) ?? [];
}
