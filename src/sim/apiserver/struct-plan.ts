/**
 * What decoding does with each struct of the API, worked out once per struct from its schema and from Go's shapes.
 *
 * Ours: Go's compiler knows this; asking anew for each field of each object was most of what decoding cost.
 */
import { deepFreeze } from '../api/freeze.ts';
import type { Json, JsonObject } from '../api/object.ts';
import { structSchema } from '../api/schema.ts';
import type { FieldSchema, FieldType, ScalarType } from '../api/schema.ts';
import { alwaysWritten, pointerFields, valueStructs } from './go-shapes.ts';

/** One field that a struct may have. */
export interface FieldPlan {
  readonly type: FieldType;
  /** Whether an empty list or map is left out when Go writes the object again. */
  readonly dropsEmpty: boolean;
  /** Whether '', 0 and false are left out then. */
  readonly dropsZero: boolean;
}

/** One struct. */
export interface StructPlan {
  readonly fields: ReadonlyMap<string, FieldPlan>;
  /** What stands in fields that were not given, in the order of the schema; frozen and shared. */
  readonly fillers: readonly (readonly [field: string, value: Json])[];
}

const plans = new Map<string, StructPlan>();

/** Returns the plan of a struct. Throws when the schema has no struct of that name. */
export function planOf(struct: string): StructPlan {
  const known = plans.get(struct);
  if (known !== undefined) return known;
  const schema = structSchema(struct);
  if (!schema) throw new Error(`decode: no struct is named ${struct}`);
  const isKind = schema.has('apiVersion') && schema.has('kind') && schema.has('metadata');
  const fields = new Map<string, FieldPlan>();
  const fillers: (readonly [string, Json])[] = [];
  for (const field of schema.values()) {
    fields.set(field.name, fieldPlan(struct, field));
    const filler = fillerOf(struct, field, isKind);
    if (filler !== undefined) fillers.push([field.name, deepFreeze(filler)]);
  }
  const plan: StructPlan = { fields, fillers };
  plans.set(struct, plan);
  return plan;
}

/** Returns a struct with nothing set, as the API writes it: `{ replicas: 0 }` for a ReplicaSetStatus. Frozen. */
export function emptyStruct(struct: string): JsonObject {
  return Object.freeze(Object.fromEntries(planOf(struct).fillers));
}

/** Returns what a null inside a list or map becomes. */
export function zeroElement(type: FieldType): Json {
  if (type.form === 'struct') return emptyStruct(type.struct);
  if (type.form === 'list') return [];
  if (type.form === 'map') return {};
  return type.scalar === 'quantity' ? '0' : (zeroOf(type.scalar) ?? '');
}

function fieldPlan(struct: string, { name, type, required }: FieldSchema): FieldPlan {
  const path = `${struct}.${name}`;
  const isPlain =
    type.form === 'scalar' && type.scalar !== 'any' && type.scalar !== 'intOrString' && !required;
  return {
    type,
    dropsEmpty: !required && (type.form === 'list' || type.form === 'map'),
    dropsZero: isPlain && !pointerFields.has(path) && !alwaysWritten.has(path),
  };
}

/** Returns what stands in a field that was not given; undefined where nothing does. */
function fillerOf(struct: string, field: FieldSchema, isKind: boolean): Json | undefined {
  const path = `${struct}.${field.name}`;
  if (field.type.form === 'struct') {
    const byKind = isKind && ['metadata', 'spec', 'status'].includes(field.name);
    return byKind || valueStructs.has(path) ? emptyStruct(field.type.struct) : undefined;
  }
  if (field.type.form === 'list') return field.required ? [] : undefined;
  if (field.type.form !== 'scalar') return undefined;
  if (isKind && (field.name === 'apiVersion' || field.name === 'kind')) return undefined;
  if (!(field.required || alwaysWritten.has(path)) || pointerFields.has(path)) return undefined;
  return zeroOf(field.type.scalar);
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
