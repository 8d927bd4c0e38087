/**
 * A container runtime for kubelet tests: a container runs for as long as a test says and ends as it says.
 * Behaviour is declared by image name, or by container name, which comes first.
 */
import type { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';
import { anyOf } from '#sim/engine/any-of.ts';
import { Signal } from '#sim/engine/signal.ts';
import { RuntimeError } from '#sim/runtime/runtime.ts';
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
} from '#sim/runtime/runtime.ts';
import type {
  DialOutcome,
  GrpcOutcome,
  HttpDial,
  HttpOutcome,
  NodeNetwork,
} from '#sim/runtime/node-network.ts';

/** What containers of an image do. */
export interface FakeImage {
  /** Ends by itself after so many ms; undefined: never. */
  readonly runsMs?: number;
  /** How long it runs from the second time on, where that differs. */
  readonly laterRunsMs?: number;
  readonly exitCode?: number;
  /** Time from the stop signal to the end; undefined: the signal is ignored. */
  readonly stopMs?: number;
  readonly stopCode?: number;
  readonly pullMs?: number;
  readonly sizeBytes?: number;
  /** Is on the node from the start. */
  readonly isPresent?: boolean;
  /** The registry's answer to a pull. */
  readonly pullError?: string;
}

interface Running {
  status: ContainerStatus;
  readonly ended: Signal;
}

export class FakeRuntime implements RuntimeService {
  readonly #engine: Engine;
  readonly #images: ReadonlyMap<string, FakeImage>;
  readonly #present = new Set<string>();
  readonly #sandboxes: SandboxStatus[] = [];
  readonly #containers = new Map<string, Running>();
  readonly #listeners: ((podUid: string) => void)[] = [];
  /** Answers of `exec`, by the command's text. */
  readonly commands = new Map<string, { exitCode: number; output?: string; takesMs?: number }>();
  readonly volumes = new Map<string, VolumeConfig>();
  /** The stop timeouts asked for, in ms. */
  readonly stops: { name: string; timeMs: number; timeoutMs: number }[] = [];
  #sequence = 0;

  constructor(engine: Engine, images: Readonly<Record<string, FakeImage>>) {
    this.#engine = engine;
    this.#images = new Map(Object.entries(images));
    for (const [name, { isPresent }] of this.#images) {
      if (isPresent !== false) this.#present.add(name);
    }
  }

  *runPodSandbox(config: SandboxConfig): Process<SandboxStatus> {
    this.#sequence += 1;
    const sandbox: SandboxStatus = {
      id: `sandbox-${this.#sequence}`,
      config,
      state: 'ready',
      ip: `10.244.0.${this.#sequence}`,
      createdAtMs: this.#engine.nowMs,
    };
    this.#sandboxes.unshift(sandbox);
    this.#changed(config.podUid);
    return sandbox;
  }

  *stopPodSandbox(sandboxId: string): Process {
    const index = this.#sandboxes.findIndex(({ id }) => id === sandboxId);
    const sandbox = this.#sandboxes[index];
    if (sandbox === undefined) return;
    for (const { status } of this.#containers.values()) {
      if (status.sandboxId === sandboxId && status.state === 'running') this.#end(status.id, 137);
    }
    this.#sandboxes[index] = { ...sandbox, state: 'not-ready' };
    this.#changed(sandbox.config.podUid);
  }

  *removePodSandbox(sandboxId: string): Process {
    const index = this.#sandboxes.findIndex(({ id }) => id === sandboxId);
    const [sandbox] = this.#sandboxes.splice(index, 1);
    for (const [id, { status }] of this.#containers) {
      if (status.sandboxId === sandboxId) this.#containers.delete(id);
    }
    if (sandbox !== undefined) this.#changed(sandbox.config.podUid);
  }

  sandboxesOf(podUid: string): readonly SandboxStatus[] {
    return this.#sandboxes.filter(({ config }) => config.podUid === podUid);
  }

  imageStatus(reference: string): ImageStatus | undefined {
    if (/[A-Z]/.test(reference)) {
      throw new RuntimeError('Unknown', `couldn't parse image name "${reference}"`);
    }
    const isKnown = this.#images.has(reference);
    const isPresent = isKnown ? this.#present.has(reference) : true;
    return isPresent ? this.#image(reference) : undefined;
  }

  *pullImage(reference: string, defaultMs: number): Process<ImageStatus> {
    const { pullMs, pullError }: FakeImage = this.#images.get(reference) ?? {
      pullError: 'not found',
    };
    yield* this.#engine.delay(pullMs ?? defaultMs);
    if (pullError !== undefined) throw new RuntimeError('NotFound', pullError);
    this.#present.add(reference);
    return this.#image(reference);
  }

  images(): readonly ImageStatus[] {
    return [...this.#present].map((name) => this.#image(name));
  }

  #image(reference: string): ImageStatus {
    const { sizeBytes = 1_000 } = this.#images.get(reference) ?? {};
    return { name: reference, id: `${reference}@sha256:0`, sizeBytes, user: undefined };
  }

  setVolume(podUid: string, volume: VolumeConfig): void {
    this.volumes.set(`${podUid}/${volume.name}`, volume);
  }

  removeVolumes(podUid: string): void {
    for (const key of [...this.volumes.keys()]) {
      if (key.startsWith(podUid)) this.volumes.delete(key);
    }
  }

  *createContainer(sandboxId: string, config: ContainerConfig): Process<string> {
    const sandbox = this.#sandboxes.find(({ id }) => id === sandboxId);
    this.#sequence += 1;
    const id = `container-${this.#sequence}`;
    const image = config.image.split('@')[0] ?? '';
    this.#containers.set(id, {
      ended: new Signal(this.#engine),
      status: {
        id,
        sandboxId,
        podUid: sandbox?.config.podUid ?? '',
        config,
        state: 'created',
        createdAtMs: this.#engine.nowMs,
        startedAtMs: undefined,
        finishedAtMs: undefined,
        exitCode: undefined,
        reason: '',
        message: '',
        imageName: image,
        imageId: config.image,
        user: { uid: 0, gid: 0 },
      },
    });
    this.#changed(sandbox?.config.podUid ?? '');
    return id;
  }

  *startContainer(containerId: string): Process {
    const container = this.#containers.get(containerId);
    if (container === undefined) throw new RuntimeError('NotFound', 'no such container');
    const now = this.#engine.nowMs;
    container.status = { ...container.status, state: 'running', startedAtMs: now };
    const { runsMs: firstMs, laterRunsMs, exitCode = 0 } = this.#behaviour(container.status);
    const runsMs = container.status.config.attempt > 0 ? (laterRunsMs ?? firstMs) : firstMs;
    if (runsMs !== undefined && runsMs !== Infinity) {
      this.#engine.schedule(runsMs, () => this.#end(containerId, exitCode));
    }
    this.#changed(container.status.podUid);
  }

  *stopContainer(containerId: string, timeoutMs: number): Process {
    const container = this.#containers.get(containerId);
    if (container === undefined || container.status.state !== 'running') return;
    const { nowMs } = this.#engine;
    this.stops.push({ name: container.status.config.name, timeMs: nowMs, timeoutMs });
    const { stopMs, stopCode = 0 } = this.#behaviour(container.status);
    if (stopMs !== undefined) {
      this.#engine.schedule(stopMs, () => this.#end(containerId, stopCode));
    }
    yield* anyOf(container.ended.wait(), this.#engine.delay(timeoutMs));
    this.#end(containerId, 137);
  }

  #behaviour({ config, imageName }: ContainerStatus): FakeImage {
    return this.#images.get(config.name) ?? this.#images.get(imageName) ?? {};
  }

  #end(containerId: string, exitCode: number): void {
    const container = this.#containers.get(containerId);
    if (container?.status.state !== 'running') return;
    container.status = {
      ...container.status,
      state: 'exited',
      finishedAtMs: this.#engine.nowMs,
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
    };
    this.#changed(container.status.podUid);
    container.ended.give();
  }

  *removeContainer(containerId: string): Process {
    const container = this.#containers.get(containerId);
    this.#containers.delete(containerId);
    if (container !== undefined) this.#changed(container.status.podUid);
  }

  containerStatus(containerId: string): ContainerStatus | undefined {
    return this.#containers.get(containerId)?.status;
  }

  containersOf(podUid: string): readonly ContainerStatus[] {
    const all = [...this.#containers.values()].map(({ status }) => status);
    return all.filter((status) => status.podUid === podUid).reverse();
  }

  exited(containerId: string): Signal {
    const container = this.#containers.get(containerId);
    if (container === undefined) throw new RuntimeError('NotFound', 'no such container');
    return container.ended;
  }

  podUids(): readonly string[] {
    return [...new Set(this.#sandboxes.map(({ config }) => config.podUid))].reverse();
  }

  onChange(call: (podUid: string) => void): () => void {
    this.#listeners.push(call);
    return () => this.#listeners.splice(this.#listeners.indexOf(call), 1);
  }

  #changed(podUid: string): void {
    for (const listener of this.#listeners) listener(podUid);
  }

  *exec(containerId: string, command: readonly string[], timeoutMs: number): Process<ExecResult> {
    if (this.containerStatus(containerId)?.state !== 'running') {
      throw new RuntimeError('NotFound', 'failed to exec in container: container not running');
    }
    const text = command.join(' ');
    const { exitCode, output = '', takesMs = 0 } = this.commands.get(text) ?? { exitCode: 0 };
    yield* this.#engine.delay(Math.min(takesMs, timeoutMs));
    return { exitCode, stdout: output, stderr: '', output, timedOut: takesMs > timeoutMs };
  }

  log(): readonly LogLine[] {
    return [];
  }

  logGrown(): never {
    throw new Error('the fake runtime has no logs');
  }
}

/** A network whose answers a test sets. */
export class FakeNetwork implements NodeNetwork {
  readonly nodeIp = '10.99.0.11';
  http: (dial: HttpDial) => HttpOutcome = () => ({ kind: 'refused' });
  tcp: DialOutcome = 'refused';
  grpc: GrpcOutcome = { kind: 'refused' };
  readonly dials: HttpDial[] = [];

  attachPod(): undefined {
    return undefined;
  }

  get host(): never {
    throw new Error('the fake network has no namespaces');
  }

  detachPod(): void {}

  *connect(): Process<DialOutcome> {
    return this.tcp;
  }

  *httpGet(request: HttpDial): Process<HttpOutcome> {
    this.dials.push(request);
    return this.http(request);
  }

  *grpcHealth(): Process<GrpcOutcome> {
    return this.grpc;
  }
}
