/**
 * Pods: what is set at creation, and how they are deleted with grace.
 *
 * Upstream: pkg/registry/core/pod/strategy.go podStrategy
 */
import { getPodQos } from '../../api/qos.ts';
import { isPodTerminal } from '../../api/pod.ts';
import { formatTime } from '../../api/time.ts';
import type { ContainerState, ContainerStatus, Pod, PodCondition } from '../../api/types.gen.ts';
import type { Strategy } from '../strategy.ts';

/** Upstream: pkg/registry/core/pod/strategy.go applySchedulingGatedCondition */
const gatedCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

function hasTimes(condition: PodCondition): boolean {
  return 'lastProbeTime' in condition && 'lastTransitionTime' in condition;
}

/** Go writes a time that is held by value even when it is zero: as null. */
function withTimes(condition: PodCondition): PodCondition {
  if (hasTimes(condition)) return condition;
  return { lastProbeTime: null, lastTransitionTime: null, ...condition } as unknown as PodCondition;
}

function lacksEndTimes(state: ContainerState | undefined): boolean {
  return state?.terminated !== undefined && !('startedAt' in state.terminated);
}

function withEndTimes(status: ContainerStatus): ContainerStatus {
  const whole = (state: ContainerState): ContainerState =>
    lacksEndTimes(state)
      ? ({
          terminated: { startedAt: null, finishedAt: null, ...state.terminated },
        } as unknown as ContainerState)
      : state;
  const { state, lastState } = status;
  return {
    ...status,
    ...(state === undefined ? {} : { state: whole(state) }),
    ...(lastState === undefined ? {} : { lastState: whole(lastState) }),
  };
}

/** The same for the ends of containers of which nobody knows when they ran; undefined when there are none. */
function endTimes(statuses: readonly ContainerStatus[] | undefined): ContainerStatus[] | undefined {
  const isComplete =
    statuses?.every(({ state, lastState }) => !lacksEndTimes(state) && !lacksEndTimes(lastState)) ??
    true;
  return isComplete ? undefined : statuses?.map(withEndTimes);
}

/** How Pods are stored. */
export const podStrategy: Strategy<Pod> = {
  initialStatus: (pod) => ({ phase: 'Pending', qosClass: getPodQos(pod) }),
  prepareForCreate(pod, { nowMs }) {
    if ((pod.spec?.schedulingGates?.length ?? 0) === 0) return pod;
    const condition = {
      ...gatedCondition,
      lastProbeTime: null,
      lastTransitionTime: formatTime(nowMs),
    };
    return { ...pod, status: { ...pod.status, conditions: [condition] } } as unknown as Pod;
  },
  prepareForStatusUpdate(pod, old) {
    const qosClass = old.status?.qosClass;
    const status = { ...pod.status, ...(qosClass === undefined ? {} : { qosClass }) };
    const containerStatuses = endTimes(status.containerStatuses);
    const initContainerStatuses = endTimes(status.initContainerStatuses);
    const { conditions } = status;
    return {
      ...pod,
      status: {
        ...status,
        ...(conditions?.every(hasTimes) === false && { conditions: conditions.map(withTimes) }),
        ...(containerStatuses && { containerStatuses }),
        ...(initContainerStatuses && { initContainerStatuses }),
      },
    };
  },
  gracePeriodSeconds(pod, options) {
    if (!pod.spec?.nodeName || isPodTerminal(pod)) return 0;
    const seconds = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    return seconds < 0 ? 1 : seconds;
  },
  returnsDeletedObject: true,
  writesWhole: ['binding'],
};
