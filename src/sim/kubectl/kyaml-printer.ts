/**
 * Writes JSON data as KYAML: YAML in flow style, with all text in double quotes.
 *
 * Upstream: sigs.k8s.io/yaml/kyaml
 */
import { isJsonObject } from '../api/object.ts';
import type { Json, JsonObject } from '../api/object.ts';
import { compareNatural } from './yaml-printer.ts';
import { isPlainText } from './yaml-plain.ts';

/** Returns the document with its `---` and a newline at its end. */
export function printKyaml(value: unknown): string {
  return `---\n${render(value as Json, 0)}\n`;
}

function render(value: Json, depth: number): string {
  if (typeof value === 'string') return textOf(value, depth);
  if (Array.isArray(value)) return list(value as readonly Json[], depth);
  if (isJsonObject(value)) return object(value, depth);
  return String(value);
}

function object(value: JsonObject, depth: number): string {
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort(compareNatural);
  if (keys.length === 0) return '{}';
  const pad = '  '.repeat(depth + 1);
  const fields = keys.map(
    (key) => `${pad}${keyOf(key)}: ${render(value[key] ?? null, depth + 1)},\n`,
  );
  return `{\n${fields.join('')}${'  '.repeat(depth)}}`;
}

function keyOf(key: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(key) && isPlainText(key) ? key : JSON.stringify(key);
}

/** Lists of objects cuddle their braces; other lists have an item a line. */
function list(items: readonly Json[], depth: number): string {
  if (items.length === 0) return '[]';
  const isCuddled = items.every((item) => typeof item === 'object' && item !== null);
  if (isCuddled) return `[${items.map((item) => render(item, depth)).join(', ')}]`;
  const pad = '  '.repeat(depth + 1);
  const lines = items.map((item) => `${pad}${render(item, depth + 1)},\n`);
  return `[\n${lines.join('')}${'  '.repeat(depth)}]`;
}

function textOf(text: string, depth: number): string {
  const quoted = (part: string): string => JSON.stringify(part).slice(1, -1);
  if (!text.includes('\n')) return `"${quoted(text)}"`;
  const pad = '  '.repeat(depth);
  const parts = text.split('\n');
  const lines = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (isLast) return part === '' ? `${pad}  ` : `${pad}   ${quoted(part)}`;
    return `${pad}   ${quoted(part)}\\n\\\n`;
  });
  return `"\\\n${lines.join('')}"`;
}
