/**
 * Sets a value in a manifest as a hand would: where a scalar stands, only its characters change; where none stands,
 * lines for it are put in, and everything else stays as it was written. For sliders; loaded when one is first touched.
 */
import { isCollection, isMap, isScalar, parseAllDocuments } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import { parseNumber } from './slider-value.ts';

/**
 * Returns the text with a number at a path (`spec.containers[0].resources.limits.cpu`) of a document, counted from 0. A suffix
 * and quotes that the value has are kept. The text comes back unchanged where it is no YAML, has no such document, or
 * has something else in the way.
 */
export function setNumber(text: string, document: number, path: string, value: number): string {
  const documents = parseAllDocuments(text) as Document.Parsed[];
  const target = documents.filter(({ contents }) => isCollection(contents))[document];
  if (target === undefined || target.errors.length > 0) return text;
  const steps = stepsOf(path);
  const node: unknown = target.getIn(steps, true);
  if (isCollection(node)) return text;
  if (isScalar(node) && node.range && node.value !== null) {
    const [start, end] = node.range;
    const quote = /^["']/.exec(text.slice(start, end))?.[0] ?? '';
    const { suffix } = parseNumber(String(node.value)) ?? { suffix: '' };
    return `${text.slice(0, start)}${quote}${value}${suffix}${quote}${text.slice(end)}`;
  }
  return insert(text, target, steps, String(value));
}

/** Puts a field into the innermost map on its way that is there. */
function insert(
  text: string,
  document: Document.Parsed,
  steps: readonly (string | number)[],
  value: string,
): string {
  for (let depth = steps.length - 1; depth >= 0; depth -= 1) {
    const rest = steps.slice(depth);
    if (rest.some((step) => typeof step === 'number')) return text;
    const node: unknown =
      depth === 0 ? document.contents : document.getIn(steps.slice(0, depth), true);
    if (node === undefined || (isScalar(node) && node.value === null)) continue;
    if (!isMap(node)) return text;
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === rest[0]);
    const keyEnd = pair && isScalar(pair.key) ? (pair.key.range?.[1] ?? 0) : undefined;
    if (keyEnd !== undefined) return fillKey(text, keyEnd, node, rest.slice(1), value);
    return node.flow === true
      ? intoBrackets(text, node, rest, value)
      : below(text, node, rest, value);
  }
  return text;
}

/** Gives a value to a key that has none. */
function fillKey(
  text: string,
  keyEnd: number,
  map: YAMLMap,
  rest: readonly (string | number)[],
  value: string,
): string {
  const at = text.indexOf(':', keyEnd) + 1;
  const isInline = rest.length === 0 || map.flow === true;
  const added = isInline
    ? ` ${inline(rest, value)}`
    : `\n${block(rest, value, columnOf(text, map) + 2)}`;
  return `${text.slice(0, at)}${added}${text.slice(at)}`;
}

function intoBrackets(
  text: string,
  map: YAMLMap,
  rest: readonly (string | number)[],
  value: string,
): string {
  const at = (map.range?.[0] ?? 0) + 1;
  const added = inline(rest, value).slice(2, -2);
  return `${text.slice(0, at)} ${added}${map.items.length > 0 ? ',' : ' '}${text.slice(at)}`;
}

/** Adds lines below the last field of a map. */
function below(
  text: string,
  map: YAMLMap,
  rest: readonly (string | number)[],
  value: string,
): string {
  let at = map.range?.[1] ?? text.length;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at -= 1;
  const lineEnd = text.indexOf('\n', at);
  if (lineEnd >= 0) at = lineEnd;
  return `${text.slice(0, at)}\n${block(rest, value, columnOf(text, map))}${text.slice(at)}`;
}

function columnOf(text: string, map: YAMLMap): number {
  const start = map.range?.[0] ?? 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

/** Writes `{ a: { b: 1 } }`, or the value alone for no steps. */
function inline(steps: readonly (string | number)[], value: string): string {
  return steps.reduceRight<string>((inner, step) => `{ ${step}: ${inner} }`, value);
}

function block(steps: readonly (string | number)[], value: string, column: number): string {
  return steps
    .map((step, i) => {
      const end = i === steps.length - 1 ? ` ${value}` : '';
      return `${' '.repeat(column + 2 * i)}${step}:${end}`;
    })
    .join('\n');
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
