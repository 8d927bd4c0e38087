/**
 * What every object of the API has in common, and how to read it without knowing its kind.
 *
 * Objects are plain JSON data under the API's own names. Those from the store or an informer are frozen.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 ObjectMetaAccessor
 * Docs: /docs/concepts/overview/working-with-objects/
 */
import type { ListMeta, ObjectMeta } from './types.gen.ts';

/** JSON data, deeply readonly. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object: a struct or a map of the API whose type is not known here. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** An object of any kind: what the store, a watch event or a generic client deals in. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A list as the API answers it: `kind` is the item's with `List` after it. */
export interface KubeList<T extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}

/** Returns the object's name, or '' where only `generateName` is set so far. */
export function nameOf(object: { readonly metadata: ObjectMeta }): string {
  return object.metadata.name ?? '';
}

/** Returns the object's namespace, or '' for an object without one (cluster-scoped). */
export function namespaceOf(object: { readonly metadata: ObjectMeta }): string {
  return object.metadata.namespace ?? '';
}

/** Returns the object's UID, or '' before the API server has given it one. */
export function uidOf(object: { readonly metadata: ObjectMeta }): string {
  return object.metadata.uid ?? '';
}

/** Returns the object's resourceVersion, or '' where there is none. */
export function resourceVersionOf(object: { readonly metadata: ObjectMeta }): string {
  return object.metadata.resourceVersion ?? '';
}

/** Returns the object's labels; an empty map where it has none. */
export function labelsOf(object: {
  readonly metadata: ObjectMeta;
}): Readonly<Record<string, string>> {
  return object.metadata.labels ?? {};
}

/** Returns the object's annotations; an empty map where it has none. */
export function annotationsOf(object: {
  readonly metadata: ObjectMeta;
}): Readonly<Record<string, string>> {
  return object.metadata.annotations ?? {};
}

/** Whether the object has been deleted and only waits for its finalizers or its grace period. */
export function isBeingDeleted(object: { readonly metadata: ObjectMeta }): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Reads `namespace/name`, or `name` for a cluster-scoped object: the key of informers and work queues. */
export function namespacedName(object: { readonly metadata: ObjectMeta }): string {
  const namespace = object.metadata.namespace;
  return namespace ? `${namespace}/${nameOf(object)}` : nameOf(object);
}

/** Splits a `namespace/name` key; the namespace of a cluster-scoped key is ''. */
export function splitNamespacedName(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  if (slash < 0) return { namespace: '', name: key };
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Whether a JSON value is an object (neither null nor a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the value at a path of field names and list indexes, or undefined where the path leaves the data.
 * For code that serves every kind; code that knows the kind reads the typed field.
 */
export function valueAt(object: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let value: unknown = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value as Json | undefined;
}
