/**
 * The schema of the API's structs, for strict decoding, completion and hovers.
 *
 * It is generated as one compact line per struct; a line is parsed when its struct is first asked for.
 *
 * Upstream: api/openapi-spec (by way of the models of @kubernetes/client-node)
 */
import { schemaText } from './schema.gen.ts';

/** Scalars of the API. `int32` and `int64` are whole numbers, the last five of the others are text. */
export type ScalarType =
  | 'bool'
  | 'int32'
  | 'int64'
  | 'double'
  | 'intOrString'
  | 'any'
  | 'string'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'microTime';

/** The type of a field or of an element. */
export type FieldType =
  | { readonly form: 'scalar'; readonly scalar: ScalarType }
  | { readonly form: 'struct'; readonly struct: string }
  | { readonly form: 'list'; readonly element: FieldType }
  | { readonly form: 'map'; readonly element: FieldType };

/** A field of a struct; `required` is what the published schema says, not what validation asks. */
export interface FieldSchema {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
}

/** A struct's fields by name, in alphabetical order. */
export type StructSchema = ReadonlyMap<string, FieldSchema>;

let lines: Map<string, string> | undefined;
const parsed = new Map<string, StructSchema>();

function schemaLines(): Map<string, string> {
  if (lines) return lines;
  lines = new Map();
  for (const line of schemaText.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) lines.set(line.slice(0, colon), line.slice(colon + 2));
    else if (line.endsWith(':')) lines.set(line.slice(0, -1), '');
  }
  return lines;
}

function parseType(text: string): FieldType {
  if (text.startsWith('[]')) return { form: 'list', element: parseType(text.slice(2)) };
  if (text.startsWith('{}')) return { form: 'map', element: parseType(text.slice(2)) };
  const first = text.charCodeAt(0);
  if (first >= 65 && first <= 90) return { form: 'struct', struct: text };
  return { form: 'scalar', scalar: text as ScalarType };
}

/** Returns the fields of a struct, or undefined where no struct has that name. */
export function structSchema(struct: string): StructSchema | undefined {
  const known = parsed.get(struct);
  if (known) return known;
  const line = schemaLines().get(struct);
  if (line === undefined) return undefined;
  const fields = new Map<string, FieldSchema>();
  for (const part of line === '' ? [] : line.split(', ')) {
    const space = part.indexOf(' ');
    const required = part[space - 1] === '!';
    const name = part.slice(0, required ? space - 1 : space);
    fields.set(name, { name, required, type: parseType(part.slice(space + 1)) });
  }
  parsed.set(struct, fields);
  return fields;
}

/** Returns the names of all structs, in alphabetical order. */
export function structNames(): readonly string[] {
  return [...schemaLines().keys()];
}
