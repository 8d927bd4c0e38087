/**
 * The description of a kind that has none of its own: its fields as they are.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go genericDescriber
 */
import { compareText } from '../../api/go-format.ts';
import { isJsonObject } from '../../api/object.ts';
import type { JsonObject } from '../../api/object.ts';
import { goText } from '../go-text.ts';
import type { Describer } from './describer.ts';
import { writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

const skipped = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);

export const describeGeneric: Describer = {
  *write(out, object) {
    writeName(out, object);
    writeLabels(out, 'Labels', object.metadata.labels);
    writeAnnotations(out, 'Annotations', object.metadata.annotations);
    writeFields(out, 0, object as unknown as JsonObject, '');
  },
};

function writeFields(out: Description, level: number, fields: JsonObject, path: string): void {
  for (const field of Object.keys(fields).sort(compareText)) {
    const value = fields[field];
    const inside = `${path}.${field}`;
    if (skipped.has(inside)) continue;
    const title = titleOf(field);
    if (isJsonObject(value)) {
      out.line(level, `${title}:`);
      writeFields(out, level + 1, value, inside);
    } else if (Array.isArray(value)) {
      out.line(level, `${title}:`);
      for (const item of value) {
        if (isJsonObject(item)) writeFields(out, level + 1, item, inside);
        else out.line(level + 1, goText(item));
      }
    } else out.line(level, `${title}:`, goText(value));
  }
}

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** Makes a title of a field's name: `creationTimestamp` → `Creation Timestamp`. */
function titleOf(field: string): string {
  const words = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d_]+/g) ?? [field];
  return words
    .map((word) => {
      const upper = word.toUpperCase();
      return acronyms.has(upper) ? upper : word.charAt(0).toUpperCase() + word.slice(1);
    })
    .join(' ');
}
