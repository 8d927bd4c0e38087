/**
 * Cuts a script into words, operators and redirections, and words into their parts.
 *
 * Reads no further than it must: a script is run line by line, so a mistake in a later line lets the earlier ones run.
 *
 * Upstream: busybox shell/ash.c readtoken1
 */
import type { ShellFlavour } from '../system.ts';
import { ShellSyntaxError, isName } from './syntax.ts';
import type { Command, ParameterOperator, Redirection, Word, WordPart } from './syntax.ts';

/** A token. `text` of an operator is the operator; of a word its raw text where it has one unquoted piece only. */
export type Token =
  | { readonly kind: 'word'; readonly word: Word; readonly line: number }
  | { readonly kind: 'operator'; readonly text: string; readonly line: number }
  | {
      readonly kind: 'redirection';
      readonly text: string;
      readonly descriptor: number | undefined;
      readonly line: number;
    }
  | { readonly kind: 'newline'; readonly line: number }
  | { readonly kind: 'end'; readonly line: number };

const META = new Set(' \t\n;&|<>()');
const SPECIAL_PARAMETERS = new Set('@*#?-$!0123456789');

interface PendingDocument {
  readonly redirection: Redirection;
  readonly delimiter: string;
  readonly isLiteral: boolean;
  readonly stripsTabs: boolean;
}

/** Reads tokens from a script. */
export class Lexer {
  readonly flavour: ShellFlavour;
  readonly #text: string;
  readonly #parse: (lexer: Lexer, isBracketed: boolean) => Command | undefined;
  readonly #documents: PendingDocument[] = [];
  #at = 0;
  #line: number;

  /** `parse` reads the commands of `$(…)` up to its bracket, or all of a backquoted text. */
  constructor(
    text: string,
    line: number,
    flavour: ShellFlavour,
    parse: (lexer: Lexer, isBracketed: boolean) => Command | undefined,
  ) {
    this.#text = text;
    this.#line = line;
    this.flavour = flavour;
    this.#parse = parse;
  }

  get line(): number {
    return this.#line;
  }

  /** Whether nothing is left to read. */
  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  fail(message: string): never {
    throw new ShellSyntaxError(message, this.#line);
  }

  next(): Token {
    this.#skipBlanks();
    const line = this.#line;
    const char = this.#peek();
    if (char === '') {
      this.#readDocuments();
      return { kind: 'end', line };
    }
    if (char === '\n') {
      this.#advance();
      this.#readDocuments();
      return { kind: 'newline', line };
    }
    const io = /\d+(?=[<>])/y;
    io.lastIndex = this.#at;
    const descriptor = io.exec(this.#text)?.[0];
    if (descriptor !== undefined) this.#at += descriptor.length;
    const redirection = this.#redirectionOperator();
    if (redirection !== undefined) {
      return {
        kind: 'redirection',
        text: redirection,
        descriptor: descriptor === undefined ? undefined : Number(descriptor),
        line,
      };
    }
    for (const operator of ['&&', '||', ';;', '&', '|', ';', '(', ')']) {
      if (!this.#text.startsWith(operator, this.#at)) continue;
      this.#at += operator.length;
      return { kind: 'operator', text: operator, line };
    }
    return { kind: 'word', word: this.#word(), line };
  }

  /** Notes a here-document whose text begins at the next line. */
  expectDocument(redirection: Redirection, delimiter: Word, stripsTabs: boolean): void {
    let text = '';
    let isLiteral = false;
    for (const part of delimiter) {
      if (part.kind !== 'text') this.fail('bad here-document delimiter');
      else {
        text += part.text;
        isLiteral ||= part.quoted;
      }
    }
    this.#documents.push({ redirection, delimiter: text, isLiteral, stripsTabs });
  }

  #redirectionOperator(): string | undefined {
    const operators =
      this.flavour === 'bash'
        ? ['&>', '<<<', '<<-', '<<', '<&', '<>', '<', '>>', '>&', '>|', '>']
        : ['&>', '<<-', '<<', '<&', '<>', '<', '>>', '>&', '>|', '>'];
    const found = operators.find((operator) => this.#text.startsWith(operator, this.#at));
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #peek(offset = 0): string {
    return this.#text.charAt(this.#at + offset);
  }

  #advance(): string {
    const char = this.#text.charAt(this.#at);
    this.#at += 1;
    if (char === '\n') this.#line += 1;
    return char;
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#peek();
      if (char === ' ' || char === '\t' || char === '\r') this.#at += 1;
      else if (char === '\\' && this.#peek(1) === '\n') {
        this.#at += 1;
        this.#advance();
      } else if (char === '#') {
        while (this.#peek() !== '' && this.#peek() !== '\n') this.#at += 1;
      } else return;
    }
  }

  #word(): Word {
    const parts = new PartList();
    for (;;) {
      const char = this.#peek();
      if (char === '' || META.has(char)) return parts.list;
      if (!this.#quoteOrExpansion(parts, false)) parts.addText(this.#advance(), false);
    }
  }

  /** Reads what is special in both quoted and unquoted text. False when the next character is plain. */
  #quoteOrExpansion(parts: PartList, quoted: boolean): boolean {
    const char = this.#peek();
    if (char === '\\') {
      this.#escape(parts, quoted);
      return true;
    }
    if (char === "'" && !quoted) {
      this.#at += 1;
      parts.addText(this.#until("'"), true);
      return true;
    }
    if (char === '"') {
      this.#at += 1;
      parts.addText('', true);
      this.#parts(parts, '"', true, 'unterminated quoted string');
      return true;
    }
    if (char === '`') {
      this.#backquote(parts, quoted);
      return true;
    }
    if (char === '$') return this.#dollar(parts, quoted);
    return false;
  }

  /** Reads pieces up to an end character, which is taken. */
  #parts(parts: PartList, end: string, quoted: boolean, missing: string): void {
    for (;;) {
      const char = this.#peek();
      if (char === '') this.fail(missing);
      if (char === end) {
        this.#at += 1;
        return;
      }
      if (quoted && end !== '"' && char === '"') {
        this.#at += 1;
        this.#parts(parts, '"', true, 'unterminated quoted string');
      } else if (!this.#quoteOrExpansion(parts, quoted)) parts.addText(this.#advance(), quoted);
    }
  }

  #escape(parts: PartList, quoted: boolean): void {
    this.#at += 1;
    const next = this.#peek();
    if (next === '') parts.addText('\\', quoted);
    else if (next === '\n') this.#advance();
    else if (quoted && !'$`"\\}'.includes(next)) parts.addText(`\\${this.#advance()}`, true);
    else parts.addText(this.#advance(), true);
  }

  #until(end: string): string {
    const start = this.#at;
    while (this.#peek() !== end) {
      if (this.#peek() === '') this.fail('unterminated quoted string');
      this.#advance();
    }
    this.#at += 1;
    return this.#text.slice(start, this.#at - 1);
  }

  #backquote(parts: PartList, quoted: boolean): void {
    const line = this.#line;
    this.#at += 1;
    let text = '';
    for (;;) {
      const char = this.#advance();
      if (char === '') this.fail('EOF in backquote substitution');
      if (char === '`') break;
      if (char === '\\' && ('$`\\'.includes(this.#peek()) || (quoted && this.#peek() === '"'))) {
        text += this.#advance();
      } else text += char;
    }
    const inner = new Lexer(text, line, this.flavour, this.#parse);
    parts.add({ kind: 'substitution', body: this.#parse(inner, false), quoted });
  }

  #dollar(parts: PartList, quoted: boolean): boolean {
    const next = this.#peek(1);
    if (next === '(' && this.#peek(2) === '(') {
      this.#at += 3;
      parts.add({ kind: 'arithmetic', word: this.#arithmetic(), quoted });
    } else if (next === '(') {
      this.#at += 2;
      parts.add({ kind: 'substitution', body: this.#parse(this, true), quoted });
    } else if (next === '{') {
      this.#at += 2;
      parts.add(this.#braced(quoted));
    } else if (next === "'" && !quoted) {
      this.#at += 2;
      parts.addText(this.#ansiQuoted(), true);
    } else {
      const name = this.#parameterName(1);
      if (name === '') return false;
      this.#at += 1 + name.length;
      parts.add(parameter(name, quoted));
    }
    return true;
  }

  #parameterName(offset: number): string {
    const name = /[A-Za-z_][A-Za-z0-9_]*/y;
    name.lastIndex = this.#at + offset;
    const found = name.exec(this.#text)?.[0];
    if (found !== undefined) return found;
    const char = this.#peek(offset);
    return SPECIAL_PARAMETERS.has(char) ? char : '';
  }

  /** `$((` was read; reads up to `))`. */
  #arithmetic(): Word {
    const parts = new PartList();
    let depth = 0;
    for (;;) {
      const char = this.#peek();
      if (char === '') this.fail("missing '))'");
      if (char === ')' && depth === 0) {
        if (this.#peek(1) !== ')') this.fail("missing '))'");
        this.#at += 2;
        return parts.list;
      }
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      if (char === '"') this.#at += 1;
      else if (!this.#quoteOrExpansion(parts, true)) parts.addText(this.#advance(), true);
    }
  }

  /** `${` was read; reads up to `}`. */
  #braced(quoted: boolean): WordPart {
    if (this.#peek() === '#' && this.#peek(1) !== '}') {
      const name = this.#longName(1);
      if (name !== '' && this.#peek(1 + name.length) === '}') {
        this.#at += name.length + 2;
        return { ...parameter(name, quoted), operator: 'length' };
      }
    }
    const name = this.#longName(0);
    if (name === '') this.#endBrace('bad substitution');
    this.#at += name.length;
    if (this.#peek() === '}') {
      this.#at += 1;
      return parameter(name, quoted);
    }
    return this.#operation(name, quoted);
  }

  #longName(offset: number): string {
    const digits = /\d+/y;
    digits.lastIndex = this.#at + offset;
    return digits.exec(this.#text)?.[0] ?? this.#parameterName(offset);
  }

  #endBrace(message: string): never {
    return this.fail(this.#text.includes('}', this.#at) ? message : "missing '}'");
  }

  #operation(name: string, quoted: boolean): WordPart {
    const orEmpty = this.#peek() === ':' && '-=?+'.includes(this.#peek(1) || ' ');
    if (orEmpty) this.#at += 1;
    const rest = this.#text.slice(this.#at, this.#at + 2);
    const operator = (['%%', '##', '//', '%', '#', '/', '-', '=', '?', '+'] as const).find((one) =>
      rest.startsWith(one),
    );
    if (operator === undefined && this.#peek() !== ':') this.#endBrace('bad substitution');
    this.#at += operator?.length ?? 1;
    const split = operator === '/' || operator === '//' ? '/' : operator === undefined ? ':' : '';
    const isPattern = operator !== undefined && '%#/'.includes(operator[0] ?? '');
    const [word, second] = this.#operand(quoted && !isPattern, split);
    const found: ParameterOperator = operator ?? 'slice';
    return { kind: 'parameter', name, operator: found, orEmpty, word, second, quoted };
  }

  /** Reads an operand up to `}`, in two where `split` comes in between. */
  #operand(quoted: boolean, split: string): [Word, Word | undefined] {
    const parts = [new PartList()];
    for (;;) {
      const current = parts.at(-1) as PartList;
      const char = this.#peek();
      if (char === '') this.fail("missing '}'");
      if (char === '}') {
        this.#at += 1;
        return [(parts[0] as PartList).list, parts[1]?.list];
      }
      if (char === split && parts.length === 1) {
        this.#at += 1;
        parts.push(new PartList());
      } else if (char === '"' && quoted) {
        this.#at += 1;
        this.#parts(current, '"', true, 'unterminated quoted string');
      } else if (!this.#quoteOrExpansion(current, quoted)) {
        current.addText(this.#advance(), quoted);
      }
    }
  }

  /** `$'` was read. */
  #ansiQuoted(): string {
    const start = this.#at;
    while (this.#peek() !== "'") {
      if (this.#peek() === '') this.fail('unterminated quoted string');
      if (this.#peek() === '\\') this.#at += 1;
      this.#advance();
    }
    const raw = this.#text.slice(start, this.#at);
    this.#at += 1;
    const named: Record<string, string> = {
      n: '\n',
      t: '\t',
      r: '\r',
      a: '\x07',
      e: '\x1b',
      b: '\b',
    };
    return raw.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (_whole, code: string) => {
      if (code.startsWith('x') && code.length > 1) return charOf(parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return charOf(parseInt(code, 8));
      return named[code] ?? code;
    });
  }

  #readDocuments(): void {
    for (const document of this.#documents.splice(0)) {
      let body = '';
      const firstLine = this.#line;
      for (;;) {
        if (this.isAtEnd) break;
        const end = this.#text.indexOf('\n', this.#at);
        let line = this.#text.slice(this.#at, end < 0 ? undefined : end + 1);
        this.#at += line.length;
        this.#line += 1;
        if (document.stripsTabs) line = line.replace(/^\t+/, '');
        if (line.replace(/\n$/, '') === document.delimiter) break;
        body += line;
      }
      document.redirection.word = document.isLiteral
        ? [{ kind: 'text', text: body, quoted: true }]
        : new Lexer(body, firstLine, this.flavour, this.#parse).#documentParts();
    }
  }

  #documentParts(): Word {
    const parts = new PartList();
    while (!this.isAtEnd) {
      const char = this.#peek();
      if (char === '\\' && '$`\\\n'.includes(this.#peek(1) || ' ')) this.#escape(parts, true);
      else if (char === '$' && this.#dollar(parts, true)) continue;
      else if (char === '`') this.#backquote(parts, true);
      else parts.addText(this.#advance(), true);
    }
    return parts.list;
  }
}

/** Parts of a word under construction; neighbouring texts are joined. */
class PartList {
  readonly list: WordPart[] = [];

  add(part: WordPart): void {
    this.list.push(part);
  }

  addText(text: string, quoted: boolean): void {
    const last = this.list.at(-1);
    if (last?.kind === 'text' && last.quoted === quoted) {
      this.list[this.list.length - 1] = { kind: 'text', text: last.text + text, quoted };
    } else this.list.push({ kind: 'text', text, quoted });
  }
}

function parameter(name: string, quoted: boolean): WordPart & { kind: 'parameter' } {
  return {
    kind: 'parameter',
    name,
    operator: '',
    orEmpty: false,
    word: undefined,
    second: undefined,
    quoted,
  };
}

function charOf(code: number): string {
  return String.fromCharCode(code & 0xff);
}

/** Splits a word into a variable's name and its value; undefined when it is no assignment. */
export function assignmentOf(word: Word): { name: string; word: Word } | undefined {
  const [first, ...rest] = word;
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const equals = first.text.indexOf('=');
  const name = first.text.slice(0, equals);
  if (equals <= 0 || !isName(name)) return undefined;
  const value = first.text.slice(equals + 1);
  const head: WordPart[] = value === '' ? [] : [{ kind: 'text', text: value, quoted: false }];
  return { name, word: [...head, ...rest] };
}
