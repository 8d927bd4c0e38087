/**
 * Runs scripts: a POSIX shell with busybox's additions, as a process in virtual time.
 *
 * - Every command that is not built in is a process of its own; so are the parts of a pipeline, subshells, command substitutions
 *   and what runs in the background.
 * - A trap runs when the command in the foreground is over, and at once in `wait`.
 * - Commands take time (a millisecond to start a program, microseconds for what is built in), so a loop without `sleep` moves the
 *   clock and is bounded by the run's budgets.
 *
 * Upstream: busybox shell/ash.c evaltree, evalcommand
 */
import type { Process, Wait } from '../../engine/process.ts';
import { isErrno } from '../errno.ts';
import { findExecutable } from '../executables.ts';
import { DeviceFile, readAll } from '../open-file.ts';
import type { ExitStatus, OsProcess } from '../os-process.ts';
import { ProcessExit, ProgramReplaced, baseName } from '../os-process.ts';
import { makePipe } from '../pipe.ts';
import { SIGINT, SIGPIPE, signalDescription } from '../signals.ts';
import { Expander } from './expansion.ts';
import { Parser } from './parser.ts';
import { matchesPattern } from './pattern.ts';
import { applyRedirections, keepFiles, restoreFiles } from './redirections.ts';
import { ShellError } from './shell-state.ts';
import type { ShellState, Variable } from './shell-state.ts';
import { ShellSyntaxError } from './syntax.ts';
import type { Command, Redirection, SimpleCommand } from './syntax.ts';
import { traceText } from './trace-text.ts';

/** A command that the shell runs itself. */
export interface Builtin {
  readonly run: (shell: Shell, args: readonly string[], name: string) => Process<number> | number;
  /** A mistake in it ends the shell; assignments before it stay. */
  readonly isSpecial?: boolean;
}

/** The builtins by name. */
export type Builtins = ReadonlyMap<string, Builtin>;

/** Virtual time that commands take, in microseconds. */
const BUILTIN_US = 10;
const START_US = 1000;

/** Calls of functions inside one another. */
const FUNCTIONS_MAX = 200;

/** Programs that busybox runs without making them anew: `ps` shows the shell's command line for them. */
const innerCommands = new Set(
  (
    'base64 basename cat chmod chown cp cut date dd dirname du echo env expr false find grep egrep fgrep head hostname id ' +
    'killall ln ls md5sum mkdir mktemp mv od pgrep pidof pkill printf ps pwd readlink realpath rev rm rmdir sed seq ' +
    'sha256sum sort stat sync tac tee test touch tr true tty uname uniq wc which whoami xargs yes'
  ).split(' '),
);

/** One shell: a process, what it knows, and how it goes on. */
export class Shell {
  readonly process: OsProcess;
  readonly state: ShellState;
  readonly expander: Expander;
  /** Commands of `trap`, by signal; 0 is EXIT. '' ignores. */
  readonly traps = new Map<number, string>();
  /** Processes in the background that were not waited for, and how those that ended did. */
  readonly jobs = new Map<number, OsProcess>();
  /** Set by break, continue and return until the loop or function that it is for. */
  skip: { kind: 'break' | 'continue' | 'return'; levels: number } | undefined;
  loopDepth = 0;
  /** Variables that `local` has hidden, by function call. */
  readonly locals: Map<string, Variable | undefined>[] = [];
  /** How many files are being read by `.`. */
  sourceDepth = 0;
  /** In a condition: a status that is not 0 does not end the shell. */
  testDepth = 0;
  readonly #builtins: Builtins;
  readonly #pendingSignals: number[] = [];
  #usedUs = 0;

  constructor(process: OsProcess, state: ShellState, builtins: Builtins) {
    this.process = process;
    this.state = state;
    this.#builtins = builtins;
    this.expander = new Expander(this);
  }

  /** Runs a shell to its end and returns its exit code: mistakes are told, the EXIT trap is run. */
  *main(body: () => Process): Process<number> {
    let code: number;
    try {
      yield* body();
      code = this.state.status;
    } catch (thrown) {
      code = this.#exitCodeOf(thrown);
    }
    const trap = this.traps.get(0);
    if (trap === undefined || trap === '') return code;
    this.traps.delete(0);
    this.state.status = code;
    this.skip = undefined;
    try {
      yield* this.runScript(trap);
    } catch (thrown) {
      return this.#exitCodeOf(thrown);
    }
    return code;
  }

  #exitCodeOf(thrown: unknown): number {
    if (thrown instanceof ProcessExit) return thrown.code;
    if (!(thrown instanceof ShellError)) throw thrown;
    this.complain(thrown.message, thrown.line);
    return thrown.status;
  }

  /** Prints a message of the shell. */
  complain(message: string, line = this.state.line): void {
    const { name, commandName } = this.state;
    if (this.process.system.shell === 'bash') {
      const builtin = commandName === undefined ? '' : `${commandName}: `;
      this.process.print(2, `${name}: line ${line}: ${builtin}${message}\n`);
      return;
    }
    let prefix = `${name}: `;
    if (commandName !== undefined) {
      if (commandName !== name) prefix += `${commandName}: `;
      prefix += `line ${line}: `;
    }
    this.process.print(2, `${prefix}${message}\n`);
  }

  /** Runs a text. With `isLast` nothing follows it: its last command may take the shell's place. */
  *runScript(text: string, firstLine = this.state.line, isLast = false): Process {
    const parser = new Parser(text, firstLine, this.process.system.shell);
    for (;;) {
      const command = this.#parse(parser);
      if (command === undefined) return;
      if (command === 'empty') continue;
      if (this.state.options.has('n')) continue;
      yield* this.run(command, isLast && parser.isAtEnd);
      if (this.skip !== undefined) return;
    }
  }

  #parse(parser: Parser): Command | 'empty' | undefined {
    try {
      return parser.next();
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      throw new ShellError(`syntax error: ${error.message}`, 2, error.line);
    }
  }

  /** Runs a command; its status is `state.status` afterwards. */
  *run(command: Command | undefined, isLast = false): Process {
    if (command === undefined) {
      this.state.status = 0;
      return;
    }
    if (this.#pendingSignals.length > 0) yield* this.#runTraps();
    yield* this.#evaluate(command, isLast);
    if (this.#pendingSignals.length > 0) yield* this.#runTraps();
  }

  *#evaluate(command: Command, isLast: boolean): Process {
    switch (command.kind) {
      case 'simple':
        yield* this.#simple(command, isLast);
        return this.#checkStatus();
      case 'sequence':
        yield* this.run(command.left);
        if (this.skip === undefined) yield* this.run(command.right, isLast);
        return;
      case 'and':
      case 'or':
        yield* this.#test(command.left);
        if (this.skip !== undefined) return;
        if ((this.state.status === 0) === (command.kind === 'and')) {
          yield* this.run(command.right, isLast);
        }
        return;
      case 'pipeline':
        yield* this.#pipeline(command.commands, command.isNegated);
        return command.isNegated ? undefined : this.#checkStatus();
      case 'background':
        return this.#background(command.body);
      case 'subshell':
        yield* this.#redirected(command.redirections, () => this.#subshell(command.body));
        return this.#checkStatus();
      case 'group':
        return yield* this.#redirected(command.redirections, () => this.run(command.body));
      case 'if':
        return yield* this.#redirected(command.redirections, () => this.#if(command, isLast));
      case 'while':
      case 'until':
        return yield* this.#redirected(command.redirections, () => this.#loop(command));
      case 'for':
        return yield* this.#redirected(command.redirections, () => this.#for(command));
      case 'case':
        return yield* this.#redirected(command.redirections, () => this.#case(command, isLast));
      default:
        this.state.functions.set(command.name, command.body);
        this.state.status = 0;
    }
  }

  /** With `set -e` a status that is not 0 ends the shell. */
  #checkStatus(): void {
    if (this.state.status === 0 || this.testDepth > 0) return;
    if (this.state.options.has('e')) throw new ProcessExit(this.state.status);
  }

  *#test(command: Command | undefined): Process {
    this.testDepth += 1;
    try {
      yield* this.run(command);
    } finally {
      this.testDepth -= 1;
    }
  }

  *#if(command: Command & { kind: 'if' }, isLast: boolean): Process {
    yield* this.#test(command.condition);
    if (this.skip !== undefined) return;
    if (this.state.status === 0) yield* this.run(command.then, isLast);
    else yield* this.run(command.otherwise, isLast);
  }

  *#loop(command: Command & { kind: 'while' | 'until' }): Process {
    let status = 0;
    this.loopDepth += 1;
    for (;;) {
      yield* this.#test(command.condition);
      if (this.#isLoopLeft()) break;
      if ((this.state.status === 0) !== (command.kind === 'while')) break;
      yield* this.run(command.body);
      status = this.state.status;
      if (this.#isLoopLeft()) break;
      yield* this.use(BUILTIN_US);
    }
    this.loopDepth -= 1;
    if (this.skip?.kind !== 'return') this.state.status = status;
  }

  *#for(command: Command & { kind: 'for' }): Process {
    this.state.line = command.line;
    const { words } = command;
    const values = words === undefined ? this.state.positional : yield* this.expander.fields(words);
    this.state.status = 0;
    this.loopDepth += 1;
    for (const value of values) {
      this.state.set(command.name, value);
      yield* this.run(command.body);
      if (this.#isLoopLeft()) break;
      yield* this.use(BUILTIN_US);
    }
    this.loopDepth -= 1;
  }

  /** Takes up a break or continue that is meant for the present loop. */
  #isLoopLeft(): boolean {
    const { skip } = this;
    if (skip === undefined) return false;
    if (skip.kind === 'return') return true;
    if (skip.levels > 1) {
      this.skip = { ...skip, levels: skip.levels - 1 };
      return true;
    }
    this.skip = undefined;
    return skip.kind === 'break';
  }

  *#case(command: Command & { kind: 'case' }, isLast: boolean): Process {
    this.state.line = command.line;
    const text = yield* this.expander.text(command.word);
    for (const { patterns, body } of command.clauses) {
      for (const pattern of patterns) {
        if (!matchesPattern(yield* this.expander.pattern(pattern), text)) continue;
        return yield* this.run(body, isLast);
      }
    }
    this.state.status = 0;
  }

  /** Runs something with redirections; those that fail are told and give status 1. */
  *#redirected(redirections: readonly Redirection[], act: () => Process): Process {
    if (redirections.length === 0) return yield* act();
    let saved;
    try {
      saved = yield* this.redirect(redirections);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      this.complain(error.message);
      this.state.status = error.status;
      return;
    }
    try {
      yield* act();
    } finally {
      restoreFiles(this.process, saved);
    }
  }

  redirect(redirections: readonly Redirection[]): ReturnType<typeof applyRedirections> {
    const isNoClobber = this.state.options.has('C');
    return applyRedirections(this.process, this.expander, redirections, isNoClobber);
  }

  *#subshell(body: Command | undefined): Process {
    const child = this.#fork(body);
    this.state.status = this.#statusOf(yield* child.exited.wait());
  }

  /** Makes a process that runs a command in a copy of this shell. */
  #fork(body: Command | undefined): OsProcess {
    this.#count(1);
    const { testDepth, loopDepth } = this;
    return this.process.fork((child) => {
      const shell = new Shell(child, this.state.clone(), this.#builtins);
      shell.testDepth = testDepth;
      shell.loopDepth = loopDepth;
      for (const [signal, command] of this.traps) if (command === '') shell.traps.set(signal, '');
      return shell.main(() => shell.run(body, true));
    });
  }

  *#pipeline(commands: readonly Command[], isNegated: boolean): Process {
    const [only] = commands;
    if (commands.length === 1 && only !== undefined) yield* this.#test(only);
    else {
      const children: OsProcess[] = [];
      let input;
      for (const [index, command] of commands.entries()) {
        const child = this.#fork(command);
        if (input !== undefined) child.setFile(0, input);
        if (index < commands.length - 1) {
          const pipe = makePipe(this.process.system.engine);
          child.setFile(1, pipe.output);
          input = pipe.input;
        }
        children.push(child);
      }
      let failed = 0;
      for (const child of children) {
        const status = yield* child.exited.wait();
        const code = child === children.at(-1) ? this.#statusOf(status) : status.code;
        this.state.status = code;
        if (code !== 0) failed = code;
      }
      if (this.state.options.has('P')) this.state.status = failed;
    }
    if (isNegated) this.state.status = this.state.status === 0 ? 1 : 0;
  }

  #background(body: Command): void {
    const child = this.#fork(body);
    child.setFile(0, new DeviceFile('/dev/null', ''));
    child.handle(SIGINT, 'ignore');
    this.jobs.set(child.pid, child);
    this.state.lastBackgroundPid = child.pid;
    this.state.status = 0;
  }

  *substitute(body: Command | undefined): Process<string> {
    const pipe = makePipe(this.process.system.engine);
    pipe.input.retain();
    const child = this.#fork(body);
    child.setFile(1, pipe.output);
    const text = yield* readAll(pipe.input);
    pipe.input.release();
    const status = yield* child.exited.wait();
    this.state.substitutionStatus = status.code;
    this.state.status = status.code;
    return text.replaceAll('\0', '').replace(/\n+$/, '');
  }

  *#simple(command: SimpleCommand, isLast: boolean): Process {
    const { state } = this;
    state.line = command.line;
    state.substitutionStatus = 0;
    const words = yield* this.expander.fields(command.words);
    const name = words[0];
    if (name === undefined) return yield* this.#assignOnly(command);
    const body = state.functions.get(name);
    const builtin = body === undefined ? this.#builtins.get(name) : undefined;
    const wait = this.#spend(BUILTIN_US);
    if (wait !== undefined) yield* wait;
    let saved;
    try {
      saved = yield* this.redirect(command.redirections);
    } catch (error) {
      if (!(error instanceof ShellError) || builtin?.isSpecial === true) throw error;
      this.complain(error.message);
      state.status = error.status;
      return;
    }
    let isKept = false;
    try {
      const values = yield* this.#values(command);
      this.#trace(values, words);
      if (body !== undefined) yield* this.#callFunction(body, words, values);
      else if (builtin !== undefined) {
        isKept = name === 'exec' && words.length === 1;
        yield* this.#callBuiltin(builtin, words, values);
      } else yield* this.#external(words, values, isLast);
    } catch (thrown) {
      isKept = thrown instanceof ProgramReplaced;
      throw thrown;
    } finally {
      if (isKept) keepFiles(saved);
      else restoreFiles(this.process, saved);
    }
    if (this.process.status !== undefined) throw new ProcessExit(this.process.status.code);
  }

  *#assignOnly(command: SimpleCommand): Process {
    const values = yield* this.#values(command);
    this.#trace(values, []);
    for (const [name, value] of values) this.state.set(name, value);
    this.state.status = this.state.substitutionStatus;
    if (command.redirections.length === 0) return;
    const { status } = this.state;
    yield* this.#redirected(command.redirections, function* () {});
    if (this.state.status === 0) this.state.status = status;
  }

  *#values(command: SimpleCommand): Process<[string, string][]> {
    const values: [string, string][] = [];
    for (const { name, word } of command.assignments) {
      const value = yield* this.expander.text(word);
      values.push([name, value]);
      // A later assignment of a command without words sees the earlier ones.
      if (command.words.length === 0) this.state.set(name, value);
    }
    return values;
  }

  #trace(values: readonly [string, string][], words: readonly string[]): void {
    if (!this.state.options.has('x')) return;
    this.process.print(2, `${this.state.get('PS4') ?? '+ '}${traceText(values, words)}\n`);
  }

  *#callFunction(body: Command, words: readonly string[], values: [string, string][]): Process {
    const { state } = this;
    const before = state.positional;
    const { loopDepth } = this;
    state.positional = words.slice(1);
    this.locals.push(new Map());
    this.loopDepth = 0;
    for (const [name, value] of values) state.set(name, value);
    if (this.locals.length > FUNCTIONS_MAX) throw new ShellError('functions are nested too deeply');
    try {
      yield* this.run(body);
    } finally {
      for (const [name, variable] of this.locals.pop() ?? []) state.put(name, variable);
      state.positional = before;
      this.loopDepth = loopDepth;
    }
    if (this.skip?.kind === 'return') this.skip = undefined;
  }

  *#callBuiltin(
    builtin: Builtin,
    words: readonly string[],
    values: readonly [string, string][],
  ): Process {
    const { state } = this;
    const [name = ''] = words;
    const commandBefore = state.commandName;
    const hidden: [string, Variable | undefined][] = [];
    for (const [variable, value] of values) {
      if (builtin.isSpecial !== true) hidden.push([variable, state.variables.get(variable)]);
      state.set(variable, value);
    }
    state.commandName = name;
    this.#count(1);
    try {
      const result = builtin.run(this, words.slice(1), name);
      state.status = typeof result === 'number' ? result : yield* result;
      state.commandName = commandBefore;
    } catch (error) {
      if (!(error instanceof ShellError)) {
        state.commandName = commandBefore;
        throw error;
      }
      if (builtin.isSpecial === true) throw error;
      this.complain(error.message, error.line);
      state.commandName = commandBefore;
      state.status = error.status;
    } finally {
      for (const [variable, old] of hidden) state.put(variable, old);
    }
  }

  /** Runs a builtin or a program of that name, passing over functions (`command`). */
  *invoke(words: readonly string[]): Process<number> {
    const builtin = this.#builtins.get(words[0] ?? '');
    if (words.length === 0) return 0;
    if (builtin === undefined) yield* this.#external(words, [], false);
    else yield* this.#callBuiltin({ run: builtin.run }, words, []);
    return this.state.status;
  }

  *#external(
    words: readonly string[],
    values: readonly [string, string][],
    isLast: boolean,
  ): Process {
    if (isLast && this.traps.size === 0) return yield* this.execute(words, values);
    const child = yield* this.#start(words, values);
    if (child !== undefined) this.state.status = this.#statusOf(yield* child.exited.wait());
  }

  *#start(
    words: readonly string[],
    values: readonly [string, string][],
  ): Process<OsProcess | undefined> {
    const { process, state } = this;
    const [name = ''] = words;
    yield* this.use(START_US);
    const found = findExecutable(
      process,
      name,
      values.find(([key]) => key === 'PATH')?.[1] ?? state.get('PATH'),
    );
    if (isErrno(found)) {
      state.status = this.#notFound(name, found === 'ENOENT' || found === 'ENOTDIR');
      return undefined;
    }
    const env = environmentWith(state, values);
    return process.space.spawn(
      {
        system: process.system,
        parent: process,
        argv: words,
        env,
        cwd: process.cwd,
        files: process.files,
        uid: process.uid,
        gid: process.gid,
        groups: process.groups,
      },
      found.program,
      (child) => {
        child.umask = process.umask;
        if (innerCommands.has(baseName(name)) && process.system.shell === 'ash') {
          child.title = process.title ?? process.argv;
        }
        for (const [signal, command] of this.traps) {
          if (command === '') child.handle(signal, 'ignore');
        }
      },
    );
  }

  #notFound(name: string, isMissing: boolean): number {
    const { commandName } = this.state;
    const isScript = commandName === this.state.name;
    if (!isScript) this.state.commandName = undefined;
    if (this.process.system.shell === 'bash') {
      const isPath = name.includes('/');
      const missing = isPath ? 'No such file or directory' : 'command not found';
      this.complain(`${name}: ${isMissing ? missing : 'Permission denied'}`);
    } else this.complain(`${name}: ${isMissing ? 'not found' : 'Permission denied'}`);
    this.state.commandName = commandName;
    return isMissing ? 127 : 126;
  }

  /** Takes the place of the shell by a program (`exec`). Ends the shell when there is none. */
  *execute(
    words: readonly string[],
    values: readonly [string, string][],
    isNamed = false,
  ): Process<never> {
    const { process, state } = this;
    const [name = ''] = words;
    yield* this.use(START_US);
    const found = findExecutable(process, name, state.get('PATH'));
    if (isErrno(found)) {
      const isMissing = found === 'ENOENT' || found === 'ENOTDIR';
      if (!isNamed) throw new ProcessExit(this.#notFound(name, isMissing));
      throw new ShellError(
        `${name}: ${isMissing ? 'not found' : 'Permission denied'}`,
        isMissing ? 127 : 126,
      );
    }
    const env = environmentWith(state, values);
    const isInner = innerCommands.has(baseName(name)) && process.system.shell === 'ash';
    const title = isInner ? (process.title ?? process.argv) : undefined;
    process.becomes(words);
    process.title = title;
    process.env = env;
    throw new ProgramReplaced(found.program);
  }

  /** The status of a child that was waited for; says so when a signal has ended it. */
  #statusOf(status: ExitStatus): number {
    this.tellSignal(status);
    return status.code;
  }

  /** Prints what ended a job, as shells do for signals. */
  tellSignal({ signal }: ExitStatus): void {
    if (signal === 0 || signal === SIGINT || signal === SIGPIPE) return;
    if (this.process.system.shell === 'ash') {
      this.process.print(2, `${signalDescription(signal)}\n`);
    }
  }

  /** Called by the process when a trapped signal has come. */
  noteSignal(signal: number): void {
    this.#pendingSignals.push(signal);
  }

  /** The signal whose trap waits to be run. */
  get pendingSignal(): number | undefined {
    return this.#pendingSignals[0];
  }

  *#runTraps(): Process {
    for (;;) {
      const signal = this.#pendingSignals.shift();
      if (signal === undefined) return;
      const command = this.traps.get(signal);
      if (command === undefined || command === '') continue;
      const { status, line } = this.state;
      yield* this.runScript(command);
      this.state.status = status;
      this.state.line = line;
    }
  }

  /** Lets time pass for work: whole milliseconds, the rest is kept for later. */
  *use(us: number): Process {
    const wait = this.#spend(us);
    if (wait !== undefined) yield* wait;
  }

  #spend(us: number): Wait<void> | undefined {
    this.#usedUs += us;
    if (this.#usedUs < 1000) return undefined;
    const ms = Math.floor(this.#usedUs / 1000);
    this.#usedUs -= ms * 1000;
    return this.process.system.engine.delay(ms);
  }

  #count(commands: number): void {
    for (let count = 0; count < commands; count += 1) this.process.system.countCommand();
  }
}

/** The environment of a program with the assignments before its name. */
function environmentWith(
  state: ShellState,
  values: readonly [string, string][],
): ReadonlyMap<string, string> {
  const env = state.environment();
  return values.length === 0 ? env : new Map([...env, ...values]);
}
