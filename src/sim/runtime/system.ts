/**
 * What a process finds around it: files, network, host name, programs' words. One for each container, and one for a
 * terminal in which the steps of a recording or a reader's commands run.
 *
 * It counts what its programs do, so that one that never rests ends the run with a sentence instead of hanging the page.
 */
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { CpuMeter } from './cpu-meter.ts';
import type { FileSystem } from './files/file-system.ts';
import type { NetworkNamespace } from './node-network.ts';
import { SIGKILL } from './signals.ts';

/** What a system knows of its processes. */
export interface Inhabitant {
  readonly pid: number;
  kill(signal: number): void;
}

/** Which shell speaks: busybox's, as in containers, or bash, as on a workstation. */
export type ShellFlavour = 'ash' | 'bash';

/** Whose surroundings they are: what a system asks of a container or a terminal. */
export interface SystemHost {
  /** Makes the file system, at its first use. */
  makeFiles(): FileSystem;
  /** Ports that the pod declares for the container. */
  readonly declaredPorts?: readonly number[] | undefined;
  /** False where all capabilities were dropped. */
  readonly hasCapabilities?: boolean | undefined;
  /** Nothing but volumes can be written. */
  readonly isRootReadOnly?: boolean | undefined;
  /** Where volumes are mounted. */
  readonly mountPaths?: readonly string[] | undefined;
  /** Memory in use by the programs has grown. */
  memoryGrew?(bytes: number): void;
  /** A process has ended. */
  processEnded?(process: Inhabitant): void;
}

/** What a system is made with. */
export interface SystemOptions {
  readonly engine: Engine;
  /** For messages and task names: `default/web-0/app`. */
  readonly name: string;
  readonly hostname: string;
  readonly random: Random;
  readonly shell: ShellFlavour;
  readonly network: NetworkNamespace | undefined;
  readonly host: SystemHost;
  /** Thousandths of a CPU that its programs may use; undefined without a limit. */
  readonly cpuLimitMilli?: number | undefined;
}

/** Commands that the programs of one system may run before the run is stopped. */
const COMMANDS_MAX = 500_000;
/** CPU time of one command of a shell, in ms. Chosen: a fork and an exec */
const commandCpuMs = 1;

/** The surroundings of processes. */
export class System {
  readonly engine: Engine;
  readonly name: string;
  readonly hostname: string;
  readonly random: Random;
  readonly shell: ShellFlavour;
  readonly network: NetworkNamespace | undefined;
  readonly #host: SystemHost;
  #processes: Inhabitant[] = [];
  #files: FileSystem | undefined;
  #commands = 0;
  #memoryBytes = 0;
  readonly #cpuLimitMilli: number | undefined;
  #cpu: CpuMeter | undefined;

  constructor(options: SystemOptions) {
    this.engine = options.engine;
    this.name = options.name;
    this.hostname = options.hostname;
    this.random = options.random;
    this.shell = options.shell;
    this.network = options.network;
    this.#host = options.host;
    this.#cpuLimitMilli = options.cpuLimitMilli;
  }

  /** Ports that the pod declares for the container. */
  get declaredPorts(): readonly number[] | undefined {
    return this.#host.declaredPorts;
  }

  /** Whether processes of the super-user have the runtime's capabilities. */
  get hasCapabilities(): boolean {
    return this.#host.hasCapabilities !== false;
  }

  get files(): FileSystem {
    this.#files ??= this.#host.makeFiles();
    return this.#files;
  }

  /** Whether a path cannot be written because it lies in a root file system that is read-only. */
  isReadOnly(path: string): boolean {
    const mounts = this.#host.mountPaths ?? [];
    const isMounted = mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
    return this.#host.isRootReadOnly === true && !isMounted;
  }

  /** Whether what an image has below a path is what its programs find there: nothing was mounted, nothing written. */
  isAsInImage(path: string): boolean {
    if (this.#files !== undefined) return false;
    const mounts = this.#host.mountPaths ?? [];
    return !mounts.some((mount) => mount.startsWith(path) || path.startsWith(`${mount}/`));
  }

  /** Bytes that its programs have taken. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** The CPU time of its programs. */
  get cpu(): CpuMeter {
    this.#cpu ??= new CpuMeter(this.engine, this.#cpuLimitMilli);
    return this.#cpu;
  }

  /** CPU time that its programs have used, in ms. */
  get cpuMs(): number {
    return this.#cpu?.usedMs ?? 0;
  }

  /** Processes that live, oldest first. */
  processes(): Inhabitant[] {
    return [...this.#processes];
  }

  began(process: Inhabitant): void {
    this.#processes.push(process);
  }

  ended(process: Inhabitant): void {
    this.#processes = this.#processes.filter((other) => other !== process);
    this.#host.processEnded?.(process);
  }

  /** Kills every process that is left. */
  killAll(): void {
    for (const process of [...this.#processes]) process.kill(SIGKILL);
  }

  /** Counts a command; past the limit the run ends. */
  countCommand(): void {
    this.#commands += 1;
    this.cpu.work(commandCpuMs);
    if (this.#commands > COMMANDS_MAX) {
      this.engine.spend(
        'steps',
        `the programs of ${this.name} never rest: they ran more than ${COMMANDS_MAX} commands`,
      );
    }
  }

  /** Notes that programs use more memory (or less). */
  useMemory(bytes: number): void {
    this.#memoryBytes += bytes;
    if (bytes > 0) this.#host.memoryGrew?.(this.#memoryBytes);
  }
}
