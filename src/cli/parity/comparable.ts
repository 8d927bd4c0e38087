/**
 * Answers of an API server in a form that can be compared: what is drawn or allocated is masked on both sides.
 *
 * Left out are `managedFields`, which are not simulated, resource versions, and nulls, which ours leaves out.
 */
import type { HttpAnswer } from './http-facade.ts';

/** Replacements of what is drawn or allocated. */
const drawn: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<5>'],
  [/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"<time>"'],
  [/"10\.96\.\d+\.\d+"/g, '"<ip>"'],
  [/"(nodePort|healthCheckNodePort)":\d+/g, '"$1":"<port>"'],
  [/"continue":"[^"]+"/g, '"continue":"<token>"'],
];

/** Fields that are left out of both sides, wherever they stand. */
const leftOut = new Set(['managedFields', 'resourceVersion', 'selfLink']);

/** Masks an answer; names that were made from `generateName` are masked too. */
export function comparable(answer: HttpAnswer, generateName = ''): unknown {
  const { code, body, warnings } = answer;
  const text = JSON.stringify({ code, body, warnings }, (key: string, value: unknown) =>
    value === null || leftOut.has(key) ? undefined : value,
  );
  const named = generateName === '' ? text : text.replaceAll(suffixOf(generateName), '<name>');
  return JSON.parse(drawn.reduce((kept, [pattern, mark]) => kept.replace(pattern, mark), named));
}

function suffixOf(generateName: string): RegExp {
  const base = generateName.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${base}[a-z0-9]{5}\\b`, 'g');
}
