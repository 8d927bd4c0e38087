/** What the API says of a place in a manifest: the kind of its document, and the type of a field by its path. */
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { structSchema } from '#sim/api/schema.ts';
import type { FieldSchema, FieldType } from '#sim/api/schema.ts';
import { unquoted } from './yaml-outline.ts';
import type { OutlineEntry, Step } from './yaml-outline.ts';

/** A place in an object of the API. */
export interface Place {
  readonly type: FieldType;
  /** The struct that has the field; the elements of a list and the values of a map belong to their field. */
  readonly owner: string;
  readonly field: FieldSchema | undefined;
}

/** Returns the scalar at the top of a document: its kind, its version. */
export function topScalar(
  entries: readonly OutlineEntry[],
  document: number,
  key: string,
): string | undefined {
  const found = entries.find(
    (entry) => entry.document === document && entry.steps.length === 1 && entry.steps[0] === key,
  );
  return found === undefined || found.scalar === '' ? undefined : unquoted(found.scalar);
}

/** Finds the kind of a document; undefined while its version and kind do not name one. */
export function kindOf(entries: readonly OutlineEntry[], document: number): KindRow | undefined {
  const kind = topScalar(entries, document, 'kind');
  const apiVersion = topScalar(entries, document, 'apiVersion');
  return builtInKindTable.byKind(apiVersion ?? '', kind ?? '');
}

/** Walks down from an object; undefined where the way leaves the schema. */
export function placeAt(row: KindRow, steps: readonly Step[]): Place | undefined {
  if (row.struct === undefined) return undefined;
  let place: Place = { type: { form: 'struct', struct: row.struct }, owner: '', field: undefined };
  for (const step of steps) {
    const { type } = place;
    if (typeof step === 'number') {
      if (type.form !== 'list') return undefined;
      place = { ...place, type: type.element };
    } else if (type.form === 'struct') {
      const field = structSchema(type.struct)?.get(step);
      if (!field) return undefined;
      place = { type: field.type, owner: type.struct, field };
    } else if (type.form === 'map') place = { ...place, type: type.element };
    else return undefined;
  }
  return place;
}

/** Writes a type as the API's documentation does: `[]Container`, `map[string]string`, `int32`. */
export function typeText(type: FieldType): string {
  switch (type.form) {
    case 'struct':
      return type.struct;
    case 'list':
      return `[]${typeText(type.element)}`;
    case 'map':
      return `map[string]${typeText(type.element)}`;
    case 'scalar':
      return type.scalar === 'intOrString' ? 'integer or string' : type.scalar;
  }
}
