/**
 * The list of strategies: kinds that are stored in their own way. Every other kind is stored as it comes.
 *
 * Upstream: pkg/registry of each group
 */
import type { KubeObject } from '../api/object.ts';
import type { Node } from '../api/types.gen.ts';
import { daemonSetStrategy } from './strategies/daemonset.ts';
import { namespaceStrategy } from './strategies/namespace.ts';
import { podStrategy } from './strategies/pod.ts';
import { serviceStrategy } from './strategies/service.ts';
import { persistentVolumeClaimStrategy, persistentVolumeStrategy } from './strategies/storage.ts';
import { statefulSetStrategy } from './strategies/statefulset.ts';
import {
  controllerRevisionStrategy,
  deploymentStrategy,
  jobStrategy,
  replicaSetStrategy,
  replicationControllerStrategy,
} from './strategies/workloads.ts';
import type { Strategy } from './strategy.ts';

/** Takes a strategy of one kind into the table, which is only ever asked with objects of that kind. */
function of<T extends KubeObject>(strategy: Strategy<T>): Strategy {
  return strategy as unknown as Strategy;
}

const strategies: ReadonlyMap<string, Strategy> = new Map([
  ['ControllerRevision', of(controllerRevisionStrategy)],
  ['DaemonSet', of(daemonSetStrategy)],
  ['Deployment', of(deploymentStrategy)],
  [
    'HorizontalPodAutoscaler',
    { initialStatus: () => ({ currentMetrics: null, desiredReplicas: 0 }) },
  ],
  ['Job', of(jobStrategy)],
  ['Lease', { needsResourceVersion: true }],
  ['Namespace', of(namespaceStrategy)],
  // A kubelet registers its node together with its first status.
  ['Node', of<Node>({ initialStatus: (node) => node.status ?? {} })],
  ['PersistentVolume', of(persistentVolumeStrategy)],
  ['PersistentVolumeClaim', of(persistentVolumeClaimStrategy)],
  ['Pod', of(podStrategy)],
  [
    'PodDisruptionBudget',
    {
      needsResourceVersion: true,
      initialStatus: () => ({
        disruptionsAllowed: 0,
        currentHealthy: 0,
        desiredHealthy: 0,
        expectedPods: 0,
      }),
    },
  ],
  ['ReplicaSet', of(replicaSetStrategy)],
  ['ReplicationController', of(replicationControllerStrategy)],
  ['RuntimeClass', { needsResourceVersion: true }],
  ['Service', of(serviceStrategy)],
  ['StatefulSet', of(statefulSetStrategy)],
  ['StorageClass', { returnsDeletedObject: true }],
]);

const ordinary: Strategy = {};

/** Returns the strategy of a kind. */
export function strategyOf(kind: string): Strategy {
  return strategies.get(kind) ?? ordinary;
}
