/**
 * The three patches: how each turns the stored object into the wanted one.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 * Simplified: server-side apply is refused as an unsupported media type.
 */
import { applyJsonPatch } from '../api/json-patch.ts';
import type { KindRow } from '../api/kinds.ts';
import { applyMergePatch } from '../api/merge-patch.ts';
import { isJsonObject } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { invalid } from '../api/field-error.ts';
import {
  newBadRequest,
  newInvalid,
  newUnsupportedMediaType,
  StatusError,
} from '../api/status-error.ts';
import { applyStrategicMergePatch } from '../api/strategic-merge-patch.ts';
import { decode } from './decode.ts';
import type { FieldValidation } from './decode.ts';
import { applyDefaults } from './defaults/defaults.ts';
import type { PatchType } from './request.ts';

const acceptedPatches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

/** A patched object and what the client is warned of. */
export interface Patched {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Applies a patch to an object and decodes the result. Throws StatusError. */
export function patched(
  row: KindRow,
  current: KubeObject,
  patchType: PatchType,
  patch: unknown,
  fieldValidation: FieldValidation,
): Patched {
  const result = apply(row, current, patchType, patch);
  const name = isJsonObject(result) ? result['metadata'] : undefined;
  if (!isJsonObject(name) || !name['name']) {
    const path = current.metadata.name ?? '';
    throw newBadRequest(
      `the name of the object (${path} based on URL) was undeterminable: name must be provided`,
    );
  }
  try {
    const decoded = decode(row, result, { fieldValidation });
    return { object: applyDefaults(decoded.object), warnings: decoded.warnings };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw refusedResult(row, result, error);
  }
}

function apply(row: KindRow, current: KubeObject, patchType: PatchType, patch: unknown): unknown {
  switch (patchType) {
    case 'json':
      return applyJsonPatch(current, patch);
    case 'merge':
      if (!isJsonObject(patch)) {
        throw newBadRequest(
          `error decoding patch: json: cannot unmarshal ${jsonType(patch)} into Go value of type map[string]interface {}`,
        );
      }
      return applyMergePatch(current, patch);
    case 'strategic':
      if (row.struct === undefined) throw newUnsupportedMediaType(acceptedPatches.slice(0, 2));
      if (!isJsonObject(patch)) {
        throw newBadRequest(
          `json: cannot unmarshal ${jsonType(patch)} into Go value of type map[string]interface {}`,
        );
      }
      return applyStrategicMergePatch(row.struct, current, patch);
    case 'apply':
      throw newUnsupportedMediaType(acceptedPatches);
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** A patch whose result cannot be decoded is 422, with neither kind nor name. */
function refusedResult(row: KindRow, result: unknown, error: StatusError): StatusError {
  const prefix = `${row.kind} in version "${row.version}" cannot be handled as a ${row.kind}: `;
  const text = error.message.startsWith(prefix)
    ? error.message.slice(prefix.length)
    : error.message;
  return newInvalid({ group: '', kind: '' }, '', [invalid('patch', JSON.stringify(result), text)]);
}
