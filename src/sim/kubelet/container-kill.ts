/**
 * Stopping containers: the event, the preStop hook inside the grace period, the turn, then the stop signal and, after
 * what is left of the grace period but at least 2 s, SIGKILL.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer, killContainersWithSyncResult
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
import type { Container, Pod } from '../api/types.gen.ts';
import { anyOf } from '../engine/any-of.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import type { ContainerStatus as RuntimeContainer } from '../runtime/runtime.ts';
import { containerEvent, recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { HookRunner } from './lifecycle-hooks.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { TerminationOrder } from './termination-order.ts';

/** The least time between stop signal and SIGKILL. Upstream: minimumGracePeriodInSeconds */
const minimumGraceSeconds = 2;

/** Why a container is stopped, as far as it decides about its grace period. */
export type KillReason = 'liveness' | 'startup' | 'post-start' | 'other';

/** One container to be stopped. */
export interface KillRequest {
  readonly pod: Pod;
  readonly container: RuntimeContainer;
  /** The event's text; undefined means the one of a pod that ends. */
  readonly message?: string | undefined;
  readonly reason: KillReason;
  /** Seconds that come before everything the pod or its probes say. */
  readonly graceSeconds?: number | undefined;
  readonly order?: TerminationOrder | undefined;
}

/** Finds a container of any list in the pod's spec. */
export function findContainer(pod: Pod, name: string): Container | undefined {
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const all = [...containers, ...(initContainers ?? []), ...(ephemeralContainers ?? [])];
  return all.find((container) => container.name === name);
}

/** The grace period of a kill in seconds, before hooks are counted. */
export function killGraceSeconds(
  pod: Pod,
  container: Container | undefined,
  reason: KillReason,
): number {
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) {
    return pod.metadata.deletionGracePeriodSeconds;
  }
  const probe =
    reason === 'liveness'
      ? container?.livenessProbe
      : reason === 'startup'
        ? container?.startupProbe
        : undefined;
  return (
    probe?.terminationGracePeriodSeconds ??
    pod.spec.terminationGracePeriodSeconds ??
    minimumGraceSeconds
  );
}

/** Stops containers of one node. */
export class ContainerKiller {
  readonly #context: KubeletContext;
  readonly #hooks: HookRunner;

  constructor(context: KubeletContext, hooks: HookRunner) {
    this.#context = context;
    this.#hooks = hooks;
  }

  /** Stops one container and waits for its end. */
  *kill(request: KillRequest): Process {
    const { pod, container, reason, order } = request;
    const { engine, runtime, random, options } = this.#context;
    const name = container.config.name;
    const spec = findContainer(pod, name);
    let grace = request.graceSeconds ?? killGraceSeconds(pod, spec, reason);
    const message = request.message ?? `Stopping container ${name}`;
    containerEvent(this.#context, pod, name, 'Normal', 'Killing', message);
    recordPod(this.#context, 'killing', pod, { container: name, message, graceSeconds: grace });
    if (spec?.lifecycle?.preStop !== undefined && grace > 0) {
      grace -= yield* this.#preStop(pod, spec, container, grace);
    }
    if (order !== undefined && grace > 0) grace -= yield* order.waitForTurn(name, grace * 1_000);
    grace = Math.max(grace, minimumGraceSeconds);
    yield* engine.delay(drawMs(random, options.latencies.stopSignal));
    yield* runtime.stopContainer(container.id, grace * 1_000);
    order?.ended(name);
  }

  /** Runs the hook for at most the grace period; returns the whole seconds that it took. */
  *#preStop(
    pod: Pod,
    spec: Container,
    container: RuntimeContainer,
    graceSeconds: number,
  ): Process<number> {
    const { engine, scope } = this.#context;
    const startMs = engine.nowMs;
    recordPod(this.#context, 'prestop', pod, { container: spec.name, graceSeconds });
    const hook = scope.spawn(
      `prestop/${pod.metadata.name}/${spec.name}`,
      this.#runPreStop(pod, spec, container),
    );
    const first = yield* anyOf(hook.join(), engine.delay(graceSeconds * 1_000));
    const tookMs = engine.nowMs - startMs;
    recordPod(this.#context, first.index === 0 ? 'prestop-done' : 'prestop-overrun', pod, {
      container: spec.name,
      tookMs,
    });
    return Math.floor(tookMs / 1_000);
  }

  *#runPreStop(pod: Pod, spec: Container, container: RuntimeContainer): Process {
    const handler = spec.lifecycle?.preStop;
    if (handler === undefined) return;
    const error = yield* this.#hooks.run(pod, spec, container.id, handler);
    if (error === undefined) return;
    recordPod(this.#context, 'prestop-failed', pod, { container: spec.name, message: error });
    containerEvent(
      this.#context,
      pod,
      spec.name,
      'Warning',
      'FailedPreStopHook',
      'PreStopHook failed',
    );
  }

  /** Stops everything of a pod that runs, all at the same time, then its sandbox. */
  *killPod(pod: Pod, runtime: PodRuntimeStatus, graceSeconds: number | undefined): Process {
    const { engine, scope, random, options } = this.#context;
    const running = runtime.containers.filter(({ state }) => state === 'running');
    const names = running.map(({ config }) => config.name);
    const order = new TerminationOrder(engine, pod, names);
    const kills: Task<void>[] = running.map((container) =>
      scope.spawn(
        `kill/${pod.metadata.name}/${container.config.name}`,
        this.kill({ pod, container, reason: 'other', graceSeconds, order }),
      ),
    );
    for (const kill of kills) yield* kill.join();
    for (const { id, state } of runtime.sandboxes) {
      if (state !== 'ready') continue;
      yield* engine.delay(drawMs(random, options.latencies.stopSandbox));
      yield* this.#context.runtime.stopPodSandbox(id);
      recordPod(this.#context, 'sandbox-removed', pod, { ip: runtime.ip });
    }
  }
}
