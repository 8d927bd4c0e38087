/**
 * What a shell knows and a subshell inherits: variables, functions, positional parameters, options, the last status.
 *
 * A subshell shares the variables of its parent until one of the two changes any; most end without having done so.
 */
import type { Command } from './syntax.ts';

/** A variable. One that is exported but was never set has no value. */
export interface Variable {
  readonly value: string | undefined;
  readonly isExported: boolean;
  readonly isReadOnly: boolean;
}

/** An error of the shell itself: its message is printed, and a shell that is not interactive ends with `status`. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
  readonly status: number;
  /** Where it happened, for mistakes of syntax. */
  readonly line: number | undefined;

  constructor(message: string, status = 2, line?: number) {
    super(message);
    this.status = status;
    this.line = line;
  }
}

/** The names of `set -o` and their letters. */
export const optionNames: Readonly<Record<string, string>> = {
  errexit: 'e',
  noglob: 'f',
  ignoreeof: 'I',
  interactive: 'i',
  monitor: 'm',
  noexec: 'n',
  stdin: 's',
  xtrace: 'x',
  verbose: 'v',
  noclobber: 'C',
  allexport: 'a',
  notify: 'b',
  nounset: 'u',
  pipefail: 'P',
};

/** Bytes that a variable holds at most. */
const VALUE_MAX = 16 * 1024 * 1024;

/** The state of a shell. */
export class ShellState {
  #variables = new Map<string, Variable>();
  /** Another shell has the same map: it is copied before it is changed. */
  #isShared = false;
  #environment: ReadonlyMap<string, string> | undefined;
  functions = new Map<string, Command>();
  positional: readonly string[] = [];
  /** `$0`. */
  name = 'sh';
  options = new Set<string>();
  status = 0;
  /** Status of the last command substitution in the present command. */
  substitutionStatus = 0;
  lastBackgroundPid: number | undefined;
  /** `$$`: the shell's own PID, in its subshells too. */
  shellPid = 0;
  parentPid = 0;
  /** The builtin that runs, or the script's name: stands in messages. */
  commandName: string | undefined;
  line = 0;
  /** Position inside the word that `getopts` works at. */
  optionOffset = 0;

  /** A copy for a subshell. */
  clone(): ShellState {
    const copy = new ShellState();
    copy.#variables = this.#variables;
    copy.#isShared = true;
    copy.#environment = this.#environment;
    this.#isShared = true;
    copy.functions = new Map(this.functions);
    copy.positional = this.positional;
    copy.name = this.name;
    copy.options = new Set(this.options);
    copy.status = this.status;
    copy.lastBackgroundPid = this.lastBackgroundPid;
    copy.shellPid = this.shellPid;
    copy.parentPid = this.parentPid;
    copy.commandName = this.commandName;
    copy.line = this.line;
    return copy;
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  /** All variables by name, to be looked at. */
  get variables(): ReadonlyMap<string, Variable> {
    return this.#variables;
  }

  /** Puts a variable as it is, read-only or not; undefined takes it away. */
  put(name: string, variable: Variable | undefined): void {
    if (this.#isShared) {
      this.#variables = new Map(this.#variables);
      this.#isShared = false;
    }
    const old = this.#variables.get(name);
    if (variable === undefined) this.#variables.delete(name);
    else this.#variables.set(name, variable);
    if (old?.isExported === true || variable?.isExported === true) this.#environment = undefined;
  }

  /** Sets a variable. Throws ShellError for one that is read-only. */
  set(name: string, value: string, isExported = this.options.has('a')): void {
    const old = this.#variables.get(name);
    if (old?.isReadOnly === true) throw new ShellError(`${name}: is read only`);
    if (value.length > VALUE_MAX) throw new ShellError('out of memory');
    this.put(name, {
      value,
      isExported: isExported || old?.isExported === true,
      isReadOnly: false,
    });
  }

  unset(name: string): void {
    if (this.#variables.get(name)?.isReadOnly === true) {
      throw new ShellError(`${name}: is read only`);
    }
    this.put(name, undefined);
  }

  /** What programs get as their environment. */
  environment(): ReadonlyMap<string, string> {
    if (this.#environment !== undefined) return this.#environment;
    const env = new Map<string, string>();
    for (const [name, { value, isExported }] of this.#variables) {
      if (isExported && value !== undefined) env.set(name, value);
    }
    this.#environment = env;
    return env;
  }

  /** `$-`. */
  optionLetters(): string {
    return [...this.options].filter((letter) => letter !== 'P').join('');
  }
}
