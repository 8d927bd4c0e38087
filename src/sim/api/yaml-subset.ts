/**
 * Reads the YAML that manifests are made of: maps and lists by indentation, one-line scalars and flow collections, `|`
 * blocks, comments.
 *
 * It is small and quick, and gives up on whatever else there is (anchors, tags, texts over several lines, keys given twice,
 * mistakes of any kind): then the complete reader reads the text. Where it does not give up, both give the same.
 *
 * Ours: pages fetch the complete reader only for texts that need it.
 */
import type { Json } from './object.ts';
import type { PositionNode, SourcePosition } from './yaml-positions.ts';
import { resolvePlainScalar } from './yaml-scalars.ts';

/** What a document says, and where. */
export interface PlainDocument {
  readonly value: Json;
  readonly positions: PositionNode;
}

/** Characters that are more than what they look like: tabs, controls, odd spaces and ends of lines. */
// eslint-disable-next-line no-control-regex
const oddCharacters =
  /[^\n\x20-\x7e\xa1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\u{10000}-\u{10ffff}]/u;
const depthMax = 60;
const plainKey = /^[A-Za-z0-9_][\w./-]*(?=:(?: |$))/;
/** A scalar without quotes that begins with a harmless character. */
const plainStart = /^(?:[\p{L}\p{N}_./$(\\^~+=;<]|-(?=[^ ]))/u;

/** The text is not of the plain sort. */
class NotPlain extends Error {}

interface Line {
  /** From 1, in the whole text. */
  readonly number: number;
  readonly indent: number;
  /** Without the spaces at its end; comments still there. */
  readonly text: string;
  /** With those spaces. */
  readonly length: number;
}

interface Read {
  readonly value: Json;
  readonly node: PositionNode;
}

/** Reads a document, whose first line has a number. Returns nothing for a text that needs the complete reader. */
export function readPlainYaml(text: string, firstLine: number): PlainDocument | undefined {
  if (oddCharacters.test(text)) return undefined;
  try {
    const { value, node } = new PlainReader(text, firstLine).document();
    return { value, positions: { ...node, key: undefined } };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** A position of the text, made of line and column from 1. */
const at = (line: number, column: number): SourcePosition => ({ line, column });

function leaf(value: Json, start: SourcePosition, end: SourcePosition): Read {
  return { value, node: { key: undefined, value: { start, end }, children: new Map() } };
}

class PlainReader {
  readonly #lines: string[];
  readonly #firstLine: number;
  /** The next line to be read. */
  #next = 0;
  #depth = 0;

  constructor(text: string, firstLine: number) {
    this.#lines = text.split('\n');
    this.#firstLine = firstLine;
  }

  document(): Read {
    const first = this.#peek();
    if (first === undefined) return leaf(null, at(this.#firstLine, 1), at(this.#firstLine, 1));
    const read = this.#block(first.indent);
    if (this.#peek() !== undefined) throw new NotPlain();
    return read;
  }

  /** The next line that is neither empty nor a comment. */
  #peek(): Line | undefined {
    for (; this.#next < this.#lines.length; this.#next += 1) {
      const whole = this.#lines[this.#next] ?? '';
      const text = whole.trimEnd();
      const indent = text.length - text.trimStart().length;
      const first = text.charAt(indent);
      if (first === '' || first === '#') continue;
      if (indent === 0 && (first === '%' || text.startsWith('...'))) throw new NotPlain();
      return { number: this.#firstLine + this.#next, indent, text, length: whole.length };
    }
    return undefined;
  }

  /** A map or a list whose lines begin at an indentation. */
  #block(indent: number): Read {
    this.#depth += 1;
    if (this.#depth > depthMax) throw new NotPlain();
    const line = this.#peek();
    const isList = line !== undefined && isItem(line.text, indent);
    const read = isList ? this.#list(indent) : this.#map(indent);
    this.#depth -= 1;
    return read;
  }

  #list(indent: number): Read {
    const value: Json[] = [];
    const children = new Map<string, PositionNode>();
    let start: SourcePosition | undefined;
    let end: SourcePosition | undefined;
    for (;;) {
      const line = this.#peek();
      if (line === undefined || line.indent < indent) break;
      if (line.indent > indent) throw new NotPlain();
      if (!isItem(line.text, indent)) break;
      start ??= at(line.number, indent + 1);
      const item = this.#item(line, indent);
      children.set(String(value.length), item.node);
      value.push(item.value);
      end = item.node.value.end;
    }
    if (start === undefined || end === undefined) throw new NotPlain();
    return { value, node: { key: undefined, value: { start, end }, children } };
  }

  #item(line: Line, indent: number): Read {
    const rest = line.text.slice(indent + 1);
    const from = indent + 1 + rest.length - rest.trimStart().length;
    const text = line.text.slice(from);
    if (text === '' || text.startsWith('#')) throw new NotPlain();
    if (keyOf(text) === undefined && !isItem(text, 0)) return this.#scalar(line, from, indent);
    // What follows the dash stands as if on a line of its own.
    const whole = this.#lines[this.#next] ?? '';
    this.#lines[this.#next] = `${' '.repeat(from)}${whole.slice(from)}`;
    return this.#block(from);
  }

  #map(indent: number): Read {
    const fields = new Map<string, Json>();
    const children = new Map<string, PositionNode>();
    let start: SourcePosition | undefined;
    let end: SourcePosition | undefined;
    for (;;) {
      const line = this.#peek();
      if (line === undefined || line.indent < indent) break;
      if (line.indent > indent) throw new NotPlain();
      const found = keyOf(line.text.slice(indent));
      if (found === undefined) {
        if (start !== undefined && isItem(line.text, indent)) break;
        throw new NotPlain();
      }
      const { key, length } = found;
      if (fields.has(key)) throw new NotPlain();
      const keyRange = {
        start: at(line.number, indent + 1),
        end: at(line.number, indent + length + 1),
      };
      start ??= keyRange.start;
      const { value, node } = this.#value(line, indent + length + 1, indent);
      fields.set(key, value);
      children.set(key, { ...node, key: keyRange });
      end = node.value.end;
    }
    if (start === undefined || end === undefined) throw new NotPlain();
    return {
      value: objectOf(fields),
      node: { key: undefined, value: { start, end }, children },
    };
  }

  /** What follows the colon of a key: on its line, or below. */
  #value(line: Line, behind: number, indent: number): Read {
    const rest = line.text.slice(behind);
    const from = behind + rest.length - rest.trimStart().length;
    if (from < line.text.length && line.text[from] !== '#') return this.#scalar(line, from, indent);
    this.#next += 1;
    const below = this.#peek();
    const isBelow =
      below !== undefined &&
      (below.indent > indent || (below.indent === indent && isItem(below.text, indent)));
    if (isBelow) return this.#block(below.indent);
    if (from < line.text.length || line.length > line.text.length) throw new NotPlain();
    const place = at(line.number, behind + 1);
    return leaf(null, place, place);
  }

  /** A value that begins on a line; `indent` is that of the key or the dash before it. */
  #scalar(line: Line, from: number, indent: number): Read {
    const text = line.text.slice(from);
    if (text.startsWith('|')) return this.#literal(line, from, indent);
    const flow = new FlowReader(line.text, line.number, from);
    const read = /^["'[{]/.test(text) ? flow.value(depthMax) : flow.plainToEnd();
    if (flow.hasMore()) throw new NotPlain();
    this.#next += 1;
    const below = this.#peek();
    if (below !== undefined && below.indent > indent) throw new NotPlain();
    return read;
  }

  /** A `|` block: text as it stands, up to a line that is less indented. */
  #literal(line: Line, from: number, indent: number): Read {
    const header = line.text.slice(from);
    if (!/^\|[-+]?$/.test(header)) throw new NotPlain();
    this.#next += 1;
    const texts: string[] = [];
    let own = -1;
    let end = at(line.number, line.text.length + 1);
    for (; this.#next < this.#lines.length; this.#next += 1) {
      const whole = this.#lines[this.#next] ?? '';
      const text = whole.trimEnd();
      const spaces = whole.length - whole.trimStart().length;
      if (text === '') {
        if (whole !== '') throw new NotPlain();
        // The last piece is what stands behind the text's last end of line.
        if (this.#next < this.#lines.length - 1) texts.push('');
        continue;
      }
      if (spaces <= indent) break;
      if (own < 0) own = spaces;
      if (spaces < own) throw new NotPlain();
      texts.push(whole.slice(own));
      end = at(this.#firstLine + this.#next, text.length + 1);
    }
    if (own < 0) throw new NotPlain();
    const body = `${texts.join('\n')}\n`;
    const stripped = body.replace(/\n+$/, '');
    const value = header === '|' ? `${stripped}\n` : header === '|-' ? stripped : body;
    return leaf(value, at(line.number, from + 1), end);
  }
}

/** Whether a dash and a space stand at an indentation. */
function isItem(text: string, indent: number): boolean {
  return text[indent] === '-' && (text.length === indent + 1 || text[indent + 1] === ' ');
}

/** The key that a text begins with, and how many characters it takes. */
function keyOf(text: string): { key: string; length: number } | undefined {
  const plain = plainKey.exec(text)?.[0];
  if (plain !== undefined) {
    const key = resolvePlainScalar(plain);
    if (key === null) throw new NotPlain();
    return { key: String(key), length: plain.length };
  }
  const quoted = /^(?:"[^"\\]*"|'[^']*')(?=:(?: |$))/.exec(text)?.[0];
  if (quoted === undefined) return undefined;
  return { key: quoted.slice(1, -1), length: quoted.length };
}

/** Makes an object with its keys in order; a plain assignment of `__proto__` would set the prototype. */
export function objectOf(fields: ReadonlyMap<string, Json>): Record<string, Json> {
  const value: Record<string, Json> = {};
  for (const key of [...fields.keys()].sort()) {
    Object.defineProperty(value, key, {
      value: fields.get(key) ?? null,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** Reads what stands on one line: scalars, and collections in brackets. */
class FlowReader {
  readonly #text: string;
  readonly #line: number;
  #at: number;

  constructor(text: string, line: number, from: number) {
    this.#text = text;
    this.#line = line;
    this.#at = from;
  }

  /** Whether anything but a comment follows. */
  hasMore(): boolean {
    return !/^(?: *| +#.*)$/.test(this.#text.slice(this.#at));
  }

  /** A scalar without quotes, up to the end of the line or a comment. */
  plainToEnd(): Read {
    const from = this.#at;
    const text = this.#text.slice(from).replace(/ #.*$/, '').trimEnd();
    if (!plainStart.test(text) || /:(?: |$)/.test(text)) throw new NotPlain();
    this.#at += text.length;
    return this.#since(from, resolvePlainScalar(text));
  }

  value(depth: number): Read {
    if (depth === 0) throw new NotPlain();
    switch (this.#text[this.#at]) {
      case '[':
        return this.#list(depth);
      case '{':
        return this.#map(depth);
      case '"':
      case "'": {
        const from = this.#at;
        return this.#since(from, this.#quoted());
      }
      default: {
        const from = this.#at;
        return this.#since(from, resolvePlainScalar(this.#plain()));
      }
    }
  }

  #since(from: number, value: Json): Read {
    return leaf(value, at(this.#line, from + 1), at(this.#line, this.#at + 1));
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
    if (this.#text[this.#at] === '#') throw new NotPlain();
  }

  /** Takes a character and the spaces behind it; false when another stands here. */
  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    this.#spaces();
    return true;
  }

  #list(depth: number): Read {
    const from = this.#at;
    const value: Json[] = [];
    const children = new Map<string, PositionNode>();
    this.#takes('[');
    while (this.#text[this.#at] !== ']') {
      const item = this.value(depth - 1);
      children.set(String(value.length), item.node);
      value.push(item.value);
      this.#separator(']');
    }
    this.#at += 1;
    return { value, node: { ...this.#since(from, null).node, children } };
  }

  #map(depth: number): Read {
    const from = this.#at;
    const fields = new Map<string, Json>();
    const children = new Map<string, PositionNode>();
    this.#takes('{');
    while (this.#text[this.#at] !== '}') {
      const keyFrom = this.#at;
      const isQuoted = /["']/.test(this.#text[keyFrom] ?? '');
      const plain = isQuoted ? this.#quoted() : resolvePlainScalar(this.#plain());
      const { start, end } = this.#since(keyFrom, null).node.value;
      const key = String(plain);
      const isNew = plain !== null && key !== '<<' && !fields.has(key);
      if (!isNew || this.#text[this.#at] !== ':' || this.#text[this.#at + 1] !== ' ') {
        throw new NotPlain();
      }
      this.#takes(':');
      const item = this.value(depth - 1);
      fields.set(key, item.value);
      children.set(key, { ...item.node, key: { start, end } });
      this.#separator('}');
    }
    this.#at += 1;
    return { value: objectOf(fields), node: { ...this.#since(from, null).node, children } };
  }

  /** A comma with something behind it, or the end of the collection. */
  #separator(close: string): void {
    this.#spaces();
    if (this.#text[this.#at] === close) return;
    if (!this.#takes(',') || this.#text[this.#at] === close) throw new NotPlain();
  }

  #quoted(): string {
    const quote = this.#text[this.#at];
    let value = '';
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at] ?? '';
      const next = this.#text[this.#at + 1] ?? '';
      if (character === quote && !(quote === "'" && next === "'")) {
        this.#at += 1;
        return value;
      }
      const isEscape = quote === '"' && character === '\\';
      const meant = isEscape ? escapes[next] : character;
      if (meant === undefined) throw new NotPlain();
      if (isEscape || character === quote) this.#at += 1;
      value += meant;
    }
    throw new NotPlain();
  }

  #plain(): string {
    const text = /^[^,[\]{}:#"'&*!|>%@`?]*/.exec(this.#text.slice(this.#at))?.[0].trimEnd() ?? '';
    if (!plainStart.test(text)) throw new NotPlain();
    this.#at += text.length;
    return text;
  }
}
