/**
 * head and tail, tail with following.
 *
 * Upstream: busybox coreutils/head.c, coreutils/tail.c
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { SIGKILL } from '../signals.ts';
import { complain, fileProblem, readInput, readOptions, valueOf } from './utility.ts';

const FOLLOW_MS = 1000;
const MIB = 1024 * 1024;

/** head [-n COUNT] [-c COUNT] [-qv] [FILE]... */
export function* head(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, oldStyle(args), name, 'n:c:qv');
  if (options === undefined) return 1;
  const bytes = valueOf(options, 'c');
  const count = Number(bytes ?? valueOf(options, 'n') ?? 10);
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  let code = 0;
  for (const [index, path] of paths.entries()) {
    const text =
      path === '-'
        ? yield* readStart(process, count, bytes !== undefined)
        : yield* readInput(process, path);
    if (isErrno(text)) {
      code = complain(process, name, fileProblem(path, text));
      continue;
    }
    if (paths.length > 1 && !options.flags.has('q')) {
      yield* process.write(1, `${index > 0 ? '\n' : ''}==> ${path} <==\n`);
    }
    yield* process.write(
      1,
      bytes !== undefined ? text.slice(0, count < 0 ? count : count) : firstLines(text, count),
    );
  }
  return code;
}

/** Reads only as much of the standard input as is wanted, so that an endless writer is broken off. */
function* readStart(process: OsProcess, count: number, isBytes: boolean): Process<string> {
  const input = process.file(0);
  let text = '';
  while (input !== undefined) {
    if (count >= 0 && (isBytes ? text.length : text.split('\n').length - 1) >= count) break;
    const data = input.peek();
    if (data === undefined && input.changed !== undefined) {
      yield* input.changed.wait();
      continue;
    }
    if (data === undefined || data === '') break;
    input.take(data.length);
    text += data;
  }
  return text;
}

function firstLines(text: string, count: number): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return (count < 0 ? lines.slice(0, count) : lines.slice(0, count)).join('');
}

/** `-5` means `-n 5`. */
function oldStyle(args: readonly string[]): string[] {
  return args.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
}

/** tail [-n COUNT] [-c COUNT] [-f|-F] [FILE]... */
export function* tail(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, oldStyle(args), name, 'n:c:fFqvs:');
  if (options === undefined) return 1;
  const bytes = valueOf(options, 'c');
  const count = bytes ?? valueOf(options, 'n') ?? '10';
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const isFollowing = options.flags.has('f') || options.flags.has('F');
  const seen = new Map<string, number>();
  let code = 0;
  for (const [index, path] of paths.entries()) {
    if (yield* readEndless(process, path)) return 1;
    const text = yield* readInput(process, path);
    if (isErrno(text)) {
      code = complain(process, name, `can't open '${path}': ${errorText(text)}`);
      if (!options.flags.has('F')) continue;
      seen.set(path, 0);
      continue;
    }
    if (paths.length > 1 && !options.flags.has('q')) {
      yield* process.write(1, `${index > 0 ? '\n' : ''}==> ${path} <==\n`);
    }
    yield* process.write(1, bytes !== undefined ? lastBytes(text, count) : lastLines(text, count));
    seen.set(path, text.length);
  }
  if (!isFollowing) return code;
  if (seen.size === 0) return complain(process, name, 'no files');
  for (;;) {
    yield* process.system.engine.delay(FOLLOW_MS);
    for (const [path, length] of seen) {
      const text = process.system.files.readText(process, path);
      if (isErrno(text) || text.length === length) continue;
      yield* process.write(1, text.length < length ? text : text.slice(length));
      seen.set(path, text.length);
    }
  }
}

function lastLines(text: string, count: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  if (count.startsWith('+')) return lines.slice(Math.max(Number(count) - 1, 0)).join('');
  const wanted = Math.abs(Number(count));
  return wanted === 0 ? '' : lines.slice(-wanted).join('');
}

function lastBytes(text: string, count: string): string {
  if (count.startsWith('+')) return text.slice(Math.max(Number(count) - 1, 0));
  const wanted = Math.abs(Number(count));
  return wanted === 0 ? '' : text.slice(-wanted);
}

/** A device without an end and without lines fills the memory until the kernel kills the program. */
function* readEndless(process: OsProcess, path: string): Process<boolean> {
  const node = process.system.files.stat(process, path);
  if (isErrno(node) || node.kind !== 'device' || node.device !== 'zero') return false;
  while (process.system.memoryBytes < 4096 * MIB && process.status === undefined) {
    yield* process.system.engine.delay(4);
    process.system.useMemory(4 * MIB);
  }
  process.kill(SIGKILL);
  return true;
}
