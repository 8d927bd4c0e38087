/**
 * Writes JSON data as YAML, as kubectl prints it: block style, keys in natural order, lists not indented, text quoted
 * only where it would otherwise be read as something else, long text broken at a space behind column 80.
 *
 * Upstream: sigs.k8s.io/yaml goyaml.v2 encode.go, emitterc.go, sorter.go
 */
import type { Json, JsonObject } from '../api/object.ts';
import { isJsonObject } from '../api/object.ts';
import { isPlainText } from './yaml-plain.ts';

/** Column behind which text is broken. */
const bestWidth = 80;

/** Returns the document, with a newline at its end. */
export function printYaml(value: unknown): string {
  const json = value as Json;
  if (isJsonObject(json) && !isEmpty(json)) return mapping(json, 0);
  if (Array.isArray(json) && json.length > 0) return sequence(json as readonly Json[], 0);
  return `${scalar(json, 0, 0)}\n`;
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value)
    ? entriesOf(value).length === 0
    : Array.isArray(value) && value.length === 0;
}

function entriesOf(object: JsonObject): [string, Json][] {
  return Object.entries(object)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => compareNatural(a, b));
}

/** Lines of a mapping; the first is not indented when it follows a dash. */
function mapping(object: JsonObject, indent: number, isFirstIndented = true): string {
  const pad = ' '.repeat(indent);
  let text = '';
  for (const [key, value] of entriesOf(object)) {
    const head = `${text === '' && !isFirstIndented ? '' : pad}${keyText(key)}:`;
    if (isJsonObject(value) && !isEmpty(value)) text += `${head}\n${mapping(value, indent + 2)}`;
    else if (Array.isArray(value) && value.length > 0) {
      text += `${head}\n${sequence(value as readonly Json[], indent)}`;
    } else {
      const column = indent + keyText(key).length + 2;
      text += `${head} ${scalar(value, indent + 2, column)}\n`;
    }
  }
  return text;
}

function sequence(items: readonly Json[], indent: number, isFirstIndented = true): string {
  const pad = ' '.repeat(indent);
  let text = '';
  for (const item of items) {
    const head = `${text === '' && !isFirstIndented ? '' : pad}- `;
    if (isJsonObject(item) && !isEmpty(item)) text += head + mapping(item, indent + 2, false);
    else if (Array.isArray(item) && item.length > 0) {
      text += head + sequence(item as readonly Json[], indent + 2, false);
    } else text += `${head}${scalar(item, indent + 2, indent + 2)}\n`;
  }
  return text;
}

function keyText(key: string): string {
  return key.includes('\n') ? doubleQuoted(key) : textScalar(key, 0, 0, false);
}

function scalar(value: Json, indent: number, column: number): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return textScalar(value, indent, column, true);
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object') return '{}';
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Go prints floats with at least two digits of exponent from 1e21 on. */
function numberText(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function textScalar(text: string, indent: number, column: number, breaks: boolean): string {
  const has = analyse(text);
  if (text.includes('\n')) {
    return has.blockAllowed && breaks ? literal(text, indent) : doubleQuoted(text);
  }
  if (!isPlainText(text)) return doubleQuoted(text, indent, column, breaks);
  if (text !== '' && has.plainAllowed) {
    return breaks ? broken(text, indent, column) : text;
  }
  if (!has.singleAllowed) return doubleQuoted(text, indent, column, breaks);
  const escaped = text.replaceAll("'", "''");
  return `'${breaks ? broken(escaped, indent, column + 1) : escaped}'`;
}

interface Analysis {
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly blockAllowed: boolean;
}

function analyse(text: string): Analysis {
  const isSpecial =
    /[^\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(
      text,
    );
  const spaceBreak = / \n/.test(text);
  const breakSpace = /\n /.test(text);
  const edges = /^[ \n]|[ \n]$/.test(text);
  const indicators =
    /^(---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](\s|$)/.test(text) ||
    /:(\s|$)/.test(text) ||
    /\s#/.test(text);
  return {
    plainAllowed: !isSpecial && !spaceBreak && !breakSpace && !edges && !indicators,
    singleAllowed: !isSpecial && !spaceBreak && !breakSpace,
    blockAllowed: !isSpecial && !spaceBreak && !text.endsWith(' '),
  };
}

/** Breaks text at the first single space behind the best width, again and again. */
function broken(text: string, indent: number, startColumn: number): string {
  if (startColumn + text.length <= bestWidth) return text;
  let column = startColumn;
  let output = '';
  const characters = [...text];
  for (const [at, character] of characters.entries()) {
    const isSpace = character === ' ';
    const single = characters[at - 1] !== ' ' && characters[at + 1] !== ' ';
    const inside = at > 0 && at < characters.length - 1;
    if (isSpace && single && inside && column > bestWidth) {
      output += `\n${' '.repeat(indent)}`;
      column = indent;
    } else {
      output += character;
      column += 1;
    }
  }
  return output;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const pad = ' '.repeat(indent);
  const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}

const escapes: Readonly<Record<string, string>> = {
  '\u0000': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string, indent = 0, column = 0, breaks = false): string {
  let output = '"';
  let at = column + 1;
  const characters = [...text];
  for (const [index, character] of characters.entries()) {
    const inside = index > 0 && index < characters.length - 1;
    if (character === ' ' && breaks && inside && at > bestWidth && characters[index - 1] !== ' ') {
      output += `\n${' '.repeat(indent)}`;
      at = indent;
      if (characters[index + 1] === ' ') {
        output += '\\';
        at += 1;
      }
      continue;
    }
    const shown = escapes[character] ?? escapeUnprintable(character);
    output += shown;
    at += shown.length;
  }
  return `${output}"`;
}

function escapeUnprintable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f) && code !== 0xfeff) {
    return character;
  }
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return `\\u${hex.padStart(4, '0')}`;
}

/** Orders keys as a person would: digits by their value, other characters before letters. */
export function compareNatural(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i += 1) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    if (x === y) continue;
    const xIsLetter = /\p{L}/u.test(x);
    const yIsLetter = /\p{L}/u.test(y);
    if (xIsLetter && yIsLetter) return x < y ? -1 : 1;
    if (xIsLetter || yIsLetter) return yIsLetter ? -1 : 1;
    const [xNumber, xEnd] = numberAt(left, i, x === '0' || y === '0');
    const [yNumber, yEnd] = numberAt(right, i, x === '0' || y === '0');
    if (xNumber !== yNumber) return xNumber - yNumber;
    if (xEnd !== yEnd) return xEnd - yEnd;
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** Reads the number at a place; a leading digit before it counts where a zero is compared. */
function numberAt(text: readonly string[], start: number, isZero: boolean): [number, number] {
  let value = 0;
  if (isZero) {
    for (let j = start - 1; j >= 0 && /\d/.test(text[j] ?? ''); j -= 1) {
      if (text[j] !== '0') {
        value = 1;
        break;
      }
    }
  }
  let end = start;
  while (end < text.length && /\d/.test(text[end] ?? '')) {
    value = value * 10 + Number(text[end]);
    end += 1;
  }
  return [value, end];
}
