/**
 * Parses sed scripts.
 *
 * Upstream: busybox editors/sed.c
 */
import { posixExpression } from './regular-expression.ts';

/** A mistake in a script. */
export class SedError extends Error {
  override readonly name = 'SedError';
}

/** Where a command applies. */
export type SedAddress =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** So many lines after the first address. */
  | { readonly kind: 'offset'; readonly count: number }
  /** Undefined: the last expression that was used. */
  | { readonly kind: 'expression'; readonly expression: RegExp | undefined };

/** One command with what belongs to it. */
export interface SedCommand {
  readonly from: SedAddress | undefined;
  readonly to: SedAddress | undefined;
  readonly isNegated: boolean;
  readonly name: string;
  /** Text of `a`, `i`, `c`; label of `b`, `t`, `T`, `:`; file of `r`, `w`; exit code of `q`. */
  readonly text: string;
  readonly expression?: RegExp | undefined;
  readonly replacement?: string;
  readonly isGlobal?: boolean;
  readonly isPrinted?: boolean;
  /** Which match is replaced, from 1. */
  readonly occurrence?: number;
  readonly from2?: readonly string[];
  readonly to2?: readonly string[];
  /** For `{`: where its `}` is; for jumps it is found by label. */
  end?: number;
}

/** Parses a script. Throws SedError. */
export function parseSed(script: string, isExtended: boolean, isGnu: boolean): SedCommand[] {
  return new SedParser(script, isExtended, isGnu).all();
}

class SedParser {
  readonly #text: string;
  readonly #isExtended: boolean;
  readonly #isGnu: boolean;
  #at = 0;

  constructor(text: string, isExtended: boolean, isGnu: boolean) {
    this.#text = text;
    this.#isExtended = isExtended;
    this.#isGnu = isGnu;
  }

  all(): SedCommand[] {
    const commands: SedCommand[] = [];
    const open: SedCommand[] = [];
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#peek() === '#') {
        this.#skip(/[^\n]*/y);
        continue;
      }
      const command = this.#command();
      if (command.name === '{') open.push(command);
      if (command.name === '}') {
        const start = open.pop();
        if (start === undefined) throw new SedError('unexpected }');
        start.end = commands.length;
      }
      commands.push(command);
    }
    if (open.length > 0) throw new SedError('unmatched {');
    return commands;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #command(): SedCommand {
    const from = this.#address(false);
    this.#skip(/ */y);
    let to: SedAddress | undefined;
    if (from !== undefined && this.#peek() === ',') {
      this.#at += 1;
      this.#skip(/ */y);
      to = this.#address(true);
      if (to === undefined) throw new SedError('no address after comma');
    }
    this.#skip(/\s*/y);
    const isNegated = this.#peek() === '!';
    if (isNegated) this.#skip(/![\s!]*/y);
    const name = this.#peek();
    this.#at += 1;
    const base = { from, to, isNegated, name, text: '' };
    switch (name) {
      case '':
        throw new SedError('missing command');
      case 's':
        return { ...base, ...this.#substitution() };
      case 'y':
        return { ...base, ...this.#transliteration() };
      case 'a':
      case 'i':
      case 'c':
        return { ...base, text: this.#insertedText() };
      case 'b':
      case 't':
      case 'T':
      case ':':
        this.#skip(/ */y);
        return { ...base, text: this.#skip(/[^\s;}]*/y) };
      case 'r':
      case 'w':
        this.#skip(/ */y);
        return { ...base, text: this.#skip(/[^\n]*/y) };
      case 'q':
      case 'Q':
        this.#skip(/ */y);
        return { ...base, text: this.#skip(/\d*/y) };
      default:
        if (!'{}=dDgGhHlnNpPxz'.includes(name)) throw new SedError(`unsupported command ${name}`);
        return base;
    }
  }

  #address(isSecond: boolean): SedAddress | undefined {
    const char = this.#peek();
    if (/\d/.test(char)) {
      const line = Number(this.#skip(/\d+/y));
      if (this.#isGnu && this.#peek() === '~') {
        this.#at += 1;
        return { kind: 'step', first: line, step: Number(this.#skip(/\d*/y) || 0) };
      }
      return { kind: 'line', line };
    }
    if (char === '$') {
      this.#at += 1;
      return { kind: 'last' };
    }
    if (isSecond && char === '+') {
      this.#at += 1;
      return { kind: 'offset', count: Number(this.#skip(/\d+/y)) };
    }
    if (char !== '/' && char !== '\\') return undefined;
    if (char === '\\') this.#at += 1;
    const source = this.#delimited();
    const flags = this.#skip(/I?/y) === '' ? '' : 'i';
    return { kind: 'expression', expression: this.#compile(source, flags) };
  }

  /** Reads up to the delimiter that stands here; it is left in what is read only where it was escaped for the expression. */
  #delimited(): string {
    const delimiter = this.#peek();
    this.#at += 1;
    return this.#until(delimiter);
  }

  #until(delimiter: string): string {
    let found = '';
    for (;;) {
      const char = this.#peek();
      if (char === '') throw new SedError(`unmatched '${delimiter}'`);
      this.#at += 1;
      if (char === delimiter) return found;
      if (char === '[') {
        const set = /\[\^?\]?(?:\[:[a-z]+:\]|[^\]])*\]/y;
        set.lastIndex = this.#at - 1;
        const match = set.exec(this.#text)?.[0];
        if (match !== undefined && !match.includes('\n')) {
          found += match;
          this.#at += match.length - 1;
          continue;
        }
      }
      if (char !== '\\') {
        found += char;
        continue;
      }
      const next = this.#peek();
      this.#at += 1;
      found += next === delimiter ? next : `\\${next}`;
    }
  }

  /** The replacement: up to the delimiter, brackets mean nothing in it. */
  #replacement(delimiter: string): string {
    let found = '';
    for (;;) {
      const char = this.#peek();
      if (char === '') throw new SedError(`unmatched '${delimiter}'`);
      this.#at += 1;
      if (char === delimiter) return found;
      if (char !== '\\') {
        found += char;
        continue;
      }
      const next = this.#peek();
      this.#at += 1;
      found += next === delimiter && next !== '&' ? next : `\\${next}`;
    }
  }

  #compile(source: string, flags: string): RegExp | undefined {
    if (source === '') return undefined;
    const expression = posixExpression(source, this.#isExtended, `${flags}g`);
    if (expression === undefined) throw new SedError(`bad regex '${source}'`);
    return expression;
  }

  #substitution(): Partial<SedCommand> {
    const delimiter = this.#peek();
    const source = this.#delimited();
    const replacement = this.#replacement(delimiter);
    let isGlobal = false;
    let isPrinted = false;
    let flags = '';
    let occurrence = 1;
    for (;;) {
      const flag = this.#peek();
      if (flag === 'g') isGlobal = true;
      else if (flag === 'p') isPrinted = true;
      else if (flag === 'I' || flag === 'i') flags = 'i';
      else if (/\d/.test(flag)) {
        occurrence = Number(this.#skip(/\d+/y));
        continue;
      } else if (flag === '' || /[\s;}#]/.test(flag)) break;
      else throw new SedError(`bad option in substitution expression`);
      this.#at += 1;
    }
    const expression = this.#compile(source, flags);
    return { expression, replacement, isGlobal, isPrinted, occurrence };
  }

  #transliteration(): Partial<SedCommand> {
    const delimiter = this.#peek();
    const from2 = [...this.#delimited().replace(/\\n/g, '\n')];
    const to2 = [...this.#replacement(delimiter).replace(/\\n/g, '\n')];
    if (from2.length !== to2.length)
      throw new SedError("strings for 'y' command are different lengths");
    return { from2, to2 };
  }

  #insertedText(): string {
    this.#skip(/[ \t]*/y);
    if (this.#peek() === '\\') {
      this.#at += 1;
      this.#skip(/[ \t]*\n/y);
    }
    let found = '';
    for (;;) {
      const char = this.#peek();
      if (char === '' || char === '\n') return found;
      this.#at += 1;
      if (char === '\\') {
        found += this.#peek();
        this.#at += 1;
      } else found += char;
    }
  }
}
