/**
 * What the next sync has to do to a pod, decided from its spec and what runs: the sandbox, which containers to stop,
 * which to start, or to stop everything.
 *
 * - Init containers run one after another; a sidecar lets the next one go as soon as it has started.
 * - A running container is stopped when its liveness or startup probe says so, or the spec has another image for it.
 * - When nothing runs and nothing is to be started any more, the pod is stopped.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions; kuberuntime_container.go
 * computeInitContainerActions
 */
import type { Container, Pod } from '../api/types.gen.ts';
import type { ContainerStatus as RuntimeContainer } from '../runtime/runtime.ts';
import type { KillReason } from './container-kill.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import {
  isSidecar,
  newestContainer,
  restartsAfterExit,
  restartsAfterKill,
  shouldBeStarted,
} from './restart-policy.ts';

/** A container to be stopped by this sync. */
export interface ContainerKill {
  readonly container: RuntimeContainer;
  readonly message: string;
  readonly reason: KillReason;
}

/** Everything that one sync does. */
export interface PodActions {
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly kills: readonly ContainerKill[];
  readonly initStarts: readonly Container[];
  readonly ephemeralStarts: readonly Container[];
  readonly starts: readonly Container[];
}

/** What else is known of a running container. */
export interface ContainerFacts {
  readonly failedLiveness: (containerId: string) => boolean;
  readonly failedStartup: (containerId: string) => boolean;
  /** Whether a sidecar has started, as far as its startup probe tells. */
  /** Whether the spec asks for another image than the one that runs. */
  readonly hasOtherImage: (container: Container, instance: RuntimeContainer) => boolean;
  readonly hasStarted: (container: Container, instance: RuntimeContainer) => boolean;
}

const nothing: PodActions = {
  killPod: false,
  createSandbox: false,
  kills: [],
  initStarts: [],
  ephemeralStarts: [],
  starts: [],
};

/** Decides what a sync does. */
export function computePodActions(
  pod: Pod,
  runtime: PodRuntimeStatus,
  facts: ContainerFacts,
): PodActions {
  const sandbox = runtime.sandboxes[0];
  if (sandbox?.state !== 'ready' || sandbox.ip === '') return withNewSandbox(pod, runtime);
  const ephemeralStarts = (pod.spec.ephemeralContainers ?? []).filter(
    ({ name }) => newestContainer(runtime, name) === undefined,
  );
  const init = initActions(pod, runtime, facts);
  if (init.killPod) return { ...nothing, killPod: true, kills: init.kills };
  if (!init.isInitialized) {
    return { ...nothing, kills: init.kills, initStarts: init.starts, ephemeralStarts };
  }
  const kills = [...init.kills];
  const starts: Container[] = [];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const instance = newestContainer(runtime, container.name);
    if (instance?.state !== 'running') {
      if (shouldBeStarted(container, pod, runtime)) starts.push(container);
      continue;
    }
    const hasOtherImage = facts.hasOtherImage(container, instance);
    const failure = hasOtherImage
      ? { message: `Container ${container.name} definition changed`, reason: 'other' as const }
      : probeFailure(`Container ${container.name}`, instance.id, facts);
    if (failure === undefined) {
      kept += 1;
      continue;
    }
    const isRestarted = hasOtherImage || restartsAfterKill(container, pod);
    if (isRestarted) starts.push(container);
    const message = isRestarted ? `${failure.message}, will be restarted` : failure.message;
    kills.push({ container: instance, reason: failure.reason, message });
  }
  if (kept === 0 && starts.length === 0) return { ...nothing, killPod: true };
  return { ...nothing, kills, initStarts: init.starts, ephemeralStarts, starts };
}

function withNewSandbox(pod: Pod, runtime: PodRuntimeStatus): PodActions {
  const hadSandbox = runtime.sandboxes.length > 0;
  if (hadSandbox && pod.spec.restartPolicy === 'Never' && runtime.containers.length > 0) {
    return { ...nothing, killPod: true };
  }
  const starts = pod.spec.containers.filter((container) => {
    const instance = newestContainer(runtime, container.name);
    if (instance?.state !== 'exited') return true;
    return restartsAfterExit(container, pod, instance.exitCode ?? 0);
  });
  if (starts.length === 0) return { ...nothing, killPod: true };
  const [firstInit] = pod.spec.initContainers ?? [];
  const base = { ...nothing, killPod: hadSandbox, createSandbox: true };
  return firstInit === undefined ? { ...base, starts } : { ...base, initStarts: [firstInit] };
}

interface InitActions {
  readonly isInitialized: boolean;
  readonly killPod: boolean;
  readonly starts: readonly Container[];
  readonly kills: readonly ContainerKill[];
}

/** Goes backwards from the last init container that was ever created. */
function initActions(pod: Pod, runtime: PodRuntimeStatus, facts: ContainerFacts): InitActions {
  const containers = pod.spec.initContainers ?? [];
  const kills: ContainerKill[] = [];
  const starts: Container[] = [];
  const hasApp = pod.spec.containers.some(({ name }) => newestContainer(runtime, name));
  let isInitialized = hasApp || containers.length === 0;
  if (containers.length === 0) return { isInitialized: true, killPod: false, starts, kills };
  let isPodDone = hasApp;
  if (hasApp) isPodDone = pod.spec.containers.every((container) => isOver(container, pod, runtime));
  // The last one that exists decides how far initialization has come; sidecars before it are kept alive.
  let last = containers.length - 1;
  while (last >= 0) {
    const container = containers[last];
    if (container !== undefined && newestContainer(runtime, container.name) !== undefined) break;
    last -= 1;
  }
  if (last < 0 && !hasApp) {
    const [first] = containers;
    return { isInitialized: false, killPod: false, starts: first ? [first] : [], kills };
  }
  for (let index = last; index >= 0; index -= 1) {
    const container = containers[index];
    if (container === undefined) continue;
    const instance = newestContainer(runtime, container.name);
    const next = containers[index + 1];
    const goOn = (): void => {
      if (index !== last || isInitialized) return;
      if (next === undefined) isInitialized = true;
      else starts.push(next);
    };
    if (isSidecar(container)) {
      if (instance?.state === 'running') {
        const failure = probeFailure(`Init container ${container.name}`, instance.id, facts);
        if (failure !== undefined) {
          kills.push({ container: instance, ...failure });
          if (!isPodDone) starts.unshift(container);
        } else if (facts.hasStarted(container, instance)) goOn();
      } else if (!isPodDone && pod.metadata.deletionTimestamp === undefined) {
        starts.unshift(container);
      }
      continue;
    }
    if (hasApp || index !== last) continue;
    if (instance?.state === 'running') continue;
    if (instance?.state !== 'exited') starts.unshift(container);
    else if (instance.exitCode === 0) goOn();
    else if (restartsAfterExit(container, pod, instance.exitCode ?? 0)) starts.unshift(container);
    else return { isInitialized: false, killPod: true, starts: [], kills };
  }
  return { isInitialized, killPod: false, starts, kills };
}

function isOver(container: Container, pod: Pod, runtime: PodRuntimeStatus): boolean {
  const instance = newestContainer(runtime, container.name);
  return instance?.state === 'exited' && !restartsAfterExit(container, pod, instance.exitCode ?? 0);
}

function probeFailure(
  who: string,
  containerId: string,
  facts: ContainerFacts,
): { readonly message: string; readonly reason: KillReason } | undefined {
  if (facts.failedLiveness(containerId)) {
    return { message: `${who} failed liveness probe`, reason: 'liveness' };
  }
  if (facts.failedStartup(containerId)) {
    return { message: `${who} failed startup probe`, reason: 'startup' };
  }
  return undefined;
}
