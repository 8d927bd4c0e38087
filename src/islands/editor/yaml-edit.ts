/**
 * Sets a value in a manifest as a hand would: where a scalar stands, only its characters change; where none stands,
 * the field is put in and comments stay. For sliders; loaded when one is first touched.
 */
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { parseNumber } from './slider-value.ts';

/**
 * Returns the text with a number at a path (`spec.containers[0].resources.limits.cpu`) of a document, counted from 0. A suffix
 * and quotes that the value has are kept. A text that is no YAML, or has no such document, comes back unchanged.
 */
export function setNumber(text: string, document: number, path: string, value: number): string {
  const documents = parseAllDocuments(text, { keepSourceTokens: true }) as Document.Parsed[];
  if (!Array.isArray(documents)) return text;
  const full = documents.filter(({ contents }) => contents !== null && !isNothing(contents));
  const target = full[document];
  if (target === undefined || target.errors.length > 0) return text;
  const steps = stepsOf(path);
  const node = target.getIn(steps, true);
  if (isScalar(node) && node.range) {
    const [start, end] = node.range;
    const written = text.slice(start, end);
    const quote = /^["']/.exec(written)?.[0] ?? '';
    const { suffix } = parseNumber(String(node.value ?? '')) ?? { suffix: '' };
    const isEmpty = written === '' && /:$/.test(text.slice(0, start));
    return `${text.slice(0, start)}${isEmpty ? ' ' : ''}${quote}${value}${suffix}${quote}${text.slice(end)}`;
  }
  if (isMap(node) || isSeq(node) || !canHold(target, steps)) return text;
  target.setIn(steps, value);
  const [from, , to] = target.range;
  const indentSeq = !/^( *)[^\s-].*:[ \t]*\n\1- /m.test(text.slice(from, to));
  const written = target.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: true });
  return `${text.slice(0, from)}${written.replace(/^---\n/, '').replace(/\n?$/, '\n')}${text.slice(to)}`;
}

function isNothing(contents: unknown): boolean {
  return isScalar(contents) && (contents.value === null || contents.value === '');
}

/** Whether the way to a field leads through maps and existing elements only. */
function canHold(document: Document.Parsed, steps: readonly (string | number)[]): boolean {
  for (let length = 0; length < steps.length; length += 1) {
    const node: unknown =
      length === 0 ? document.contents : document.getIn(steps.slice(0, length), true);
    if (node === undefined || (isScalar(node) && node.value === null)) {
      return steps.slice(length).every((step) => typeof step === 'string');
    }
    if (isSeq(node) && typeof steps[length] === 'number') continue;
    if (!isMap(node)) return false;
  }
  return true;
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
