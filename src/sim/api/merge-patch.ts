/**
 * JSON merge patches (RFC 7386): applying and making them.
 *
 * Upstream: github.com/evanphx/json-patch MergePatch, CreateMergePatch; staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch
 */
import { deepEqual } from './deep-equal.ts';
import { isJsonObject } from './object.ts';
import type { Json, JsonObject } from './object.ts';

/** Applies a merge patch: null removes, an object merges, all else replaces. Shares what it does not change. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json | undefined> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

/** Makes the merge patch that turns the one object into the other; {} where they are equal. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const [key, next] of Object.entries(modified)) {
    if (next === undefined) continue;
    const old = original[key];
    if (isJsonObject(old) && isJsonObject(next)) {
      const inner = createMergePatch(old, next);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (old === undefined || !deepEqual(old, next)) {
      patch[key] = next;
    }
  }
  for (const [key, old] of Object.entries(original)) {
    if (old !== undefined && modified[key] === undefined) patch[key] = null;
  }
  return patch;
}

/** Keeps of a patch either what it removes or what it sets. */
function keepNulls(patch: JsonObject, isRemoval: boolean): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) {
      if (isRemoval) kept[key] = null;
    } else if (isJsonObject(value)) {
      const inner = keepNulls(value, isRemoval);
      if (Object.keys(inner).length > 0) kept[key] = inner;
    } else if (!isRemoval) {
      kept[key] = value;
    }
  }
  return kept;
}

/** Lays one patch over another; a null of the upper one stays a null. */
function mergePatches(lower: JsonObject, upper: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const old = result[key];
    result[key] = isJsonObject(old) && isJsonObject(value) ? mergePatches(old, value) : value;
  }
  return result;
}

/**
 * Makes the merge patch of `kubectl apply` for custom resources: sets what `modified` has and `current` has otherwise, removes
 * what `original` (the last applied) has and `modified` has no more.
 */
export function createThreeWayJsonMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const changes = keepNulls(createMergePatch(current, modified), false);
  const removals = keepNulls(createMergePatch(original, modified), true);
  return mergePatches(removals, changes);
}
