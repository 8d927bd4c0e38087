/**
 * Pods: what is set at creation, and how they are deleted with grace.
 *
 * Upstream: pkg/registry/core/pod/strategy.go podStrategy
 */
import { getPodQos } from '../../api/qos.ts';
import { isPodTerminal } from '../../api/pod.ts';
import { formatTime } from '../../api/time.ts';
import type { Pod, PodCondition } from '../../api/types.gen.ts';
import type { Strategy } from '../strategy.ts';

/** Upstream: pkg/registry/core/pod/strategy.go applySchedulingGatedCondition */
const gatedCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

function hasProbeTime(condition: PodCondition): boolean {
  return 'lastProbeTime' in condition;
}

/** Go writes a time that is held by value even when it is zero: as null. */
function withProbeTime(condition: PodCondition): PodCondition {
  if (hasProbeTime(condition)) return condition;
  return { lastProbeTime: null, ...condition } as unknown as PodCondition;
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
    const { conditions } = status;
    if (conditions?.every(hasProbeTime) !== false) return { ...pod, status };
    return {
      ...pod,
      status: { ...status, conditions: conditions.map(withProbeTime) },
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
