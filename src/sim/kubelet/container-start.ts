/**
 * Starting one container: back-off, image, configuration, create, start, postStart hook; each with its events.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer; kuberuntime_manager.go doBackOff
 */
import { formatGoDuration } from '../api/go-duration.ts';
import { quantityMilliValue, quantityValue } from '../api/quantity.ts';
import type { Container, Pod, PodStatus } from '../api/types.gen.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import type { ContainerConfig, ImageStatus } from '../runtime/runtime.ts';
import { Backoff } from './container-backoff.ts';
import type { ContainerKiller } from './container-kill.ts';
import type { StartFailure } from './container-status.ts';
import { ConfigError, expandReferences } from './environment.ts';
import type { EnvironmentResolver } from './environment.ts';
import type { ImageManager } from './image-manager.ts';
import { containerEvent, formatPod, recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { HookRunner } from './lifecycle-hooks.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { newestContainer } from './restart-policy.ts';

/** What became of a start: undefined is success. `retryAtMs` is when a crash back-off ends. */
export type StartResult = undefined | (StartFailure & { readonly retryAtMs?: number | undefined });

/** Starts containers of one node. */
export class ContainerStarter {
  readonly #context: KubeletContext;
  readonly #images: ImageManager;
  readonly #environment: EnvironmentResolver;
  readonly #hooks: HookRunner;
  readonly #killer: ContainerKiller;
  readonly #published: (podUid: string) => PodStatus | undefined;
  readonly #backoff: Backoff;

  constructor(
    context: KubeletContext,
    parts: {
      readonly images: ImageManager;
      readonly environment: EnvironmentResolver;
      readonly hooks: HookRunner;
      readonly killer: ContainerKiller;
      /** The status of a pod published last. */
      readonly published: (podUid: string) => PodStatus | undefined;
    },
  ) {
    this.#context = context;
    this.#images = parts.images;
    this.#environment = parts.environment;
    this.#hooks = parts.hooks;
    this.#killer = parts.killer;
    this.#published = parts.published;
    this.#backoff = new Backoff(context.options.maxContainerRestartPeriodMs);
  }

  /** Forgets the waits of a pod that is gone. */
  forget(podUid: string): void {
    this.#backoff.forget(podUid);
    this.#images.forget(podUid);
  }

  /** Starts a container in a sandbox, or says why not. */
  *start(
    pod: Pod,
    container: Container,
    runtime: PodRuntimeStatus,
    sandbox: { readonly id: string; readonly ip: string },
  ): Process<StartResult> {
    const waiting = this.#checkBackoff(pod, container, runtime);
    if (waiting !== undefined) return waiting;
    const { image, failure } = yield* this.#images.ensure(pod, container);
    if (failure !== undefined) return failure;
    const attempt = this.#attempt(pod, container, runtime);
    let config: ContainerConfig;
    try {
      config = yield* this.#configOf(pod, container, image, attempt, sandbox.ip);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return this.#failed(pod, container, 'CreateContainerConfigError', error.message);
    }
    const id = yield* this.#create(pod, container, sandbox.id, config);
    if (typeof id !== 'string') return id;
    const started = yield* this.#run(pod, container, id, attempt);
    if (started !== undefined) return started;
    return yield* this.#postStart(pod, container, id);
  }

  /** Whether the last end of the container was too short ago; if not, the wait for the next time grows. */
  #checkBackoff(pod: Pod, container: Container, runtime: PodRuntimeStatus): StartResult {
    const { nowMs } = this.#context.engine;
    const last = runtime.containers.find(
      ({ config, state }) => config.name === container.name && state === 'exited',
    );
    if (last === undefined) return undefined;
    const endedMs = last.finishedAtMs ?? nowMs;
    const resources = JSON.stringify(container.resources ?? {});
    const key = `${pod.metadata.uid}/${container.name}/${container.image}/${resources}`;
    if (!this.#backoff.isWaitingSince(key, endedMs, nowMs)) {
      this.#backoff.advance(key, endedMs, nowMs);
      return undefined;
    }
    const waitMs = this.#backoff.waitMs(key);
    recordPod(this.#context, 'backoff', pod, { container: container.name, waitMs, endedMs });
    const event = `Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`;
    containerEvent(this.#context, pod, container.name, 'Warning', 'BackOff', event);
    const wait = formatGoDuration(waitMs);
    return {
      reason: 'CrashLoopBackOff',
      message: `back-off ${wait} restarting failed container=${container.name} pod=${formatPod(pod)}`,
      retryAtMs: endedMs + waitMs,
    };
  }

  #attempt(pod: Pod, container: Container, runtime: PodRuntimeStatus): number {
    const before = newestContainer(runtime, container.name);
    if (before !== undefined) return before.config.attempt + 1;
    const { containerStatuses, initContainerStatuses } =
      this.#published(pod.metadata.uid ?? '') ?? pod.status ?? {};
    const all = [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])];
    const status = all.find(({ name }) => name === container.name);
    if (status === undefined) return 0;
    return status.state?.waiting === undefined ? status.restartCount + 1 : status.restartCount;
  }

  *#configOf(
    pod: Pod,
    container: Container,
    image: ImageStatus,
    attempt: number,
    podIp: string,
  ): Process<ContainerConfig> {
    const addresses = { podIp, hostIp: this.#context.network.nodeIp };
    const variables = yield* this.#environment.resolve(pod, container, addresses);
    const security = container.securityContext;
    const podSecurity = pod.spec.securityContext;
    const user = security?.runAsUser ?? podSecurity?.runAsUser;
    const mustNotBeRoot = security?.runAsNonRoot ?? podSecurity?.runAsNonRoot;
    if (mustNotBeRoot === true && (user ?? image.user ?? 0) === 0) {
      const what =
        user === 0
          ? "container's runAsUser breaks non-root policy"
          : 'container has runAsNonRoot and image will run as root';
      throw new ConfigError(`${what} (pod: "${formatPod(pod)}", container: ${container.name})`);
    }
    const lookup = (name: string): string | undefined => variables.get(name);
    const expand = (list: readonly string[] | undefined): readonly string[] | undefined =>
      list?.map((text) => expandReferences(text, lookup));
    const limits = container.resources?.limits ?? {};
    const { fsGroup, supplementalGroups = [] } = podSecurity ?? {};
    return {
      name: container.name,
      image: image.id,
      attempt,
      command: expand(container.command),
      args: expand(container.args),
      workingDir: container.workingDir,
      env: [...variables].map(([name, value]) => ({ name, value })),
      mounts: (container.volumeMounts ?? []).map((mount) => ({
        volume: mount.name,
        mountPath: mount.mountPath,
        subPath:
          mount.subPathExpr === undefined
            ? (mount.subPath ?? '')
            : expandReferences(mount.subPathExpr, lookup),
        readOnly: mount.readOnly ?? false,
      })),
      stdin: container.stdin ?? false,
      tty: container.tty ?? false,
      memoryLimitBytes:
        limits['memory'] === undefined ? undefined : quantityValue(limits['memory']),
      cpuLimitMilli: limits['cpu'] === undefined ? undefined : quantityMilliValue(limits['cpu']),
      runAsUser: user,
      runAsGroup: security?.runAsGroup ?? podSecurity?.runAsGroup,
      readOnlyRootFilesystem: security?.readOnlyRootFilesystem ?? false,
      terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
      stopSignal: container.lifecycle?.stopSignal,
      groups: fsGroup === undefined ? supplementalGroups : [fsGroup, ...supplementalGroups],
      hasCapabilities: security?.capabilities?.drop?.includes('ALL') !== true,
      ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    };
  }

  *#create(
    pod: Pod,
    container: Container,
    sandboxId: string,
    config: ContainerConfig,
  ): Process<string | StartFailure> {
    const { engine, random, runtime, options } = this.#context;
    yield* engine.delay(drawMs(random, options.latencies.create));
    try {
      const id = yield* runtime.createContainer(sandboxId, config);
      recordPod(this.#context, 'container-created', pod, {
        container: container.name,
        attempt: config.attempt,
      });
      containerEvent(this.#context, pod, container.name, 'Normal', 'Created', 'Container created');
      return id;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return this.#failed(pod, container, 'CreateContainerError', error.message);
    }
  }

  *#run(pod: Pod, container: Container, id: string, attempt: number): Process<StartResult> {
    const { engine, random, runtime, options } = this.#context;
    yield* engine.delay(drawMs(random, options.latencies.start));
    try {
      yield* runtime.startContainer(id);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return this.#failed(pod, container, 'RunContainerError', error.message);
    }
    recordPod(this.#context, 'container-started', pod, { container: container.name, attempt });
    containerEvent(this.#context, pod, container.name, 'Normal', 'Started', 'Container started');
    return undefined;
  }

  *#postStart(pod: Pod, container: Container, id: string): Process<StartResult> {
    const handler = container.lifecycle?.postStart;
    if (handler === undefined) return undefined;
    recordPod(this.#context, 'poststart', pod, { container: container.name });
    const error = yield* this.#hooks.run(pod, container, id, handler);
    recordPod(this.#context, error === undefined ? 'poststart-done' : 'poststart-failed', pod, {
      container: container.name,
    });
    if (error === undefined) return undefined;
    const { name } = container;
    containerEvent(
      this.#context,
      pod,
      name,
      'Warning',
      'FailedPostStartHook',
      'PostStartHook failed',
    );
    const status = this.#context.runtime.containerStatus(id);
    if (status !== undefined) {
      const message = 'FailedPostStartHook';
      yield* this.#killer.kill({ pod, container: status, message, reason: 'post-start' });
    }
    return { reason: 'PostStartHookError', message: error };
  }

  #failed(pod: Pod, container: Container, reason: string, message: string): StartFailure {
    recordPod(this.#context, 'start-failed', pod, { container: container.name, reason, message });
    containerEvent(this.#context, pod, container.name, 'Warning', 'Failed', `Error: ${message}`);
    return { reason, message };
  }
}
