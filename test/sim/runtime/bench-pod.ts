/**
 * A node with one runtime, on which tests start pods of one container.
 */
import { Engine } from '../../../src/sim/engine/engine.ts';
import type { Process } from '../../../src/sim/engine/process.ts';
import { ContainerRuntime } from '../../../src/sim/runtime/container-runtime.ts';
import type { ImageDeclaration } from '../../../src/sim/runtime/image-declaration.ts';
import { ImageCatalogue } from '../../../src/sim/runtime/images.ts';
import type { CatalogueOptions } from '../../../src/sim/runtime/images.ts';
import type {
  ContainerConfig,
  ContainerStatus,
  SandboxConfig,
} from '../../../src/sim/runtime/runtime.ts';
import { FakeNetwork } from './fake-network.ts';
import '../../../src/sim/parts/all.ts';

/** The registry of the recorded cluster: its busybox has no printenv, its nginx is a 1.22.1. */
export const recordedRegistry: CatalogueOptions = {
  nginxVersion: '1.22.1',
  missingCommands: ['printenv'],
};

/** One node. */
export class BenchNode {
  readonly engine: Engine;
  readonly network = new FakeNetwork();
  readonly runtime: ContainerRuntime;
  #pods = 0;

  constructor(seed = 1, images: readonly ImageDeclaration[] = []) {
    this.engine = new Engine(seed);
    this.runtime = new ContainerRuntime({
      engine: this.engine,
      nodeName: 'node-1',
      network: this.network,
      registry: new ImageCatalogue(images, recordedRegistry),
    });
  }

  /** Starts a pod of one container and returns the container's ID. An error of the start is kept in the status. */
  *startPod(config: Partial<ContainerConfig>, pod: Partial<SandboxConfig> = {}): Process<string> {
    this.#pods += 1;
    const sandbox = yield* this.runtime.runPodSandbox({
      podUid: `uid-${this.#pods}`,
      namespace: 'default',
      name: pod.hostname ?? 'web',
      attempt: 0,
      hostname: 'web',
      hostNetwork: false,
      shareProcessNamespace: false,
      ...pod,
    });
    return yield* this.startContainer(sandbox.id, config);
  }

  *startContainer(sandboxId: string, config: Partial<ContainerConfig>): Process<string> {
    const image = config.image ?? 'busybox:1.36';
    yield* this.runtime.pullImage(image, 0);
    const id = yield* this.runtime.createContainer(sandboxId, {
      name: 'web',
      attempt: 0,
      command: undefined,
      args: undefined,
      workingDir: undefined,
      env: [],
      mounts: [],
      stdin: false,
      tty: false,
      memoryLimitBytes: undefined,
      cpuLimitMilli: undefined,
      runAsUser: undefined,
      runAsGroup: undefined,
      readOnlyRootFilesystem: false,
      terminationMessagePath: '/dev/termination-log',
      stopSignal: undefined,
      ...config,
      image,
    });
    try {
      yield* this.runtime.startContainer(id);
    } catch {
      return id;
    }
    return id;
  }

  /** Runs a process to its end within the time, and returns what it returned. */
  run<T>(process: Process<T>, untilMs = 600_000): T {
    const task = this.engine.spawn('test', process);
    let value: T | undefined;
    this.engine.spawn(
      'wait',
      (function* () {
        const joined = yield* task.join();
        if (joined.state === 'returned') value = joined.value;
      })(),
    );
    this.engine.run(this.engine.nowMs + untilMs);
    if (this.engine.budgetError !== undefined) throw this.engine.budgetError;
    if (task.isRunning) throw new Error('the process did not end in time');
    return value as T;
  }

  /** Runs a container until it has exited. */
  *untilExit(id: string): Process<ContainerStatus> {
    yield* this.runtime.exited(id).wait();
    return this.runtime.containerStatus(id) as ContainerStatus;
  }

  /** The container's log as `kubectl logs` prints it. */
  logText(id: string, stream?: 'stdout' | 'stderr'): string {
    return this.runtime
      .log(id)
      .filter((line) => stream === undefined || line.stream === stream)
      .map((line) => (line.partial === true ? line.text : `${line.text}\n`))
      .join('');
  }
}
