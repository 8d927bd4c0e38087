/**
 * A command: what shells run themselves and what programs are made of.
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { Errno } from '../errno.ts';
import { readAll } from '../open-file.ts';
import type { OsProcess, Program } from '../os-process.ts';

/** Runs a command with its arguments; `name` stands before its messages. Returns the exit code. */
export type Utility = (
  process: OsProcess,
  args: readonly string[],
  name: string,
) => Process<number> | number;

/** Makes the program of a command. */
export function programOf(name: string, utility: Utility): Program {
  return (process) => {
    process.comm = name;
    return run(process, utility, name);
  };
}

/** Makes the programs of commands, by name. */
export function programsOf(utilities: Readonly<Record<string, Utility>>): Record<string, Program> {
  return Object.fromEntries(
    Object.entries(utilities).map(([name, utility]) => [name, programOf(name, utility)]),
  );
}

function* run(process: OsProcess, utility: Utility, name: string): Process<number> {
  const result = utility(process, process.argv.slice(1), name);
  return typeof result === 'number' ? result : yield* result;
}

/** Prints a message to the standard error and returns an exit code. */
export function complain(process: OsProcess, name: string, message: string, code = 1): number {
  process.print(2, `${name}: ${message}\n`);
  return code;
}

/** Options of a command line: letters with their values, and what is left. */
export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

/**
 * Reads options as getopt does: `-ab`, `-n5`, `-n 5`, `--`; `spec` is like `ab:n:`. An option that is not in the spec is told and
 * gives undefined.
 */
export function readOptions(
  process: OsProcess,
  args: readonly string[],
  name: string,
  spec: string,
  isPosix = false,
): Options | undefined {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (word.startsWith('--')) {
      complain(process, name, `unrecognized option '${word}'`);
      return undefined;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      if (!isPosix) continue;
      operands.push(...args.slice(index + 1));
      break;
    }
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const place = letter === ':' ? -1 : spec.indexOf(letter);
      if (place < 0) {
        complain(process, name, `invalid option -- '${letter}'`);
        return undefined;
      }
      flags.add(letter);
      if (spec.charAt(place + 1) !== ':') continue;
      let value = word.slice(at + 1);
      if (value === '') {
        index += 1;
        const next = args[index];
        if (next === undefined) {
          complain(process, name, `option requires an argument -- '${letter}'`);
          return undefined;
        }
        value = next;
      }
      values.set(letter, [...(values.get(letter) ?? []), value]);
      break;
    }
  }
  return { flags, values, operands };
}

/** The last value of an option. */
export function valueOf(options: Options, letter: string): string | undefined {
  return options.values.get(letter)?.at(-1);
}

/** Prints the line that tells how a command is used, and returns its exit code. */
export function usage(process: OsProcess, text: string, code = 1): number {
  process.print(2, `BusyBox v1.36.1 multi-call binary.\n\nUsage: ${text}\n`);
  return code;
}

/** Reads a file named on a command line; `-` is the standard input. */
export function* readInput(process: OsProcess, path: string): Process<string | Errno> {
  if (path === '-') {
    const input = process.file(0);
    return input === undefined ? 'EBADF' : yield* readAll(input);
  }
  const file = process.system.files.open(process, path, { read: true });
  if (isErrno(file)) return file;
  file.retain();
  const node = process.system.files.stat(process, path);
  const isEndless = !isErrno(node) && node.kind === 'device' && file.peek() !== '';
  const text = isEndless ? (file.peek() ?? '') : yield* readAll(file);
  file.release();
  return text;
}

/** `nosuch: No such file or directory`. */
export function fileProblem(path: string, error: Errno): string {
  return `${path}: ${errorText(error)}`;
}

/** Splits a text into lines without their ends; an end at the end of the text begins no line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
