/**
 * Order and elements of lists that strategic merge patches merge.
 *
 * An order list is the patch's `$setElementOrder`, or the patch itself. What the patch mentions follows that order; what only
 * the server has keeps its own and is woven in where the server's list says it stood.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go normalizeElementOrder, mergeSortedSlice
 */
import { compareText, goValue } from './go-format.ts';
import { isJsonObject } from './object.ts';
import type { Json, JsonObject } from './object.ts';
import {
  badType,
  goMap,
  goTypeName,
  noMergeKey,
  StrategicMergeError,
} from './strategic-merge-schema.ts';

/** The key of the directive that says what becomes of the map it stands in. */
export const directiveKey = '$patch';

/** Whether the elements of merged lists are maps. Throws for lists of lists and for elements of several types. */
export function elementsAreMaps(...lists: readonly (readonly Json[])[]): boolean {
  let first: string | undefined;
  for (const list of lists) {
    for (const item of list) {
      const type = goTypeName(item);
      if (first === undefined) {
        first = type;
        if (Array.isArray(item)) {
          throw new StrategicMergeError('lists of lists are not supported', 422);
        }
      } else if (type !== first) {
        const all = lists.map((each) => goValue(each)).join(' ');
        throw new StrategicMergeError(`list element types are not identical: [${all}]`);
      }
    }
  }
  if (first === undefined) throw new StrategicMergeError('no elements in any of the given slices');
  return first === goMap;
}

/** Returns the element as a map. Throws when it is none. */
export function asMap(item: Json | undefined): JsonObject {
  if (!isJsonObject(item)) throw badType(goMap, item);
  return item;
}

/** Returns the value by which an element is known: its merge key's, or the element itself for scalars. */
function identity(item: Json, mergeKey: string): Json | undefined {
  if (mergeKey === '') return item;
  return isJsonObject(item) ? item[mergeKey] : undefined;
}

function position(list: readonly Json[], item: Json, mergeKey: string): number {
  const wanted = identity(item, mergeKey);
  for (let place = 0; place < list.length; place += 1) {
    if (identity(list[place] as Json, mergeKey) === wanted) return place;
  }
  return -1;
}

/** Finds the first element whose merge key has that value. */
export function findByKey(
  list: readonly Json[],
  mergeKey: string,
  value: Json | undefined,
): number {
  for (let place = 0; place < list.length; place += 1) {
    const item = list[place];
    if (!isJsonObject(item)) throw new StrategicMergeError(`value for key ${place} is not a map.`);
    if (item[mergeKey] !== undefined && item[mergeKey] === value) return place;
  }
  return -1;
}

/** Whether the element of a patch asks for the removal of its namesake. */
export function isDeletion(item: Json): boolean {
  return isJsonObject(item) && item[directiveKey] === 'delete';
}

/** Sorts by an order list; deletions go to the end. */
export function sortByOrder(
  list: readonly Json[],
  order: readonly Json[],
  mergeKey: string,
): readonly Json[] {
  if (mergeKey !== '') {
    checkKeys(list, mergeKey);
    checkKeys(order, mergeKey);
  }
  if (isSorted(list, order, mergeKey)) return list;
  let kept = [...list];
  let deletions: readonly Json[] = [];
  if (mergeKey !== '') {
    deletions = kept.filter(isDeletion);
    kept = kept.filter((item) => !isDeletion(item));
  }
  const placed = kept.map((item) => ({ item, place: position(order, item, mergeKey) }));
  placed.sort((a, b) => (a.place < 0 || b.place < 0 ? 0 : a.place - b.place));
  return [...placed.map(({ item }) => item), ...deletions];
}

function isSorted(list: readonly Json[], order: readonly Json[], mergeKey: string): boolean {
  let last = 0;
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index] as Json;
    if (mergeKey !== '' && isDeletion(item)) return false;
    const place = position(order, item, mergeKey);
    if (place < last) return false;
    last = place;
  }
  return true;
}

function checkKeys(list: readonly Json[], mergeKey: string): void {
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    const map = asMap(item);
    if (map[mergeKey] === undefined) throw noMergeKey(map, mergeKey);
  }
}

function haveKeys(list: readonly Json[], mergeKey: string): boolean {
  if (mergeKey === '') return true;
  for (let index = 0; index < list.length; index += 1) {
    if (identity(list[index] as Json, mergeKey) === undefined) return false;
  }
  return true;
}

/**
 * Whether a merged list is in order as it stands: everything in it stood on the server in this order, and what the order
 * list mentions follows that too. So it is with the conditions of a status, over and over.
 */
function isInOrder(
  merged: readonly Json[],
  order: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
): boolean {
  if (!haveKeys(merged, mergeKey) || !haveKeys(order, mergeKey)) return false;
  if (!haveKeys(serverOrder, mergeKey)) return false;
  let lastServerPlace = -1;
  let lastPlace = -1;
  for (const item of merged) {
    if (isDeletion(item)) return false;
    const serverPlace = position(serverOrder, item, mergeKey);
    if (serverPlace <= lastServerPlace) return false;
    lastServerPlace = serverPlace;
    const place = position(order, item, mergeKey);
    if (place < 0) continue;
    if (place <= lastPlace) return false;
    lastPlace = place;
  }
  return true;
}

/** Splits a merged list into what the order list mentions and what only the server has. */
function partition(
  merged: readonly Json[],
  order: readonly Json[],
  mergeKey: string,
): { mentioned: readonly Json[]; serverOnly: readonly Json[] } {
  const mentioned: Json[] = [];
  const serverOnly: Json[] = [];
  for (const item of merged) {
    let found: boolean;
    if (mergeKey === '') {
      found = order.includes(item);
    } else {
      const map = asMap(item);
      if (map[mergeKey] === undefined) throw noMergeKey(map, mergeKey);
      found = findByKey(order, mergeKey, map[mergeKey]) >= 0;
    }
    (found ? mentioned : serverOnly).push(item);
  }
  return { mentioned, serverOnly };
}

/** Puts a merged list in order: by the order list, and by the server's list for what that does not mention. */
export function orderMerged(
  merged: readonly Json[],
  order: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
): readonly Json[] {
  if (isInOrder(merged, order, serverOrder, mergeKey)) return merged;
  const parts = partition(merged, order, mergeKey);
  const right = sortByOrder(parts.mentioned, order, mergeKey);
  const left = sortByOrder(parts.serverOnly, serverOrder, mergeKey);
  const result: Json[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (b === undefined) {
      result.push(a as Json);
      i++;
      continue;
    }
    const aPlace = a === undefined ? -1 : position(serverOrder, a, mergeKey);
    const bPlace = position(serverOrder, b, mergeKey);
    if (a !== undefined && aPlace >= 0 && bPlace >= 0 && aPlace < bPlace) {
      result.push(a);
      i++;
    } else {
      result.push(b);
      j++;
    }
  }
  return result;
}

/** Removes doubles of scalars as upstream does: the last element takes the place of each double. */
export function withoutDoubles(list: readonly Json[]): readonly Json[] {
  const items = [...list];
  for (let i = 0; i < items.length; i++) {
    for (let j = i + 1; j < items.length; j++) {
      if (items[i] !== items[j]) continue;
      const last = items.pop();
      if (j < items.length && last !== undefined) items[j] = last;
      j--;
    }
  }
  return items;
}

/** Sorts scalars by their text. */
export function sortScalars(list: readonly Json[]): readonly Json[] {
  return [...list].sort((a, b) => compareText(goValue(a), goValue(b)));
}
