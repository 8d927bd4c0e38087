/**
 * Finds the program that a command names and starts it, as execve does with a path or with $PATH.
 */
import { isErrno } from './errno.ts';
import type { Errno } from './errno.ts';
import type { OsProcess, Program } from './os-process.ts';

/** What a command name leads to. */
export interface Executable {
  readonly path: string;
  readonly program: Program;
}

/** Where programs are searched when PATH is not set. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Finds a command. ENOENT: there is none; EACCES: it may not be run. */
export function findExecutable(
  process: OsProcess,
  name: string,
  searchPath = process.env.get('PATH') ?? DEFAULT_PATH,
): Executable | Errno {
  if (name === '') return 'ENOENT';
  if (name.includes('/')) return executableAt(process, name);
  let error: Errno = 'ENOENT';
  for (const path of pathsOf(searchPath, name)) {
    const found = executableAt(process, path);
    if (!isErrno(found)) return found;
    if (found === 'EACCES') error = 'EACCES';
  }
  return error;
}

/** Where a command may be, by search path and name: scripts run the same few commands in a loop. */
const knownPaths = new Map<string, Map<string, readonly string[]>>();
const knownSearchPathsMax = 20;
const knownCommandsMax = 200;

function pathsOf(searchPath: string, name: string): readonly string[] {
  let commands = knownPaths.get(searchPath);
  if (commands === undefined) {
    commands = new Map();
    if (knownPaths.size >= knownSearchPathsMax) knownPaths.clear();
    knownPaths.set(searchPath, commands);
  }
  let paths = commands.get(name);
  if (paths === undefined) {
    paths = searchPath
      .split(':')
      .map((directory) => (directory === '' ? name : `${directory}/${name}`));
    if (commands.size >= knownCommandsMax) commands.clear();
    commands.set(name, paths);
  }
  return paths;
}

function executableAt(process: OsProcess, path: string): Executable | Errno {
  const { files } = process.system;
  const node = files.stat(process, path);
  if (isErrno(node)) return node;
  if (node.kind !== 'file' || !files.mayAccess(process, node, 1)) return 'EACCES';
  return {
    path,
    program: (node.program as Program | undefined) ?? scriptProgram(path, node.content),
  };
}

/** Makes the program that runs a file of text: by the interpreter that its first line names, else by the shell. */
function scriptProgram(path: string, content: string): Program {
  return (process) => {
    const line = /^#![ \t]*(\S+)(?:[ \t]+(.*\S))?[ \t]*\n/.exec(content);
    const interpreter = line?.[1] ?? '/bin/sh';
    const option = line?.[2] === undefined ? [] : [line[2]];
    const found = findExecutable(process, interpreter);
    if (isErrno(found)) {
      process.print(2, `${path}: ${interpreter}: not found\n`);
      process.exit(127);
      return undefined;
    }
    process.becomes([interpreter, ...option, path, ...process.argv.slice(1)]);
    return found.program(process);
  };
}
