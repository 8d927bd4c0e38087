/**
 * Tables whose columns the user gives: `NAME:.metadata.name,IMAGES:.spec.containers[*].image`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
 */
import { KubectlError } from './errors.ts';
import { goText } from './go-text.ts';
import { evaluate, relaxedPath } from './jsonpath.ts';
import type { PathStep } from './jsonpath-parser.ts';
import type { Json } from '../api/object.ts';

/** A column: its head and where its values are. */
export interface CustomColumn {
  readonly header: string;
  readonly steps: readonly PathStep[];
}

/** Reads the text behind `custom-columns=`. Throws KubectlError. */
export function parseCustomColumns(spec: string): readonly CustomColumn[] {
  if (spec === '')
    throw new KubectlError('custom-columns format specified but no custom columns given');
  return splitColumns(spec).map((part) => {
    const colon = part.indexOf(':');
    const [header, path] = [part.slice(0, colon), part.slice(colon + 1)];
    if (colon < 0 || path === '') {
      throw new KubectlError(
        `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`,
      );
    }
    return { header, steps: relaxedPath(path) };
  });
}

/** Reads a file of two lines, headers and paths, for `custom-columns-file=`. */
export function parseCustomColumnsFile(text: string): readonly CustomColumn[] {
  const [heads = '', paths = ''] = text.split('\n');
  const headers = heads.split(/\s+/).filter((word) => word !== '');
  const specs = paths.split(/\s+/).filter((word) => word !== '');
  if (headers.length !== specs.length) {
    throw new KubectlError(
      `number of headers (${headers.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return headers.map((header, index) => ({ header, steps: relaxedPath(specs[index] ?? '') }));
}

/** Splits at commas outside brackets. */
function splitColumns(spec: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of spec) {
    if (character === '[' || character === '(') depth += 1;
    if (character === ']' || character === ')') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Returns the cells of an object; several values are joined by commas. */
export function customCells(columns: readonly CustomColumn[], object: unknown): string[] {
  return columns.map(({ steps }) => {
    const values = evaluate(steps, [object as Json]);
    return values.length === 0
      ? '<none>'
      : values.map((value) => (value === null ? '<none>' : goText(value))).join(',');
  });
}
