/**
 * What strategic merge patches need to know of the API: the type of a field and how it is merged; and how they fail.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/meta.go, pkg/util/mergepatch/errors.go
 */
import { goQuote, goValue } from './go-format.ts';
import { patchStrategyOf } from './merge-keys.ts';
import type { PatchStrategy } from './merge-keys.ts';
import { isJsonObject } from './object.ts';
import type { Json, JsonObject } from './object.ts';
import { structSchema } from './schema.ts';
import type { FieldType } from './schema.ts';

/** A strategic merge patch that is malformed or does not fit the object. */
export class StrategicMergeError extends Error {
  /** HTTP status with which the API server answers: 400 for a bad format, else 422 or 500. */
  readonly code: number;

  constructor(message: string, code = 500) {
    super(message);
    this.code = code;
  }
}

/** Says that a directive has the wrong form. */
export function badFormat(what: string): StrategicMergeError {
  return new StrategicMergeError(`invalid patch format of ${what}`, 400);
}

/** Says that an element of a merged list lacks its key. */
export function noMergeKey(element: JsonObject, mergeKey: string): StrategicMergeError {
  return new StrategicMergeError(
    `map: ${goValue(element)} does not contain declared merge key: ${mergeKey}`,
  );
}

/** Says that a value has another form than its place asks for. */
export function badType(expected: string, actual: Json | undefined): StrategicMergeError {
  return new StrategicMergeError(`expected a ${expected}, but received a ${goTypeName(actual)}`);
}

/** The Go types in which decoded objects and lists are held. */
export const goMap = 'map[string]interface {}';
export const goSlice = '[]interface {}';

/** Returns the Go type that holds a decoded value. */
export function goTypeName(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return goSlice;
  if (isJsonObject(value)) return goMap;
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

/** A field's type and the way it is merged. */
export interface PatchField {
  readonly type: FieldType;
  readonly patch: PatchStrategy;
}

const goKinds = { list: 'slice', map: 'map', scalar: 'string' } as const;

/** Finds a field of a struct by its JSON name. Throws for a type that has no fields and for a name it has not. */
export function patchField(type: FieldType, name: string): PatchField {
  if (type.form !== 'struct') {
    const kind = goKinds[type.form];
    throw new StrategicMergeError(
      `merging an object in json but data type is not struct, instead is: ${kind}`,
    );
  }
  const field = structSchema(type.struct)?.get(name);
  if (!field) {
    throw new StrategicMergeError(
      `unable to find api field in struct ${type.struct} for the json field ${goQuote(name)}`,
    );
  }
  return { type: field.type, patch: patchStrategyOf(type.struct, name) };
}

/** Whether the type is a struct with a field of that name; data without a schema is no obstacle while it stays the same. */
export function hasPatchField(type: FieldType, name: string): boolean {
  return type.form === 'struct' && structSchema(type.struct)?.has(name) === true;
}

/** Returns the type of a list's elements; the type itself where it is no list. */
export function elementType(type: FieldType): FieldType {
  return type.form === 'list' ? type.element : type;
}
