/** What the API says about the field under the pointer. */
import { enumValues } from '#sim/api/enums.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { KUBERNETES_VERSION } from '#sim/api/version.ts';
import { kindOf, placeAt, typeText } from './manifest-schema.ts';
import { outlineOf, pathText } from './yaml-outline.ts';
import type { Step } from './yaml-outline.ts';

/** A field in a manifest. */
export interface HoverFacts {
  /** The stretch of text that it is about. */
  readonly start: number;
  readonly end: number;
  readonly steps: readonly Step[];
  /** `spec.replicas`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** The values it takes, when they are few. */
  readonly values: readonly string[];
  /** The struct and the field whose documentation says what it means. */
  readonly struct: string;
  readonly field: string;
  /** Address of the kind's page in the reference. */
  readonly reference: string;
}

/** Returns what is known of the place at an offset; undefined where the API knows nothing of it. */
export function hoverFacts(text: string, offset: number): HoverFacts | undefined {
  const entries = outlineOf(text);
  const entry = entries.findLast(
    ({ keyStart, keyEnd, valueStart, valueEnd, scalar }) =>
      (keyStart <= offset && offset < keyEnd) ||
      (scalar !== '' && valueStart <= offset && offset < valueEnd),
  );
  const row = entry && kindOf(entries, entry.document);
  const place = row && placeAt(row, entry.steps);
  if (!entry || !row || !place?.field) return undefined;
  const { owner, field } = place;
  const isKey = entry.keyStart <= offset && offset < entry.keyEnd;
  return {
    start: isKey ? entry.keyStart : entry.valueStart,
    end: isKey ? entry.keyEnd : entry.valueEnd,
    steps: entry.steps,
    path: pathText(entry.steps),
    type: typeText(place.type),
    isRequired: field.required && field.type === place.type,
    values: (enumValues(owner, field.name) ?? []).filter((value) => value !== ''),
    struct: owner,
    field: field.name,
    reference: referenceOf(row),
  };
}

/** The reference names a kind by its version and the first part of its group. */
function referenceOf(row: KindRow): string {
  const { group, version } = row;
  const short = group === '' ? 'core' : group.replaceAll('.', '-');
  const release = /^v?(\d+\.\d+)/.exec(KUBERNETES_VERSION)?.[1] ?? '';
  const anchor = `${row.kind.toLowerCase()}-${version}-${short}`;
  return `https://kubernetes.io/docs/reference/generated/kubernetes-api/v${release}/#${anchor}`;
}
