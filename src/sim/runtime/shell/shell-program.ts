/**
 * The program `sh`: reads its options, its environment and its script.
 *
 * Upstream: busybox shell/ash.c ash_main
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import { readAll } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';
import { builtins } from './builtins.ts';
import { Shell } from './interpreter.ts';
import { ShellState, optionNames } from './shell-state.ts';

interface Arguments {
  readonly options: ReadonlySet<string>;
  readonly command: string | undefined;
  readonly rest: readonly string[];
}

/** sh [-efnuvx] [-o OPTION] [-c SCRIPT [NAME] | -s | FILE] [ARGUMENT]... */
export function* shellProgram(process: OsProcess): Process<number> {
  const name = process.argv[0] ?? 'sh';
  const parsed = readArguments(process.argv.slice(1));
  if (typeof parsed === 'string') {
    process.print(2, `${name}: illegal option ${parsed}\n`);
    return 2;
  }
  const state = initialState(process, name, parsed.options);
  if (parsed.command !== undefined) {
    state.name = parsed.rest[0] ?? name;
    state.positional = parsed.rest.slice(1);
    return yield* runText(process, state, parsed.command, process.system.shell === 'bash' ? 1 : 0);
  }
  const [path] = parsed.rest;
  if (path === undefined || parsed.options.has('s')) {
    state.positional = parsed.rest;
    const input = process.file(0);
    const text = input === undefined ? '' : yield* readAll(input);
    return yield* runText(process, state, text, 1);
  }
  const text = process.system.files.readText(process, path);
  if (isErrno(text)) {
    process.print(2, `${name}: can't open '${path}': ${errorText(text)}\n`);
    return process.system.shell === 'bash' ? 127 : 2;
  }
  state.name = path;
  state.commandName = process.system.shell === 'bash' ? undefined : path;
  state.positional = parsed.rest.slice(1);
  return yield* runText(process, state, text, 1);
}

function* runText(
  process: OsProcess,
  state: ShellState,
  text: string,
  firstLine: number,
): Process<number> {
  const shell = new Shell(process, state, builtins);
  if (state.options.has('v') && !state.options.has('c'))
    process.print(2, text.endsWith('\n') ? text : `${text}\n`);
  return yield* shell.main(() => shell.runScript(text, firstLine, true));
}

/** The state of a new shell: variables from the environment, PWD and SHLVL. */
export function initialState(
  process: OsProcess,
  name: string,
  options: ReadonlySet<string>,
): ShellState {
  const state = new ShellState();
  state.name = name;
  state.options = new Set(options);
  state.shellPid = process.pid;
  state.parentPid = process.parent?.pid ?? 0;
  for (const [variable, value] of process.env) state.set(variable, value, true);
  state.set('PWD', process.cwd, true);
  state.set('SHLVL', String(Number(process.env.get('SHLVL') ?? 0) + 1), true);
  state.set('OPTIND', '1');
  state.set('IFS', ' \t\n', false);
  return state;
}

function readArguments(words: readonly string[]): Arguments | string {
  const options = new Set<string>();
  let hasCommand = false;
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') {
      index += 1;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (letter === 'c') hasCommand = true;
      else if (letter === 'l' || letter === 'i') continue;
      else if (letter === 'o') {
        index += 1;
        const option = optionNames[words[index] ?? ''];
        if (option === undefined) return `-o ${words[index] ?? ''}`;
        options.add(option);
      } else if (Object.values(optionNames).includes(letter)) options.add(letter);
      else return `-${letter}`;
    }
  }
  const rest = words.slice(index);
  if (!hasCommand) return { options, command: undefined, rest };
  options.add('c');
  return { options, command: rest[0] ?? '', rest: rest.slice(1) };
}
