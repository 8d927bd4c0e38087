/**
 * Reads JSON text strictly: data, the fields given twice, and errors in the words of Go's decoder.
 *
 * Upstream: Go's encoding/json scanner; sigs.k8s.io/json UnmarshalStrict
 */
import type { Json } from '../api/object.ts';

/** The data of a JSON text, or why it is none. */
export type JsonBody =
  { readonly value: Json; readonly duplicates: readonly string[] } | { readonly error: string };

/** Reads a JSON text. Of a field given twice the last value stays; its path is listed. */
export function parseJsonBody(text: string): JsonBody {
  const reader = new JsonReader(text);
  try {
    const value = reader.value('', 'looking for beginning of value');
    reader.end();
    return { value, duplicates: reader.duplicates };
  } catch (error) {
    if (error instanceof JsonProblem) return { error: error.message };
    if (error instanceof RangeError) return { error: 'exceeded max depth' };
    throw error;
  }
}

class JsonProblem extends Error {}

const literals: Readonly<Record<string, readonly [string, Json]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
};

class JsonReader {
  readonly duplicates: string[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(path: string, when: string): Json {
    const character = this.next();
    if (character === '{') return this.object(path);
    if (character === '[') return this.list(path);
    if (character === '"') return this.string();
    if (character === '-' || (character >= '0' && character <= '9')) return this.number();
    const literal = literals[character];
    if (!literal) throw this.unexpected(when);
    const [word, value] = literal;
    for (let i = 0; i < word.length; i += 1, this.at += 1) {
      if (this.text.charAt(this.at) !== word.charAt(i)) {
        throw this.unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`);
      }
    }
    return value;
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected('after top-level value');
  }

  private object(path: string): Json {
    const fields = new Map<string, Json>();
    this.at += 1;
    if (this.next() === '}') this.at += 1;
    else {
      for (;;) {
        if (this.next() !== '"')
          throw this.unexpected('looking for beginning of object key string');
        const key = this.string();
        if (this.next() !== ':') throw this.unexpected('after object key');
        this.at += 1;
        const fieldPath = path === '' ? key : `${path}.${key}`;
        if (fields.has(key)) this.duplicates.push(fieldPath);
        fields.set(key, this.value(fieldPath, 'looking for beginning of value'));
        const after = this.next();
        if (after !== ',' && after !== '}') throw this.unexpected('after object key:value pair');
        this.at += 1;
        if (after === '}') break;
      }
    }
    return Object.fromEntries(fields);
  }

  private list(path: string): Json {
    const items: Json[] = [];
    this.at += 1;
    if (this.next() === ']') {
      this.at += 1;
      return items;
    }
    for (;;) {
      items.push(this.value(`${path}[${items.length}]`, 'looking for beginning of value'));
      const after = this.next();
      if (after !== ',' && after !== ']') throw this.unexpected('after array element');
      this.at += 1;
      if (after === ']') return items;
    }
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    for (;;) {
      const character = this.text.charAt(this.at);
      if (character === '' || character < ' ') throw this.unexpected('in string literal');
      this.at += 1;
      if (character === '"') break;
      if (character !== '\\') continue;
      if (!/["\\/bfnrtu]/.test(this.text.charAt(this.at))) {
        throw this.unexpected('in string escape code');
      }
      const isUnicode = this.text.charAt(this.at) === 'u';
      this.at += 1;
      for (let i = 0; isUnicode && i < 4; i += 1, this.at += 1) {
        if (!/[0-9a-fA-F]/.test(this.text.charAt(this.at))) {
          throw this.unexpected('in \\u hexadecimal character escape');
        }
      }
    }
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private number(): number {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) {
      this.at += 1;
      throw this.unexpected('in numeric literal');
    }
    this.at += match[0].length;
    return Number(match[0]);
  }

  private next(): string {
    this.skipSpace();
    return this.text.charAt(this.at);
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at += 1;
  }

  private unexpected(context: string): JsonProblem {
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    if (this.at >= this.text.length) return new JsonProblem('unexpected end of JSON input');
    const shown = character === "'" ? `'\\''` : character === '"' ? `'"'` : quoted(character);
    return new JsonProblem(`invalid character ${shown} ${context}`);
  }
}

function quoted(character: string): string {
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
