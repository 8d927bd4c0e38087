/**
 * A pod with scheduling gates is not tried until the last gate is removed.
 *
 * Upstream: pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go
 * Docs: /docs/concepts/scheduling-eviction/pod-scheduling-readiness/
 */
import type { PreEnqueuePlugin, QueueingHints } from '../framework.ts';

/** Keeps gated pods out of the queue. */
export const schedulingGates: PreEnqueuePlugin & QueueingHints = {
  name: 'SchedulingGates',
  isReady: (pod) => (pod.spec.schedulingGates ?? []).length === 0,
  isWorthTrying: (_pod, event) =>
    event.type === 'target-pod-updated' && (event.pod.spec.schedulingGates ?? []).length === 0,
};
