/**
 * Turns the data of a request body into an object of the API, led by the schema.
 *
 * - Wrong types are refused in any mode, and only the first of them is told, in the words of Go's JSON decoder.
 * - Unknown and duplicate fields are refused (Strict), warned of (Warn) or dropped (Ignore).
 * - The object comes out as Go would write it again: nulls and empty optional values are gone, quantities and times
 *   are in canonical form, structs held by value and required scalars are there.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json Decode; sigs.k8s.io/json UnmarshalStrict;
 * staging/src/k8s.io/apiserver/pkg/endpoints/handlers transformDecodeError
 * Docs: /docs/reference/using-api/api-concepts/#field-validation
 */
import { goQuote } from '../api/go-format.ts';
import { apiVersionOf, builtInKindTable, parseApiVersion } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { Json, JsonObject, KubeObject } from '../api/object.ts';
import { canonicalQuantity, QuantityError } from '../api/quantity.ts';
import { structSchema } from '../api/schema.ts';
import type { FieldSchema, FieldType, ScalarType } from '../api/schema.ts';
import { newBadRequest } from '../api/status-error.ts';
import {
  alwaysWritten,
  embeddedIn,
  goName,
  goStringType,
  goStructType,
  pointerFields,
  valueStructs,
} from './go-shapes.ts';
import { parseGoMicroTime, parseGoTime } from './go-time.ts';

/** What happens to fields that the kind does not have. The server's own default is `Warn`, kubectl's `Strict`. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** How to decode, and what the reader of the text has already found in it. */
export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Keys given twice in a YAML body: `line 9: key "image" already set in map`. */
  readonly yamlDuplicates?: readonly string[];
  /** Paths of fields given twice in a JSON body. */
  readonly jsonDuplicates?: readonly string[];
}

/** A decoded object with the texts of its warnings, without code or agent. */
export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** The decoder notices at most so many strict errors. Upstream: sigs.k8s.io/json */
const maxStrictErrors = 100;

/** Decodes the data of a body for a kind. Throws a 400 in upstream's words. */
export function decode(row: KindRow, body: unknown, options: DecodeOptions): Decoded {
  const data = body === null || body === undefined ? {} : body;
  if (!isJsonObject(data)) throw newBadRequest(`body of a ${row.kind} must be a JSON object`);
  const apiVersion = typeof data.apiVersion === 'string' ? data.apiVersion : '';
  const kind = typeof data.kind === 'string' ? data.kind : '';
  refuseOtherKinds(row, apiVersion || apiVersionOf(row), kind || row.kind);
  const decoder = new Decoder();
  const fields = decoder.kind(row, data);
  const [wrong] = decoder.wrongTypes;
  if (wrong !== undefined) throw cannotBeHandled(row, row.kind, row.version, wrong.message);
  const object = {
    ...fields,
    apiVersion: apiVersionOf(row),
    kind: row.kind,
  } as unknown as KubeObject;
  if (options.fieldValidation === 'Ignore') return { object, warnings: [] };
  const yaml = options.yamlDuplicates ?? [];
  const duplicates = (options.jsonDuplicates ?? []).map((path) => `duplicate field "${path}"`);
  const others = [...duplicates, ...decoder.strictErrors].slice(0, maxStrictErrors);
  if (options.fieldValidation === 'Warn') return { object, warnings: [...yaml, ...others] };
  const texts =
    yaml.length > 0
      ? [['yaml: unmarshal errors:', ...yaml.map((line) => `  ${line}`)].join('\n'), ...others]
      : others;
  if (texts.length > 0) {
    const error = `strict decoding error: ${texts.join(', ')}`;
    throw cannotBeHandled(row, row.kind, row.version, error);
  }
  return { object, warnings: [] };
}

/** A value that does not fit its field. */
export interface WrongType {
  /** The field's path in the data. */
  readonly path: string;
  readonly message: string;
}

/** Returns every value of the data that does not fit its field, in the order of the fields; a request is told the first. */
export function wrongTypesOf(row: KindRow, data: JsonObject): readonly WrongType[] {
  const decoder = new Decoder();
  decoder.kind(row, data);
  return decoder.wrongTypes;
}

/** Returns a struct with nothing set, as the API writes it: `{ replicas: 0 }` for a ReplicaSetStatus. */
export function emptyStruct(struct: string): JsonObject {
  return new Decoder().struct(struct, {}, { struct: goName(struct), stack: [], path: '' });
}

/** Group versions that upstream still knows by name and no longer serves. */
const retiredVersions: ReadonlySet<string> = new Set([
  'apps/v1beta1',
  'apps/v1beta2',
  'autoscaling/v1',
  'autoscaling/v2beta1',
  'autoscaling/v2beta2',
  'batch/v1beta1',
  'discovery.k8s.io/v1beta1',
  'networking.k8s.io/v1beta1',
  'policy/v1beta1',
]);

function refuseOtherKinds(row: KindRow, apiVersion: string, kind: string): void {
  if (row.struct === undefined) return;
  if (apiVersion === apiVersionOf(row) && kind === row.kind) return;
  const { group, version } = parseApiVersion(apiVersion);
  if (group === row.group && kind === row.kind && retiredVersions.has(apiVersion)) {
    throw newBadRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(row)})`,
    );
  }
  const internal = row.group === '' ? 'core' : (row.group.split('.')[0] ?? '');
  const error = builtInKindTable.byKind(apiVersion, kind)
    ? `converting (${version}.${kind}) to (${internal}.${row.kind}): unknown conversion`
    : `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme ` +
      '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"';
  throw cannotBeHandled(row, kind, version, error);
}

function cannotBeHandled(row: KindRow, kind: string, version: string, error: string) {
  return newBadRequest(
    `${kind} in version ${goQuote(version)} cannot be handled as a ${row.kind}: ${error}`,
  );
}

/** Where the decoder is: `struct` and `stack` as Go's messages name it, `path` as strict errors do. */
interface Place {
  readonly struct: string;
  readonly stack: readonly string[];
  readonly path: string;
}

/** Decodes one body; remembers wrong types and unknown fields. */
class Decoder {
  readonly wrongTypes: WrongType[] = [];
  readonly strictErrors: string[] = [];
  /** The path of the value that is being decoded. */
  private path = '';

  kind(row: KindRow, data: JsonObject): JsonObject {
    const place = { struct: goName(row.kind), stack: [], path: '' };
    if (row.struct !== undefined) return this.struct(row.struct, data, place);
    const metaPlace = { struct: goName(row.kind), stack: ['metadata'], path: 'metadata' };
    const metadata = this.value({ form: 'struct', struct: 'ObjectMeta' }, data.metadata, metaPlace);
    return { ...data, metadata: metadata ?? {} };
  }

  /** Decodes a struct, and sets what Go would write although nobody gave it. */
  struct(name: string, data: JsonObject, place: Place): JsonObject {
    const schema = structSchema(name);
    if (!schema) throw new Error(`decode: no struct is named ${name}`);
    const result: Record<string, Json> = {};
    for (const [key, value] of Object.entries(data)) {
      const field = schema.get(key);
      if (!field) {
        const path = place.path === '' ? key : `${place.path}.${key}`;
        this.strictErrors.push(`unknown field "${path}"`);
        continue;
      }
      const decoded = this.value(field.type, value, fieldPlace(name, key, place), field, name);
      if (decoded === undefined || isDropped(name, field, decoded)) continue;
      result[key] = decoded;
    }
    const isKind = schema.has('apiVersion') && schema.has('kind') && schema.has('metadata');
    for (const field of schema.values()) {
      if (field.name in result) continue;
      const filler = this.filler(name, field, isKind);
      if (filler !== undefined) result[field.name] = filler;
    }
    return result;
  }

  /** Returns what stands in a field that was not given; undefined where nothing does. */
  private filler(struct: string, field: FieldSchema, isKind: boolean): Json | undefined {
    const path = `${struct}.${field.name}`;
    if (field.type.form === 'struct') {
      const byKind = isKind && ['metadata', 'spec', 'status'].includes(field.name);
      if (!byKind && !valueStructs.has(path)) return undefined;
      return this.struct(field.type.struct, {}, { struct: '', stack: [], path: '' });
    }
    if (field.type.form === 'list') return field.required ? [] : undefined;
    if (field.type.form !== 'scalar') return undefined;
    if (isKind && (field.name === 'apiVersion' || field.name === 'kind')) return undefined;
    if (!(field.required || alwaysWritten.has(path)) || pointerFields.has(path)) return undefined;
    return zeroOf(field.type.scalar);
  }

  private value(
    type: FieldType,
    value: unknown,
    place: Place,
    field?: FieldSchema,
    owner = '',
  ): Json | undefined {
    const named = field ? goStringType(owner, field.name) : 'string';
    this.path = place.path;
    if (type.form === 'scalar') return this.scalar(type.scalar, value, place, named);
    if (value === null || value === undefined) return undefined;
    const goType = goTypeOf(type, named, field?.name);
    if (type.form === 'list') {
      if (!Array.isArray(value)) return this.wrongType(value, goType, place);
      return value.map((item: unknown, index): Json => {
        const itemPlace = { ...place, path: `${place.path}[${index}]` };
        return this.value(type.element, item, itemPlace, field, owner) ?? zeroElement(type.element);
      });
    }
    if (!isJsonObject(value)) return this.wrongType(value, goType, place);
    if (type.form === 'struct') {
      return this.struct(type.struct, value, { ...place, struct: goName(type.struct) });
    }
    const result: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) {
      const itemPlace = { ...place, path: `${place.path}.${key}` };
      result[key] =
        this.value(type.element, item, itemPlace, undefined, owner) ?? zeroElement(type.element);
    }
    return result;
  }

  private scalar(type: ScalarType, value: unknown, place: Place, goType: string): Json | undefined {
    if (type === 'any') return value as Json;
    if (value === null || value === undefined) return undefined;
    switch (type) {
      case 'string':
        return typeof value === 'string' ? value : this.wrongType(value, goType, place);
      case 'bool':
        return typeof value === 'boolean' ? value : this.wrongType(value, 'bool', place);
      case 'int32':
      case 'int64':
        return this.integer(value, type, place);
      case 'double':
        return typeof value === 'number' ? value : this.wrongType(value, 'float64', place);
      case 'intOrString':
        return typeof value === 'string' ? value : this.integer(value, 'int32', place);
      case 'bytes':
        return this.bytes(value, place);
      case 'quantity':
        return this.quantity(value);
      case 'time':
      case 'microTime':
        return this.time(value, type, place);
    }
  }

  private integer(value: unknown, type: 'int32' | 'int64', place: Place): Json | undefined {
    if (typeof value !== 'number') return this.wrongType(value, type, place);
    const limit = type === 'int32' ? 2 ** 31 : 2 ** 63;
    if (Number.isInteger(value) && value >= -limit && value < limit) return value;
    return this.wrongType(value, type, place, `number ${String(value)}`);
  }

  private bytes(value: unknown, place: Place): Json | undefined {
    if (typeof value !== 'string') return this.wrongType(value, '[]uint8', place);
    const at = badBase64At(value);
    if (at !== undefined) return this.fail(`illegal base64 data at input byte ${at}`);
    return value.replace(/[\r\n]/g, '');
  }

  private quantity(value: unknown): Json | undefined {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    try {
      return canonicalQuantity(text.trim());
    } catch (error) {
      if (error instanceof QuantityError) return this.fail(error.message);
      throw error;
    }
  }

  private time(value: unknown, type: 'time' | 'microTime', place: Place): Json | undefined {
    if (typeof value !== 'string') return this.wrongType(value, 'string', place);
    const result = type === 'time' ? parseGoTime(value) : parseGoMicroTime(value);
    return 'error' in result ? this.fail(result.error) : result.text;
  }

  private wrongType(
    value: unknown,
    goType: string,
    place: Place,
    found = jsonTypeOf(value),
  ): undefined {
    const where = `Go struct field ${place.struct}.${place.stack.join('.')} of type ${goType}`;
    return this.fail(`json: cannot unmarshal ${found} into ${where}`);
  }

  private fail(error: string): undefined {
    this.wrongTypes.push({ path: this.path, message: error });
    return undefined;
  }
}

function fieldPlace(struct: string, key: string, place: Place): Place {
  const embedded = embeddedIn(struct, key);
  return {
    struct: place.struct,
    stack: embedded === undefined ? [...place.stack, key] : [...place.stack, embedded, key],
    path: place.path === '' ? key : `${place.path}.${key}`,
  };
}

/** Whether Go would leave the value out when it writes the object again. */
function isDropped(struct: string, field: FieldSchema, value: Json): boolean {
  if (field.required) return false;
  const { type } = field;
  if (type.form === 'list') return Array.isArray(value) && value.length === 0;
  if (type.form === 'map') return Object.keys(value as JsonObject).length === 0;
  if (type.form === 'struct') return false;
  const isZero = value === '' || value === 0 || value === false;
  if (!isZero || type.scalar === 'any' || type.scalar === 'intOrString') return false;
  const path = `${struct}.${field.name}`;
  return !pointerFields.has(path) && !alwaysWritten.has(path);
}

function zeroOf(scalar: ScalarType): Json | undefined {
  switch (scalar) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    default:
      return undefined;
  }
}

/** What a null inside a list or map becomes. */
function zeroElement(type: FieldType): Json {
  if (type.form === 'struct') return emptyStruct(type.struct);
  if (type.form === 'list') return [];
  if (type.form === 'map') return {};
  return type.scalar === 'quantity' ? '0' : (zeroOf(type.scalar) ?? '');
}

function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : typeof value;
}

function goTypeOf(type: FieldType, named: string, field?: string): string {
  switch (type.form) {
    case 'struct':
      return goStructType(type.struct);
    case 'list':
      return field === 'fieldsV1' ? '[]uint8' : `[]${goTypeOf(type.element, named)}`;
    case 'map':
      if (type.element.form === 'scalar' && type.element.scalar === 'quantity') {
        return 'v1.ResourceList';
      }
      return `map[string]${goTypeOf(type.element, 'string')}`;
    case 'scalar':
      return (
        { string: named, bytes: '[]uint8', quantity: 'resource.Quantity' }[type.scalar as string] ??
        type.scalar
      );
  }
}

/** Returns the offset at which Go's decoder finds base64 text to be corrupt, or undefined for good text. */
function badBase64At(text: string): number | undefined {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') continue;
    if (/[A-Za-z0-9+/]/.test(character)) {
      digits = (digits + 1) % 4;
      continue;
    }
    if (character !== '=' || digits < 2) return at;
    const rest = text.slice(at + 1).replace(/[\r\n]+$/, '');
    if (digits === 3) return rest === '' ? undefined : at + 1;
    if (rest === '') return text.length;
    if (!rest.startsWith('=')) return at;
    return rest.length === 1 ? undefined : at + 2;
  }
  return digits === 0 ? undefined : text.length - digits;
}
