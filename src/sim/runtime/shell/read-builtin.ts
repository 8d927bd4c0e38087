/**
 * The builtin `read`: one line of the standard input, split into variables.
 *
 * Upstream: busybox shell/shell_common.c shell_builtin_read
 */
import { anyOf } from '../../engine/any-of.ts';
import type { Process } from '../../engine/process.ts';
import type { OpenFile } from '../open-file.ts';
import { readOptions, valueOf } from '../programs/utility.ts';
import type { Shell } from './interpreter.ts';
import { isName } from './syntax.ts';

/** read [-r] [-p PROMPT] [-t SECONDS] [-n COUNT] [-d DELIMITER] [NAME]... */
export function* read(shell: Shell, args: readonly string[]): Process<number> {
  const options = readOptions(shell.process, args, 'read', 'rsp:t:n:d:u:', true);
  if (options === undefined) return 2;
  const names = options.operands.length > 0 ? options.operands : ['REPLY'];
  for (const name of names) {
    if (isName(name)) continue;
    shell.process.print(
      2,
      `${shell.process.system.shell === 'bash' ? 'bash' : 'sh'}: read: '${name}': bad variable name\n`,
    );
    return 1;
  }
  const file = shell.process.file(Number(valueOf(options, 'u') ?? 0));
  if (file === undefined) return 1;
  const timeout = valueOf(options, 't');
  const reader = new LineReader(shell, file, {
    isRaw: options.flags.has('r'),
    delimiter: (valueOf(options, 'd') ?? '\n').slice(0, 1) || '\0',
    max: Number(valueOf(options, 'n') ?? Infinity),
    timeoutMs: timeout === undefined ? undefined : Number(timeout) * 1000,
  });
  const isWhole = yield* reader.read();
  const separators = shell.state.get('IFS') ?? ' \t\n';
  const values = splitLine(reader.line, separators, names.length);
  for (const [index, name] of names.entries()) shell.state.set(name, values[index] ?? '');
  return isWhole ? 0 : 1;
}

interface LineOptions {
  readonly isRaw: boolean;
  readonly delimiter: string;
  readonly max: number;
  readonly timeoutMs: number | undefined;
}

/** A character of the line; one behind a backslash is no separator. */
interface LineChar {
  readonly char: string;
  readonly isEscaped: boolean;
}

class LineReader {
  readonly line: LineChar[] = [];
  readonly #shell: Shell;
  readonly #file: OpenFile;
  readonly #options: LineOptions;
  #isEscaping = false;

  constructor(shell: Shell, file: OpenFile, options: LineOptions) {
    this.#shell = shell;
    this.#file = file;
    this.#options = options;
  }

  /** Reads up to the delimiter. False when the input ended before it. */
  *read(): Process<boolean> {
    const { engine } = this.#shell.process.system;
    const untilMs = engine.nowMs + (this.#options.timeoutMs ?? Infinity);
    for (;;) {
      const data = this.#file.peek();
      if (data === '') return false;
      if (data !== undefined) {
        const { taken, isDone } = this.#consume(data);
        this.#file.take(taken);
        if (isDone) return true;
        continue;
      }
      const changed = this.#file.changed;
      if (changed === undefined || engine.nowMs >= untilMs) return false;
      const waits = [changed.wait(), this.#shell.process.interrupted.wait()];
      if (untilMs !== Infinity) waits.push(engine.delay(untilMs - engine.nowMs));
      const first = yield* anyOf(...waits);
      if (first.index === 1 && this.#shell.pendingSignal !== undefined) return false;
    }
  }

  #consume(data: string): { taken: number; isDone: boolean } {
    const { isRaw, delimiter, max } = this.#options;
    for (let at = 0; at < data.length; at += 1) {
      const char = data.charAt(at);
      if (this.#isEscaping) {
        this.#isEscaping = false;
        if (char !== '\n') this.line.push({ char, isEscaped: true });
      } else if (char === delimiter) return { taken: at + 1, isDone: true };
      else if (char === '\\' && !isRaw) this.#isEscaping = true;
      else this.line.push({ char, isEscaped: false });
      if (this.line.length >= max) return { taken: at + 1, isDone: true };
    }
    return { taken: data.length, isDone: false };
  }
}

/** Splits a line into at most `count` fields; the last takes the rest. */
function splitLine(line: readonly LineChar[], separators: string, count: number): string[] {
  const isSeparator = (at: number): boolean => {
    const item = line[at];
    return item !== undefined && !item.isEscaped && separators.includes(item.char);
  };
  const isBlank = (at: number): boolean =>
    isSeparator(at) && ' \t\n'.includes(line[at]?.char ?? '');
  const text = (from: number, to: number): string =>
    line
      .slice(from, to)
      .map((item) => item.char)
      .join('');
  const fields: string[] = [];
  let at = 0;
  while (isBlank(at)) at += 1;
  while (fields.length < count - 1 && at < line.length) {
    const start = at;
    while (at < line.length && !isSeparator(at)) at += 1;
    fields.push(text(start, at));
    while (isBlank(at)) at += 1;
    if (isSeparator(at) && !isBlank(at)) {
      at += 1;
      while (isBlank(at)) at += 1;
    }
  }
  let end = line.length;
  while (end > at && isBlank(end - 1)) end -= 1;
  // A single separator that is no blank at the very end belongs to the field before it.
  const isOnlyMark =
    end > at &&
    isSeparator(end - 1) &&
    !line.slice(at, end - 1).some((_item, index) => isSeparator(at + index));
  fields.push(text(at, isOnlyMark ? end - 1 : end));
  return fields;
}
