/**
 * Owner references: who made an object, and who manages it.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go
 * Docs: /docs/concepts/overview/working-with-objects/owners-dependents/
 */
import { apiVersionOf } from './kinds.ts';
import { nameOf, uidOf } from './object.ts';
import type { KubeObject } from './object.ts';
import type { ObjectMeta, OwnerReference } from './types.gen.ts';

/** Returns the reference to the object's managing controller, if it has one. */
export function controllerOf(object: {
  readonly metadata: ObjectMeta;
}): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the object's managing controller is that owner: by UID, so a namesake does not count. */
export function isControlledBy(
  object: { readonly metadata: ObjectMeta },
  owner: { readonly metadata: ObjectMeta },
): boolean {
  const reference = controllerOf(object);
  return reference !== undefined && reference.uid === uidOf(owner);
}

/** Makes the reference that a controller puts on the objects it creates and adopts. */
export function newControllerRef(
  owner: KubeObject,
  row:
    | { readonly group: string; readonly version: string; readonly kind: string }
    | undefined = undefined,
): OwnerReference {
  return {
    apiVersion: row ? apiVersionOf(row) : owner.apiVersion,
    kind: row ? row.kind : owner.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}
