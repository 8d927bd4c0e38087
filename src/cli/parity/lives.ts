/** Turns the rows of a watch, recorded or simulated, into lives, events and the table of generated names. */
import { applyMergePatch } from '#sim/api/merge-patch.ts';
import { valueAt } from '#sim/api/object.ts';
import type { Json, JsonObject } from '#sim/api/object.ts';
import type { WatchRow } from '#sim/lab/watch-rows.ts';
import { canonicalName, canonicalText, isLoadNoise } from './canonical.ts';
import type { GeneratedNames } from './canonical.ts';
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
  /** Distinct states before merging, names made canonical. */
  readonly all: readonly Projection[];
  readonly isGone: boolean;
}

/** One Event as it stood at the end. */
export interface RecordedEvent {
  /** Reason, object and message, made canonical. */
  readonly text: string;
  /** The same without the message. */
  readonly about: string;
  readonly count: number;
}

/** Everything of a watch that is compared. */
export interface Lives {
  readonly lives: readonly Life[];
  readonly events: readonly RecordedEvent[];
  readonly generated: GeneratedNames;
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
    // Of other namespaces the recorder saw node leases only.
    if (row.namespace !== undefined) continue;
    const key = `${row.kind}/${row.name}`;
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
      .map((entry) => eventOf(entry, generated))
      .filter(({ text }) => !isLoadNoise(text)),
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

/** A template that `rollout restart` has stamped hashes to another value each time. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

function generatedNames(entries: readonly Entry[]): GeneratedNames {
  const names = new Map<string, string>();
  const bases = new Set<string>();
  for (const { kind, object } of entries) {
    const stamp = valueAt(object, 'spec', 'template', 'metadata', 'annotations', restartedAt);
    const hash = valueAt(object, 'metadata', 'labels', 'pod-template-hash');
    if (kind === 'ReplicaSet' && stamp !== undefined && typeof hash === 'string') {
      names.set(hash, '<hash>');
    }
    if (kind !== 'ControllerRevision') continue;
    const kept = valueAt(object, 'data', 'spec', 'template', 'metadata', 'annotations');
    if (valueAt(kept, restartedAt) !== undefined) names.set(revisionHash(object), '<hash>');
  }
  for (const { kind, name, object } of entries) {
    const base = valueAt(object, 'metadata', 'generateName');
    const isPodOwner = ['ReplicaSet', 'ReplicationController', 'DaemonSet', 'Job'].includes(kind);
    if (isPodOwner) bases.add(withKnown(`${name}-`, names));
    if (typeof base !== 'string' || base === '') continue;
    names.set(withKnown(name, names), canonicalName(withKnown(base, names)));
  }
  return { names, bases: [...bases] };
}

/** The hash in the name of a ControllerRevision: each kind of owner has its own label for it. */
function revisionHash(revision: JsonObject): string {
  const ofDaemonSet = valueAt(revision, 'metadata', 'labels', 'controller-revision-hash');
  const ofStatefulSet = valueAt(revision, 'metadata', 'labels', 'controller.kubernetes.io/hash');
  return String(ofDaemonSet ?? ofStatefulSet ?? '<hash>');
}

function withKnown(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, canonical] of names) {
    if (canonical === '<hash>') result = result.replaceAll(name, canonical);
  }
  return result;
}

function lifeOf(entry: Entry, generated: GeneratedNames): Life {
  const merged = turningPoints(entry.states);
  const states = merged.map((state) => canonicalText(lineOf(state), generated));
  const timesMs = merged.map((state) => entry.times[entry.states.indexOf(state)] ?? 0);
  if (entry.isGone) {
    states.push('gone');
    timesMs.push(entry.times.at(-1) ?? 0);
  }
  const name = canonicalText(entry.name, generated);
  const all = entry.states.map((state) => ({
    ...state,
    spec: canonicalText(state.spec, generated),
    conditions: canonicalText(state.conditions, generated),
  }));
  const { isGone, bornMs } = entry;
  return { group: `${entry.kind}/${name}`, states, timesMs, bornMs, all, isGone };
}

function eventOf({ object }: Entry, generated: GeneratedNames): RecordedEvent {
  const read = (...path: string[]): string => {
    const value = valueAt(object, ...path);
    return typeof value === 'string' ? value : '';
  };
  const target = `${read('involvedObject', 'kind')}/${read('involvedObject', 'name')}`;
  const field = read('involvedObject', 'fieldPath');
  const about = [read('type'), read('reason'), target, field].join(' | ');
  const series = valueAt(object, 'series', 'count');
  const count = series ?? valueAt(object, 'count');
  return {
    text: canonicalText(`${about} | ${read('message')}`, generated),
    about: canonicalText(about, generated),
    count: typeof count === 'number' ? count : 1,
  };
}
