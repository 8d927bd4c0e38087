/**
 * Errors of single fields, as validation finds them, and their texts.
 *
 * A path is text (`spec.containers[0].name`), made with `child`, `index` and `key`. A value is printed as Go
 * prints it: strings quoted, numbers and booleans bare, all else as JSON in the order of its keys, so give a struct in
 * the order of its Go fields and a map through `sortKeys`.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Error, path.go Path
 */
import { goJson, goQuote } from './go-format.ts';

/** Machine-readable reason of a field error, as it stands in the causes of a Status. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

/** One thing wrong with one field. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Path of the field; '' prints as `<nil>`, as a missing path does upstream. */
  readonly field: string;
  /** The value that is wrong, for the types that print it. */
  readonly badValue?: unknown;
  /** What is wrong with it; '' where the type says it all. */
  readonly detail: string;
}

const words: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

const printsNoValue: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
] as const);

/** Returns the path of a field of the struct at `path`; '' is the root. */
export function child(path: string, ...names: readonly string[]): string {
  let result = path;
  // Validation makes many paths and shows few, so this must be cheap.
  for (const name of names) result = result === '' ? name : `${result}.${name}`;
  return result;
}

/** Returns the path of an element of the list at `path`. */
export function index(path: string, position: number): string {
  return `${path}[${position}]`;
}

/** Returns the path of a value of the map at `path`. */
export function key(path: string, name: string): string {
  return `${path}[${name}]`;
}

/** Says that the field is missing; the detail may say when it is needed. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

/** Says that the value is malformed or out of bounds. */
export function invalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, badValue, detail };
}

/** Says that the value is not one of those known; they are printed in the order given. */
export function notSupported(
  field: string,
  badValue: unknown,
  validValues: readonly string[],
): FieldError {
  const quoted = validValues.map(goQuote).join(', ');
  const detail = validValues.length > 0 ? `supported values: ${quoted}` : '';
  return { type: 'FieldValueNotSupported', field, badValue, detail };
}

/** Says that the field may not be set here. */
export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

/** Says that the value stands in the list already. */
export function duplicate(field: string, badValue: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, badValue, detail: '' };
}

/** Says that nothing has the name which the value gives. */
export function notFound(field: string, badValue: unknown, detail = ''): FieldError {
  return { type: 'FieldValueNotFound', field, badValue, detail };
}

/** Says that the text has more than `maxLength` bytes; a negative limit is not told. */
export function tooLong(field: string, maxLength: number): FieldError {
  const detail = maxLength >= 0 ? `may not be more than ${maxLength} bytes` : 'value is too long';
  return { type: 'FieldValueTooLong', field, detail };
}

/** Says that the list has `actual` elements, which is more than `maxQuantity`; a negative limit is not told. */
export function tooMany(field: string, actual: number, maxQuantity: number): FieldError {
  const items = maxQuantity === 1 ? 'item' : 'items';
  const detail =
    maxQuantity >= 0 ? `must have at most ${maxQuantity} ${items}` : 'has too many items';
  return actual >= 0
    ? { type: 'FieldValueTooMany', field, badValue: actual, detail }
    : { type: 'FieldValueTooMany', field, detail };
}

/** Says that the value has the wrong type. */
export function typeInvalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field, badValue, detail };
}

/** Says that the check itself went wrong. */
export function internalError(field: string, detail: string): FieldError {
  return { type: 'InternalError', field, detail };
}

function printValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return goJson(value ?? null);
}

/** Returns the message without the path: `Invalid value: -1: must be …`. */
export function fieldErrorBody(error: FieldError): string {
  const word = words[error.type];
  const hasValue = !printsNoValue.has(error.type) && 'badValue' in error;
  const start = hasValue ? `${word}: ${printValue(error.badValue)}` : word;
  return error.detail === '' ? start : `${start}: ${error.detail}`;
}

/** Returns the whole message: `spec.replicas: Invalid value: -1: must be …`. */
export function fieldErrorMessage(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${fieldErrorBody(error)}`;
}

/** Joins messages as an aggregate of errors does: each once; several in brackets. */
export function aggregateMessages(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
