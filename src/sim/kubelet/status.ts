/**
 * The status of a pod as its kubelet sees it, computed from the spec, the runtime and what was published before.
 *
 * - Deletion alone changes nothing: the status follows from containers, never from `deletionTimestamp`.
 * - A terminal phase is never taken back; reason and message stay as long as the phase does.
 *
 * Upstream: pkg/kubelet/kubelet_pods.go generateAPIPodStatus
 * Simplified: no resize in place; the resources of a status are those of the spec.
 */
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../api/types.gen.ts';
import { isConditionTrue } from '../api/conditions.ts';
import { getPodQos } from '../api/qos.ts';
import { apiContainerStatuses } from './container-status.ts';
import type { StartFailure } from './container-status.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { kubeletConditionTypes, podConditions } from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';
import { podResources } from './pod-resources.ts';
import { hasRestartAllRule, restartAllCondition, triggersOfRestartAll } from './restart-all.ts';
import { isSidecar } from './restart-policy.ts';

/** Whether a phase is one that a pod never leaves. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** What a status is computed from beside pod and runtime. */
export interface StatusInput {
  readonly pod: Pod;
  readonly runtime: PodRuntimeStatus;
  /** The status published last by this kubelet, else the one in the API. */
  readonly previous: PodStatus | undefined;
  /** Everything has been stopped for good. */
  readonly isTerminal: boolean;
  readonly hostIp: string;
  readonly failure: (container: string) => StartFailure | undefined;
  /** Forces the pod to fail, as its active deadline does. */
  readonly eviction: { readonly reason: string; readonly message: string } | undefined;
  /** Whether the container counts as started, and as ready, by its probes. */
  readonly isStarted: (status: ContainerStatus) => boolean;
  readonly isReady: (status: ContainerStatus) => boolean;
}

/** Returns the pod's status; conditions have no times yet. */
export function generatePodStatus(input: StatusInput): PodStatus {
  const { pod, runtime, previous, isTerminal, hostIp, failure, eviction } = input;
  const wasRestarting = isConditionTrue(previous?.conditions, 'AllContainersRestarting');
  const list = { pod, runtime, failure, isRestartingAll: wasRestarting };
  const initStatuses = apiContainerStatuses({
    ...list,
    previous: previous?.initContainerStatuses ?? [],
    containers: pod.spec.initContainers ?? [],
    isInit: true,
  }).map((status) => withProbes(input, status, initContainer(pod, status.name)));
  const statuses = apiContainerStatuses({
    ...list,
    previous: previous?.containerStatuses ?? [],
    containers: pod.spec.containers,
    isInit: false,
  }).map((status) => withProbes(input, status, false));
  let phase: string = podPhase(pod, initStatuses, statuses, isTerminal);
  if (!isTerminalPhase(phase)) {
    if (isTerminalPhase(previous?.phase)) phase = previous?.phase ?? phase;
    else if (isTerminalPhase(pod.status?.phase)) phase = pod.status?.phase ?? phase;
  }
  if (eviction !== undefined) phase = 'Failed';
  const explanation =
    eviction ??
    (phase === previous?.phase ? { ...pick(previous) } : ({} as ReturnType<typeof pick>));
  const foreign = (pod.status?.conditions ?? []).filter(
    ({ type }) => !kubeletConditionTypes.includes(type),
  );
  const verdicts = podConditions(pod, runtime, phase, initStatuses, statuses, foreign);
  const isRestarting = triggersOfRestartAll(pod, runtime).length > 0;
  const restartAll = hasRestartAllRule(pod) ? [restartAllCondition(isRestarting)] : [];
  const ip = pod.spec.hostNetwork === true ? hostIp : runtime.ip;
  const requests = podRequests(pod);
  return {
    ...(pod.metadata.generation === undefined
      ? {}
      : { observedGeneration: pod.metadata.generation }),
    phase,
    ...explanation,
    conditions: [...foreign, ...verdicts, ...restartAll] as PodCondition[],
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip === '' ? {} : { podIP: ip, podIPs: [{ ip }] }),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
    ...ephemeralStatuses(input),
    qosClass: pod.status?.qosClass ?? getPodQos(pod),
    ...requests,
  };
}

function initContainer(pod: Pod, name: string): boolean {
  const container = pod.spec.initContainers?.find((other) => other.name === name);
  return container !== undefined && !isSidecar(container);
}

function withProbes(
  input: StatusInput,
  status: ContainerStatus,
  isPlainInit: boolean,
): ContainerStatus {
  const isRunning = status.state?.running !== undefined;
  const started = isRunning && input.isStarted(status);
  // A plain init container that was removed keeps what it was.
  const isDone = status.state?.waiting === undefined ? false : status.ready;
  const ready = isPlainInit
    ? status.state?.terminated?.exitCode === 0 || isDone
    : started && input.isReady(status);
  return { ...status, started, ready };
}

function ephemeralStatuses(input: StatusInput): {
  ephemeralContainerStatuses?: readonly ContainerStatus[];
} {
  const { pod, runtime, previous, failure } = input;
  const containers = pod.spec.ephemeralContainers ?? [];
  if (containers.length === 0) return {};
  const statuses = apiContainerStatuses({
    pod,
    runtime,
    previous: previous?.ephemeralContainerStatuses ?? [],
    containers,
    isInit: false,
    isRestartingAll: false,
    failure,
  });
  return { ephemeralContainerStatuses: statuses.map(({ started: _, ...status }) => status) };
}

function pick(status: PodStatus | undefined): { reason?: string; message?: string } {
  return {
    ...(status?.reason === undefined ? {} : { reason: status.reason }),
    ...(status?.message === undefined ? {} : { message: status.message }),
  };
}

/** The pod's own resources in its status: sums over its containers, as far as they ask for any. */
function podRequests(pod: Pod): Pick<PodStatus, 'allocatedResources' | 'resources'> {
  const resources = podResources(pod);
  return {
    ...(resources.requests === undefined ? {} : { allocatedResources: resources.requests }),
    resources,
  };
}
