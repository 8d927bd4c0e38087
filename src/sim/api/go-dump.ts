/**
 * Prints a pod template as Go's dumper for hashes prints the typed value: every field in the order of the struct, also the
 * empty ones, each with its type.
 *
 * An empty list or map prints as nil, because one that has been through the API server's storage is nil; a pointer to
 * an empty struct stays one. What is the same for all templates (an absent field) is put together once.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/dump ForHash (go-spew with DisableMethods, SpewKeys and SortKeys)
 * Simplified: a creationTimestamp in a template prints as unset; upstream prints the time with its zone.
 */
import { compareText } from './go-format.ts';
import { goStringTypes, goStructsText } from './go-structs.ts';
import { isJsonObject } from './object.ts';
import type { JsonObject } from './object.ts';
import { parseQuantity } from './quantity.ts';

/** Prints a value without its type in front, as elements of lists are printed. */
type Printer = (value: unknown) => string;

interface GoType {
  /** The type in the dump's spelling: `[]v1.Container`. */
  readonly name: string;
  readonly print: Printer;
}

interface GoField {
  readonly label: string;
  /** Name in JSON; undefined for an embedded struct, whose fields stand in the same JSON object. */
  readonly json: string | undefined;
  readonly type: GoType;
  /** The field when it is absent. */
  readonly empty: string;
}

const basicZero: Readonly<Record<string, string>> = {
  string: '',
  bool: 'false',
  int32: '0',
  int64: '0',
};

const structLines = new Map<string, string>();
const stringTypes = new Set(goStringTypes.trim().split(/\s+/));
const types = new Map<string, GoType>();
const structFields = new Map<string, readonly GoField[]>();

function linesOfStructs(): ReadonlyMap<string, string> {
  if (structLines.size === 0) {
    for (const line of goStructsText.trim().split('\n')) {
      const colon = line.indexOf(': ');
      structLines.set(line.slice(0, colon), line.slice(colon + 2));
    }
  }
  return structLines;
}

function fieldsOf(struct: string): readonly GoField[] {
  const known = structFields.get(struct);
  if (known) return known;
  const line = linesOfStructs().get(struct);
  if (line === undefined) throw new Error(`no Go struct is known by the name ${struct}`);
  const fields = line.split(', ').map((part): GoField => {
    const [names = '', typeName = ''] = part.split(' ');
    const [goName = '', jsonName] = names.split('=');
    const type = typeOf(typeName);
    const label = `${goName}:(${type.name})`;
    const byDefault = goName.charAt(0).toLowerCase() + goName.slice(1);
    const json = jsonName === '' ? undefined : (jsonName ?? byDefault);
    return { label, json, type, empty: label + type.print(undefined) };
  });
  structFields.set(struct, fields);
  return fields;
}

function printStruct(struct: string, value: unknown): string {
  const object: JsonObject = isJsonObject(value) ? value : {};
  const parts = fieldsOf(struct).map((field) => {
    if (field.json === undefined) return field.label + field.type.print(object);
    const child = object[field.json];
    return child === undefined || child === null
      ? field.empty
      : field.label + field.type.print(child);
  });
  return `{${parts.join(' ')}}`;
}

function typeOf(text: string): GoType {
  let type = types.get(text);
  if (!type) {
    type = makeType(text);
    types.set(text, type);
  }
  return type;
}

function makeType(text: string): GoType {
  if (text.startsWith('*')) {
    const target = typeOf(text.slice(1));
    const print: Printer = (value) => (value === undefined ? '<nil>' : target.print(value));
    return { name: `*${target.name}`, print };
  }
  if (text.startsWith('[]')) {
    const element = typeOf(text.slice(2));
    const print: Printer = (value) => {
      if (!Array.isArray(value) || value.length === 0) return '<nil>';
      return `[${value.map((item: unknown) => element.print(item ?? undefined)).join(' ')}]`;
    };
    return { name: `[]${element.name}`, print };
  }
  if (text.startsWith('map[')) return { name: text, print: mapPrinter(typeOf('string')) };
  const zero = basicZero[text];
  if (zero !== undefined) return { name: text, print: (value) => String(value ?? zero) };
  switch (text) {
    case 'types.UID':
      return { name: text, print: (value) => String(value ?? '') };
    case 'Time':
      return { name: 'v1.Time', print: () => zeroTime };
    case 'ResourceList':
      return { name: 'v1.ResourceList', print: mapPrinter({ name: '', print: printQuantity }) };
    case 'resource.Quantity':
      return { name: text, print: printQuantity };
    case 'intstr.IntOrString':
      return { name: text, print: printIntOrString };
    // A template carries no managed fields; the list of them is nil.
    case 'ManagedFieldsEntry':
      return { name: 'v1.ManagedFieldsEntry', print: () => '' };
    default:
      if (stringTypes.has(text))
        return { name: `v1.${text}`, print: (value) => String(value ?? '') };
      return { name: `v1.${text}`, print: (value) => printStruct(text, value) };
  }
}

function mapPrinter(element: GoType): Printer {
  return (value) => {
    if (!isJsonObject(value)) return '<nil>';
    const keys = Object.keys(value).sort(compareText);
    if (keys.length === 0) return '<nil>';
    return `map[${keys.map((key) => `${key}:${element.print(value[key])}`).join(' ')}]`;
  };
}

const zeroTime = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';

function printIntOrString(value: unknown): string {
  const isText = typeof value === 'string';
  const number = typeof value === 'number' ? value : 0;
  const text = isText ? value : '';
  return `{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${number} StrVal:(string)${text}}`;
}

/** Digits that upstream trusts to its fast form. */
const fastDigits = 18;

function printQuantity(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number')
    return dumpQuantity(0n, 0, false, '', '');
  const text = String(value);
  const { unscaled, scale, format } = parseQuantity(text);
  const digits = text.replace(/^[+-]?0*/, '').replace(/[^\d.].*$/, '');
  const [whole = '', fraction = ''] = digits.split('.');
  const count = Math.max(whole.length, 1) + fraction.length;
  if (format === 'BinarySI') {
    const shift = 10 * (['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(text.slice(-2)) + 1);
    const isFast = fraction === '' && 15 - count - Math.trunc((shift * 3) / 10) - 1 >= 0;
    const keepsText = isFast && (BigInt(whole || '0') & 7n) !== 0n;
    return dumpQuantity(unscaled, scale, !isFast, keepsText ? text : '', format);
  }
  const isFast = count <= fastDigits;
  const keepsText = isFast && scale % 3 === 0 && !/000$/.test(whole + fraction);
  return dumpQuantity(unscaled, scale, !isFast, keepsText ? text : '', format);
}

function dumpQuantity(
  unscaled: bigint,
  scale: number,
  isDecimal: boolean,
  text: string,
  format: string,
): string {
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  const big = `(*inf.Dec){unscaled:(big.Int){neg:(bool)${unscaled < 0n} abs:(big.nat)[${magnitude}]} scale:(inf.Scale)${-scale}}`;
  const [value, valueScale] = isDecimal ? [0n, 0] : [unscaled, scale];
  return (
    `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${valueScale}} ` +
    `d:(resource.infDecAmount){Dec:${isDecimal ? big : '(*inf.Dec)<nil>'}} ` +
    `s:(string)${text} Format:(resource.Format)${format}}`
  );
}

/** Returns the dump of a pod template. */
export function dumpPodTemplate(template: unknown): string {
  return `(v1.PodTemplateSpec)${printStruct('PodTemplateSpec', template)}`;
}
