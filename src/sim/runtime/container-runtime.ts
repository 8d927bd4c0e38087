/**
 * The container runtime of one node: sandboxes, containers, images and volumes, behaving as containerd does.
 *
 * Upstream: containerd internal/cri/server (sandbox_run.go, sandbox_stop.go, container_stop.go, container_execsync.go)
 * Simplified: the runtime never fails by itself; containers of a removed pod go with its sandbox.
 */
import { anyOf } from '../engine/any-of.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process, Wait } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import type { Signal } from '../engine/signal.ts';
import { bytesOf, textOf } from './bytes.ts';
import { Container } from './container.ts';
import type { ContainerLog } from './container-log.ts';
import { FileSystem } from './files/file-system.ts';
import type { Mount } from './files/file-system.ts';
import { bareTree } from './image-trees.ts';
import { ImageStore, readReference } from './image-store.ts';
import type { Registry } from './image-store.ts';
import type { NetworkNamespace, NodeNetwork } from './node-network.ts';
import { Collector, TextFile, nullFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { ProcessSpace } from './os-process.ts';
import { PodVolumes } from './pod-volumes.ts';
import { pause } from './programs/pause.ts';
import { RuntimeError } from './runtime.ts';
import type {
  ContainerConfig,
  ContainerStatus,
  ExecResult,
  ImageStatus,
  LogLine,
  RuntimeService,
  SandboxConfig,
  SandboxStatus,
  VolumeConfig,
} from './runtime.ts';
import { SIGKILL } from './signals.ts';
import { System } from './system.ts';

const hexCodes = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0));
/** The digits of the ID that is being drawn. */
const idCodes = new Array<number>(64).fill(0);

/** Bytes of a command's output that are kept. */
const EXEC_OUTPUT_MAX = 1_000_000;

interface Sandbox {
  status: SandboxStatus;
  readonly network: NetworkNamespace;
  /** The PID namespace and the pause program of a pod that shares one. */
  readonly shared: { readonly space: ProcessSpace; readonly system: System } | undefined;
}

/** What a runtime is made with. */
export interface ContainerRuntimeOptions {
  readonly engine: Engine;
  readonly nodeName: string;
  readonly network: NodeNetwork;
  readonly registry: Registry;
  /** Images that are on the node from the start. */
  readonly preloaded?: readonly string[] | undefined;
}

/** A container's log, kept beyond the container. */
export interface KeptLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly log: ContainerLog;
}

/** The runtime of a node. */
export class ContainerRuntime implements RuntimeService {
  readonly #engine: Engine;
  readonly #network: NodeNetwork;
  readonly #random: Random;
  readonly #images: ImageStore;
  readonly #volumes: PodVolumes;
  readonly #sandboxes = new Map<string, Sandbox>();
  /** The log of every container that there ever was, in order of creation: for a run's record, not for the node. */
  readonly logs: KeptLog[] = [];
  readonly #containers = new Map<string, Container>();
  /** Sandbox and container IDs by pod, oldest first. */
  readonly #byPod = new Map<string, { sandboxes: string[]; containers: string[] }>();
  readonly #listeners = new Set<(podUid: string) => void>();
  readonly #observer = { changed: (podUid: string) => this.#changed(podUid) };

  constructor(options: ContainerRuntimeOptions) {
    this.#engine = options.engine;
    this.#network = options.network;
    this.#random = options.engine.random(`runtime/${options.nodeName}`);
    this.#images = new ImageStore(options.registry);
    this.#volumes = new PodVolumes(options.engine);
    for (const name of options.preloaded ?? []) this.preload(name);
  }

  /** Puts an image on the node without a pull. Throws RuntimeError when there is no such image. */
  preload(reference: string): void {
    const found = this.#images.resolve(reference);
    this.#images.add(found.reference, found.content);
  }

  *runPodSandbox(config: SandboxConfig): Process<SandboxStatus> {
    const network = config.hostNetwork
      ? this.#network.host
      : this.#network.attachPod(config.podUid, config.namespace, config.portMappings);
    const id = this.#newId();
    if (network === undefined) {
      throw new RuntimeError(
        'Unknown',
        `failed to setup network for sandbox "${id}": plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set`,
      );
    }
    const status: SandboxStatus = {
      id,
      config,
      state: 'ready',
      ip: network.ip,
      createdAtMs: this.#engine.nowMs,
    };
    const shared = config.shareProcessNamespace ? this.#makePause(config) : undefined;
    this.#sandboxes.set(id, { status, network, shared });
    this.#pod(config.podUid).sandboxes.push(id);
    this.#changed(config.podUid);
    return status;
  }

  *stopPodSandbox(sandboxId: string): Process {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.status.state === 'not-ready') return;
    const { config } = sandbox.status;
    for (const id of [...this.#pod(config.podUid).containers]) {
      const container = this.#containers.get(id);
      if (container?.sandboxId !== sandboxId || container.main === undefined) continue;
      container.kill();
      yield* container.exited.wait();
    }
    sandbox.shared?.system.killAll();
    if (!config.hostNetwork) this.#network.detachPod(config.podUid);
    sandbox.status = { ...sandbox.status, state: 'not-ready' };
    this.#changed(config.podUid);
  }

  *removePodSandbox(sandboxId: string): Process {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    yield* this.stopPodSandbox(sandboxId);
    const { podUid } = sandbox.status.config;
    const pod = this.#pod(podUid);
    for (const id of pod.containers) {
      if (this.#containers.get(id)?.sandboxId === sandboxId) this.#containers.delete(id);
    }
    this.#sandboxes.delete(sandboxId);
    pod.containers = pod.containers.filter((id) => this.#containers.has(id));
    pod.sandboxes = pod.sandboxes.filter((id) => id !== sandboxId);
    if (pod.sandboxes.length === 0 && pod.containers.length === 0) this.#byPod.delete(podUid);
    this.#changed(podUid);
  }

  sandboxesOf(podUid: string): readonly SandboxStatus[] {
    const found: SandboxStatus[] = [];
    for (const id of this.#byPod.get(podUid)?.sandboxes ?? []) {
      const sandbox = this.#sandboxes.get(id);
      if (sandbox !== undefined) found.unshift(sandbox.status);
    }
    return found;
  }

  imageStatus(reference: string): ImageStatus | undefined {
    return this.#images.get(reference)?.status;
  }

  *pullImage(reference: string, defaultMs: number): Process<ImageStatus> {
    const known = readReference(reference);
    let pullMs: number | undefined;
    try {
      pullMs = this.#images.resolve(reference).content.pullMs;
    } catch (error) {
      yield* this.#engine.delay(defaultMs);
      throw error;
    }
    yield* this.#engine.delay(pullMs ?? defaultMs);
    const { content } = this.#images.resolve(reference);
    return this.#images.add(known, content).status;
  }

  images(): readonly ImageStatus[] {
    return this.#images.list().map((image) => image.status);
  }

  setVolume(podUid: string, volume: VolumeConfig): void {
    this.#volumes.set(podUid, volume);
  }

  removeVolumes(podUid: string): void {
    this.#volumes.removeAll(podUid);
  }

  *createContainer(sandboxId: string, config: ContainerConfig): Process<string> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.status.state === 'not-ready') {
      throw new RuntimeError('NotFound', `failed to find sandbox id "${sandboxId}": not found`);
    }
    const image = this.#images.get(config.image);
    if (image === undefined) {
      throw new RuntimeError('NotFound', `failed to resolve image "${config.image}": not found`);
    }
    const { config: pod } = sandbox.status;
    const id = this.#newId();
    const container = new Container({
      engine: this.#engine,
      random: this.#random,
      id,
      sandboxId,
      pod,
      config,
      image,
      network: sandbox.network,
      sharedSpace: sandbox.shared?.space,
      volumes: this.#mountsOf(pod.podUid, config),
      observer: this.#observer,
    });
    if (container.argv.length === 0) {
      throw new RuntimeError(
        'Unknown',
        `failed to generate container "${id}" spec: failed to generate spec: no command specified`,
      );
    }
    this.#containers.set(id, container);
    const { namespace, name } = pod;
    this.logs.push({ namespace, pod: name, container: config.name, log: container.log });
    this.#pod(pod.podUid).containers.push(id);
    this.#changed(pod.podUid);
    return id;
  }

  *startContainer(containerId: string): Process {
    this.#container(containerId).start();
  }

  *stopContainer(containerId: string, timeoutMs: number): Process {
    const container = this.#containers.get(containerId);
    if (container === undefined || container.main === undefined) return;
    if (timeoutMs > 0) {
      container.sendStopSignal(timeoutMs);
      yield* anyOf(container.exited.wait(), this.#engine.delay(timeoutMs));
      if (container.main === undefined) return;
    }
    container.kill();
    yield* container.exited.wait();
  }

  *removeContainer(containerId: string): Process {
    const container = this.#containers.get(containerId);
    if (container === undefined) return;
    yield* this.stopContainer(containerId, 0);
    this.#containers.delete(containerId);
    const pod = this.#pod(container.podUid);
    pod.containers = pod.containers.filter((id) => id !== containerId);
    if (pod.sandboxes.length === 0 && pod.containers.length === 0) {
      this.#byPod.delete(container.podUid);
    }
    this.#changed(container.podUid);
  }

  containerStatus(containerId: string): ContainerStatus | undefined {
    return this.#containers.get(containerId)?.status;
  }

  containersOf(podUid: string): readonly ContainerStatus[] {
    const found: ContainerStatus[] = [];
    for (const id of this.#byPod.get(podUid)?.containers ?? []) {
      const container = this.#containers.get(id);
      if (container !== undefined) found.push(container.status);
    }
    return found.reverse();
  }

  exited(containerId: string): Signal {
    return this.#container(containerId).exited;
  }

  podUids(): readonly string[] {
    return [...this.#byPod.keys()];
  }

  onChange(call: (podUid: string) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  *exec(
    containerId: string,
    command: readonly string[],
    timeoutMs: number,
    stdin?: string,
  ): Process<ExecResult> {
    const container = this.#containers.get(containerId);
    if (container === undefined) {
      throw new RuntimeError(
        'NotFound',
        `failed to exec in container: container "${containerId}" in namespace "k8s.io": not found`,
      );
    }
    if (container.status.state === 'exited') {
      throw new RuntimeError(
        'Unknown',
        'failed to exec in container: container is in CONTAINER_EXITED state',
      );
    }
    const texts = { stdout: '', stderr: '', output: '' };
    const collect = (stream: 'stdout' | 'stderr'): OpenFile =>
      new Collector((data) => {
        if (texts.output.length > EXEC_OUTPUT_MAX) return;
        texts[stream] += data;
        texts.output += data;
      });
    const files = new Map<number, OpenFile>([
      [0, stdin === undefined ? nullFile : new TextFile(bytesOf(stdin))],
      [1, collect('stdout')],
      [2, collect('stderr')],
    ]);
    const process = container.exec(command, files, this.#newId());
    let timedOut = false;
    try {
      if (timeoutMs === Infinity) yield* process.exited.wait();
      else yield* anyOf(process.exited.wait(), this.#engine.delay(timeoutMs));
    } finally {
      timedOut = process.status === undefined;
      process.kill(SIGKILL);
    }
    return {
      exitCode: process.status?.code ?? 137,
      stdout: textOf(texts.stdout),
      stderr: textOf(texts.stderr),
      output: textOf(texts.output),
      timedOut,
    };
  }

  log(containerId: string): readonly LogLine[] {
    return this.#container(containerId).log.lines();
  }

  logGrown(containerId: string): Wait<void> {
    return this.#container(containerId).log.grown.wait();
  }

  /** Bytes of memory that the programs of a container use. */
  memoryBytes(containerId: string): number {
    return this.#containers.get(containerId)?.memoryBytes ?? 0;
  }

  /** What each container that runs has used since it started. */
  usage(): {
    readonly podUid: string;
    readonly container: string;
    readonly startedAtMs: number;
    readonly cpuMs: number;
    readonly memoryBytes: number;
  }[] {
    return [...this.#containers.values()].flatMap(({ podUid, status, cpuMs, memoryBytes }) => {
      const { state, startedAtMs } = status;
      if (state !== 'running' || startedAtMs === undefined) return [];
      return [{ podUid, container: status.config.name, startedAtMs, cpuMs, memoryBytes }];
    });
  }

  /** A subPath is bound to the file that is there now; whole volumes can be looked up when they are needed. */
  #mountsOf(podUid: string, config: ContainerConfig): () => readonly Mount[] {
    const find = (): readonly Mount[] => this.#volumes.mountsOf(podUid, config.mounts);
    if (config.mounts.every((mount) => mount.subPath === '')) return find;
    const mounts = find();
    return () => mounts;
  }

  #makePause(config: SandboxConfig): { space: ProcessSpace; system: System } {
    const space = new ProcessSpace();
    const system = new System({
      engine: this.#engine,
      name: `${config.namespace}/${config.name}/pause`,
      hostname: config.hostname,
      random: this.#random,
      shell: 'ash',
      network: undefined,
      host: {
        makeFiles: () =>
          new FileSystem(this.#engine, {
            root: bareTree({ '/pause': pause }),
            isRootReadOnly: true,
            mounts: [],
          }),
      },
    });
    space.spawn(
      {
        system,
        parent: undefined,
        argv: ['/pause'],
        env: new Map(),
        cwd: '/',
        files: new Map(),
        uid: 0,
        gid: 0,
        groups: [],
      },
      pause,
    );
    space.skipHelper(this.#random);
    return { space, system };
  }

  #container(containerId: string): Container {
    const container = this.#containers.get(containerId);
    if (container !== undefined) return container;
    throw new RuntimeError(
      'NotFound',
      `an error occurred when try to find container "${containerId}": not found`,
    );
  }

  #pod(podUid: string): { sandboxes: string[]; containers: string[] } {
    let pod = this.#byPod.get(podUid);
    if (pod === undefined) {
      pod = { sandboxes: [], containers: [] };
      this.#byPod.set(podUid, pod);
    }
    return pod;
  }

  /** Draws an ID: 64 hexadecimal digits. */
  #newId(): string {
    for (let part = 0; part < 8; part += 1) {
      const number = this.#random.uint32();
      for (let digit = 0; digit < 8; digit += 1) {
        idCodes[8 * part + digit] = hexCodes[(number >>> (28 - 4 * digit)) & 15] as number;
      }
    }
    return String.fromCharCode(...idCodes);
  }

  #changed(podUid: string): void {
    for (const call of [...this.#listeners]) call(podUid);
  }
}
