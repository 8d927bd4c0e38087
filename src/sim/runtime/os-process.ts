/**
 * A process: a program that runs in a container, with descriptors, environment, signals and an exit status.
 *
 * - A program is a function. It either returns a process of the engine, which ends with the exit code, or it returns
 *   nothing: it has set up its servers and signal handlers, costs nothing while idle, and ends by `exit`.
 * - Signals follow the kernel's rules: the first process of a PID namespace is not touched by a signal that it does not
 *   handle, unless it comes as SIGKILL or SIGSTOP from outside; when it ends, all others of the namespace are killed.
 * - What belongs to a process goes with it: descriptors are released, listening sockets closed.
 *
 * Upstream: Linux signal(7), pid_namespaces(7)
 * Simplified: a process that has ended is gone at once; there are no zombies and no process groups.
 */
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import { Signal } from '../engine/signal.ts';
import type { Task } from '../engine/task.ts';
import type { Errno } from './errno.ts';
import type { Listener, Server } from './node-network.ts';
import type { OpenFile } from './open-file.ts';
import { writeTo } from './open-file.ts';
import { SIGCONT, SIGKILL, SIGPIPE, SIGSTOP, defaultAction } from './signals.ts';
import type { System } from './system.ts';
import { WakeList } from './wake-list.ts';

const noFiles: ReadonlyMap<number, OpenFile> = new Map();
const HELPER_THREADS = { min: 4, max: 6 };

/** What a file with a program does when it is run. Returns nothing for a program that lives on by itself. */
export type Program = (process: OsProcess) => Process<number> | undefined;

/** How a process ended: by itself with a code, or by a signal (then `code` is 128 + signal). */
export interface ExitStatus {
  readonly code: number;
  readonly signal: number;
}

/** What a process does about a signal. */
export type Disposition = 'ignore' | ((signal: number, senderPid: number) => void);

/** Thrown inside a program to end it from any depth. */
export class ProcessExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** Thrown inside a program to go on as another one, with the same PID and descriptors (execve). */
export class ProgramReplaced {
  readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }
}

/** What a new process is made of. */
export interface ProcessSpec {
  readonly system: System;
  readonly parent: OsProcess | undefined;
  readonly argv: readonly string[];
  /** The environment, or a way to make it when it is first looked at. */
  readonly env: ReadonlyMap<string, string> | (() => ReadonlyMap<string, string>);
  readonly cwd: string;
  readonly files: ReadonlyMap<number, OpenFile>;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** One process. */
export class OsProcess {
  readonly pid: number;
  readonly space: ProcessSpace;
  readonly system: System;
  parent: OsProcess | undefined;
  argv: readonly string[];
  /** The program's short name: `ps` shows it in braces where it differs from the first word of `argv`. */
  comm: string;
  /** The command line that `ps` shows where it is not `argv`: of a program that runs inside its shell's image. */
  title: readonly string[] | undefined;
  cwd: string;
  umask = 0o022;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  isStopped = false;
  #env: ReadonlyMap<string, string> | (() => ReadonlyMap<string, string>);
  /** Shared with the parent until it is changed. */
  #files: ReadonlyMap<number, OpenFile>;
  #ownFiles: Map<number, OpenFile> | undefined;
  #interrupted: WakeList | undefined;
  #dispositions: Map<number, Disposition> | undefined;
  #listeners: Listener[] | undefined;
  #exited: Signal<ExitStatus> | undefined;
  #status: ExitStatus | undefined;
  #continued: WakeList | undefined;
  #task: Task | undefined;

  constructor(pid: number, space: ProcessSpace, spec: ProcessSpec) {
    this.pid = pid;
    this.space = space;
    this.system = spec.system;
    this.parent = spec.parent;
    this.argv = spec.argv;
    this.comm = baseName(spec.argv[0] ?? '');
    this.#env = spec.env;
    this.cwd = spec.cwd;
    this.uid = spec.uid;
    this.gid = spec.gid;
    this.groups = spec.groups;
    this.#files = spec.files;
    for (const file of this.#files.values()) file.retain();
  }

  get hasCapabilities(): boolean {
    return this.system.hasCapabilities;
  }

  get env(): ReadonlyMap<string, string> {
    if (typeof this.#env === 'function') this.#env = this.#env();
    return this.#env;
  }

  set env(env: ReadonlyMap<string, string>) {
    this.#env = env;
  }

  /** Woken by a handled signal: what waits may be interrupted. */
  get interrupted(): WakeList {
    this.#interrupted ??= new WakeList();
    return this.#interrupted;
  }

  /** How it ended; undefined while it lives. */
  get status(): ExitStatus | undefined {
    return this.#status;
  }

  /** Given once when the process ends. */
  get exited(): Signal<ExitStatus> {
    if (this.#exited === undefined) {
      this.#exited = new Signal(this.system.engine);
      if (this.#status !== undefined) this.#exited.give(this.#status);
    }
    return this.#exited;
  }

  /** Starts the program. Called once by the space. */
  start(program: Program): void {
    const body = program(this);
    if (body !== undefined && this.#status === undefined) this.#run(body);
  }

  /** Makes a child with the same program text, environment and descriptors that runs `body`. */
  fork(body: (child: OsProcess) => Process<number>): OsProcess {
    return this.space.spawn(
      {
        system: this.system,
        parent: this,
        argv: this.argv,
        env: this.env,
        cwd: this.cwd,
        files: this.files,
        uid: this.uid,
        gid: this.gid,
        groups: this.groups,
      },
      body,
      (child) => {
        child.comm = this.comm;
        child.title = this.title;
        child.umask = this.umask;
        for (const [signal, disposition] of this.#dispositions ?? []) {
          if (disposition === 'ignore') child.handle(signal, 'ignore');
        }
      },
    );
  }

  /** Replaces the program text as execve does: handlers are reset, ignored signals stay ignored. */
  becomes(argv: readonly string[], comm = baseName(argv[0] ?? '')): void {
    this.argv = argv;
    this.title = undefined;
    this.comm = comm;
    for (const [signal, disposition] of this.#dispositions ?? []) {
      if (disposition !== 'ignore') this.#dispositions?.delete(signal);
    }
  }

  /** Sets what a signal does; undefined restores the default. */
  handle(signal: number, disposition: Disposition | undefined): void {
    if (signal === SIGKILL || signal === SIGSTOP) return;
    this.#dispositions ??= new Map();
    if (disposition === undefined) this.#dispositions.delete(signal);
    else this.#dispositions.set(signal, disposition);
  }

  disposition(signal: number): Disposition | undefined {
    return this.#dispositions?.get(signal);
  }

  /**
   * Sends a signal. `senderPid` is 0 for a sender outside the PID namespace. Signal 0 only asks whether the process is
   * there.
   */
  kill(signal: number, senderPid = 0): void {
    if (signal === 0 || this.#status !== undefined) return;
    const isInit = this.space.init === this;
    const isForced = signal === SIGKILL || signal === SIGSTOP;
    if (isForced && isInit && senderPid !== 0) return;
    const disposition = isForced ? undefined : this.#dispositions?.get(signal);
    if (disposition === 'ignore') return;
    if (disposition !== undefined) {
      disposition(signal, senderPid);
      this.#interrupted?.wakeAll(this.system.engine);
      return;
    }
    if (isInit && !isForced && signal !== SIGCONT) return;
    const action = defaultAction(signal);
    if (action === 'end') this.#end({ code: 128 + signal, signal });
    else if (action === 'stop') this.isStopped = true;
    else if (action === 'continue') {
      this.isStopped = false;
      this.#continued?.wakeAll(this.system.engine);
    }
  }

  /** Ends the process with an exit code. Again: nothing. */
  exit(code: number): void {
    this.#end({ code: code & 0xff, signal: 0 });
  }

  /** Waits while the process is stopped by SIGSTOP. */
  *whileStopped(): Process {
    while (this.isStopped && this.#status === undefined) {
      this.#continued ??= new WakeList();
      yield* this.#continued.wait();
    }
  }

  /** The open file of a descriptor. */
  file(descriptor: number): OpenFile | undefined {
    return this.#files.get(descriptor);
  }

  /** All open files by descriptor. */
  get files(): ReadonlyMap<number, OpenFile> {
    // Whoever gets the map may keep it: the next change makes a new one.
    this.#ownFiles = undefined;
    return this.#files;
  }

  /** Open descriptors in ascending order. */
  descriptors(): number[] {
    return [...this.#files.keys()].sort((left, right) => left - right);
  }

  /** Puts an open file at a descriptor, or closes the descriptor. */
  setFile(descriptor: number, file: OpenFile | undefined): void {
    if (this.#status !== undefined) return;
    file?.retain();
    this.#files.get(descriptor)?.release();
    this.#ownFiles ??= new Map(this.#files);
    this.#files = this.#ownFiles;
    if (file === undefined) this.#ownFiles.delete(descriptor);
    else this.#ownFiles.set(descriptor, file);
  }

  /** Writes to a descriptor; a broken pipe ends the process unless it ignores SIGPIPE. */
  *write(descriptor: number, data: string): Process<Errno | undefined> {
    const file = this.#files.get(descriptor);
    if (file === undefined) return 'EBADF';
    const error = yield* writeTo(file, data);
    if (error === 'EPIPE') {
      this.kill(SIGPIPE, this.pid);
      if (this.#status !== undefined) throw new ProcessExit(this.#status.code);
    }
    return error;
  }

  /** Writes without waiting; what finds no room or no reader is lost. For messages of programs. */
  print(descriptor: number, data: string): void {
    this.#files.get(descriptor)?.write(data);
  }

  /** Binds a port of the container's network; undefined when it is taken or there is no network. */
  listen(port: number, server: Server): Listener | undefined {
    const listener = this.system.network?.listen(port, server);
    if (listener !== undefined) {
      this.#listeners ??= [];
      this.#listeners.push(listener);
    }
    return listener;
  }

  /** Calls back later unless the process has ended by then. */
  after(ms: number, call: () => void): void {
    this.system.engine.schedule(ms, () => {
      if (this.#status === undefined) call();
    });
  }

  #run(body: Process<number>): void {
    this.#task = this.system.engine.spawn(
      `${this.system.name}/${this.comm}[${this.pid}]`,
      this.#main(body),
    );
  }

  *#main(first: Process<number>): Process {
    let body = first;
    for (;;) {
      try {
        const code = yield* body;
        this.#task = undefined;
        this.exit(code);
        return;
      } catch (thrown) {
        if (thrown instanceof ProcessExit) {
          this.#task = undefined;
          this.exit(thrown.code);
          return;
        }
        if (!(thrown instanceof ProgramReplaced)) throw thrown;
        const next = thrown.program(this);
        if (next === undefined || this.#status !== undefined) {
          this.#task = undefined;
          return;
        }
        body = next;
      }
    }
  }

  #end(status: ExitStatus): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    const task = this.#task;
    this.#task = undefined;
    task?.cancel();
    for (const listener of this.#listeners ?? []) listener.abort();
    this.#listeners = undefined;
    const files = this.#files;
    this.#files = noFiles;
    for (const file of files.values()) file.release();
    this.#dispositions = undefined;
    this.#continued?.wakeAll(this.system.engine);
    this.space.ended(this);
    this.#exited?.give(status);
    this.system.ended(this);
  }
}

/**
 * A PID namespace: a container's own, or a pod's with shareProcessNamespace.
 *
 * PIDs rise and are not used again. What the runtime itself starts (the main process, a command by exec) is started
 * through a helper (runc's init) whose threads take the four to six numbers that follow; how many they are is chance.
 */
export class ProcessSpace {
  #lastPid = 0;
  /** In the order of their PIDs. */
  #processes: OsProcess[] = [];
  #init: OsProcess | undefined;

  /** The process with PID 1, while it lives. */
  get init(): OsProcess | undefined {
    return this.#init;
  }

  /** The process of a PID. */
  get(pid: number): OsProcess | undefined {
    return this.#processes.find((process) => process.pid === pid);
  }

  /** All processes in the order of their PIDs. */
  list(): OsProcess[] {
    return [...this.#processes];
  }

  /** Makes a process and starts its program; `prepare` is called in between. */
  spawn(spec: ProcessSpec, program: Program, prepare?: (child: OsProcess) => void): OsProcess {
    const process = this.reserve(spec);
    prepare?.(process);
    process.start(program);
    return process;
  }

  /** Makes a process without starting a program. */
  reserve(spec: ProcessSpec): OsProcess {
    this.#lastPid += 1;
    const process = new OsProcess(this.#lastPid, this, spec);
    if (this.#lastPid === 1) this.#init = process;
    this.#processes.push(process);
    spec.system.began(process);
    return process;
  }

  /** Passes over the numbers that the runtime's helper takes. */
  skipHelper(random: Random): void {
    this.#lastPid += random.between(HELPER_THREADS.min, HELPER_THREADS.max);
  }

  /** Told by a process that has ended: its children get the first process as parent; without that all are killed. */
  ended(process: OsProcess): void {
    this.#processes = this.#processes.filter((other) => other !== process);
    const isInit = this.#init === process;
    if (isInit) this.#init = undefined;
    for (const other of [...this.#processes]) {
      if (isInit) other.kill(SIGKILL);
      else if (other.parent === process) other.parent = this.#init;
    }
  }
}

/** Returns what follows the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
