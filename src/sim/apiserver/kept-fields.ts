/**
 * What of a stored object a write may not touch: the system's part of the metadata, and the status or everything but it.
 *
 * Metadata that comes out as it was is the very same object again, and validation asks nothing of what is the same: most writes
 * are statuses.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/update.go BeforeUpdate, PrepareForUpdate of each strategy
 */
import { deepEqual } from '../api/deep-equal.ts';
import type { KubeObject } from '../api/object.ts';
import type { ObjectMeta } from '../api/types.gen.ts';

type Fields = Record<string, unknown>;

/** Fields of the metadata in which what is stored counts and what a client sends does not. */
const storedFields = [
  'namespace',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'resourceVersion',
] as const;
/** Fields which a client may leave out; one that names another uid is refused by validation. */
const impliedFields = ['name', 'uid', 'generateName'] as const;
const droppedFields = ['managedFields', 'selfLink'] as const;

/** Returns the object with the metadata that no client may change. */
export function keepSystemMetadata(object: KubeObject, old: KubeObject): KubeObject {
  const kept: Fields = withoutUndefined(object);
  kept['metadata'] = keptMetadata(object.metadata, old.metadata);
  return kept as unknown as KubeObject;
}

function keptMetadata(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const kept: Fields = withoutUndefined(metadata);
  const stored = old as unknown as Fields;
  for (const field of storedFields) set(kept, field, stored[field]);
  for (const field of impliedFields) set(kept, field, kept[field] ?? stored[field]);
  for (const field of droppedFields) delete kept[field];
  if (old.generation !== undefined) kept['generation'] = old.generation;
  return isShallowEqual(kept, stored) ? old : (kept as unknown as ObjectMeta);
}

/** Returns the stored object with another object's status, and with its metadata but for the owners. */
export function withOnlyStatusOf(object: KubeObject, old: KubeObject): KubeObject {
  const { ownerReferences } = old.metadata;
  let { metadata } = object;
  if (metadata.ownerReferences !== ownerReferences) {
    const changed: Fields = { ...metadata };
    set(changed, 'ownerReferences', ownerReferences);
    metadata = changed as unknown as ObjectMeta;
  }
  const next: Fields = { ...old, metadata };
  set(next, 'status', (object as { status?: unknown }).status);
  return next as unknown as KubeObject;
}

/** Returns the object with the status of the stored one. */
export function withStatusOf(object: KubeObject, old: KubeObject): KubeObject {
  const { status } = old as { status?: unknown };
  if ((object as { status?: unknown }).status === status) return object;
  const next: Fields = { ...object };
  set(next, 'status', status);
  return next as unknown as KubeObject;
}

/** Whether anything but metadata and status differs. */
export function isSpecChanged(next: KubeObject, old: KubeObject): boolean {
  const [a, b] = [next as unknown as Fields, old as unknown as Fields];
  for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (field === 'metadata' || field === 'status') continue;
    if (!deepEqual(a[field], b[field])) return true;
  }
  return false;
}

function withoutUndefined(object: object): Fields {
  const kept: Fields = {};
  for (const [field, value] of Object.entries(object)) if (value !== undefined) kept[field] = value;
  return kept;
}

function set(fields: Fields, field: string, value: unknown): void {
  if (value === undefined) delete fields[field];
  else fields[field] = value;
}

function isShallowEqual(a: Fields, b: Fields): boolean {
  const fields = Object.keys(a);
  return fields.length === Object.keys(b).length && fields.every((field) => a[field] === b[field]);
}
