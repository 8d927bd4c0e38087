/**
 * The walk through the data of one body, led by the schema; `decode.ts` says what comes of it.
 *
 * Data that the stored object has in the same place, the very same frozen data, was decoded before and is taken as it is, at
 * any depth: so a status that a kubelet patches costs what has changed in it, however large the pod is.
 *
 * Upstream: sigs.k8s.io/json UnmarshalStrict; Go's encoding/json decode.go
 * Ours: upstream decodes bytes, which share nothing.
 */
import { isJsonObject } from '../api/object.ts';
import type { Json, JsonObject } from '../api/object.ts';
import { canonicalQuantity, QuantityError } from '../api/quantity.ts';
import type { KindRow } from '../api/kinds.ts';
import type { FieldType, ScalarType } from '../api/schema.ts';
import { embeddedIn, goName, goStringType, goStructType } from './go-shapes.ts';
import { parseGoMicroTime, parseGoTime } from './go-time.ts';
import { planOf, zeroElement } from './struct-plan.ts';
import type { FieldPlan } from './struct-plan.ts';

/** A value that does not fit its field. */
export interface WrongType {
  /** The field's path in the data. */
  readonly path: string;
  readonly message: string;
}

/** Decoded fields, which nobody else holds yet. */
type Fields = Record<string, Json>;

/** Stands in `owners` where a step is an item of a list or a key of a map. */
const noStruct = '';

/** Decodes one body; remembers wrong types and unknown fields. */
export class Decoder {
  readonly wrongTypes: WrongType[] = [];
  readonly strictErrors: string[] = [];
  /** The way to the value that is being decoded: fields, places in lists, keys of maps. */
  readonly #steps: (string | number)[] = [];
  /** The struct that has the field, for each step. */
  readonly #owners: string[] = [];
  /** The kind as Go's messages name it. */
  #kind = '';

  /** Decodes the fields of an object. `over` is the stored object whose place it is to take. */
  kind(row: KindRow, data: JsonObject, over?: JsonObject): Record<string, Json | undefined> {
    this.#kind = goName(row.kind);
    if (row.struct !== undefined) return this.#struct(row.struct, data, over);
    this.#enter('metadata', row.kind);
    const type: FieldType = { form: 'struct', struct: 'ObjectMeta' };
    const metadata = this.#value(type, data.metadata, undefined);
    this.#leave();
    return { ...data, metadata: metadata ?? {} };
  }

  /** Decodes a struct, and sets what Go would write although nobody gave it. */
  #struct(name: string, data: JsonObject, over: JsonObject | undefined): Fields {
    const { fields, fillers } = planOf(name);
    const result: Fields = {};
    for (const key of Object.keys(data)) {
      const plan = fields.get(key);
      if (plan === undefined) {
        this.#enter(key, name);
        this.strictErrors.push(`unknown field "${this.#path()}"`);
        this.#leave();
        continue;
      }
      const value = data[key];
      let decoded: Json | undefined;
      if (plan.type.form === 'scalar' && isPlain(plan.type.scalar, value)) {
        decoded = value;
      } else {
        this.#enter(key, name);
        decoded = this.#value(plan.type, value, over?.[key]);
        this.#leave();
      }
      if (decoded !== undefined && !isDropped(plan, decoded)) result[key] = decoded;
    }
    for (const [field, value] of fillers) {
      if (result[field] === undefined) result[field] = value;
    }
    return result;
  }

  #value(type: FieldType, value: unknown, over: Json | undefined): Json | undefined {
    if (type.form === 'scalar') return this.#scalar(type.scalar, value);
    if (value === null || value === undefined) return undefined;
    if (value === over) return over;
    if (type.form === 'list') return this.#list(type.element, value, over);
    if (!isJsonObject(value)) return this.#wrongType(value, this.#goType(type));
    const old = isJsonObject(over) ? over : undefined;
    if (type.form === 'struct') return this.#struct(type.struct, value, old);
    const result: Fields = {};
    for (const key of Object.keys(value)) {
      this.#enter(key, noStruct);
      result[key] = this.#value(type.element, value[key], old?.[key]) ?? zeroElement(type.element);
      this.#leave();
    }
    return result;
  }

  #list(element: FieldType, value: unknown, over: Json | undefined): Json | undefined {
    if (!Array.isArray(value)) {
      return this.#wrongType(value, this.#goType({ form: 'list', element }));
    }
    const old = Array.isArray(over) ? (over as readonly Json[]) : undefined;
    /** What the stored list holds, made when an element is not where it was. */
    let known: ReadonlySet<unknown> | undefined;
    const result: Json[] = [];
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      let counterpart = old?.[index];
      if (old !== undefined && item !== counterpart && Object.isFrozen(item)) {
        known ??= new Set(old);
        if (known.has(item)) counterpart = item as Json;
      }
      this.#enter(index, noStruct);
      result.push(this.#value(element, item, counterpart) ?? zeroElement(element));
      this.#leave();
    }
    return result;
  }

  #scalar(type: ScalarType, value: unknown): Json | undefined {
    if (type === 'any') return value as Json;
    if (value === null || value === undefined) return undefined;
    switch (type) {
      case 'string':
        return typeof value === 'string' ? value : this.#wrongType(value, this.#goString());
      case 'bool':
        return typeof value === 'boolean' ? value : this.#wrongType(value, 'bool');
      case 'int32':
      case 'int64':
        return this.#integer(value, type);
      case 'double':
        return typeof value === 'number' ? value : this.#wrongType(value, 'float64');
      case 'intOrString':
        return typeof value === 'string' ? value : this.#integer(value, 'int32');
      case 'bytes':
        return this.#bytes(value);
      case 'quantity':
        return this.#quantity(value);
      case 'time':
      case 'microTime':
        return this.#time(value, type);
    }
  }

  #integer(value: unknown, type: 'int32' | 'int64'): Json | undefined {
    if (typeof value !== 'number') return this.#wrongType(value, type);
    const limit = type === 'int32' ? 2 ** 31 : 2 ** 63;
    if (Number.isInteger(value) && value >= -limit && value < limit) return value;
    return this.#wrongType(value, type, `number ${String(value)}`);
  }

  #bytes(value: unknown): Json | undefined {
    if (typeof value !== 'string') return this.#wrongType(value, '[]uint8');
    const at = badBase64At(value);
    if (at !== undefined) return this.#fail(`illegal base64 data at input byte ${at}`);
    return value.replace(/[\r\n]/g, '');
  }

  #quantity(value: unknown): Json | undefined {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    try {
      return canonicalQuantity(text.trim());
    } catch (error) {
      if (error instanceof QuantityError) return this.#fail(error.message);
      throw error;
    }
  }

  #time(value: unknown, type: 'time' | 'microTime'): Json | undefined {
    if (typeof value !== 'string') return this.#wrongType(value, 'string');
    const result = type === 'time' ? parseGoTime(value) : parseGoMicroTime(value);
    return 'error' in result ? this.#fail(result.error) : result.text;
  }

  #enter(step: string | number, owner: string): void {
    this.#steps.push(step);
    this.#owners.push(owner);
  }

  #leave(): void {
    this.#steps.pop();
    this.#owners.pop();
  }

  #wrongType(value: unknown, goType: string, found = jsonTypeOf(value)): undefined {
    const where = `Go struct field ${this.#holder()}.${this.#stack().join('.')} of type ${goType}`;
    return this.#fail(`json: cannot unmarshal ${found} into ${where}`);
  }

  #fail(message: string): undefined {
    this.wrongTypes.push({ path: this.#path(), message });
    return undefined;
  }

  /** The path of the value in the data: `spec.containers[0].image`. */
  #path(): string {
    let path = '';
    for (const step of this.#steps) {
      if (typeof step === 'number') path += `[${step}]`;
      else path += path === '' ? step : `.${step}`;
    }
    return path;
  }

  /** The fields on the way, with the structs that Go embeds. */
  #stack(): string[] {
    return this.#steps.flatMap((step, at) => {
      const owner = this.#owners[at] ?? noStruct;
      if (owner === noStruct) return [];
      const embedded = embeddedIn(owner, String(step));
      return embedded === undefined ? [String(step)] : [embedded, String(step)];
    });
  }

  /** The struct that holds the last field on the way, as Go's messages name it. */
  #holder(): string {
    const at = this.#owners.findLastIndex((owner) => owner !== noStruct);
    return at <= 0 ? this.#kind : goName(this.#owners[at] ?? '');
  }

  /** The Go type of the strings in the last field on the way; a map's are always `string`. */
  #goString(): string {
    for (let at = this.#steps.length - 1; at >= 0; at -= 1) {
      const [step, owner] = [this.#steps[at], this.#owners[at] ?? noStruct];
      if (typeof step === 'number') continue;
      return step === undefined || owner === noStruct ? 'string' : goStringType(owner, step);
    }
    return 'string';
  }

  #goType(type: FieldType): string {
    const last = this.#steps.at(-1);
    return goTypeOf(type, this.#goString(), typeof last === 'string' ? last : undefined);
  }
}

/** Whether the value is of the type and stays as it is: most scalars need no more. */
function isPlain(type: ScalarType, value: unknown): value is Json {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  // A whole number in the range of an int32 is what it is with its bits kept.
  return (
    (type === 'int32' || type === 'int64') && typeof value === 'number' && (value | 0) === value
  );
}

/** Whether Go would leave the value out when it writes the object again. */
function isDropped({ dropsEmpty, dropsZero }: FieldPlan, value: Json): boolean {
  if (dropsZero) return value === '' || value === 0 || value === false;
  if (!dropsEmpty) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value as JsonObject).length === 0;
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
