/**
 * What a kubelet does with one pod: bring it to what its spec says, stop it, and clean up after it.
 *
 * - A status is published before anything is done, and again at each change that the runtime shows.
 * - Whatever has begun is not interrupted: a deletion during a pull waits for the pull, the start and postStart.
 *
 * Upstream: pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod; kuberuntime_manager.go SyncPod
 */
import { parseTime } from '../api/time.ts';
import type { Container, Pod, PodStatus, Service } from '../api/types.gen.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import type { Signal } from '../engine/signal.ts';
import type { PortMapping } from '../runtime/node-network.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import type { SandboxConfig } from '../runtime/runtime.ts';
import { ContainerKiller } from './container-kill.ts';
import { ContainerStarter } from './container-start.ts';
import type { StartFailure } from './container-status.ts';
import { EnvironmentResolver } from './environment.ts';
import { ImageManager } from './image-manager.ts';
import { recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { HookRunner } from './lifecycle-hooks.ts';
import { readRuntime } from './pleg.ts';
import type { Pleg, PodRuntimeStatus } from './pleg.ts';
import { computePodActions } from './pod-actions.ts';
import type { PodActions } from './pod-actions.ts';
import type { PodSyncer, SyncOutcome } from './pod-workers.ts';
import type { ProbeManager } from './probe-manager.ts';
import { removalOrder, triggersOfRestartAll } from './restart-all.ts';
import { isSidecar } from './restart-policy.ts';
import type { StatusManager } from './status-manager.ts';
import { generatePodStatus, isTerminalPhase } from './status.ts';
import { withLastWords } from './termination-message.ts';
import { VolumeManager } from './volumes.ts';

/** Upstream: pkg/kubelet/active_deadline.go */
const deadlineReason = 'DeadlineExceeded';
const deadlineMessage = 'Pod was active on the node longer than the specified deadline';

/** The other parts of the kubelet. */
export interface PodSyncParts {
  readonly pleg: Pleg;
  readonly probes: ProbeManager;
  readonly statuses: StatusManager;
  readonly services: () => readonly Service[];
  readonly resync: (podUid: string) => void;
  readonly onFinished: (pod: Pod) => void;
}

/** Syncs pods of one node. */
export class PodSync implements PodSyncer {
  readonly #context: KubeletContext;
  readonly #parts: PodSyncParts;
  readonly #killer: ContainerKiller;
  readonly #starter: ContainerStarter;
  readonly #volumes: VolumeManager;
  /** Why containers could not be started, by pod and container. */
  readonly #failures = new Map<string, Map<string, StartFailure>>();

  constructor(context: KubeletContext, parts: PodSyncParts) {
    this.#context = context;
    this.#parts = parts;
    const hooks = new HookRunner(context, (uid) => readRuntime(context.runtime, uid).ip);
    this.#killer = new ContainerKiller(context, hooks);
    this.#volumes = new VolumeManager(context);
    this.#starter = new ContainerStarter(context, {
      hooks,
      published: (uid) => parts.statuses.get(uid),
      killer: this.#killer,
      images: new ImageManager(context),
      environment: new EnvironmentResolver(context, parts.services),
    });
  }

  onFinished(pod: Pod): void {
    this.#parts.onFinished(pod);
  }

  /** Forgets a pod that is gone from node and API. */
  forget(podUid: string): void {
    this.#failures.delete(podUid);
    this.#starter.forget(podUid);
  }

  *syncPod(pod: Pod, runtime: PodRuntimeStatus, terminating: Signal): Process<SyncOutcome> {
    const { engine, random, options } = this.#context;
    const { statuses, probes, pleg } = this.#parts;
    const uid = pod.metadata.uid ?? '';
    if (statuses.get(uid) === undefined) {
      yield* engine.delay(drawMs(random, options.latencies.handle));
    }
    const status = this.#status(pod, runtime, false);
    statuses.set(pod, status);
    if (isTerminalPhase(status.phase)) return { kind: 'terminal' };
    const addresses = { podIp: runtime.ip, hostIp: this.#context.network.nodeIp };
    const isMounted = yield* this.#volumes.waitForMount(pod, addresses, terminating);
    if (!isMounted) return { kind: 'failed' };
    probes.add(pod);
    const triggers = triggersOfRestartAll(pod, runtime);
    if (triggers.length > 0) return yield* this.#removeAll(pod, runtime, triggers);
    const actions = computePodActions(pod, runtime, {
      failedLiveness: (id) => probes.verdict('liveness', id) === 'failure',
      failedStartup: (id) => probes.verdict('startup', id) === 'failure',
      hasOtherImage: (container, instance) => this.#hasOtherImage(container, instance.imageId),
      hasStarted: (container, { id }) =>
        container.startupProbe === undefined || probes.verdict('startup', id) === 'success',
    });
    if (!hasActions(actions)) return { kind: 'done' };
    const outcome = yield* this.#act(pod, runtime, actions);
    if (outcome.kind === 'done') pleg.requestRelist(uid);
    return outcome;
  }

  *syncTerminatingPod(pod: Pod, runtime: PodRuntimeStatus, graceSeconds: number): Process {
    const { engine, random, options } = this.#context;
    const { statuses, probes } = this.#parts;
    yield* engine.delay(drawMs(random, options.latencies.handle));
    statuses.set(pod, this.#status(pod, runtime, false));
    probes.stopLivenessAndStartup(pod);
    yield* this.#killer.killPod(pod, runtime, graceSeconds);
    probes.remove(pod);
    const stopped = readRuntime(this.#context.runtime, pod.metadata.uid ?? '', runtime.ip);
    statuses.set(pod, this.#status(pod, stopped, true));
  }

  *syncTerminatedPod(pod: Pod, runtime: PodRuntimeStatus): Process {
    const { engine, random, options } = this.#context;
    const { statuses } = this.#parts;
    statuses.set(pod, this.#status(pod, runtime, true));
    yield* engine.delay(drawMs(random, options.latencies.cleanUp));
    this.#volumes.unmount(pod.metadata.uid ?? '');
    statuses.terminate(pod);
  }

  #hasOtherImage(container: Container, imageId: string): boolean {
    try {
      return this.#context.runtime.imageStatus(container.image ?? '')?.id !== imageId;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return true;
    }
  }

  /** When the pod's active deadline ends; undefined when it has none or has not started. */
  deadlineMs(pod: Pod): number | undefined {
    const seconds = pod.spec.activeDeadlineSeconds;
    const status = this.#parts.statuses.get(pod.metadata.uid ?? '') ?? pod.status;
    if (seconds === undefined || status?.startTime === undefined) return undefined;
    return parseTime(status.startTime) + seconds * 1_000;
  }

  #status(pod: Pod, runtime: PodRuntimeStatus, isTerminal: boolean): PodStatus {
    const uid = pod.metadata.uid ?? '';
    const { probes, statuses } = this.#parts;
    const deadlineMs = this.deadlineMs(pod);
    const isLate = deadlineMs !== undefined && this.#context.engine.nowMs >= deadlineMs;
    if (isLate) this.#context.recorder.event(pod, 'Normal', deadlineReason, deadlineMessage);
    return generatePodStatus({
      pod,
      runtime: withLastWords(pod, runtime, this.#context.runtime),
      previous: statuses.get(uid) ?? pod.status,
      isTerminal,
      hostIp: this.#context.network.nodeIp,
      failure: (container) => this.#failures.get(uid)?.get(container),
      eviction: isLate ? { reason: deadlineReason, message: deadlineMessage } : undefined,
      isStarted: (status) => probes.isStarted(uid, status),
      isReady: (status) => probes.isReady(uid, status),
    });
  }

  *#act(pod: Pod, runtime: PodRuntimeStatus, actions: PodActions): Process<SyncOutcome> {
    if (actions.killPod) {
      yield* this.#killer.killPod(pod, runtime, undefined);
      if (!actions.createSandbox) return { kind: 'done' };
    } else {
      for (const { container, message, reason } of actions.kills) {
        yield* this.#killer.kill({ pod, container, message, reason });
      }
    }
    const sandbox = actions.createSandbox
      ? yield* this.#createSandbox(pod, runtime)
      : runtime.sandboxes[0];
    if (sandbox === undefined) return { kind: 'failed' };
    // What was just stopped does not count for back-off: this sync still looks at the ends before.
    return yield* this.#startAll(pod, runtime, actions, sandbox);
  }

  /** Stops and removes every container; the sync that follows begins from the first init container. */
  *#removeAll(
    pod: Pod,
    runtime: PodRuntimeStatus,
    triggers: readonly string[],
  ): Process<SyncOutcome> {
    recordPod(this.#context, 'restart-all', pod, { triggers });
    for (const container of removalOrder(pod, runtime, triggers)) {
      if (container.state === 'running') {
        yield* this.#killer.kill({
          pod,
          container,
          message: 'killing',
          reason: 'other',
          graceSeconds: 0,
        });
      }
      yield* this.#context.runtime.removeContainer(container.id);
    }
    this.#parts.resync(pod.metadata.uid ?? '');
    this.#parts.pleg.requestRelist(pod.metadata.uid ?? '');
    return { kind: 'done' };
  }

  *#startAll(
    pod: Pod,
    runtime: PodRuntimeStatus,
    actions: PodActions,
    sandbox: { readonly id: string; readonly ip: string },
  ): Process<SyncOutcome> {
    let failed = 0;
    const retries: number[] = [];
    const { initStarts, ephemeralStarts, starts } = actions;
    for (const container of [...ephemeralStarts, ...initStarts, ...starts]) {
      const failure = yield* this.#starter.start(pod, container, runtime, sandbox);
      this.#note(pod, container, failure);
      if (failure === undefined) continue;
      failed += 1;
      if (failure.retryAtMs !== undefined) retries.push(failure.retryAtMs);
      if (initStarts.includes(container) && !isSidecar(container)) break;
    }
    if (failed === 0) return { kind: 'done' };
    const isBackoffOnly = retries.length === failed;
    return { kind: 'failed', retryAtMs: isBackoffOnly ? Math.min(...retries) : undefined };
  }

  #note(pod: Pod, container: Container, failure: StartFailure | undefined): void {
    const uid = pod.metadata.uid ?? '';
    let failures = this.#failures.get(uid);
    if (failures === undefined) {
      failures = new Map();
      this.#failures.set(uid, failures);
    }
    if (failure === undefined) failures.delete(container.name);
    else failures.set(container.name, { reason: failure.reason, message: failure.message });
  }

  *#createSandbox(
    pod: Pod,
    runtime: PodRuntimeStatus,
  ): Process<{ readonly id: string; readonly ip: string } | undefined> {
    const { engine, random, options, recorder } = this.#context;
    if (runtime.sandboxes.length > 0) {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      recorder.event(pod, 'Normal', 'SandboxChanged', message);
    }
    yield* engine.delay(drawMs(random, options.latencies.sandbox));
    try {
      const config = this.#sandboxConfig(pod, runtime.sandboxes.length);
      const sandbox = yield* this.#context.runtime.runPodSandbox(config);
      recordPod(this.#context, 'sandbox-created', pod, { ip: sandbox.ip });
      this.#parts.statuses.setSandboxReady(pod);
      return sandbox;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to create pod sandbox: rpc error: code = ${error.code} desc = ${error.message}`;
      recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', message);
      return undefined;
    }
  }

  #sandboxConfig(pod: Pod, attempt: number): SandboxConfig {
    const { clusterDns, clusterDomain } = this.#context.options;
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    const usesCluster = pod.spec.dnsPolicy !== 'Default' && pod.spec.dnsPolicy !== 'None';
    const own = pod.spec.dnsConfig;
    const suffixes = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
    const settings = (own?.options ?? []).map(({ name: option = '', value }) =>
      value === undefined ? option : `${option}:${value}`,
    );
    return {
      podUid: uid,
      namespace,
      name,
      attempt,
      hostname: (pod.spec.hostname ?? name).slice(0, 63),
      hostNetwork: pod.spec.hostNetwork ?? false,
      portMappings: portMappings(pod),
      shareProcessNamespace: pod.spec.shareProcessNamespace ?? pod.spec.hostPID ?? false,
      dns: {
        nameservers: [...(usesCluster ? [clusterDns] : []), ...(own?.nameservers ?? [])],
        searches: [...(usesCluster ? suffixes : []), ...(own?.searches ?? [])],
        options: [...(usesCluster ? ['ndots:5'] : []), ...settings],
      },
      hosts: {
        domain:
          pod.spec.subdomain === undefined ? undefined : `${pod.spec.subdomain}.${suffixes[0]}`,
        aliases: (pod.spec.hostAliases ?? []).map(({ ip = '', hostnames = [] }) => ({
          ip,
          hostnames,
        })),
      },
    };
  }
}

function hasActions(actions: PodActions): boolean {
  return (
    actions.killPod ||
    actions.createSandbox ||
    actions.kills.length > 0 ||
    actions.initStarts.length > 0 ||
    actions.ephemeralStarts.length > 0 ||
    actions.starts.length > 0
  );
}

/** The ports of the node that a pod asks for. Upstream: pkg/kubelet/container/helpers.go MakePortMappings */
function portMappings({ spec }: Pod): PortMapping[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, containerPort }) =>
      hostPort === 0 ? [] : [{ hostPort, containerPort }],
    ),
  );
}
