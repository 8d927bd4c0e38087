/**
 * Applies strategic merge patches: merge patches that know which lists are merged by a key, and that carry directives
 * (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`).
 *
 * Neither the object nor the patch is changed; the result shares what stays. The patches that `kubectl apply` makes are
 * made in strategic-merge-diff.ts.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go StrategicMergeMapPatch
 * Docs: /docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
import { deepEqual } from './deep-equal.ts';
import { goValue } from './go-format.ts';
import { isJsonObject } from './object.ts';
import type { Json, JsonObject } from './object.ts';
import type { FieldType } from './schema.ts';
import {
  asMap,
  directiveKey,
  elementsAreMaps,
  findByKey,
  isDeletion,
  orderMerged,
  withoutDoubles,
} from './strategic-merge-lists.ts';
import {
  badFormat,
  badType,
  elementType,
  goSlice,
  goTypeName,
  noMergeKey,
  patchField,
  StrategicMergeError,
} from './strategic-merge-schema.ts';

type MutableJson = Record<string, Json | undefined>;

/** How patches are merged: into an object (`apply`), or into another patch, whose directives then stay. */
export type MergeMode = 'apply' | 'combine';

/** The keys of directives that stand beside the fields they are about. */
export const retainKeysKey = '$retainKeys';
export const deleteListPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

/** Applies a strategic merge patch to an object whose struct has that name in the schema. Throws a StrategicMergeError. */
export function applyStrategicMergePatch(
  original: JsonObject,
  patch: JsonObject,
  struct: string,
): JsonObject {
  return mergeMap(original, patch, { form: 'struct', struct }, 'apply');
}

/** Merges a patch into an object or into another patch. */
export function mergeMap(
  original: JsonObject,
  patch: JsonObject,
  type: FieldType,
  mode: MergeMode,
): JsonObject {
  if (Object.hasOwn(patch, directiveKey)) return applyDirective(patch);
  const result: MutableJson = { ...original };
  const rest = applyDirectives(result, patch, type, mode);
  for (const patchKey in rest) {
    const value = rest[patchKey];
    if (value === undefined) continue;
    const isDeleteList = patchKey.startsWith(deleteListPrefix);
    if (isDeleteList && mode === 'combine') {
      result[patchKey] = value;
      continue;
    }
    const key = isDeleteList ? keyOfDirective(patchKey, deleteListPrefix) : patchKey;
    if (value === null) {
      delete result[key];
      if (mode === 'apply') continue;
    }
    const old = result[key];
    if (old === undefined || goTypeName(old) !== goTypeName(value)) {
      if (isDeleteList) continue;
      const taken = hasNullOrDirective(value)
        ? withoutDirectives(mode === 'apply' ? withoutNulls(value) : value)
        : value;
      if (taken === undefined) delete result[key];
      else result[key] = taken;
    } else if (isJsonObject(value)) {
      const field = patchField(type, key);
      result[key] =
        field.patch.strategy === 'replace' ? value : mergeMap(asMap(old), value, field.type, mode);
    } else if (Array.isArray(value)) {
      const field = patchField(type, key);
      result[key] = mergeLists(old as readonly Json[], value as readonly Json[], {
        element: elementType(field.type),
        mergeKey: field.patch.mergeKey,
        isMerged: field.patch.strategy === 'merge',
        isDeleteList,
        mode,
      });
    } else {
      result[key] = value;
    }
  }
  return result;
}

/** Carries out the directives that stand beside fields; returns what is left of the patch. */
function applyDirectives(
  result: MutableJson,
  patch: JsonObject,
  type: FieldType,
  mode: MergeMode,
): JsonObject {
  let hasDirective = false;
  for (const key in patch) if (key.startsWith('$')) hasDirective = true;
  if (!hasDirective) return patch;
  const rest: MutableJson = { ...patch };
  applyRetainKeys(result, rest, mode);
  applyElementOrders(result, rest, type, mode);
  return rest;
}

function applyDirective(patch: JsonObject): JsonObject {
  const directive = patch[directiveKey];
  if (directive === 'delete') return {};
  if (directive === 'replace') {
    const { [directiveKey]: _, ...rest } = patch;
    return rest;
  }
  throw new StrategicMergeError(
    `unknown patch type: ${goValue(directive)} in map: ${goValue(patch)}`,
  );
}

function keyOfDirective(key: string, prefix: string): string {
  if (!key.startsWith(`${prefix}/`)) {
    throw badFormat(prefix === orderPrefix ? 'setElementOrder list' : 'primitive list');
  }
  return key.slice(prefix.length + 1);
}

function applyRetainKeys(result: MutableJson, patch: MutableJson, mode: MergeMode): void {
  const directive = patch[retainKeysKey];
  if (directive === undefined) return;
  delete patch[retainKeysKey];
  if (mode === 'combine') {
    const other = result[retainKeysKey];
    if (other === undefined) result[retainKeysKey] = directive;
    else if (!deepEqual(other, directive)) {
      throw new StrategicMergeError(
        `${goValue(other)} and ${goValue(directive)} are not deep equal: ` +
          'this may happen when calculating the 3-way diff patch',
      );
    }
    return;
  }
  if (!Array.isArray(directive)) throw badFormat('retainKeys');
  const retained = new Set(directive as readonly Json[]);
  for (const [key, value] of Object.entries(patch)) {
    const isDirective = key.startsWith(deleteListPrefix) || key.startsWith(orderPrefix);
    if (value !== null && !isDirective && !retained.has(key)) throw badFormat('retainKeys');
  }
  for (const key of Object.keys(result)) if (!retained.has(key)) delete result[key];
}

/** Merges the lists for which the patch gives an order, and takes them and the orders out of the patch. */
function applyElementOrders(
  result: MutableJson,
  patch: MutableJson,
  type: FieldType,
  mode: MergeMode,
): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(orderPrefix)) continue;
    const order = patch[directive];
    delete patch[directive];
    if (mode === 'combine') {
      const other = result[directive];
      if (other === undefined) result[directive] = order;
      else if (!deepEqual(other, order)) throw badFormat('setElementOrder list');
    }
    if (!Array.isArray(order)) throw badType(goSlice, order);
    const key = keyOfDirective(directive, orderPrefix);
    const [old, added] = [result[key], patch[key]];
    if (old !== undefined && !Array.isArray(old)) throw badType(goSlice, old);
    if (added !== undefined && !Array.isArray(added)) throw badType(goSlice, added);
    const orderList = order as readonly Json[];
    const oldList = (old ?? []) as readonly Json[];
    const addedList = (added ?? []) as readonly Json[];
    const field = patchField(type, key);
    const { mergeKey } = field.patch;
    checkOrder(addedList, orderList, mergeKey);
    if (old === undefined && added === undefined) continue;
    const merged =
      old === undefined
        ? addedList
        : added === undefined
          ? oldList
          : mergeLists(oldList, addedList, {
              element: elementType(field.type),
              mergeKey,
              isMerged: field.patch.strategy === 'merge',
              isDeleteList: false,
              mode,
            });
    elementsAreMaps(oldList, addedList);
    result[key] = orderMerged(merged, orderList, oldList, mergeKey);
    delete patch[key];
  }
}

/** Checks that the order mentions the patch's elements, in their order; deletions do not count. */
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const keyOf = (item: Json): Json | undefined => {
    if (mergeKey === '') return item;
    const value = asMap(item)[mergeKey];
    if (value === undefined) throw noMergeKey(asMap(item), mergeKey);
    return value;
  };
  const wanted = patch.filter((item) => !isJsonObject(item) || !Object.hasOwn(item, directiveKey));
  let place = 0;
  for (const item of order) {
    const next = wanted[place];
    if (next === undefined) return;
    if (keyOf(next) === keyOf(item)) place++;
  }
  if (place < wanted.length) {
    throw new StrategicMergeError(
      `The order in patch list:\n${goValue(patch)}\n doesn't match ${orderPrefix} list:\n${goValue(order)}\n`,
    );
  }
}

interface ListMerge {
  readonly element: FieldType;
  readonly mergeKey: string;
  readonly isMerged: boolean;
  readonly isDeleteList: boolean;
  readonly mode: MergeMode;
}

function mergeLists(
  original: readonly Json[],
  patch: readonly Json[],
  how: ListMerge,
): readonly Json[] {
  if (!how.isMerged) return patch;
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey } = how;
  if (!elementsAreMaps(original, patch)) {
    if (how.isDeleteList) return original.filter((item) => !patch.includes(item));
    return orderMerged(withoutDoubles([...original, ...patch]), patch, original, mergeKey);
  }
  if (mergeKey === '') {
    throw new StrategicMergeError('cannot merge lists without merge key for type struct');
  }
  const { kept, added, replaces } = applyListDirectives(original, patch, mergeKey);
  if (replaces) return orderMerged(added, [], added, mergeKey);
  const merged = [...kept];
  for (const item of added) {
    const map = asMap(item);
    const value = map[mergeKey];
    if (value === undefined) throw noMergeKey(map, mergeKey);
    const place = findByKey(merged, mergeKey, value);
    if (place < 0) merged.push(map);
    else merged[place] = mergeMap(asMap(merged[place]), map, how.element, how.mode);
  }
  return orderMerged(merged, added, kept, mergeKey);
}

/** Carries out the elements that are directives. With `$patch: replace` the other elements are the new list. */
function applyListDirectives(
  original: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
): { kept: readonly Json[]; added: readonly Json[]; replaces: boolean } {
  let kept = original;
  let replaces = false;
  const added: Json[] = [];
  for (const item of patch) {
    const map = asMap(item);
    const directive = map[directiveKey];
    if (directive === undefined) added.push(item);
    else if (isDeletion(item)) {
      const value = map[mergeKey];
      if (value === undefined) throw noMergeKey(map, mergeKey);
      kept = kept.filter((other) => asMap(other)[mergeKey] !== value);
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') {
      throw new StrategicMergeError('merging lists cannot yet be specified in the patch');
    } else {
      throw new StrategicMergeError(
        `unknown patch type: ${goValue(directive)} in map: ${goValue(map)}`,
      );
    }
  }
  return { kept, added, replaces };
}

/** Whether there is a field without a value or a directive in a value, at any depth; most values have neither. */
function hasNullOrDirective(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === null;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).some((item) => item !== null && hasNullOrDirective(item));
  }
  const map = value as JsonObject;
  for (const key in map) {
    if (key === directiveKey || map[key] === undefined || hasNullOrDirective(map[key])) return true;
  }
  return false;
}

/** Takes out, in depth, the fields that are null: there is nothing for them to remove. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: MutableJson = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) result[key] = withoutNulls(item);
  }
  return result;
}

/** Takes out, in depth, the maps that carry a `$patch`: there is nothing for it to act on. */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map(withoutDirectives).filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, directiveKey)) return undefined;
  const result: MutableJson = {};
  for (const [key, item] of Object.entries(value)) {
    const kept = item === undefined ? undefined : withoutDirectives(item);
    if (kept !== undefined) result[key] = kept;
  }
  return result;
}
