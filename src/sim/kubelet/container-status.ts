/**
 * Container statuses of the API, made from what the runtime knows, what was published before, and why the last
 * attempt to start did not succeed.
 *
 * - A container that was never started waits: ContainerCreating, or PodInitializing in a pod with init containers.
 * - The newest instance gives the state, the one before it the last state.
 * - Whoever is to be started again and could not shows the reason of that, with its end as last state.
 * - App containers stand in order of their names, init containers in order of the spec.
 *
 * Upstream: pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses
 */
import { formatTime } from '../api/time.ts';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  VolumeMountStatus,
} from '../api/types.gen.ts';
import type { ContainerStatus as RuntimeContainer } from '../runtime/runtime.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { removedStatus } from './restart-all.ts';
import { shouldBeStarted } from './restart-policy.ts';

/** Why a container could not be started at the last attempt. */
export interface StartFailure {
  /** `CrashLoopBackOff`, `ErrImagePull`, … */
  readonly reason: string;
  readonly message: string;
}

/** What statuses are made from. */
export interface ContainerStatusInput {
  readonly pod: Pod;
  readonly runtime: PodRuntimeStatus;
  readonly previous: readonly ContainerStatus[];
  readonly containers: readonly Container[];
  readonly isInit: boolean;
  /** All containers have just been removed to be started again. */
  readonly isRestartingAll: boolean;
  readonly failure: (container: string) => StartFailure | undefined;
}

/** The exit of a container that could not be found any more. */
const lostExitCode = 137;

/** Returns the statuses of all containers of one list of the spec; `ready` and `started` are left to the prober. */
export function apiContainerStatuses(input: ContainerStatusInput): ContainerStatus[] {
  const { pod, runtime, previous, containers, isInit, failure } = input;
  const hasInit = (pod.spec.initContainers?.length ?? 0) > 0;
  const waiting: ContainerState = {
    waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' },
  };
  const statuses = containers.map((container) => {
    const old = previous.find(({ name }) => name === container.name);
    const instances = runtime.containers.filter(({ config }) => config.name === container.name);
    const fresh = fromInstances(container, instances, old, waiting, isInit);
    const isRemoved = input.isRestartingAll && instances.length === 0 && old !== undefined;
    const status = isRemoved ? removedStatus(neverStarted(container, waiting), old) : fresh;
    return applyFailure(input, container, status, failure(container.name));
  });
  if (isInit) return statuses;
  return statuses.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  function applyFailure(
    { isInit: isInitList }: ContainerStatusInput,
    container: Container,
    status: ContainerStatus,
    reason: StartFailure | undefined,
  ): ContainerStatus {
    if (reason === undefined) return status;
    if (isInitList && status.state?.terminated?.exitCode === 0) return status;
    if (!shouldBeStarted(container, pod, runtime)) return status;
    const lastState = status.state?.terminated === undefined ? status.lastState : status.state;
    return {
      ...status,
      lastState: lastState ?? {},
      state: {
        waiting: {
          ...(reason.message === '' ? {} : { message: reason.message }),
          reason: reason.reason,
        },
      },
    };
  }
}

function fromInstances(
  container: Container,
  instances: readonly RuntimeContainer[],
  old: ContainerStatus | undefined,
  waiting: ContainerState,
  isInit: boolean,
): ContainerStatus {
  const [newest, before] = instances;
  if (newest === undefined) {
    if (isInit && old?.state?.terminated !== undefined) return old;
    const isLost = old?.state?.running !== undefined;
    return {
      ...neverStarted(container, waiting),
      ...(isLost ? { state: lostState(old) } : {}),
      lastState: old?.lastState ?? {},
      restartCount: old?.restartCount ?? 0,
    };
  }
  return {
    name: container.name,
    state: stateOf(newest),
    lastState: before === undefined ? (old?.lastState ?? {}) : stateOf(before),
    ready: false,
    restartCount: newest.config.attempt,
    image: newest.imageName,
    imageID: newest.imageId,
    containerID: `containerd://${newest.id}`,
    started: false,
    ...(container.resources?.requests === undefined
      ? {}
      : { allocatedResources: container.resources.requests }),
    resources: container.resources ?? {},
    ...mountsOf(container),
    user: {
      linux: {
        uid: newest.user.uid,
        gid: newest.user.gid,
        supplementalGroups: groupsOf(newest),
      },
    },
  };
}

/** All groups of a container's user, in order. */
function groupsOf({ user, config }: RuntimeContainer): readonly number[] {
  const { groups } = config;
  if (groups === undefined || groups.length === 0) return [user.gid];
  return [...new Set([user.gid, ...groups])].sort((one, other) => one - other);
}

function neverStarted(container: Container, waiting: ContainerState): ContainerStatus {
  return {
    name: container.name,
    state: waiting,
    lastState: {},
    ready: false,
    restartCount: 0,
    image: container.image ?? '',
    imageID: '',
    started: false,
    ...mountsOf(container),
  };
}

function lostState(old: ContainerStatus): ContainerState {
  return {
    terminated: {
      exitCode: lostExitCode,
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
      ...(old.containerID === undefined ? {} : { containerID: old.containerID }),
    },
  };
}

/** The state of one instance as the API shows it. */
export function stateOf(container: RuntimeContainer): ContainerState {
  if (container.state === 'created') return { waiting: {} };
  if (container.state === 'running') {
    return { running: { startedAt: formatTime(container.startedAtMs ?? 0) } };
  }
  return {
    terminated: {
      exitCode: container.exitCode ?? 0,
      reason: container.reason,
      ...(container.message === '' ? {} : { message: container.message }),
      // A container that could not be started has no start: the zero of the runtime's clock.
      startedAt:
        container.startedAtMs === undefined
          ? '1970-01-01T00:00:00Z'
          : formatTime(container.startedAtMs),
      finishedAt: formatTime(container.finishedAtMs ?? 0),
      containerID: `containerd://${container.id}`,
    },
  };
}

function mountsOf(container: Container): { volumeMounts?: readonly VolumeMountStatus[] } {
  if (container.volumeMounts === undefined || container.volumeMounts.length === 0) return {};
  return {
    volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}
