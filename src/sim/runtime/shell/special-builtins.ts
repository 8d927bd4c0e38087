/**
 * Builtins that POSIX calls special, and `local`: a mistake in one of them ends the shell.
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import { ProcessExit } from '../os-process.ts';
import { signalName, signalNumber } from '../signals.ts';
import type { Builtin, Shell } from './interpreter.ts';
import { ShellError, optionNames } from './shell-state.ts';
import type { Variable } from './shell-state.ts';
import { isName } from './syntax.ts';
import { singleQuoted } from './trace-text.ts';

function illegalNumber(text: string): ShellError {
  return new ShellError(`Illegal number: ${text}`);
}

function countOf(text: string | undefined, missing: number): number {
  if (text === undefined) return missing;
  if (!/^\d+$/.test(text)) throw illegalNumber(text);
  return Number(text);
}

function leaveLoop(kind: 'break' | 'continue') {
  return (shell: Shell, args: readonly string[]): number => {
    const levels = Math.min(countOf(args[0], 1), shell.loopDepth);
    if (levels > 0) shell.skip = { kind, levels };
    return 0;
  };
}

function exit(shell: Shell, args: readonly string[]): number {
  throw new ProcessExit(countOf(args[0], shell.state.status) & 0xff);
}

function leaveFunction(shell: Shell, args: readonly string[]): number {
  const status = countOf(args[0], shell.state.status) & 0xff;
  shell.skip = { kind: 'return', levels: 1 };
  return status;
}

function* evaluate(shell: Shell, args: readonly string[]): Process<number> {
  shell.state.status = 0;
  yield* shell.runScript(args.join(' '));
  return shell.state.status;
}

function* exec(shell: Shell, args: readonly string[]): Process<number> {
  if (args.length === 0) return 0;
  return yield* shell.execute(args, [], true);
}

function* source(shell: Shell, args: readonly string[]): Process<number> {
  const { process, state } = shell;
  const [name = ''] = args;
  let path = name;
  if (!name.includes('/')) {
    const places = (state.get('PATH') ?? '').split(':').map((place) => `${place}/${name}`);
    const found = places.find(
      (place) => typeof process.system.files.stat(process, place) !== 'string',
    );
    if (found === undefined && process.system.shell === 'ash') {
      throw new ShellError(`${name}: not found`);
    }
    path = found ?? name;
  }
  const text = process.system.files.readText(process, path);
  if (isErrno(text)) {
    if (process.system.shell === 'bash') throw new ShellError(`${path}: ${errorText(text)}`, 1);
    throw new ShellError(`can't open '${path}': ${errorText(text)}`);
  }
  const { positional, commandName } = state;
  if (args.length > 1) state.positional = args.slice(1);
  state.commandName = path;
  state.status = 0;
  shell.sourceDepth += 1;
  try {
    yield* shell.runScript(text, 1);
  } finally {
    shell.sourceDepth -= 1;
    state.commandName = commandName;
    if (args.length > 1) state.positional = positional;
  }
  if (shell.skip?.kind === 'return') shell.skip = undefined;
  return state.status;
}

function declared(
  shell: Shell,
  args: readonly string[],
  flag: 'isExported' | 'isReadOnly',
): number {
  const { state } = shell;
  const words = args.filter((word) => word !== '-p');
  if (words.length === 0) {
    const keyword = flag === 'isExported' ? 'export' : 'readonly';
    const lines = [...state.variables]
      .filter(([, variable]) => variable[flag])
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { value }]) =>
        value === undefined
          ? `${keyword} ${name}\n`
          : `${keyword} ${name}=${singleQuoted(value)}\n`,
      );
    shell.process.print(1, lines.join(''));
    return 0;
  }
  const isRemoved = words[0] === '-n';
  for (const word of isRemoved ? words.slice(1) : words) {
    const [name = '', ...rest] = word.split('=');
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`);
    if (rest.length > 0) state.set(name, rest.join('='));
    const old: Variable | undefined = state.variables.get(name);
    state.put(name, {
      value: old?.value,
      isExported: old?.isExported ?? false,
      isReadOnly: old?.isReadOnly ?? false,
      [flag]: !isRemoved,
    });
  }
  return 0;
}

function setOptions(shell: Shell, args: readonly string[]): number {
  const { state } = shell;
  if (args.length === 0) {
    const lines = [...state.variables]
      .filter(([, { value }]) => value !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { value }]) => `${name}=${singleQuoted(value ?? '')}\n`);
    shell.process.print(1, lines.join(''));
    return 0;
  }
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') {
      state.positional = args.slice(index + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    const isOn = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        index += 1;
        const name = args[index];
        if (name === undefined) return printOptions(shell);
        const option = optionNames[name];
        if (option === undefined) {
          shell.complain(`illegal option ${word} ${name}`);
          return 1;
        }
        setOption(shell, option, isOn);
      } else if (Object.values(optionNames).includes(letter) && letter !== 'P') {
        setOption(shell, letter, isOn);
      } else throw new ShellError(`illegal option ${word.charAt(0)}${letter}`);
    }
  }
  if (index < args.length) state.positional = args.slice(index);
  return 0;
}

function setOption(shell: Shell, letter: string, isOn: boolean): void {
  if (isOn) shell.state.options.add(letter);
  else shell.state.options.delete(letter);
}

function printOptions(shell: Shell): number {
  const lines = Object.entries(optionNames).map(
    ([name, letter]) => `${name.padEnd(16)}${shell.state.options.has(letter) ? 'on' : 'off'}\n`,
  );
  shell.process.print(1, `Current option settings\n${lines.join('')}`);
  return 0;
}

function shift(shell: Shell, args: readonly string[]): number {
  const count = countOf(args[0], 1);
  if (count > shell.state.positional.length) return 1;
  shell.state.positional = shell.state.positional.slice(count);
  return 0;
}

function trap(shell: Shell, args: readonly string[]): number {
  const words = args[0] === '--' ? args.slice(1) : args;
  const [first] = words;
  if (first === undefined || first === '-p') {
    const lines = [...shell.traps]
      .sort(([left], [right]) => left - right)
      .map(([signal, command]) => `trap -- ${singleQuoted(command)} ${signalName(signal)}\n`);
    shell.process.print(1, lines.join(''));
    return 0;
  }
  const isReset = words.length === 1 || first === '-';
  const signals = words.length === 1 ? words : words.slice(1);
  let code = 0;
  for (const word of signals) {
    const signal = signalNumber(word);
    if (signal === undefined) {
      shell.complain(`${word}: invalid signal specification`);
      code = 1;
    } else setTrap(shell, signal, isReset ? undefined : first);
  }
  return code;
}

function setTrap(shell: Shell, signal: number, command: string | undefined): void {
  if (command === undefined) shell.traps.delete(signal);
  else shell.traps.set(signal, command);
  if (signal === 0) return;
  if (command === undefined) shell.process.handle(signal, undefined);
  else if (command === '') shell.process.handle(signal, 'ignore');
  else shell.process.handle(signal, (number) => shell.noteSignal(number));
}

function unset(shell: Shell, args: readonly string[]): number {
  const isFunction = args[0] === '-f';
  for (const name of args.filter((word) => word !== '-f' && word !== '-v')) {
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`);
    if (isFunction) shell.state.functions.delete(name);
    else shell.state.unset(name);
  }
  return 0;
}

function local(shell: Shell, args: readonly string[]): number {
  const hidden = shell.locals.at(-1);
  if (hidden === undefined) throw new ShellError('not in a function');
  for (const word of args) {
    const [name = '', ...rest] = word.split('=');
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`);
    if (!hidden.has(name)) hidden.set(name, shell.state.variables.get(name));
    if (rest.length > 0) shell.state.set(name, rest.join('='));
  }
  return 0;
}

function special(run: Builtin['run']): Builtin {
  return { run, isSpecial: true };
}

/** The special builtins by name. */
export const specialBuiltins: Readonly<Record<string, Builtin>> = {
  ':': special(() => 0),
  '.': special(source),
  source: special(source),
  break: special(leaveLoop('break')),
  continue: special(leaveLoop('continue')),
  eval: special(evaluate),
  exec: special(exec),
  exit: special(exit),
  export: special((shell, args) => declared(shell, args, 'isExported')),
  readonly: special((shell, args) => declared(shell, args, 'isReadOnly')),
  return: special(leaveFunction),
  set: special(setOptions),
  shift: special(shift),
  times: special((shell) => {
    shell.process.print(1, '0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n');
    return 0;
  }),
  trap: special(trap),
  unset: special(unset),
  local: special(local),
};
