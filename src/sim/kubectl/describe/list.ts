/**
 * Which describer describes which kind. A kind without a row is described by its fields.
 */
import type { KindRow } from '../../api/kinds.ts';
import { describeAutoscaler } from './autoscaling.ts';
import { describeCronJob, describeJob } from './batch.ts';
import {
  describeConfigMap,
  describeNamespace,
  describeQuota,
  describeSecret,
  describeServiceAccount,
} from './config.ts';
import type { Describer } from './describer.ts';
import { describeGeneric } from './generic.ts';
import { describeIngress } from './ingress.ts';
import { describeNetworkPolicy } from './network-policy.ts';
import { describeEndpoints, describeEndpointSlice, describeService } from './network.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import { describeDisruptionBudget } from './policy.ts';
import { describeClaim, describeStorageClass, describeVolume } from './storage.ts';
import {
  describeDaemonSet,
  describeDeployment,
  describeReplicaSet,
  describeReplicationController,
  describeStatefulSet,
} from './workloads.ts';

const describers: ReadonlyMap<string, Describer<never>> = new Map<string, Describer<never>>([
  ['Pod', describePod],
  ['Node', describeNode],
  ['Namespace', describeNamespace],
  ['ConfigMap', describeConfigMap],
  ['Secret', describeSecret],
  ['ServiceAccount', describeServiceAccount],
  ['ResourceQuota', describeQuota],
  ['Service', describeService],
  ['Endpoints', describeEndpoints],
  ['PersistentVolume', describeVolume],
  ['PersistentVolumeClaim', describeClaim],
  ['ReplicationController', describeReplicationController],
  ['Deployment.apps', describeDeployment],
  ['ReplicaSet.apps', describeReplicaSet],
  ['StatefulSet.apps', describeStatefulSet],
  ['DaemonSet.apps', describeDaemonSet],
  ['Job.batch', describeJob],
  ['CronJob.batch', describeCronJob],
  ['HorizontalPodAutoscaler.autoscaling', describeAutoscaler],
  ['PodDisruptionBudget.policy', describeDisruptionBudget],
  ['StorageClass.storage.k8s.io', describeStorageClass],
  ['EndpointSlice.discovery.k8s.io', describeEndpointSlice],
  ['Ingress.networking.k8s.io', describeIngress],
  ['NetworkPolicy.networking.k8s.io', describeNetworkPolicy],
]);

/** Returns the describer of a kind; each is given only objects of its own kind. */
export function describerOf(row: KindRow): Describer {
  const key = row.group === '' ? row.kind : `${row.kind}.${row.group}`;
  return (describers.get(key) as Describer | undefined) ?? describeGeneric;
}
