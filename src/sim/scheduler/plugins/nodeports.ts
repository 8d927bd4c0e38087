/**
 * Host ports: two pods of one node cannot have the same.
 *
 * Upstream: pkg/scheduler/framework/plugins/nodeports/node_ports.go
 * Docs: /docs/concepts/configuration/overview/#services
 */
import type { FilterPlugin, QueueingHints, Rejection } from '../framework.ts';
import { portsConflict } from '../node-info.ts';
import { PodInfo } from '../pod-info.ts';

const name = 'NodePorts';

const rejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  isResolvable: true,
};

/** Rejects nodes on which one of the pod's host ports is taken. */
export const nodePorts: FilterPlugin & QueueingHints = {
  name,
  preFilter(pod) {
    if (pod.hostPorts.length === 0) return undefined;
    return {
      filter: {
        isLocal: true,
        check: (node) =>
          pod.hostPorts.some((port) => node.isPortUsed(port)) ? rejection : undefined,
      },
    };
  },
  isWorthTrying(pod, event) {
    if (event.type === 'node-added') return true;
    if (event.type !== 'assigned-pod-deleted') return false;
    const freed = new PodInfo(event.pod).hostPorts;
    return freed.some((port) => pod.hostPorts.some((wanted) => portsConflict(port, wanted)));
  },
};
