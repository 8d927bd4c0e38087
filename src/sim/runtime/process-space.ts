/**
 * A PID namespace: a container's own, or a pod's with shareProcessNamespace.
 *
 * PIDs rise and are not used again. What the runtime itself starts (the main process, a command by exec) is started
 * through a helper whose threads take the five numbers that follow.
 *
 * Upstream: Linux pid_namespaces(7); runc's `init`
 */
import type { OsProcess, ProcessSpec, Program } from './os-process.ts';
import { OsProcess as NewProcess } from './os-process.ts';
import { SIGKILL } from './signals.ts';

const HELPER_THREADS = 5;

/** The processes of one PID namespace by PID. */
export class ProcessSpace {
  #lastPid = 0;
  readonly #processes = new Map<number, OsProcess>();
  #init: OsProcess | undefined;

  /** The process with PID 1, while it lives. */
  get init(): OsProcess | undefined {
    return this.#init;
  }

  /** The process of a PID. */
  get(pid: number): OsProcess | undefined {
    return this.#processes.get(pid);
  }

  /** All processes in the order of their PIDs. */
  list(): OsProcess[] {
    return [...this.#processes.values()];
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
    const process = new NewProcess(this.#lastPid, this, spec);
    if (this.#lastPid === 1) this.#init = process;
    this.#processes.set(process.pid, process);
    spec.system.began(process);
    return process;
  }

  /** Passes over the numbers that the runtime's helper takes. */
  skipHelper(): void {
    this.#lastPid += HELPER_THREADS;
  }

  /** Told by a process that has ended: its children get the first process as parent; without that all are killed. */
  ended(process: OsProcess): void {
    this.#processes.delete(process.pid);
    const isInit = this.#init === process;
    if (isInit) this.#init = undefined;
    for (const other of [...this.#processes.values()]) {
      if (isInit) other.kill(SIGKILL);
      else if (other.parent === process) other.parent = this.#init;
    }
  }
}
