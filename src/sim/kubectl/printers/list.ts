/**
 * Which printer prints which kind. A kind without a row here shows its name and its age, as custom resources do.
 */
import type { KindRow } from '../../api/kinds.ts';
import { autoscalerPrinter, cronJobPrinter, disruptionBudgetPrinter, jobPrinter } from './batch.ts';
import {
  eventPrinter,
  leasePrinter,
  namespacePrinter,
  nodePrinter,
  priorityClassPrinter,
  runtimeClassPrinter,
} from './cluster.ts';
import {
  bindingPrinter,
  configMapPrinter,
  createdAtPrinter,
  namePrinter,
  quotaPrinter,
  secretPrinter,
} from './config.ts';
import {
  endpointsPrinter,
  endpointSlicePrinter,
  ingressClassPrinter,
  ingressPrinter,
  networkPolicyPrinter,
  servicePrinter,
} from './network.ts';
import { podPrinter } from './pod.ts';
import { claimPrinter, storageClassPrinter, volumePrinter } from './storage.ts';
import type { KindPrinter } from './table.ts';
import {
  controllerRevisionPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  replicaSetPrinter,
  replicationControllerPrinter,
  statefulSetPrinter,
} from './workloads.ts';

const printers: ReadonlyMap<string, KindPrinter<never>> = new Map<string, KindPrinter<never>>([
  ['Pod', podPrinter],
  ['ReplicationController', replicationControllerPrinter],
  ['Service', servicePrinter],
  ['Endpoints', endpointsPrinter],
  ['Node', nodePrinter],
  ['Namespace', namespacePrinter],
  ['Event', eventPrinter],
  ['ConfigMap', configMapPrinter],
  ['Secret', secretPrinter],
  ['ResourceQuota', quotaPrinter],
  ['LimitRange', createdAtPrinter],
  ['PersistentVolumeClaim', claimPrinter],
  ['PersistentVolume', volumePrinter],
  ['Deployment.apps', deploymentPrinter],
  ['ReplicaSet.apps', replicaSetPrinter],
  ['StatefulSet.apps', statefulSetPrinter],
  ['DaemonSet.apps', daemonSetPrinter],
  ['ControllerRevision.apps', controllerRevisionPrinter],
  ['Job.batch', jobPrinter],
  ['CronJob.batch', cronJobPrinter],
  ['HorizontalPodAutoscaler.autoscaling', autoscalerPrinter],
  ['PodDisruptionBudget.policy', disruptionBudgetPrinter],
  ['EndpointSlice.discovery.k8s.io', endpointSlicePrinter],
  ['Ingress.networking.k8s.io', ingressPrinter],
  ['IngressClass.networking.k8s.io', ingressClassPrinter],
  ['NetworkPolicy.networking.k8s.io', networkPolicyPrinter],
  ['Lease.coordination.k8s.io', leasePrinter],
  ['PriorityClass.scheduling.k8s.io', priorityClassPrinter],
  ['RuntimeClass.node.k8s.io', runtimeClassPrinter],
  ['StorageClass.storage.k8s.io', storageClassPrinter],
  ['Role.rbac.authorization.k8s.io', createdAtPrinter],
  ['ClusterRole.rbac.authorization.k8s.io', createdAtPrinter],
  ['RoleBinding.rbac.authorization.k8s.io', bindingPrinter],
  ['ClusterRoleBinding.rbac.authorization.k8s.io', bindingPrinter],
]);

/** Returns the printer of a kind; each is given only objects of its own kind. */
export function printerOf(row: KindRow): KindPrinter {
  const key = row.group === '' ? row.kind : `${row.kind}.${row.group}`;
  return (printers.get(key) as KindPrinter | undefined) ?? namePrinter;
}
