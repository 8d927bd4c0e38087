/**
 * Expands words: parameters, command substitution, arithmetic, field splitting, file names, quote removal.
 *
 * Docs: POSIX.1-2017, Shell Command Language 2.6
 */
import type { Process } from '../../engine/process.ts';
import { isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import {
  escapePattern,
  hasWildcard,
  matchesPattern,
  patternSource,
  unescapePattern,
} from './pattern.ts';
import { ShellError } from './shell-state.ts';
import type { ShellState } from './shell-state.ts';
import { plainText } from './syntax.ts';
import type { Command, Word, WordPart } from './syntax.ts';

/** A piece of an expanded word; `isBreak` ends a field (between the arguments of `"$@"`). */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** Came from an expansion outside quotes: is split at IFS. */
  readonly isSplit: boolean;
  readonly isBreak?: true;
}

type ParameterPart = WordPart & { readonly kind: 'parameter' };

/** What expansion needs of a shell. */
export interface ExpansionHost {
  readonly process: OsProcess;
  readonly state: ShellState;
  /** Runs the commands of a substitution and returns what they wrote. */
  substitute(body: Command | undefined): Process<string>;
}

/** Expands the words of one shell. */
export class Expander {
  readonly #host: ExpansionHost;

  constructor(host: ExpansionHost) {
    this.#host = host;
  }

  /** Expands words to the fields of a command. */
  *fields(words: readonly Word[]): Process<string[]> {
    const fields: string[] = [];
    for (const word of words) {
      const plain = plainText(word);
      if (plain !== undefined && !/[*?~\\]|\[.*\]/s.test(plain)) {
        if (this.#host.process.system.shell === 'bash' && plain.includes('{')) {
          fields.push(...expandBraces(plain));
        } else fields.push(plain);
        continue;
      }
      for (const pattern of this.#split(yield* this.#pieces(word))) {
        if (this.#host.state.options.has('f') || !hasWildcard(pattern)) {
          fields.push(unescapePattern(pattern));
        } else fields.push(...this.#fileNames(pattern));
      }
    }
    return fields;
  }

  /** Expands a word to one text: a value, a file name, a here-document. */
  *text(word: Word): Process<string> {
    const plain = plainText(word);
    if (plain !== undefined && !plain.startsWith('~')) return plain;
    let text = '';
    for (const piece of yield* this.#pieces(word)) text += piece.isBreak ? ' ' : piece.text;
    return text;
  }

  /** Expands a word to a pattern; what was quoted is escaped. */
  *pattern(word: Word): Process<string> {
    let pattern = '';
    for (const { text, quoted } of yield* this.#pieces(word)) {
      pattern += quoted ? escapePattern(text) : text;
    }
    return pattern;
  }

  *#pieces(word: Word): Process<Piece[]> {
    const pieces: Piece[] = [];
    const { positional } = this.#host.state;
    const isAllEmpty =
      positional.length === 0 &&
      word.some((part) => part.kind === 'parameter' && part.name === '@' && part.quoted) &&
      word.every((part) => part.kind === 'parameter' || (part.kind === 'text' && part.text === ''));
    for (const [index, part] of word.entries()) {
      if (part.kind === 'text') {
        if (isAllEmpty) continue;
        const text = index === 0 && !part.quoted ? this.#tilde(part.text) : part.text;
        pieces.push({ text, quoted: part.quoted, isSplit: false });
      } else if (part.kind === 'substitution') {
        const text = yield* this.#host.substitute(part.body);
        pieces.push({ text, quoted: part.quoted, isSplit: !part.quoted });
      } else if (part.kind === 'arithmetic') {
        const value = this.#arithmetic(yield* this.text(part.word));
        pieces.push({ text: String(value), quoted: part.quoted, isSplit: !part.quoted });
      } else pieces.push(...(yield* this.#parameter(part)));
    }
    return pieces;
  }

  #tilde(text: string): string {
    if (text !== '~' && !text.startsWith('~/')) return text;
    return `${this.#host.state.get('HOME') ?? '~'}${text.slice(1)}`;
  }

  #arithmetic(text: string): number {
    const { state } = this.#host;
    try {
      return evaluateArithmetic(text, {
        get: (name) => state.get(name) ?? '',
        set: (name, value) => state.set(name, value),
      });
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ShellError(error.message);
      throw error;
    }
  }

  *#parameter(part: ParameterPart): Process<Piece[]> {
    const { name, operator, quoted } = part;
    const isList = name === '@' || name === '*';
    if (isList && operator === '') return this.#arguments(name, quoted);
    const value = this.#value(name);
    const piece = (text: string): Piece[] => [{ text, quoted, isSplit: !quoted }];
    const isMissing = value === undefined || (part.orEmpty && value === '');
    switch (operator) {
      case '-':
        return isMissing ? yield* this.#operandPieces(part) : piece(value);
      case '+':
        return isMissing ? piece('') : yield* this.#operandPieces(part);
      case '=': {
        if (!isMissing) return piece(value);
        const text = yield* this.text(part.word ?? []);
        this.#host.state.set(name, text);
        return piece(text);
      }
      case '?': {
        if (!isMissing) return piece(value);
        const text = yield* this.text(part.word ?? []);
        const empty = part.orEmpty ? 'parameter not set or null' : 'parameter not set';
        throw new ShellError(`${name}: ${text === '' ? empty : text}`);
      }
      case 'length':
        return piece(String(isList ? this.#host.state.positional.length : (value ?? '').length));
      default:
    }
    if (value === undefined && this.#host.state.options.has('u')) {
      throw new ShellError(`${name}: parameter not set`);
    }
    if (operator === '') return piece(value ?? '');
    return piece(yield* this.#edited(part, value ?? ''));
  }

  *#edited(part: ParameterPart, value: string): Process<string> {
    const { operator, word = [], second } = part;
    if (operator === 'slice') {
      const at = this.#arithmetic(yield* this.text(word));
      const start = at < 0 ? Math.max(value.length + at, 0) : at;
      if (second === undefined) return value.slice(start);
      const length = this.#arithmetic(yield* this.text(second));
      return value.slice(start, length < 0 ? value.length + length : start + length);
    }
    const pattern = yield* this.pattern(word);
    if (operator === '/' || operator === '//') {
      return replacePattern(value, pattern, yield* this.text(second ?? []), operator === '//');
    }
    return removePattern(value, pattern, operator);
  }

  /** The operand of `-` or `+`: its own quoting counts. */
  *#operandPieces(part: ParameterPart): Process<Piece[]> {
    const pieces = yield* this.#pieces(part.word ?? []);
    if (part.quoted) return pieces.map((piece) => ({ ...piece, quoted: true, isSplit: false }));
    return pieces.map((piece) => (piece.quoted ? piece : { ...piece, isSplit: true }));
  }

  #arguments(name: string, quoted: boolean): Piece[] {
    const { positional } = this.#host.state;
    if (quoted && name === '*') {
      const separator = (this.#host.state.get('IFS') ?? ' ').slice(0, 1);
      return [{ text: positional.join(separator), quoted, isSplit: false }];
    }
    const pieces: Piece[] = [];
    for (const [index, text] of positional.entries()) {
      if (index > 0) pieces.push({ text: '', quoted, isSplit: false, isBreak: true });
      pieces.push({ text, quoted, isSplit: !quoted });
    }
    return pieces;
  }

  #value(name: string): string | undefined {
    const { state } = this.#host;
    if (/^\d+$/.test(name)) {
      return name === '0' ? state.name : state.positional[Number(name) - 1];
    }
    switch (name) {
      case '?':
        return String(state.status);
      case '#':
        return String(state.positional.length);
      case '$':
        return String(state.shellPid);
      case '!':
        return state.lastBackgroundPid === undefined ? '' : String(state.lastBackgroundPid);
      case '-':
        return state.optionLetters();
      case '@':
      case '*':
        return state.positional.length === 0 ? undefined : state.positional.join(' ');
      case 'PPID':
        return String(state.parentPid);
      case 'LINENO':
        return String(state.line);
      case 'RANDOM':
        return String(this.#host.process.system.random.int(32_768));
      default:
        return state.get(name);
    }
  }

  /** Splits pieces into fields; each field is a pattern in which what was quoted is escaped. */
  #split(pieces: readonly Piece[]): string[] {
    const separators = this.#host.state.get('IFS') ?? ' \t\n';
    const fields: string[] = [];
    let field: string | undefined;
    const finish = (): void => {
      if (field !== undefined) fields.push(field);
      field = undefined;
    };
    // A separator that is no blank ends a field, an empty one too; blanks around it belong to it.
    let isAfterMark = true;
    for (const { text, quoted, isSplit, isBreak } of pieces) {
      if (isBreak === true) {
        if (quoted) field ??= '';
        finish();
      } else if (!isSplit) {
        if (quoted || text !== '') field = (field ?? '') + (quoted ? escapePattern(text) : text);
      } else {
        for (const char of text) {
          if (!separators.includes(char)) {
            field = (field ?? '') + (char === '\\' ? '\\\\' : char);
            isAfterMark = false;
          } else if (' \t\n'.includes(char)) finish();
          else {
            if (isAfterMark) field ??= '';
            finish();
            isAfterMark = true;
          }
        }
      }
    }
    finish();
    return fields;
  }

  #fileNames(pattern: string): string[] {
    const { process } = this.#host;
    const isAbsolute = pattern.startsWith('/');
    let found = [isAbsolute ? '/' : ''];
    for (const part of pattern.split('/').filter((name) => name !== '')) {
      const next: string[] = [];
      for (const base of found) {
        if (!hasWildcard(part)) {
          const path = base + unescapePattern(part);
          if (!isErrno(process.system.files.stat(process, path, false))) next.push(`${path}/`);
          continue;
        }
        const names = process.system.files.list(process, base === '' ? '.' : base);
        if (isErrno(names)) continue;
        for (const name of names.sort()) {
          if (name.startsWith('.') && !part.startsWith('.')) continue;
          if (matchesPattern(part, name)) next.push(`${base}${name}/`);
        }
      }
      found = next;
    }
    const isDirectory = pattern.endsWith('/');
    const paths = found.map((path) => (isDirectory ? path : path.slice(0, -1)));
    return paths.length === 0 ? [unescapePattern(pattern)] : paths;
  }
}

function removePattern(value: string, pattern: string, operator: string): string {
  const isPrefix = operator.startsWith('#');
  const isLongest = operator.length === 2;
  for (let step = 0; step <= value.length; step += 1) {
    const length = isLongest ? value.length - step : step;
    const cut = isPrefix ? value.slice(0, length) : value.slice(value.length - length);
    if (!matchesPattern(pattern, cut)) continue;
    return isPrefix ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  isAll: boolean,
): string {
  if (pattern === '') return value;
  const anchor = isAll ? '' : (/^[#%]/.exec(pattern)?.[0] ?? '');
  const source = patternSource(pattern.slice(anchor.length));
  const expression = anchor === '#' ? `^(?:${source})` : anchor === '%' ? `(?:${source})$` : source;
  return value.replace(new RegExp(expression, isAll ? 'g' : ''), () => replacement);
}

/** bash's `a{b,c}d` and `{1..3}`. */
function expandBraces(text: string): string[] {
  const match = /^(.*?)\{([^{}]*,[^{}]*|-?\d+\.\.-?\d+)\}(.*)$/s.exec(text);
  if (match === null) return [text];
  const [, before = '', inner = '', after = ''] = match;
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
  let middle = inner.split(',');
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    const count = Math.min(Math.abs(to - from), 10_000) + 1;
    middle = Array.from({ length: count }, (_value, index) =>
      String(from + (from <= to ? index : -index)),
    );
  }
  return middle.flatMap((part) => expandBraces(`${before}${part}${after}`));
}
