/**
 * One container: its configuration, its processes, its log and its status.
 *
 * - It runs as long as its main process; when that ends, all its other processes are killed.
 * - Whatever it does is told by a new status; the old ones do not change.
 * - A container that does nothing costs no timer: files, for one, are made at their first use.
 *
 * Upstream: containerd internal/cri/store/container, internal/cri/server/container_start.go
 */
import { objectKey } from '../api/object-key.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { drawMs } from '../engine/latency.ts';
import type { LatencyRange } from '../engine/latency.ts';
import { Signal } from '../engine/signal.ts';
import { bytesOf, textOf } from './bytes.ts';
import { containerFileSystem, fileTree } from './container-files.ts';
import { ContainerLog } from './container-log.ts';
import { isErrno } from './errno.ts';
import type { Errno } from './errno.ts';
import { DEFAULT_PATH, findExecutable } from './executables.ts';
import type { FileSystem, Mount } from './files/file-system.ts';
import type { FileTree } from './files/file-tree.ts';
import type { RegularFile } from './files/node.ts';
import type { StoredImage } from './image-store.ts';
import type { NetworkNamespace } from './node-network.ts';
import { nullFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { ProcessSpace } from './os-process.ts';
import type { ExitStatus, OsProcess, Program } from './os-process.ts';
import { RuntimeError } from './runtime.ts';
import type { ContainerConfig, ContainerStatus, SandboxConfig } from './runtime.ts';
import { SIGKILL, signalName, signalNumber } from './signals.ts';
import { System } from './system.ts';
import type { Inhabitant, SystemHost } from './system.ts';

/** Bytes of the termination message that are kept: the last ones. */
const MESSAGE_MAX = 4096;

const START_FAILED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ';

/** What a container is made with. */
export interface ContainerParts {
  readonly engine: Engine;
  readonly random: Random;
  readonly id: string;
  readonly sandboxId: string;
  readonly pod: SandboxConfig;
  readonly config: ContainerConfig;
  readonly image: StoredImage;
  readonly network: NetworkNamespace | undefined;
  /** The pod's PID namespace where it shares one. */
  readonly sharedSpace: ProcessSpace | undefined;
  /** The pod's volumes as the container sees them; made at the first look where that makes no difference. */
  readonly volumes: () => readonly Mount[];
  /** Told after each change of the status. */
  readonly observer: { changed(podUid: string): void };
}

/**
 * The end of the main process → the runtime knows of it. Even a program that ends at once is seen running by a kubelet
 * that looks right after the start, as in the recordings.
 */
const reapLatency: LatencyRange = { lowMs: 6, highMs: 20 };

/** A container on a node. */
export class Container implements SystemHost {
  readonly id: string;
  readonly podUid: string;
  readonly sandboxId: string;
  readonly log: ContainerLog;
  readonly #parts: ContainerParts;
  readonly #system: System;
  readonly #space: ProcessSpace;
  #env: ReadonlyMap<string, string> | undefined;
  #terminationMessage: FileTree | undefined;
  #exited: Signal | undefined;
  #status: ContainerStatus;
  #main: OsProcess | undefined;
  #isOutOfMemory = false;

  constructor(parts: ContainerParts) {
    const { engine, pod, config, image } = parts;
    this.id = parts.id;
    this.podUid = pod.podUid;
    this.sandboxId = parts.sandboxId;
    this.#parts = parts;
    const name = `${pod.namespace}/${pod.name}/${config.name}`;
    this.log = new ContainerLog(engine, name);
    this.#space = parts.sharedSpace ?? new ProcessSpace();
    this.#system = new System({
      engine,
      name,
      hostname: pod.hostname,
      random: parts.random,
      shell: 'ash',
      network: parts.network,
      host: this,
      cpuLimitMilli: config.cpuLimitMilli,
    });
    this.#status = {
      id: parts.id,
      sandboxId: parts.sandboxId,
      podUid: pod.podUid,
      config,
      state: 'created',
      createdAtMs: engine.nowMs,
      startedAtMs: undefined,
      finishedAtMs: undefined,
      exitCode: undefined,
      reason: '',
      message: '',
      imageName: image.status.name,
      imageId: image.status.id,
      user: { uid: this.#uid, gid: config.runAsGroup ?? 0 },
    };
  }

  get status(): ContainerStatus {
    return this.#status;
  }

  /** Given when it has exited. */
  get exited(): Signal {
    if (this.#exited === undefined) {
      this.#exited = new Signal(this.#parts.engine);
      if (this.#status.state === 'exited') this.#exited.give();
    }
    return this.#exited;
  }

  get hasCapabilities(): boolean | undefined {
    return this.#parts.config.hasCapabilities;
  }

  get declaredPorts(): readonly number[] | undefined {
    return this.#parts.config.ports;
  }

  get isRootReadOnly(): boolean {
    return this.#parts.config.readOnlyRootFilesystem;
  }

  get mountPaths(): readonly string[] {
    return this.#parts.config.mounts.map((mount) => mount.mountPath.replace(/\/+$/, ''));
  }

  /** The main process while it runs. */
  get main(): OsProcess | undefined {
    return this.#main?.status === undefined ? this.#main : undefined;
  }

  get #environment(): ReadonlyMap<string, string> {
    this.#env ??= environmentOf(this.#parts);
    return this.#env;
  }

  get #uid(): number {
    return this.#parts.config.runAsUser ?? this.#parts.image.content.user ?? 0;
  }

  /** The command line of the main process. */
  get argv(): readonly string[] {
    const { config, image } = this.#parts;
    const { entrypoint, command } = image.content;
    const first = config.command ?? entrypoint;
    const rest = config.args ?? (config.command === undefined ? command : []);
    return [...first, ...rest].map(bytesOf);
  }

  /** Starts the program. Throws RuntimeError when there is none. */
  start(): void {
    const argv = this.argv;
    const files = new Map<number, OpenFile>([
      [0, nullFile],
      [1, this.log.stream('stdout')],
      [2, this.log.stream('stderr')],
    ]);
    const problem = this.#workingDirProblem();
    if (problem !== undefined) throw this.#failStart(problem);
    const main = this.#spawnable(argv, files);
    const found = this.#programOf(main, argv[0] ?? '');
    if (isErrno(found)) {
      main.exit(127);
      throw this.#failStart(`unable to start container process: ${execProblem(argv[0], found)}`);
    }
    this.#main = main;
    this.#space.skipHelper(this.#parts.random);
    this.#change({ state: 'running', startedAtMs: this.#parts.engine.nowMs });
    main.start(found);
  }

  /** Starts a command beside the main process. Throws RuntimeError. */
  exec(argv: readonly string[], files: ReadonlyMap<number, OpenFile>, execId: string): OsProcess {
    if (this.main === undefined) {
      throw new RuntimeError(
        'NotFound',
        `failed to exec in container: failed to load task: no running task found: task ${this.id} not found`,
      );
    }
    const words = argv.map(bytesOf);
    const process = this.#spawnable(words, files);
    const found = findExecutable(process, words[0] ?? '');
    this.#space.skipHelper(this.#parts.random);
    if (isErrno(found)) {
      process.exit(127);
      throw new RuntimeError(
        'Unknown',
        `failed to exec in container: failed to start exec "${execId}": OCI runtime exec failed: exec failed: unable to start container process: ${execProblem(argv[0], found)}`,
      );
    }
    process.start(found.program);
    return process;
  }

  /** Sends the stop signal to the main process. */
  sendStopSignal(graceMs: number): void {
    const asked = signalNumber(this.#parts.config.stopSignal ?? '');
    const signal = asked ?? this.#parts.image.content.stopSignal;
    this.#record('sigterm', { signal: `SIG${signalName(signal)}`, graceMs });
    this.#main?.kill(signal);
  }

  /** Kills the container. */
  kill(): void {
    if (this.main === undefined) return;
    this.#record('sigkill', {});
    this.#main?.kill(SIGKILL);
  }

  /** Bytes that its programs use. */
  get memoryBytes(): number {
    return this.#system.memoryBytes;
  }

  /** CPU time that its programs have used, in ms. */
  get cpuMs(): number {
    return this.#system.cpuMs;
  }

  #record(verb: string, detail: Readonly<Record<string, unknown>>): void {
    const { engine, pod, config } = this.#parts;
    const object = objectKey('Pod', pod.namespace, pod.name);
    engine.record('runtime', verb, object, { container: config.name, ...detail });
  }

  #spawnable(argv: readonly string[], files: ReadonlyMap<number, OpenFile>): OsProcess {
    const { config } = this.#parts;
    return this.#space.reserve({
      system: this.#system,
      parent: undefined,
      argv,
      env: () => this.#environment,
      cwd: this.#workingDir,
      files,
      uid: this.#uid,
      gid: config.runAsGroup ?? 0,
      groups: config.groups ?? [],
    });
  }

  /** The program of a command: looked up in the image alone where no mount can hide it. */
  #programOf(process: OsProcess, command: string): Program | Errno {
    const { image } = this.#parts;
    const tree = image.content.tree;
    const paths = command.includes('/')
      ? [command]
      : (this.#environment.get('PATH') ?? '')
          .split(':')
          .map((directory) => `${directory}/${command}`);
    for (const path of paths) {
      if (!path.startsWith('/')) break;
      if (this.mountPaths.some((mount) => path.startsWith(mount))) break;
      const node = tree.lookup(path.split('/').filter((part) => part !== ''));
      if (node?.kind === 'file' && node.program !== undefined) return node.program as Program;
      if (node !== undefined) break;
    }
    const found = findExecutable(process, command);
    return isErrno(found) ? found : found.program;
  }

  get #workingDir(): string {
    return this.#parts.config.workingDir ?? this.#parts.image.content.workingDir;
  }

  #workingDirProblem(): string | undefined {
    const path = this.#workingDir;
    if (path === '/') return undefined;
    if (!path.startsWith('/')) return 'Cwd must be an absolute path';
    const node = this.#system.files.stat(undefined, path);
    const isDirectory = !isErrno(node) && node.kind === 'directory';
    return isDirectory
      ? undefined
      : `unable to start container process: error during container init: mkdir ${path}: not a directory`;
  }

  #failStart(problem: string): RuntimeError {
    const message = START_FAILED + problem;
    this.#change({
      state: 'exited',
      finishedAtMs: this.#parts.engine.nowMs,
      exitCode: 128,
      reason: 'StartError',
      message,
    });
    this.log.close();
    this.#exited?.give();
    return new RuntimeError('Unknown', message);
  }

  #finish(status: ExitStatus): void {
    this.#system.killAll();
    this.log.close();
    const reason = this.#isOutOfMemory ? 'OOMKilled' : status.code === 0 ? 'Completed' : 'Error';
    const file = this.#terminationMessage?.root as RegularFile | undefined;
    const signal = status.signal === 0 ? undefined : `SIG${signalName(status.signal)}`;
    this.#record('container-exited', { exitCode: status.code, signal, reason });
    const { engine, random } = this.#parts;
    const changes = {
      state: 'exited',
      finishedAtMs: engine.nowMs,
      exitCode: status.code,
      reason,
      message: textOf((file?.content ?? '').slice(-MESSAGE_MAX)),
    } as const;
    engine.schedule(drawMs(random, reapLatency), () => {
      this.#change(changes);
      this.exited.give();
    });
  }

  memoryGrew(bytes: number): void {
    const limit = this.#parts.config.memoryLimitBytes;
    if (limit === undefined || bytes <= limit || this.#isOutOfMemory) return;
    if (this.main === undefined) return;
    this.#isOutOfMemory = true;
    this.#record('oom-killed', { limitBytes: limit, bytes });
    this.#main?.kill(SIGKILL);
  }

  processEnded(process: Inhabitant): void {
    const main = this.#main;
    if (process === main) this.#finish(main.status ?? { code: 255, signal: 0 });
  }

  makeFiles(): FileSystem {
    this.#terminationMessage = fileTree('', this.#status.createdAtMs, 0o666);
    const { engine, image, volumes, config, pod } = this.#parts;
    return containerFileSystem(engine, {
      image: image.content.tree,
      volumes: volumes(),
      isRootReadOnly: config.readOnlyRootFilesystem,
      hostname: pod.hostname,
      dns: pod.dns,
      hosts: pod.hosts,
      ip: this.#parts.network?.ip ?? '',
      workingDir: this.#workingDir.startsWith('/') ? this.#workingDir : '/',
      terminationMessagePath: config.terminationMessagePath,
      terminationMessage: this.#terminationMessage,
    });
  }

  #change(changes: Partial<ContainerStatus>): void {
    this.#status = { ...this.#status, ...changes };
    this.#parts.observer.changed(this.podUid);
  }
}

function execProblem(command: string | undefined, error: Errno): string {
  const name = command ?? '';
  if (error !== 'ENOENT') return `exec: "${name}": permission denied`;
  return name.includes('/')
    ? `exec: "${name}": stat ${name}: no such file or directory`
    : `exec: "${name}": executable file not found in $PATH`;
}

/** PATH and HOSTNAME first, then what the image and the pod say, then HOME. */
function environmentOf({ pod, config, image }: ContainerParts): ReadonlyMap<string, string> {
  const env = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', bytesOf(pod.hostname)],
  ]);
  for (const [name, value] of Object.entries(image.content.env)) env.set(name, bytesOf(value));
  for (const { name, value } of config.env) env.set(bytesOf(name), bytesOf(value));
  const uid = config.runAsUser ?? image.content.user ?? 0;
  if (!env.has('HOME')) env.set('HOME', uid === 0 ? '/root' : '/');
  return env;
}
