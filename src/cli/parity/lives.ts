/** Turns the rows of a watch, recorded or simulated, into lives, events and the table of generated names. */
import { applyMergePatch } from '#sim/api/merge-patch.ts';
import { valueAt } from '#sim/api/object.ts';
import type { Json, JsonObject } from '#sim/api/object.ts';
import type { WatchRow } from '#sim/lab/watch-rows.ts';
import { canonicalName, canonicalText } from './canonical.ts';
import { comparedKinds, lineOf, project, turningPoints } from './projection.ts';
import type { Projection } from './projection.ts';

/** The life of one object. */
export interface Life {
  /** Kind and name; objects with generated names of one generator share it. */
  readonly group: string;
  /** Distinct states in order, after merging; the last line says whether it is gone. */
  readonly states: readonly string[];
  readonly bornMs: number | null;
  /** When each state of `states` began. */
  readonly timesMs: readonly number[];
}

/** One Event as it stood at the end. */
export interface RecordedEvent {
  /** Reason, object and message, made canonical. */
  readonly text: string;
  readonly count: number;
}

/** Everything of a watch that is compared. */
export interface Lives {
  readonly lives: readonly Life[];
  readonly events: readonly RecordedEvent[];
  readonly generated: ReadonlyMap<string, string>;
}

interface Entry {
  readonly kind: string;
  readonly name: string;
  object: JsonObject;
  readonly states: Projection[];
  readonly times: number[];
  readonly bornMs: number | null;
  isGone: boolean;
}

/** Names that are there in every namespace and say nothing about a scenario. */
const ignoredNames = /^(kube-root-ca\.crt|default|.*service-ca\.crt)$/;

/** Reads the rows. */
export function readLives(rows: readonly WatchRow[]): Lives {
  const entries: Entry[] = [];
  const current = new Map<string, Entry>();
  for (const row of rows) {
    const key = `${row.kind}/${row.namespace ?? ''}/${row.name}`;
    let entry = current.get(key);
    if (row.type === 'ADDED' || row.type === 'INITIAL') {
      const { kind, name, t: bornMs } = row;
      entry = {
        kind,
        name,
        object: row.object ?? {},
        states: [],
        times: [],
        bornMs,
        isGone: false,
      };
      current.set(key, entry);
      entries.push(entry);
    }
    if (entry === undefined) continue;
    if (row.type === 'DELETED') {
      entry.isGone = true;
      entry.times.push(row.t ?? 0);
      current.delete(key);
      continue;
    }
    if (row.patch !== undefined) {
      entry.object = applyMergePatch(entry.object as Json, row.patch as Json) as JsonObject;
    }
    note(entry, row.t ?? 0);
  }
  const generated = generatedNames(entries);
  return {
    lives: entries.filter(isCompared).map((entry) => lifeOf(entry, generated)),
    events: entries
      .filter(({ kind }) => kind === 'Event')
      .map((entry) => eventOf(entry, generated)),
    generated,
  };
}

function note(entry: Entry, timeMs: number): void {
  const state = project(entry.kind, entry.object);
  const last = entry.states.at(-1);
  if (last !== undefined && lineOf(last) === lineOf(state)) return;
  entry.states.push(state);
  entry.times.push(timeMs);
}

function isCompared({ kind, name, bornMs }: Entry): boolean {
  if (!comparedKinds.has(kind) || ignoredNames.test(name)) return false;
  return kind !== 'Node' || bornMs !== null;
}

function generatedNames(entries: readonly Entry[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, object } of entries) {
    const base = valueAt(object, 'metadata', 'generateName');
    if (typeof base === 'string' && base !== '') names.set(name, canonicalName(base));
  }
  return names;
}

function lifeOf(entry: Entry, generated: ReadonlyMap<string, string>): Life {
  const merged = turningPoints(entry.states);
  const states = merged.map((state) => canonicalText(lineOf(state), generated));
  const timesMs = merged.map((state) => entry.times[entry.states.indexOf(state)] ?? 0);
  if (entry.isGone) {
    states.push('gone');
    timesMs.push(entry.times.at(-1) ?? 0);
  }
  const name = generated.get(entry.name) ?? entry.name;
  return { group: `${entry.kind}/${name}`, states, timesMs, bornMs: entry.bornMs };
}

function eventOf({ object }: Entry, generated: ReadonlyMap<string, string>): RecordedEvent {
  const read = (...path: string[]): string => {
    const value = valueAt(object, ...path);
    return typeof value === 'string' ? value : '';
  };
  const target = `${read('involvedObject', 'kind')}/${read('involvedObject', 'name')}`;
  const field = read('involvedObject', 'fieldPath');
  const text = [read('type'), read('reason'), target, field, read('message')].join(' | ');
  const series = valueAt(object, 'series', 'count');
  const count = series ?? valueAt(object, 'count');
  return { text: canonicalText(text, generated), count: typeof count === 'number' ? count : 1 };
}
