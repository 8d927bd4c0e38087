/**
 * What can stand at the cursor: the fields that the API has there, and the values of a field of few values.
 *
 * The text around the cursor is usually broken, so the place is found by trying: what stands at the cursor is replaced
 * by a key, or by a value, and the outline of that text tells where it is.
 */
import { enumValues } from '#sim/api/enums.ts';
import { apiVersionOf, builtInKindTable } from '#sim/api/kinds.ts';
import { structSchema } from '#sim/api/schema.ts';
import type { FieldSchema } from '#sim/api/schema.ts';
import { kindOf, placeAt, topScalar, typeText } from './manifest-schema.ts';
import type { Place } from './manifest-schema.ts';
import { outlineOf } from './yaml-outline.ts';
import type { OutlineEntry, Step } from './yaml-outline.ts';

/** Something to put in. */
export interface Suggestion {
  readonly label: string;
  readonly kind: 'field' | 'value';
  /** The type of a field, or where a value comes from. */
  readonly detail: string;
  readonly text: string;
  /** Suggestions are shown in the order of this. */
  readonly order: string;
  /** The struct and field whose documentation says more; '' for none. */
  readonly struct: string;
  readonly field: string;
}

/** Suggestions, and the stretch of text that each of them takes the place of. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly suggestions: readonly Suggestion[];
}

/** Stands for what is being typed; no manifest has this character. */
const cursor = '\u0001';

/** Longer texts are not read at each keystroke. Chosen for legibility */
const maxLength = 200_000;

/** Fields of metadata that only the server writes. */
const serverFields: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** Returns what can stand at an offset of a text. */
export function complete(text: string, offset: number): Completion {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const word = /[^\s{}[\],:"'#]*$/.exec(before)?.[0] ?? '';
  const start = offset - word.length;
  const tail = /^[^\s{}[\],:"'#]*/.exec(text.slice(offset))?.[0] ?? '';
  const end = offset + tail.length;
  const none = { start, end, suggestions: [] };
  if (text.length > maxLength || /(?:^|\s)#/.test(before)) return none;
  const isValue = /:\s+["']?$/.test(text.slice(lineStart, start));
  const suggestions = (isValue ? undefined : fields(text, start, end)) ?? values(text, start, end);
  return { start, end, suggestions: suggestions ?? [] };
}

/** The entry that a marker at the cursor has become. */
function markedEntry(
  text: string,
  find: (entry: OutlineEntry) => boolean,
): { entries: readonly OutlineEntry[]; entry: OutlineEntry } | undefined {
  const entries = outlineOf(text);
  const entry = entries.find(find);
  return entry && { entries, entry };
}

function fields(text: string, start: number, end: number): Suggestion[] | undefined {
  const rest = text.slice(end);
  const hasColon = /^\s*:/.test(rest);
  const lineEnd = /^[^\n]*/.exec(rest)?.[0].length ?? 0;
  const isInBrackets = /[{[,]\s*$/.test(text.slice(0, start).split('\n').at(-1) ?? '');
  // In a block, what follows on the line is the value; in brackets, the other pairs.
  const after = hasColon || isInBrackets ? rest : rest.slice(lineEnd);
  const marked = `${text.slice(0, start)}${cursor}${hasColon ? '' : ': '}${after}`;
  const found = markedEntry(marked, ({ steps }) => steps.at(-1) === cursor);
  if (!found) return undefined;
  const { entries, entry } = found;
  const parent = entry.steps.slice(0, -1);
  const siblings = new Set(childKeys(entries, entry.document, parent));
  const row = kindOf(entries, entry.document);
  if (!row) return parent.length === 0 ? topFields(siblings, hasColon) : undefined;
  const place = placeAt(row, parent);
  if (place?.type.form !== 'struct') return undefined;
  const { struct } = place.type;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = ' '.repeat(start - lineStart);
  return [...(structSchema(struct)?.values() ?? [])]
    .filter(({ name }) => !siblings.has(name) && !isServers(struct, parent, name))
    .map((field) => ({
      label: field.name,
      kind: 'field' as const,
      detail: typeText(field.type),
      text: hasColon ? field.name : fieldText(field, isInBrackets ? undefined : indent),
      order: `${field.required ? 0 : 1}${field.name}`,
      struct,
      field: field.name,
    }));
}

function isServers(struct: string, parent: readonly Step[], name: string): boolean {
  return (
    (struct === 'ObjectMeta' && serverFields.has(name)) ||
    (parent.length === 0 && name === 'status')
  );
}

/** The field with what must follow it; in brackets (without an indent) only the colon. */
function fieldText({ name, type }: FieldSchema, indent: string | undefined): string {
  if (indent === undefined || type.form === 'scalar') return `${name}: `;
  return `${name}:\n${indent}  ${type.form === 'list' ? '- ' : ''}`;
}

function topFields(siblings: ReadonlySet<Step>, hasColon: boolean): Suggestion[] {
  const known = ['apiVersion', 'kind', 'metadata', 'spec'];
  return known
    .filter((name) => !siblings.has(name))
    .map((name, i) => ({
      label: name,
      kind: 'field',
      detail: '',
      text: hasColon ? name : /^[ms]/.test(name) ? `${name}:\n  ` : `${name}: `,
      order: String(i),
      struct: name === 'spec' ? '' : 'Pod',
      field: name,
    }));
}

function childKeys(
  entries: readonly OutlineEntry[],
  document: number,
  parent: readonly Step[],
): Step[] {
  return entries.flatMap((entry) => {
    const isChild =
      entry.document === document &&
      entry.steps.length === parent.length + 1 &&
      parent.every((step, i) => step === entry.steps[i]);
    return isChild ? [entry.steps.at(-1) ?? ''] : [];
  });
}

function values(text: string, start: number, end: number): Suggestion[] | undefined {
  const marked = `${text.slice(0, start)}${cursor}${text.slice(end)}`;
  const found = markedEntry(marked, ({ scalar }) => scalar.includes(cursor));
  if (!found) return undefined;
  const { entries, entry } = found;
  if (entry.steps.length === 1 && (entry.steps[0] === 'kind' || entry.steps[0] === 'apiVersion')) {
    return topValues(entries, entry.document, entry.steps[0]);
  }
  const row = kindOf(entries, entry.document);
  const place = row && placeAt(row, entry.steps);
  return place && valuesOf(place);
}

/** Kinds and versions; with one of the two given, those that go with it come first. */
function topValues(
  entries: readonly OutlineEntry[],
  document: number,
  key: 'kind' | 'apiVersion',
): Suggestion[] {
  const other = topScalar(entries, document, key === 'kind' ? 'apiVersion' : 'kind');
  const labels = new Map<string, { detail: string; order: string }>();
  for (const row of builtInKindTable.rows) {
    if (row.struct === undefined) continue;
    const pair = { kind: row.kind, apiVersion: apiVersionOf(row) };
    const detail = key === 'kind' ? pair.apiVersion : pair.kind;
    const order = `${detail === other ? 0 : 1}${pair[key]}`;
    const before = labels.get(pair[key]);
    if (before === undefined || order < before.order) labels.set(pair[key], { detail, order });
  }
  return [...labels].map(([label, { detail, order }]) => ({
    label,
    kind: 'value',
    detail: key === 'kind' ? detail : '',
    text: label,
    order,
    struct: key === 'kind' ? label : '',
    field: '',
  }));
}

function valuesOf({ type, owner, field }: Place): Suggestion[] {
  if (type.form !== 'scalar' || field === undefined) return [];
  const known = type.scalar === 'bool' ? ['true', 'false'] : (enumValues(owner, field.name) ?? []);
  return known
    .filter((value) => value !== '')
    .map((value, i) => ({
      label: value,
      kind: 'value',
      detail: '',
      text: value,
      order: String(i).padStart(3, '0'),
      struct: owner,
      field: field.name,
    }));
}
