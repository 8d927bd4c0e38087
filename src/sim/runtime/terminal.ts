/**
 * A terminal on a workstation: bash with the usual tools, files in a working directory, and commands that are given (kubectl).
 * The steps of recordings and what a reader types run here, with the same shell that containers have.
 *
 * Texts go in and come out as text; inside they are bytes.
 */
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import { bytesOf, textOf } from './bytes.ts';
import { isErrno } from './errno.ts';
import { DEFAULT_PATH } from './executables.ts';
import { FileSystem } from './files/file-system.ts';
import { regularFile } from './files/node.ts';
import { putText, userlandTree } from './image-trees.ts';
import { Collector, DeviceFile, readAll } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { ProcessSpace } from './os-process.ts';
import type { ExitStatus, OsProcess, ProcessSpec, Program } from './os-process.ts';
import { shellSeam } from './program-seams.ts';
import { busyboxCommands, busyboxProgram } from './programs/busybox.ts';
import { programOf } from './programs/utility.ts';
import { SIGKILL, SIGPIPE, SIGTERM } from './signals.ts';
import { System } from './system.ts';

/** One call of a given command. */
export interface CommandCall {
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Absolute. */
  readonly cwd: string;
  /** Reads the standard input to its end. */
  readStdin(): Process<string>;
  /** Whether the standard input is connected to anything. */
  readonly hasStdin: boolean;
  /** Writes to the standard output; waits where a reader is slow. */
  write(text: string): Process;
  /** Writes to the standard error. */
  writeError(text: string): Process;
  /** Writes without waiting. Returns false when there is no room: then nothing was written. */
  print(stream: 'stdout' | 'stderr', text: string): boolean;
  /** A file of the terminal at once; undefined when it cannot be read. */
  readFileNow(path: string): string | undefined;
  /** A file of the terminal; undefined when it cannot be read. A path relative to `cwd`, `-`, `/dev/stdin` too. */
  readFile(path: string): Process<string | undefined>;
  /** Names in a directory, sorted; undefined when it is none. */
  listDirectory(path: string): readonly string[] | undefined;
  /** Writes a file; false when it cannot be written. */
  writeFile(path: string, text: string): boolean;
}

/** A command that is given to a terminal. Returns its exit code; it is cancelled when it is killed. */
export type TerminalCommand = (call: CommandCall) => Process<number>;

/** What a terminal is made with. */
export interface TerminalOptions {
  readonly engine: Engine;
  readonly random: Random;
  /** Files by path relative to the working directory. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly commands: Readonly<Record<string, TerminalCommand>>;
}

/** How a script is started. */
export interface ScriptOptions {
  readonly stdin?: OpenFile | undefined;
  /** Called with each piece of output in the moment in which it is written. */
  readonly onOutput?: ((stream: 'stdout' | 'stderr', text: string) => void) | undefined;
}

/** What a script did. */
export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A given command as the program of a process. */
type TerminalProgram = (process: OsProcess) => Process<number>;

/** How long bash takes to find a program and become it; see shell/interpreter.ts. */
const SHELL_START_MS = 1;
const HOME = '/home/reader';

/** A script that was started. */
export class ScriptRun {
  readonly #process: OsProcess;
  #stdout = '';
  #stderr = '';

  constructor(start: (files: ReadonlyMap<number, OpenFile>) => OsProcess, options: ScriptOptions) {
    const { stdin = new DeviceFile('/dev/null', ''), onOutput } = options;
    this.#process = start(
      new Map<number, OpenFile>([
        [0, stdin],
        [
          1,
          new Collector((data) => {
            this.#stdout += data;
            onOutput?.('stdout', textOf(data));
          }),
        ],
        [
          2,
          new Collector((data) => {
            this.#stderr += data;
            onOutput?.('stderr', textOf(data));
          }),
        ],
      ]),
    );
  }

  /** What it has written so far. */
  get stdout(): string {
    return textOf(this.#stdout);
  }

  get stderr(): string {
    return textOf(this.#stderr);
  }

  get isRunning(): boolean {
    return this.#process.status === undefined;
  }

  /** Waits for its end. */
  *join(): Process<ScriptResult> {
    const status: ExitStatus = yield* this.#process.exited.wait();
    return { stdout: this.stdout, stderr: this.stderr, exitCode: status.code };
  }

  /** Ends it with what it has started, as closing the window does. */
  kill(): void {
    const kill = (process: OsProcess): void => {
      for (const other of process.space.list()) if (other.parent === process) kill(other);
      process.kill(SIGTERM);
      process.kill(SIGKILL);
    };
    kill(this.#process);
  }
}

/** A terminal. Its files last from one script to the next. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #space = new ProcessSpace();
  readonly #system: System;
  readonly #init: OsProcess;
  /** The given commands, by name. */
  readonly #programs: ReadonlyMap<string, TerminalProgram>;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#programs = new Map(
      Object.entries(options.commands).map(([name, command]) => [
        name,
        (process) => {
          process.comm = name;
          return command(new Call(process));
        },
      ]),
    );
    this.#system = new System({
      engine: options.engine,
      name: 'terminal',
      hostname: 'workstation',
      random: options.random,
      shell: 'bash',
      network: undefined,
      host: { makeFiles: () => this.#makeFiles() },
    });
    this.#init = this.#space.spawn(this.#spec(['init'], new Map()), () => undefined);
  }

  /**
   * Starts a script as `bash -c` does. Of a given command with plain words bash does nothing but take its place, which is
   * done here without it.
   */
  start(script: string, options: ScriptOptions = {}): ScriptRun {
    const words = plainWords(script);
    const command = this.#programs.get(words[0] ?? '');
    const bash: Program = (process) => shellSeam.get()(process);
    const program = command === undefined ? bash : replacedBy(words, command);
    const argv = ['bash', '-c', bytesOf(script)];
    return new ScriptRun((files) => this.#space.spawn(this.#spec(argv, files), program), options);
  }

  /** Runs a script to its end. */
  *run(script: string): Process<ScriptResult> {
    return yield* this.start(script).join();
  }

  /** The content of a file; undefined when there is none. */
  readFile(path: string): string | undefined {
    const text = this.#system.files.readText(this.#init, path);
    return isErrno(text) ? undefined : textOf(text);
  }

  #spec(argv: readonly string[], files: ReadonlyMap<number, OpenFile>): ProcessSpec {
    return {
      system: this.#system,
      parent: this.#space.init,
      argv,
      env: new Map([
        ['PATH', DEFAULT_PATH],
        ['HOME', HOME],
        ...Object.entries(this.#options.env ?? {}),
      ]),
      cwd: HOME,
      files,
      uid: 0,
      gid: 0,
      groups: [],
    };
  }

  #makeFiles(): FileSystem {
    const tree = userlandTree(busyboxCommands, busyboxProgram);
    const origin = { owner: tree.owner, uid: 0, gid: 0, mtimeMs: this.#options.engine.nowMs };
    tree.makeDirectories(HOME, origin);
    const bash = programOf('bash', (process) => shellSeam.get()(process));
    tree.put('/bin/bash', regularFile(origin, '', 0o755, bash));
    for (const [name, program] of this.#programs) {
      tree.put(`/usr/local/bin/${name}`, regularFile(origin, '', 0o755, program));
    }
    for (const [path, text] of Object.entries(this.#options.files ?? {})) {
      putText(tree, `${HOME}/${path}`, text);
    }
    return new FileSystem(this.#options.engine, { root: tree, isRootReadOnly: false, mounts: [] });
  }
}

/** bash that has nothing to do but to become a command. */
function replacedBy(words: readonly string[], command: TerminalProgram): Program {
  return function* (process): Process<number> {
    yield* process.system.engine.delay(SHELL_START_MS);
    process.becomes(words);
    return yield* command(process);
  };
}

/** Splits a line that a shell would not change: words of harmless characters. Otherwise returns no word. */
function plainWords(script: string): string[] {
  return /^[\w@%+:,./=-]+( +[\w@%+:,./=!-]+)*$/.test(script.trim())
    ? script.trim().split(/ +/)
    : [];
}

class Call implements CommandCall {
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly #process: OsProcess;

  constructor(process: OsProcess) {
    this.#process = process;
    this.args = process.argv.slice(1).map(textOf);
    this.env = process.env;
  }

  get cwd(): string {
    return this.#process.cwd;
  }

  get hasStdin(): boolean {
    const name = this.#process.file(0)?.name;
    return name !== undefined && name !== '/dev/null';
  }

  *readStdin(): Process<string> {
    const input = this.#process.file(0);
    return input === undefined ? '' : textOf(yield* readAll(input));
  }

  *write(text: string): Process {
    yield* this.#process.write(1, bytesOf(text));
  }

  *writeError(text: string): Process {
    yield* this.#process.write(2, bytesOf(text));
  }

  print(stream: 'stdout' | 'stderr', text: string): boolean {
    const result = this.#process.file(stream === 'stdout' ? 1 : 2)?.write(bytesOf(text));
    if (result === 'EPIPE') this.#process.kill(SIGPIPE, this.#process.pid);
    return result !== 'full';
  }

  readFileNow(path: string): string | undefined {
    const text = this.#process.system.files.readText(this.#process, bytesOf(path));
    return isErrno(text) ? undefined : textOf(text);
  }

  *readFile(path: string): Process<string | undefined> {
    if (path === '-' || path === '/dev/stdin') return yield* this.readStdin();
    return this.readFileNow(path);
  }

  listDirectory(path: string): readonly string[] | undefined {
    const names = this.#process.system.files.list(this.#process, bytesOf(path));
    return isErrno(names) ? undefined : names.map(textOf).sort();
  }

  writeFile(path: string, text: string): boolean {
    const file = this.#process.system.files.open(this.#process, bytesOf(path), {
      write: true,
      create: true,
      truncate: true,
    });
    if (isErrno(file)) return false;
    return file.write(bytesOf(text)) === 'done';
  }
}
