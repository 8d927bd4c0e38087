/**
 * sed: edits lines by a script.
 *
 * Upstream: busybox editors/sed.c
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { SedError, parseSed } from './sed-script.ts';
import type { SedAddress, SedCommand } from './sed-script.ts';
import { complain, fileProblem, readInput, readOptions, usage } from './utility.ts';

/** Commands that one run of a script may take, so that a jump in a circle ends. */
const COMMANDS_MAX = 1_000_000;

/** sed [-i[SUFFIX]] [-nrE] [-e SCRIPT]... [-f FILE]... [SCRIPT] [FILE]... */
export function* sed(process: OsProcess, args: readonly string[], name: string): Process<number> {
  if (args.includes('--version')) {
    yield* process.write(1, 'This is not GNU sed version 4.0\n');
    return 0;
  }
  let suffix: string | undefined;
  const words = args.filter((word) => {
    const match = /^-i(.*)$/.exec(word) ?? /^--in-place(?:=(.*))?$/.exec(word);
    if (match !== null) suffix = match[1] ?? '';
    return match === null;
  });
  const options = readOptions(process, words, name, 'nrEse:f:z');
  if (options === undefined) return 1;
  const scripts = [...(options.values.get('e') ?? [])];
  for (const path of options.values.get('f') ?? []) {
    const text = yield* readInput(process, path);
    if (isErrno(text)) return complain(process, name, fileProblem(path, text));
    scripts.push(text);
  }
  const operands = [...options.operands];
  if (!options.flags.has('e') && !options.flags.has('f')) {
    const script = operands.shift();
    if (script === undefined)
      return usage(process, 'sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...');
    scripts.push(script);
  }
  let commands: SedCommand[];
  try {
    const isExtended = options.flags.has('r') || options.flags.has('E');
    commands = parseSed(scripts.join('\n'), isExtended, process.system.shell === 'bash');
  } catch (error) {
    if (!(error instanceof SedError)) throw error;
    return complain(process, name, error.message);
  }
  const isQuiet = options.flags.has('n');
  let code = 0;
  if (suffix !== undefined) {
    for (const path of operands) {
      const text = yield* readInput(process, path);
      if (isErrno(text)) {
        code = complain(process, name, fileProblem(path, text));
        continue;
      }
      if (suffix !== '') writeFile(process, path + suffix, text);
      const editor = new Editor(process, commands, isQuiet);
      const problem = writeFile(process, path, editor.edit(text));
      if (problem !== undefined) return complain(process, name, problem);
    }
    return code;
  }
  let input = '';
  for (const path of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readInput(process, path);
    if (isErrno(text)) {
      code = complain(process, name, fileProblem(path, text));
      continue;
    }
    input += input === '' || input.endsWith('\n') ? text : `\n${text}`;
  }
  const editor = new Editor(process, commands, isQuiet);
  const output = editor.edit(input);
  yield* process.write(1, output);
  return editor.exitCode ?? code;
}

function writeFile(process: OsProcess, path: string, text: string): string | undefined {
  const file = process.system.files.open(process, path, {
    write: true,
    create: true,
    truncate: true,
  });
  if (isErrno(file)) return `${path}: ${errorText(file)}`;
  file.write(text);
  return undefined;
}

class Editor {
  exitCode: number | undefined;
  readonly #process: OsProcess;
  readonly #commands: readonly SedCommand[];
  readonly #isQuiet: boolean;
  /** Ranges that are open, by command; the line at which one ends where that is known. */
  readonly #ranges = new Map<SedCommand, number>();
  #lines: readonly string[] = [];
  #endsOpen = false;
  #number = 0;
  #pattern = '';
  #hold = '';
  #output = '';
  #appended: string[] = [];
  #hasSubstituted = false;
  #lastExpression: RegExp | undefined;
  #commandCount = 0;

  constructor(process: OsProcess, commands: readonly SedCommand[], isQuiet: boolean) {
    this.#process = process;
    this.#commands = commands;
    this.#isQuiet = isQuiet;
  }

  edit(text: string): string {
    this.#lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    this.#endsOpen = text !== '' && !text.endsWith('\n');
    while (this.#next()) {
      if (this.#cycle()) break;
    }
    return this.#output;
  }

  #next(): boolean {
    const line = this.#lines[this.#number];
    if (line === undefined) return false;
    this.#number += 1;
    this.#pattern = line.replace(/\n$/, '');
    return true;
  }

  get #isLast(): boolean {
    return this.#number >= this.#lines.length;
  }

  #print(text: string): void {
    // The last line has no end when the input had none.
    this.#output += text + (this.#isLast && this.#endsOpen ? '' : '\n');
  }

  #finishLine(): void {
    if (!this.#isQuiet) this.#print(this.#pattern);
    this.#flushAppended();
  }

  #flushAppended(): void {
    for (const text of this.#appended) {
      if (this.#output !== '' && !this.#output.endsWith('\n')) this.#output += '\n';
      this.#output += text;
    }
    this.#appended = [];
  }

  /** Runs the script on the present line. True when sed is to end. */
  #cycle(): boolean {
    let at = 0;
    while (at < this.#commands.length) {
      this.#commandCount += 1;
      if (this.#commandCount > COMMANDS_MAX) return true;
      const command = this.#commands[at] as SedCommand;
      at += 1;
      if (this.#applies(command) === command.isNegated) {
        if (command.name === '{') at = command.end ?? this.#commands.length;
        continue;
      }
      switch (command.name) {
        case 's':
          this.#substitute(command);
          break;
        case 'y':
          this.#pattern = [...this.#pattern]
            .map((char) => command.to2?.[command.from2?.indexOf(char) ?? -1] ?? char)
            .join('');
          break;
        case 'p':
          this.#print(this.#pattern);
          break;
        case 'P':
          this.#print(this.#pattern.split('\n', 1)[0] ?? '');
          break;
        case '=':
          this.#output += `${this.#number}\n`;
          break;
        case 'd':
          this.#flushAppended();
          return false;
        case 'D': {
          const cut = this.#pattern.indexOf('\n');
          if (cut < 0) return false;
          this.#pattern = this.#pattern.slice(cut + 1);
          at = 0;
          break;
        }
        case 'q':
        case 'Q':
          if (command.name === 'q') this.#finishLine();
          if (command.text !== '') this.exitCode = Number(command.text);
          return true;
        case 'n':
          if (this.#isLast) {
            this.#finishLine();
            return true;
          }
          this.#finishLine();
          this.#next();
          break;
        case 'N': {
          if (this.#isLast) {
            this.#finishLine();
            return true;
          }
          const before = this.#pattern;
          this.#next();
          this.#pattern = `${before}\n${this.#pattern}`;
          break;
        }
        case 'g':
          this.#pattern = this.#hold;
          break;
        case 'G':
          this.#pattern += `\n${this.#hold}`;
          break;
        case 'h':
          this.#hold = this.#pattern;
          break;
        case 'H':
          this.#hold += `\n${this.#pattern}`;
          break;
        case 'x':
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case 'z':
          this.#pattern = '';
          break;
        case 'a':
          this.#appended.push(`${command.text}\n`);
          break;
        case 'i':
          this.#output += `${command.text}\n`;
          break;
        case 'c':
          if (!this.#ranges.has(command)) this.#output += `${command.text}\n`;
          this.#flushAppended();
          return false;
        case 'r': {
          const text = this.#process.system.files.readText(this.#process, command.text);
          if (!isErrno(text)) this.#appended.push(text);
          break;
        }
        case 'w':
          this.#writeLine(command.text);
          break;
        case 'b':
          at = this.#jump(command.text);
          break;
        case 't':
        case 'T':
          if (this.#hasSubstituted === (command.name === 't')) at = this.#jump(command.text);
          this.#hasSubstituted = false;
          break;
        default:
      }
    }
    this.#finishLine();
    return false;
  }

  #jump(label: string): number {
    if (label === '') return this.#commands.length;
    const at = this.#commands.findIndex((one) => one.name === ':' && one.text === label);
    return at < 0 ? this.#commands.length : at;
  }

  #writeLine(path: string): void {
    const file = this.#process.system.files.open(this.#process, path, {
      write: true,
      create: true,
      append: true,
    });
    if (!isErrno(file)) file.write(`${this.#pattern}\n`);
  }

  #applies(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#isAt(from);
    const end = this.#ranges.get(command);
    if (end === undefined) {
      if (!this.#isAt(from)) return false;
      const last =
        to.kind === 'line' ? to.line : to.kind === 'offset' ? this.#number + to.count : Infinity;
      if (last > this.#number) this.#ranges.set(command, last);
      return true;
    }
    const isEnd = end === Infinity ? this.#isAt(to) : this.#number >= end;
    if (isEnd) this.#ranges.delete(command);
    return end === Infinity || this.#number <= end;
  }

  #isAt(address: SedAddress): boolean {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return this.#isLast;
      case 'step': {
        const past = this.#number - address.first;
        return address.step === 0 ? past === 0 : past >= 0 && past % address.step === 0;
      }
      case 'expression': {
        const expression = address.expression ?? this.#lastExpression;
        this.#lastExpression = expression;
        if (expression !== undefined) expression.lastIndex = 0;
        return expression?.test(this.#pattern) === true;
      }
      default:
        return false;
    }
  }

  #substitute(command: SedCommand): void {
    const expression = command.expression ?? this.#lastExpression;
    if (expression === undefined) return;
    this.#lastExpression = expression;
    expression.lastIndex = 0;
    let count = 0;
    let hasReplaced = false;
    const result = this.#pattern.replace(expression, (match: string, ...rest: unknown[]) => {
      count += 1;
      const isWanted =
        command.isGlobal === true
          ? count >= (command.occurrence ?? 1)
          : count === (command.occurrence ?? 1);
      if (!isWanted) return match;
      hasReplaced = true;
      const groups = rest.filter((value) => typeof value !== 'number').slice(0, -1) as string[];
      return expandReplacement(command.replacement ?? '', match, groups);
    });
    if (!hasReplaced) return;
    this.#pattern = result;
    this.#hasSubstituted = true;
    if (command.isPrinted === true) this.#print(this.#pattern);
  }
}

/** Puts `&`, `\1`, `\n`, `\U` … of a replacement into effect. */
function expandReplacement(
  replacement: string,
  match: string,
  groups: readonly (string | undefined)[],
): string {
  let result = '';
  let change: 'U' | 'L' | undefined;
  const add = (text: string): void => {
    result += change === 'U' ? text.toUpperCase() : change === 'L' ? text.toLowerCase() : text;
  };
  for (let at = 0; at < replacement.length; at += 1) {
    const char = replacement.charAt(at);
    if (char === '&') add(match);
    else if (char !== '\\') add(char);
    else {
      at += 1;
      const next = replacement.charAt(at);
      if (/\d/.test(next)) add(next === '0' ? match : (groups[Number(next) - 1] ?? ''));
      else if (next === 'n') add('\n');
      else if (next === 't') add('\t');
      else if (next === 'U' || next === 'L') change = next;
      else if (next === 'E') change = undefined;
      else add(next);
    }
  }
  return result;
}
