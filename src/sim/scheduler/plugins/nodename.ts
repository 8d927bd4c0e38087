/**
 * A pod that names its node goes to no other.
 *
 * Such pods come to the scheduler only when they are given a node while they wait.
 *
 * Upstream: pkg/scheduler/framework/plugins/nodename/node_name.go
 * Docs: /docs/concepts/scheduling-eviction/assign-pod-node/#nodename
 */
import type { FilterPlugin, QueueingHints, Rejection } from '../framework.ts';

const name = 'NodeName';

const rejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match the requested node name"],
  isResolvable: false,
};

/** Rejects nodes of another name than the pod's. */
export const nodeName: FilterPlugin & QueueingHints = {
  name,
  preFilter(pod) {
    const wanted = pod.pod.spec.nodeName;
    if (!wanted) return undefined;
    return {
      filter: { isLocal: true, check: (node) => (node.name === wanted ? undefined : rejection) },
    };
  },
  isWorthTrying: (pod, event) =>
    event.type === 'node-added' && event.node.metadata.name === pod.pod.spec.nodeName,
};
