/**
 * The kinds which the cluster serves from its start: one row each, in the order of discovery (which is also the
 * order of `kubectl get all`). To add a kind, add a row; its types and schema come from the generator.
 *
 * Upstream: pkg/registry of each group (short names, categories, scope), strategies (generation)
 * Simplified: a kind is served in one version only; upstream also serves autoscaling/v1 HorizontalPodAutoscalers.
 */
import type { KindRow } from './kind-row.ts';

const statusOnly = ['status'];
const statusAndScale = ['scale', 'status'];
const all = ['all'];

/** Fills in what most kinds have: a namespace, no short names, no categories, no subresources, no generation. */
function row(
  apiVersion: string,
  kind: string,
  plural: string,
  rest: Partial<Omit<KindRow, 'group' | 'version' | 'kind' | 'plural'>> = {},
): KindRow {
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    subresources: [],
    hasGeneration: false,
    struct: kind,
    ...rest,
  };
}

const cluster = { namespaced: false } as const;

/** The rows of all built-in kinds. */
export const builtInKinds: readonly KindRow[] = [
  row('v1', 'Binding', 'bindings', { verbs: ['create'] }),
  row('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  row('v1', 'Endpoints', 'endpoints', {
    shortNames: ['ep'],
    deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  row('v1', 'Event', 'events', { shortNames: ['ev'] }),
  row('v1', 'LimitRange', 'limitranges', { shortNames: ['limits'] }),
  row('v1', 'Namespace', 'namespaces', {
    ...cluster,
    shortNames: ['ns'],
    subresources: ['finalize', 'status'],
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  }),
  row('v1', 'Node', 'nodes', { ...cluster, shortNames: ['no'], subresources: ['proxy', 'status'] }),
  row('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortNames: ['pvc'],
    subresources: statusOnly,
  }),
  row('v1', 'PersistentVolume', 'persistentvolumes', {
    ...cluster,
    shortNames: ['pv'],
    subresources: statusOnly,
  }),
  row('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: all,
    hasGeneration: true,
    subresources: [
      'attach',
      'binding',
      'ephemeralcontainers',
      'eviction',
      'exec',
      'log',
      'portforward',
      'proxy',
      'resize',
      'status',
    ],
  }),
  row('v1', 'PodTemplate', 'podtemplates'),
  row('v1', 'ReplicationController', 'replicationcontrollers', {
    shortNames: ['rc'],
    categories: all,
    hasGeneration: true,
    subresources: statusAndScale,
  }),
  row('v1', 'ResourceQuota', 'resourcequotas', { shortNames: ['quota'], subresources: statusOnly }),
  row('v1', 'Secret', 'secrets'),
  row('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], subresources: ['token'] }),
  row('v1', 'Service', 'services', {
    shortNames: ['svc'],
    categories: all,
    subresources: ['proxy', 'status'],
  }),
  row('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  row('apps/v1', 'DaemonSet', 'daemonsets', {
    shortNames: ['ds'],
    categories: all,
    hasGeneration: true,
    subresources: statusOnly,
  }),
  row('apps/v1', 'Deployment', 'deployments', {
    shortNames: ['deploy'],
    categories: all,
    hasGeneration: true,
    subresources: statusAndScale,
  }),
  row('apps/v1', 'ReplicaSet', 'replicasets', {
    shortNames: ['rs'],
    categories: all,
    hasGeneration: true,
    subresources: statusAndScale,
  }),
  row('apps/v1', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: all,
    hasGeneration: true,
    subresources: statusAndScale,
  }),
  row('events.k8s.io/v1', 'Event', 'events', { shortNames: ['ev'], struct: 'EventsEvent' }),
  row('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    shortNames: ['hpa'],
    otherVersions: ['v1'],
    categories: all,
    subresources: statusOnly,
  }),
  row('batch/v1', 'CronJob', 'cronjobs', {
    shortNames: ['cj'],
    categories: all,
    hasGeneration: true,
    subresources: statusOnly,
  }),
  row('batch/v1', 'Job', 'jobs', {
    categories: all,
    hasGeneration: true,
    subresources: statusOnly,
  }),
  row('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', {
    ...cluster,
    hasGeneration: true,
  }),
  row('networking.k8s.io/v1', 'Ingress', 'ingresses', {
    shortNames: ['ing'],
    hasGeneration: true,
    subresources: statusOnly,
  }),
  row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', {
    shortNames: ['netpol'],
    hasGeneration: true,
  }),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', {
    shortNames: ['pdb'],
    hasGeneration: true,
    subresources: statusOnly,
  }),
  row('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', cluster),
  row('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', cluster),
  row('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  row('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  row('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', cluster),
  row('storage.k8s.io/v1', 'CSINode', 'csinodes', cluster),
  row('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { ...cluster, shortNames: ['sc'] }),
  row('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', {
    ...cluster,
    subresources: statusOnly,
  }),
  row('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', {
    ...cluster,
    shortNames: ['pc'],
    hasGeneration: true,
  }),
  row('coordination.k8s.io/v1', 'Lease', 'leases'),
  row('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', cluster),
  row('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', { hasGeneration: true }),
];
