/**
 * grep, egrep, fgrep.
 *
 * Upstream: busybox findutils/grep.c
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { posixExpression } from './regular-expression.ts';
import { complain, linesOf, readInput, readOptions, usage, valueOf } from './utility.ts';
import type { Options } from './utility.ts';

const USAGE =
  'grep [-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...';

/** grep [OPTION]... PATTERN [FILE]... */
export function* grep(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'HhnlLoqvsrRiwxFEzcabm:A:B:C:e:f:');
  if (options === undefined) return 2;
  const patterns = [...(options.values.get('e') ?? [])];
  for (const path of options.values.get('f') ?? []) {
    const text = yield* readInput(process, path);
    if (isErrno(text)) return complain(process, name, `${path}: ${errorText(text)}`, 2);
    patterns.push(...linesOf(text));
  }
  const operands = [...options.operands];
  if (!options.flags.has('e') && !options.flags.has('f')) {
    const first = operands.shift();
    if (first === undefined) return usage(process, USAGE, 2);
    patterns.push(...first.split('\n'));
  }
  const expressions: RegExp[] = [];
  for (const pattern of patterns) {
    const expression = compile(pattern, options, name);
    if (expression === undefined) return complain(process, name, `bad regex '${pattern}'`, 2);
    expressions.push(expression);
  }
  const search = new Search(process, name, options, expressions);
  return yield* search.run(operands);
}

function compile(pattern: string, options: Options, name: string): RegExp | undefined {
  const { flags } = options;
  const isFixed = flags.has('F') || name === 'fgrep';
  const isExtended = flags.has('E') || name === 'egrep';
  const mode = `g${flags.has('i') ? 'i' : ''}`;
  const base = isFixed
    ? new RegExp(pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), mode)
    : posixExpression(pattern, isExtended, mode);
  if (base === undefined) return undefined;
  if (flags.has('x')) return new RegExp(`^(?:${base.source})$`, mode);
  if (flags.has('w')) return new RegExp(`(?<!\\w)(?:${base.source})(?!\\w)`, mode);
  return base;
}

class Search {
  readonly #process: OsProcess;
  readonly #name: string;
  readonly #options: Options;
  readonly #expressions: readonly RegExp[];
  readonly #before: number;
  readonly #after: number;
  readonly #max: number;
  #hasTitle = false;
  #hasMatched = false;
  #hasFailed = false;
  #hasPrintedGroup = false;

  constructor(process: OsProcess, name: string, options: Options, expressions: readonly RegExp[]) {
    this.#process = process;
    this.#name = name;
    this.#options = options;
    this.#expressions = expressions;
    const around = valueOf(options, 'C');
    this.#before = Number(valueOf(options, 'B') ?? around ?? 0);
    this.#after = Number(valueOf(options, 'A') ?? around ?? 0);
    this.#max = Number(valueOf(options, 'm') ?? Infinity);
  }

  *run(operands: readonly string[]): Process<number> {
    const { flags } = this.#options;
    const isRecursive = flags.has('r') || flags.has('R');
    const paths = operands.length === 0 ? [isRecursive ? '.' : '-'] : operands;
    this.#hasTitle = flags.has('H') || ((paths.length > 1 || isRecursive) && !flags.has('h'));
    for (const path of paths) {
      if (isRecursive) yield* this.#tree(path);
      else yield* this.#file(path);
      if (this.#hasMatched && flags.has('q')) return 0;
    }
    return this.#hasFailed ? 2 : this.#hasMatched ? 0 : 1;
  }

  *#tree(path: string): Process {
    const { files } = this.#process.system;
    const node = files.stat(this.#process, path);
    if (isErrno(node) || node.kind !== 'directory') return yield* this.#file(path);
    const names = files.list(this.#process, path);
    for (const entry of isErrno(names) ? [] : names.sort()) yield* this.#tree(`${path}/${entry}`);
  }

  *#file(path: string): Process {
    const { flags } = this.#options;
    if (path === '-' && this.#isPlain()) return yield* this.#stream();
    const text = yield* readInput(this.#process, path);
    if (isErrno(text)) {
      this.#hasFailed = true;
      if (!flags.has('s')) {
        complain(this.#process, this.#name, `${path}: ${errorText(text)}`);
      }
      return;
    }
    yield* this.#lines(linesOf(text), path === '-' ? '(standard input)' : path);
  }

  /** Nothing is counted and no line needs its neighbours: lines can go out as they come in. */
  #isPlain(): boolean {
    const isOther = [...'clLqm'].some((letter) => this.#options.flags.has(letter));
    return !isOther && this.#before === 0 && this.#after === 0;
  }

  *#stream(): Process {
    const input = this.#process.file(0);
    let rest = '';
    let number = 0;
    while (input !== undefined) {
      const data = input.peek();
      if (data === undefined && input.changed !== undefined) {
        yield* input.changed.wait();
        continue;
      }
      const isEnd = data === undefined || data === '';
      if (!isEnd) input.take(data.length);
      const text = isEnd ? rest : rest + data;
      const cut = isEnd ? text.length : text.lastIndexOf('\n') + 1;
      rest = text.slice(cut);
      const lines = linesOf(text.slice(0, cut));
      let found = '';
      for (const [index, line] of lines.entries()) {
        if (this.#matches(line))
          found += this.#shown(line, number + index + 1, '(standard input)', ':');
      }
      number += lines.length;
      if (found !== '') yield* this.#process.write(1, found);
      if (isEnd) return;
    }
  }

  #matches(line: string): boolean {
    const isFound = this.#expressions.some((expression) => {
      expression.lastIndex = 0;
      return expression.test(line);
    });
    const isMatch = isFound !== this.#options.flags.has('v');
    if (isMatch) this.#hasMatched = true;
    return isMatch;
  }

  *#lines(lines: readonly string[], path: string): Process {
    const { flags } = this.#options;
    const matched: number[] = [];
    for (const [index, line] of lines.entries()) {
      if (!this.#matches(line)) continue;
      matched.push(index);
      if (matched.length >= this.#max || flags.has('q')) break;
    }
    if (flags.has('q')) return;
    let text = '';
    if (flags.has('l') || flags.has('L')) {
      if (matched.length > 0 === flags.has('l')) text = `${path}\n`;
    } else if (flags.has('c')) {
      text = `${this.#hasTitle ? `${path}:` : ''}${matched.length}\n`;
    } else text = this.#withContext(lines, matched, path);
    if (text !== '') yield* this.#process.write(1, text);
  }

  #withContext(lines: readonly string[], matched: readonly number[], path: string): string {
    const hits = new Set(matched);
    const hasContext = this.#before > 0 || this.#after > 0;
    let text = '';
    let printed = -1;
    for (const hit of matched) {
      const from = Math.max(hit - this.#before, printed + 1);
      const to = Math.min(hit + this.#after, lines.length - 1);
      if (hasContext && from > printed + 1 && this.#hasPrintedGroup) text += '--\n';
      else if (hasContext && printed < 0 && this.#hasPrintedGroup) text += '--\n';
      for (let index = from; index <= to; index += 1) {
        if (index > hit && hits.has(index)) break;
        text += this.#shown(lines[index] ?? '', index + 1, path, index === hit ? ':' : '-');
        printed = index;
      }
      this.#hasPrintedGroup = true;
    }
    return text;
  }

  #shown(line: string, number: number, path: string, mark: string): string {
    const { flags } = this.#options;
    let prefix = this.#hasTitle ? `${path}${mark}` : '';
    if (flags.has('n')) prefix += `${number}${mark}`;
    if (!flags.has('o') || flags.has('v')) return `${prefix}${line}\n`;
    let text = '';
    for (const expression of this.#expressions) {
      expression.lastIndex = 0;
      for (const match of line.matchAll(expression)) {
        if (match[0] !== '') text += `${prefix}${match[0]}\n`;
      }
    }
    return text;
  }
}
