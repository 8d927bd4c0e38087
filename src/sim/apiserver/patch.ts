/**
 * The three patches: how each turns the stored object into the wanted one.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 * Simplified: server-side apply is refused as an unsupported media type.
 */
import { goValue } from '../api/go-format.ts';
import { applyJsonPatch, JsonPatchError } from '../api/json-patch.ts';
import type { JsonPatchOperation } from '../api/json-patch.ts';
import type { KindRow } from '../api/kinds.ts';
import { applyMergePatch } from '../api/merge-patch.ts';
import { isJsonObject } from '../api/object.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { invalid } from '../api/field-error.ts';
import {
  newBadRequest,
  newInvalid,
  newUnknownError,
  newUnprocessable,
  newUnsupportedMediaType,
  StatusError,
} from '../api/status-error.ts';
import { applyStrategicMergePatch } from '../api/strategic-merge-patch.ts';
import { StrategicMergeError } from '../api/strategic-merge-schema.ts';
import type { Decoded, FieldValidation } from './decode.ts';
import { decodeOver } from './decode-over.ts';
import type { PatchType } from './request.ts';

const acceptedPatches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

/** Applies a patch to an object and decodes the result. Throws StatusError. */
export function patched(
  row: KindRow,
  current: KubeObject,
  patchType: PatchType,
  patch: unknown,
  fieldValidation: FieldValidation,
): Decoded {
  const result = apply(row, current, patchType, patch);
  const name = isJsonObject(result) ? result['metadata'] : undefined;
  if (!isJsonObject(name) || !name['name']) {
    const path = current.metadata.name ?? '';
    throw newBadRequest(
      `the name of the object (${path} based on URL) was undeterminable: name must be provided`,
    );
  }
  try {
    return decodeOver(row, result, current, { fieldValidation });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw refusedResult(row, result, error);
  }
}

function apply(row: KindRow, current: KubeObject, patchType: PatchType, patch: unknown): unknown {
  const document = current as unknown as JsonObject;
  switch (patchType) {
    case 'json':
      return applyOperations(document, patch);
    case 'merge':
      if (!isJsonObject(patch)) throw newBadRequest(`error decoding patch: ${noMap(patch)}`);
      return applyMergePatch(document, patch);
    case 'strategic':
      if (row.struct === undefined) throw newUnsupportedMediaType(acceptedPatches.slice(0, 2));
      if (!isJsonObject(patch)) throw newBadRequest(noMap(patch));
      return applyStrategic(document, patch, row.struct);
    case 'apply':
      throw newUnsupportedMediaType(acceptedPatches);
  }
}

function applyOperations(document: JsonObject, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw newBadRequest(
      `error decoding patch: json: cannot unmarshal ${jsonType(patch)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  try {
    return applyJsonPatch(document, patch as readonly JsonPatchOperation[]);
  } catch (error) {
    if (error instanceof JsonPatchError) throw newUnprocessable();
    throw error;
  }
}

function applyStrategic(document: JsonObject, patch: JsonObject, struct: string): JsonObject {
  try {
    return applyStrategicMergePatch(document, patch, struct);
  } catch (error) {
    if (!(error instanceof StrategicMergeError)) throw error;
    if (error.code === 400) throw newBadRequest(error.message);
    if (error.code === 422) {
      const shown = goValue(patch);
      throw newInvalid({ group: '', kind: '' }, '', [invalid('patch', shown, error.message)]);
    }
    throw newUnknownError(error.message);
  }
}

function noMap(patch: unknown): string {
  return `json: cannot unmarshal ${jsonType(patch)} into Go value of type map[string]interface {}`;
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
