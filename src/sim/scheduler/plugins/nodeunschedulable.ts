/**
 * Cordoned nodes take no new pods, unless a pod tolerates the taint that stands for it.
 *
 * Upstream: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go
 * Docs: /docs/concepts/architecture/nodes/#manual-node-administration
 */
import type { Taint } from '../../api/types.gen.ts';
import type { FilterPlugin, QueueingHints, Rejection } from '../framework.ts';
import type { PodInfo } from '../pod-info.ts';
import { hasUntoleratedTaint } from './tainttoleration.ts';

const name = 'NodeUnschedulable';

const rejection: Rejection = {
  plugin: name,
  reasons: ['node(s) were unschedulable'],
  isResolvable: false,
};

const taints: readonly Taint[] = [
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
];

function isTolerated(pod: PodInfo): boolean {
  return !hasUntoleratedTaint(taints, pod.tolerations);
}

/** Rejects nodes that are cordoned. */
export const nodeUnschedulable: FilterPlugin & QueueingHints = {
  name,
  preFilter(pod) {
    if (isTolerated(pod)) return undefined;
    return {
      filter: { isLocal: true, check: (node) => (node.isUnschedulable ? rejection : undefined) },
    };
  },
  isWorthTrying(pod, event) {
    switch (event.type) {
      case 'node-added':
        return event.node.spec.unschedulable !== true;
      case 'node-updated':
        return event.before.spec.unschedulable === true && event.node.spec.unschedulable !== true;
      case 'target-pod-updated':
        return isTolerated(pod);
      default:
        return false;
    }
  },
};
