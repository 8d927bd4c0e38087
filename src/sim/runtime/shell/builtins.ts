/**
 * The builtins of the shell that are not special.
 */
import { anyOf } from '../../engine/any-of.ts';
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import { findExecutable } from '../executables.ts';
import { absolutePath, cleanPath } from '../files/file-system.ts';
import type { OsProcess } from '../os-process.ts';
import { kill } from '../programs/kill.ts';
import { echo, printf } from '../programs/output.ts';
import { test } from '../programs/test.ts';
import type { Utility } from '../programs/utility.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import type { Builtin, Builtins, Shell } from './interpreter.ts';
import { read } from './read-builtin.ts';
import { ShellError } from './shell-state.ts';
import { specialBuiltins } from './special-builtins.ts';

const KEYWORDS = new Set(
  '! { } case do done elif else esac fi for function if in then until while'.split(' '),
);

/** Makes a builtin of a command; its messages begin with the shell's name. */
function inShell(utility: Utility): Builtin {
  return { run: (shell, args) => utility(shell.process, args, messageName(shell)) };
}

function messageName(shell: Shell): string {
  if (shell.process.system.shell === 'ash') return 'sh';
  return `${shell.state.name}: line ${shell.state.line}: ${shell.state.commandName ?? ''}`;
}

function testAs(name: string): Builtin {
  return { run: (shell, args) => test(shell.process, args, messageName(shell), name) };
}

function cd(shell: Shell, args: readonly string[]): number {
  const { process, state } = shell;
  const [word = state.get('HOME') ?? '/'] = args.filter((one) => one !== '-P' && one !== '-L');
  const target = word === '-' ? (state.get('OLDPWD') ?? '.') : word;
  const path = cleanPath(absolutePath(process.cwd, target));
  const node = process.system.files.stat(process, path);
  const isBash = process.system.shell === 'bash';
  const problem = isErrno(node) ? node : node.kind === 'directory' ? undefined : 'ENOTDIR';
  if (problem !== undefined) {
    const text = errorText(problem);
    throw isBash
      ? new ShellError(`${target}: ${text}`, 1)
      : new ShellError(`can't cd to ${target}: ${text}`);
  }
  state.set('OLDPWD', process.cwd);
  process.cwd = path;
  state.set('PWD', path);
  if (word === '-') process.print(1, `${path}\n`);
  return 0;
}

function* wait(shell: Shell, args: readonly string[]): Process<number> {
  if (args.length === 0) {
    for (const [pid, job] of [...shell.jobs]) {
      const signal = yield* untilEnd(shell, job);
      if (signal !== undefined) return 128 + signal;
      shell.jobs.delete(pid);
    }
    return 0;
  }
  let code = 0;
  for (const word of args) {
    const pid = word.replace(/^%/, '');
    if (!/^\d+$/.test(pid)) throw new ShellError(`Illegal number: ${word}`);
    const job =
      shell.jobs.get(Number(pid)) ??
      (word.startsWith('%') ? [...shell.jobs.values()][Number(pid) - 1] : undefined);
    if (job === undefined) {
      code = 127;
      continue;
    }
    const signal = yield* untilEnd(shell, job);
    if (signal !== undefined) return 128 + signal;
    shell.jobs.delete(job.pid);
    if (job.status !== undefined) shell.tellSignal(job.status);
    code = job.status?.code ?? 0;
  }
  return code;
}

/** Waits for a process; returns the signal that broke the waiting off, if one did. */
function* untilEnd(shell: Shell, job: OsProcess): Process<number | undefined> {
  while (job.status === undefined) {
    if (shell.pendingSignal !== undefined) return shell.pendingSignal;
    yield* anyOf(job.exited.wait(), shell.process.interrupted.wait());
  }
  return undefined;
}

/** What a name stands for; undefined when nothing. */
function describe(
  shell: Shell,
  name: string,
): { kind: 'keyword' | 'function' | 'special' | 'builtin' | 'program'; path: string } | undefined {
  if (KEYWORDS.has(name)) return { kind: 'keyword', path: name };
  if (shell.state.functions.has(name)) return { kind: 'function', path: name };
  const builtin = builtins.get(name);
  if (builtin !== undefined) {
    return { kind: builtin.isSpecial === true ? 'special' : 'builtin', path: name };
  }
  const found = findExecutable(shell.process, name, shell.state.get('PATH'));
  if (isErrno(found)) return undefined;
  const node = shell.process.system.files.stat(shell.process, found.path, false);
  // busybox runs the commands that it holds itself, without looking for a file.
  const isInner = !isErrno(node) && node.kind === 'link' && node.target === '/bin/busybox';
  return { kind: 'program', path: isInner && !name.includes('/') ? name : found.path };
}

const descriptions = {
  keyword: 'is a shell keyword',
  function: 'is a function',
  special: 'is a special shell builtin',
  builtin: 'is a shell builtin',
} as const;

function type(shell: Shell, args: readonly string[]): number {
  let code = 0;
  for (const name of args) {
    const found = describe(shell, name);
    if (found === undefined) {
      code = shell.process.system.shell === 'bash' ? 1 : 127;
      shell.process.print(1, `${name}: not found\n`);
    } else {
      const words = found.kind === 'program' ? `is ${found.path}` : descriptions[found.kind];
      shell.process.print(1, `${name} ${words}\n`);
    }
  }
  return code;
}

function command(shell: Shell, args: readonly string[]): Process<number> | number {
  const [option] = args;
  if (option === '-v' || option === '-V') {
    if (option === '-V') return type(shell, args.slice(1));
    const found = describe(shell, args[1] ?? '');
    if (found === undefined) return shell.process.system.shell === 'bash' ? 1 : 127;
    shell.process.print(1, `${found.path}\n`);
    return 0;
  }
  return shell.invoke(option === '-p' ? args.slice(1) : args);
}

function getopts(shell: Shell, args: readonly string[]): number {
  const { state, process } = shell;
  const [spec, name, ...rest] = args;
  if (spec === undefined || name === undefined) {
    throw new ShellError('usage: getopts optstring var [arg]');
  }
  const words = rest.length > 0 ? rest : state.positional;
  let index = Number(state.get('OPTIND') ?? 1);
  if (index === 1 && state.optionOffset <= 1) state.optionOffset = 1;
  const word = words[index - 1];
  const finish = (value: string, code: number): number => {
    state.set('OPTIND', String(index));
    state.set(name, value);
    return code;
  };
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index += 1;
    state.optionOffset = 0;
    return finish('?', 1);
  }
  const at = Math.max(state.optionOffset, 1);
  const letter = word.charAt(at);
  const place = letter === ':' ? -1 : spec.indexOf(letter);
  const isSilent = spec.startsWith(':');
  const step = (): void => {
    if (at + 1 < word.length) state.optionOffset = at + 1;
    else {
      state.optionOffset = 0;
      index += 1;
    }
  };
  if (place < 0) {
    step();
    if (isSilent) state.set('OPTARG', letter);
    else {
      process.print(2, `Illegal option -${letter}\n`);
      state.put('OPTARG', undefined);
    }
    return finish('?', 0);
  }
  if (spec.charAt(place + 1) !== ':') {
    step();
    state.put('OPTARG', undefined);
    return finish(letter, 0);
  }
  const joined = word.slice(at + 1);
  const value = joined !== '' ? joined : words[index];
  index += joined !== '' ? 1 : 2;
  state.optionOffset = 0;
  if (value === undefined) {
    index -= 1;
    if (isSilent) state.set('OPTARG', letter);
    else {
      process.print(2, `No arg for -${letter} option\n`);
      state.put('OPTARG', undefined);
    }
    return finish(isSilent ? ':' : '?', 0);
  }
  state.set('OPTARG', value);
  return finish(letter, 0);
}

function umask(shell: Shell, args: readonly string[]): number {
  const [mode] = args;
  if (mode === undefined) {
    shell.process.print(1, `${shell.process.umask.toString(8).padStart(4, '0')}\n`);
    return 0;
  }
  if (!/^[0-7]+$/.test(mode)) throw new ShellError(`illegal mode: ${mode}`);
  shell.process.umask = parseInt(mode, 8) & 0o777;
  return 0;
}

function alias(shell: Shell, args: readonly string[]): number {
  let code = 0;
  for (const word of args) {
    if (word.includes('=')) continue;
    shell.process.print(2, `alias: ${word} not found\n`);
    code = 1;
  }
  return code;
}

function hash(shell: Shell, args: readonly string[]): number {
  let code = 0;
  for (const name of args.filter((word) => word !== '-r')) {
    if (describe(shell, name) !== undefined) continue;
    shell.complain(`${name}: not found`);
    code = 1;
  }
  return code;
}

function arithmetic(shell: Shell, args: readonly string[]): number {
  const { state } = shell;
  let value = 0;
  try {
    for (const text of args) {
      value = evaluateArithmetic(text, {
        get: (name) => state.get(name) ?? '',
        set: (name, result) => state.set(name, result),
      });
    }
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ShellError(error.message);
    throw error;
  }
  return value === 0 ? 1 : 0;
}

function jobs(shell: Shell): number {
  let number = 0;
  for (const job of shell.jobs.values()) {
    number += 1;
    const state = job.status === undefined ? 'Running' : 'Done';
    shell.process.print(1, `[${number}]   ${state.padEnd(26)} ${job.argv.join(' ')}\n`);
  }
  return 0;
}

const regular: Readonly<Record<string, Builtin>> = {
  '[': testAs('['),
  '[[': testAs('[['),
  test: testAs('test'),
  echo: inShell(echo),
  printf: inShell(printf),
  kill: inShell(kill),
  true: { run: () => 0 },
  false: { run: () => 1 },
  pwd: {
    run: (shell) => {
      shell.process.print(1, `${shell.process.cwd}\n`);
      return 0;
    },
  },
  alias: { run: alias },
  unalias: { run: () => 0 },
  bg: { run: () => 0 },
  fg: { run: wait },
  cd: { run: cd },
  command: { run: command },
  getopts: { run: getopts },
  hash: { run: hash },
  jobs: { run: jobs },
  let: { run: arithmetic },
  read: { run: read },
  type: { run: type },
  ulimit: {
    run: (shell) => {
      shell.process.print(1, 'unlimited\n');
      return 0;
    },
  },
  umask: { run: umask },
  wait: { run: wait },
};

/** All builtins by name. */
export const builtins: Builtins = new Map([
  ...Object.entries(specialBuiltins),
  ...Object.entries(regular),
]);
