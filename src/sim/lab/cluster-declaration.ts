/** Turns what a lab says of its cluster into what a cluster is made of. */
import type { ClusterOptions } from '../cluster.ts';
import { defaultKubeletOptions } from '../kubelet/kubelet-options.ts';
import type { KubeletOptions, NodeConfig } from '../kubelet/kubelet-options.ts';
import { rangeOf } from './faults.ts';
import type { ClusterDeclaration } from './lab-format.ts';

/** A node as those of the recordings, with room for what the examples of the documentation ask for. */
const defaultCapacity = {
  cpu: '4',
  'ephemeral-storage': '50Gi',
  memory: '8Gi',
  pods: '110',
} as const;

/** Nodes of a cluster that says nothing. */
const defaultNodeCount = 3;

/** Makes the nodes `node-1` and on. */
export function nodesOf(declaration: ClusterDeclaration): NodeConfig[] {
  const capacity = { ...defaultCapacity, ...declaration.nodeCapacity };
  const count = declaration.nodes ?? defaultNodeCount;
  return Array.from({ length: count }, (_, index) => {
    const name = `node-${index + 1}`;
    const labels = {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
    };
    return { name, labels, taints: [], capacity, allocatable: capacity };
  });
}

/** Everything of the cluster's options that a lab's declaration decides. */
export function clusterOptionsOf(
  declaration: ClusterDeclaration,
): Pick<
  ClusterOptions,
  | 'nodes'
  | 'stopped'
  | 'linkLatency'
  | 'rateLimits'
  | 'kubelet'
  | 'metricsServer'
  | 'hasStandardClass'
  | 'otherServiceChangesPerSecond'
> {
  const latency = Object.entries(declaration.latencyMs ?? {});
  return {
    nodes: nodesOf(declaration),
    stopped: declaration.stopped,
    linkLatency: Object.fromEntries(latency.map(([name, range]) => [name, rangeOf(range)])),
    rateLimits: declaration.rateLimits,
    metricsServer: declaration.metricsServer,
    kubelet: kubeletOptionsOf(declaration),
    hasStandardClass: true,
    otherServiceChangesPerSecond: declaration.otherServiceChangesPerSecond,
  };
}

function kubeletOptionsOf({ imagePullMs }: ClusterDeclaration): Partial<KubeletOptions> {
  if (imagePullMs === undefined) return {};
  const { latencies } = defaultKubeletOptions;
  return { latencies: { ...latencies, pull: { lowMs: imagePullMs, highMs: imagePullMs } } };
}
