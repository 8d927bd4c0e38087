/**
 * Makes strategic merge patches: the two-way patch between two states of an object (kubectl label, set image, status
 * updates of clients), and the three-way patch of `kubectl apply`.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go CreateTwoWayMergePatch, CreateThreeWayMergePatch
 * Docs: /docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
 * Simplified: the three-way patch always overwrites, as kubectl apply does unless it is told --overwrite=false.
 */
import { deepEqual } from './deep-equal.ts';
import { compareText, goValue } from './go-format.ts';
import { isJsonObject } from './object.ts';
import type { Json, JsonObject } from './object.ts';
import type { FieldType } from './schema.ts';
import {
  asMap,
  directiveKey,
  elementsAreMaps,
  sortByOrder,
  sortScalars,
  withoutDoubles,
} from './strategic-merge-lists.ts';
import { deleteListPrefix, mergeMap, orderPrefix, retainKeysKey } from './strategic-merge-patch.ts';
import {
  elementType,
  goTypeName,
  hasPatchField,
  noMergeKey,
  patchField,
} from './strategic-merge-schema.ts';

type MutableJson = Record<string, Json | undefined>;

/** Which half of a difference is wanted. */
interface DiffOptions {
  readonly changes: boolean;
  readonly deletions: boolean;
}

/** Makes the patch that turns `original` into `modified`; {} where they are equal. */
export function createTwoWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  struct: string,
): JsonObject {
  const type: FieldType = { form: 'struct', struct };
  return diffMaps(original, modified, type, { changes: true, deletions: true }, false);
}

/**
 * Makes the patch of `kubectl apply`: sets what `modified` has and `current` has otherwise, removes what `original` (the
 * last applied) has and `modified` has no more, and leaves all else alone. {} means that there is nothing to do.
 */
export function createThreeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  struct: string,
): JsonObject {
  const type: FieldType = { form: 'struct', struct };
  const changes = diffMaps(current, modified, type, { changes: true, deletions: false }, false);
  const removals = diffMaps(original, modified, type, { changes: false, deletions: true }, false);
  return mergeMap(removals, changes, type, 'combine');
}

function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  type: FieldType,
  options: DiffOptions,
  retainKeys: boolean,
): JsonObject {
  const patch: MutableJson = {};
  for (const key in modified) {
    const next = modified[key];
    if (next === undefined) continue;
    const old = original[key];
    if (old === undefined || goTypeName(old) !== goTypeName(next)) {
      if (options.changes) patch[key] = next;
    } else if (isJsonObject(next)) {
      diffStruct(patch, key, asMap(old), next, type, options);
    } else if (Array.isArray(next)) {
      const oldList = old as readonly Json[];
      diffList(patch, key, oldList, next as readonly Json[], type, options);
    } else if (options.changes && old !== next) {
      patch[key] = next;
    }
  }
  if (options.deletions) {
    for (const key in original) if (modified[key] === undefined) patch[key] = null;
  }
  if (retainKeys) {
    const dropped = Object.keys(original).filter((key) => modified[key] === undefined);
    const kept = Object.keys(modified).filter((key) => (modified[key] ?? null) !== null);
    const clears = dropped.some((key) => (original[key] ?? null) !== null);
    if (kept.length > 0 && (Object.keys(patch).length > 0 || clears)) {
      patch[retainKeysKey] = kept.sort(compareText);
    }
  }
  return patch;
}

function diffStruct(
  patch: MutableJson,
  key: string,
  old: JsonObject,
  next: JsonObject,
  type: FieldType,
  options: DiffOptions,
): void {
  if (!hasPatchField(type, key) && deepEqual(old, next)) return;
  const field = patchField(type, key);
  if (field.patch.strategy === 'replace') {
    if (options.changes) patch[key] = next;
    return;
  }
  const inner = diffMaps(old, next, field.type, options, field.patch.retainKeys);
  if (hasFields(inner)) patch[key] = inner;
}

function hasFields(patch: JsonObject): boolean {
  for (const _ in patch) return true;
  return false;
}

function diffList(
  patch: MutableJson,
  key: string,
  old: readonly Json[],
  next: readonly Json[],
  type: FieldType,
  options: DiffOptions,
): void {
  if (!hasPatchField(type, key) && deepEqual(old, next)) return;
  const field = patchField(type, key);
  if (field.patch.strategy !== 'merge') {
    if (options.changes && !deepEqual(old, next)) patch[key] = next;
    return;
  }
  if (old.length === 0) {
    if (next.length > 0 && options.changes) patch[key] = next;
    return;
  }
  if (elementsAreMaps(old, next)) {
    const element = elementType(field.type);
    diffMapLists(patch, key, old, next, { ...field.patch, element }, options);
  } else {
    diffScalarLists(patch, key, old, next, options);
  }
}

function diffScalarLists(
  patch: MutableJson,
  key: string,
  old: readonly Json[],
  next: readonly Json[],
  options: DiffOptions,
): void {
  const added = options.changes ? without(next, old) : [];
  const removed = options.deletions ? withoutDoubles(without(old, next)) : [];
  if (added.length > 0) patch[key] = sortByOrder(added, next, '');
  if (removed.length > 0) patch[`${deleteListPrefix}/${key}`] = removed;
  if (removed.length > 0 || (options.changes && !deepEqual(old, next))) {
    if (next.length > 0) patch[`${orderPrefix}/${key}`] = next;
  }
}

/** Returns what the one list has more often than the other, sorted by text. */
function without(list: readonly Json[], other: readonly Json[]): readonly Json[] {
  const rest = [...other];
  return sortScalars(list).filter((item) => {
    const place = rest.indexOf(item);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

interface ListField {
  readonly mergeKey: string;
  readonly retainKeys: boolean;
  readonly element: FieldType;
}

function keyOf(item: Json, mergeKey: string): Json {
  const map = asMap(item);
  const value = map[mergeKey];
  if (value === undefined) throw noMergeKey(map, mergeKey);
  return value;
}

function diffMapLists(
  patch: MutableJson,
  key: string,
  old: readonly Json[],
  next: readonly Json[],
  { mergeKey, retainKeys, element }: ListField,
  options: DiffOptions,
): void {
  const text = (item: Json): string => goValue(keyOf(item, mergeKey));
  const byText = (a: Json, b: Json): number => compareText(text(a), text(b));
  const isOrderSame =
    old.length === next.length &&
    old.every((item, place) => keyOf(item, mergeKey) === keyOf(next[place] ?? null, mergeKey));
  // Lists with the same keys in the same order stand side by side already.
  const [oldSorted, nextSorted] = isOrderSame
    ? [old, next]
    : [[...old].sort(byText), [...next].sort(byText)];
  const changed: Json[] = [];
  const deleted: Json[] = [];
  let i = 0;
  let j = 0;
  while (i < oldSorted.length || j < nextSorted.length) {
    const a = oldSorted[i];
    const b = nextSorted[j];
    const order = isOrderSame ? 0 : a === undefined ? 1 : b === undefined ? -1 : byText(a, b);
    if (a !== undefined && b !== undefined && order === 0) {
      const inner = diffMaps(asMap(a), asMap(b), element, options, retainKeys);
      if (hasFields(inner)) {
        changed.push({ ...inner, [mergeKey]: keyOf(b, mergeKey) });
      }
      i++;
      j++;
    } else if (b !== undefined && order > 0) {
      if (options.changes) changed.push(b);
      j++;
    } else if (a !== undefined) {
      if (options.deletions) {
        deleted.push({ [mergeKey]: keyOf(a, mergeKey), [directiveKey]: 'delete' });
      }
      i++;
    }
  }
  const sorted = sortByOrder(changed, next, mergeKey);
  const list = deleted.length === 0 ? sorted : [...sorted, ...deleted];
  if (list.length > 0) patch[key] = list;
  const isOrdered = options.changes ? list.length > 0 || !isOrderSame : list.length > 0;
  if (isOrdered && next.length > 0) {
    patch[`${orderPrefix}/${key}`] = next.map((item) => ({ [mergeKey]: keyOf(item, mergeKey) }));
  }
}
