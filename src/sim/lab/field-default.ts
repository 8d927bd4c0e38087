/**
 * What a field becomes when it is left out of a manifest: the answer of the API server's own defaulting, for this very
 * object, since many defaults depend on other fields.
 *
 * Ours: hovers in the editor.
 */
import { builtInKindTable } from '../api/kinds.ts';
import { isJsonObject, valueAt } from '../api/object.ts';
import type { Json, JsonObject } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { parseYamlDocuments } from '../api/yaml.ts';
import { decode } from '../apiserver/decode.ts';
import { applyDefaults } from '../apiserver/defaults/defaults.ts';

/**
 * Returns the default of a field in the document that a line (from 1) belongs to; undefined where there is none, and
 * where the document is not yet an object of the API.
 */
export function defaultAt(
  text: string,
  line: number,
  steps: readonly (string | number)[],
): Json | undefined {
  const { documents } = parseYamlDocuments(text);
  const value = documents.findLast((document) => document.line <= line)?.value;
  if (!isJsonObject(value) || typeof steps.at(-1) !== 'string') return undefined;
  const row = builtInKindTable.byKind(String(value.apiVersion), String(value.kind));
  if (row?.struct === undefined) return undefined;
  try {
    const { object } = decode(row, without(value, steps), { fieldValidation: 'Ignore' });
    return valueAt(applyDefaults(object), ...steps);
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

/** Copies an object without the value at a path. */
function without(value: Json, steps: readonly (string | number)[]): Json {
  const [step, ...rest] = steps;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return items.map((item, i) => (i === step ? without(item, rest) : item));
  }
  if (!isJsonObject(value) || typeof step !== 'string' || value[step] === undefined) return value;
  if (rest.length > 0) return { ...value, [step]: without(value[step], rest) };
  const { [step]: _taken, ...others } = value;
  return others as JsonObject;
}
