/**
 * Fields that an API server writes even where they are empty: as `null`, or as the number 0. Go leaves out only what its
 * types mark so.
 *
 * Upstream: staging/src/k8s.io/api, the `json` tags without `omitempty`
 * Simplified: the API server of this simulation leaves out what is empty; kubectl adds it where objects are printed as they are.
 */
import type { Json, JsonObject } from '../api/object.ts';

/** By kind: the field, by its path, and what stands there when it is empty. */
const fields: Readonly<Record<string, readonly (readonly [readonly string[], Json])[]>> = {
  ClusterRole: [[['rules'], null]],
  EndpointSlice: [
    [['endpoints'], null],
    [['ports'], null],
  ],
  Event: [[['eventTime'], null]],
  HorizontalPodAutoscaler: [
    [['status', 'currentMetrics'], null],
    [['status', 'desiredReplicas'], 0],
  ],
  Role: [[['rules'], null]],
};

/** Returns an object of the server, or a list of such, with the fields that are always written. */
export function withAlwaysWritten<T extends object>(object: T): T {
  const { kind = '', items } = object as { kind?: string; items?: readonly object[] };
  if (items !== undefined) return { ...object, items: items.map(withAlwaysWritten) };
  let result = object as JsonObject;
  for (const [path, empty] of fields[kind] ?? []) result = filled(result, path, empty);
  return result as T;
}

function filled(object: JsonObject, path: readonly string[], empty: Json): JsonObject {
  const [name = '', ...rest] = path;
  const value = object[name];
  if (rest.length > 0) {
    const inner = (value ?? {}) as JsonObject;
    return { ...object, [name]: filled(inner, rest, empty) };
  }
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? { ...object, [name]: empty } : object;
}
