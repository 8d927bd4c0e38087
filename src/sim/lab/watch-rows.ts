/**
 * A history in the form of the recordings: one row for each watch event, as a client that watches everything gets it.
 *
 * `ADDED` rows hold the whole object, later rows of the same object a JSON merge patch to the last one. `kind` and
 * `apiVersion` stand in the row, not in the object. Times are ms since the lab's start; what was there before is INITIAL.
 */
import { createMergePatch } from '../api/merge-patch.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { namespaceOf, nameOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { Change } from '../etcd/store.ts';

/** One row of a `watch.jsonl`. */
export interface WatchRow {
  /** Null for what was there before the start. */
  readonly t: number | null;
  readonly type: 'INITIAL' | 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly object?: JsonObject | undefined;
  readonly patch?: JsonObject | undefined;
}

/** What to leave out, and which namespace goes without saying. */
export interface WatchRowOptions {
  readonly namespace: string;
  /** Whether to tell of objects of other namespaces and of cluster-scoped ones. */
  readonly isWide: boolean;
  /** The virtual time from which rows count; 0 unless given. */
  readonly originMs?: number | undefined;
}

function body(object: KubeObject): JsonObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest as unknown as JsonObject;
}

/** Turns the store's changes into rows, in order. */
export function* watchRows(
  log: readonly Change<KubeObject>[],
  { namespace, isWide, originMs = 0 }: WatchRowOptions,
): Generator<WatchRow> {
  const initial = new Map<string, KubeObject>();
  const last = new Map<string, KubeObject>();
  let isStarted = false;
  for (const change of log) {
    const { value } = change;
    if (!isWide && namespaceOf(value) !== namespace) continue;
    const key = keyOf(value);
    const t = change.timeMs - originMs;
    if (t < 0) {
      if (change.type === 'delete') initial.delete(key);
      else initial.set(key, value);
      continue;
    }
    if (!isStarted) {
      isStarted = true;
      yield* initialRows(initial, namespace);
      for (const [known, object] of initial) last.set(known, object);
    }
    const before = last.get(key);
    const head = { ...headOf(value, namespace) };
    if (change.type === 'delete') {
      last.delete(key);
      yield { t, type: 'DELETED', ...head };
    } else if (before === undefined) {
      last.set(key, value);
      yield { t, type: 'ADDED', ...head, object: body(value) };
    } else {
      last.set(key, value);
      const patch = createMergePatch(body(before), body(value));
      yield { t, type: 'MODIFIED', ...head, patch };
    }
  }
  if (!isStarted) yield* initialRows(initial, namespace);
}

function* initialRows(
  objects: ReadonlyMap<string, KubeObject>,
  namespace: string,
): Generator<WatchRow> {
  for (const object of objects.values()) {
    yield { t: null, type: 'INITIAL', ...headOf(object, namespace), object: body(object) };
  }
}

function headOf(object: KubeObject, namespace: string): Pick<WatchRow, 'kind' | 'name'> {
  const own = namespaceOf(object);
  const elsewhere = own === namespace || own === '' ? {} : { namespace: own };
  return { kind: object.kind, name: nameOf(object), ...elsewhere };
}
