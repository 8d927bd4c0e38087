/**
 * Validation: what the API server refuses with 422, and what it only warns of.
 *
 * Errors come in upstream's order. To validate a kind, write its rules and add a row here.
 *
 * Upstream: pkg/apis/<group>/validation, pkg/registry/<group>/<kind>/strategy.go
 */
import type { FieldError } from '../../api/field-error.ts';
import { builtInKindTable } from '../../api/kinds.ts';
import { isDns1123Subdomain } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** Returns what is wrong with a new object, which has its defaults and its generated name. */
export function validateCreate(object: KubeObject): readonly FieldError[] {
  const row = builtInKindTable.byKind(object.apiVersion, object.kind);
  return validateObjectMeta(object.metadata, {
    namespaced: row?.namespaced ?? true,
    name: isDns1123Subdomain,
  });
}

/** Returns what is wrong with a change of an object, or of one of its subresources ('' for the object itself). */
export function validateUpdate(
  object: KubeObject,
  old: KubeObject,
  _subresource = '',
): readonly FieldError[] {
  return validateObjectMetaUpdate(object.metadata, old.metadata);
}
