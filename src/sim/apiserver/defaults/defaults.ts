/**
 * Defaulting: what the API server fills in while it decodes an object, before any admission.
 *
 * To give a kind defaults, write its function and add it here.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/scheme.go Default
 */
import { deepFreeze } from '../../api/freeze.ts';
import type { KubeObject } from '../../api/object.ts';
import { draftOf } from '../draft.ts';
import type { Draft } from '../draft.ts';
import {
  defaultEndpoints,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPersistentVolumeClaim,
  defaultSecret,
  defaultService,
} from './core.ts';
import {
  defaultEndpointSlice,
  defaultHorizontalPodAutoscaler,
  defaultIngressClass,
  defaultNetworkPolicy,
  defaultPriorityClass,
  defaultRoleBinding,
  defaultStorageClass,
} from './other-groups.ts';
import { defaultPod } from './pod.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultPodTemplateKind,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads.ts';

/** Changes a decoded object of the kind it stands for. */
type Defaulter = (object: Draft<KubeObject>) => void;

/** Takes a function for one kind into the table, which is only ever asked for objects of that kind. */
function of<T>(defaulter: (object: Draft<T>) => void): Defaulter {
  return (object) => defaulter(object as unknown as Draft<T>);
}

/** Defaulting functions by kind. Kinds without defaults have no row. */
const defaulters: Readonly<Record<string, Defaulter>> = {
  ClusterRoleBinding: of(defaultRoleBinding),
  CronJob: of(defaultCronJob),
  DaemonSet: of(defaultDaemonSet),
  Deployment: of(defaultDeployment),
  EndpointSlice: of(defaultEndpointSlice),
  Endpoints: of(defaultEndpoints),
  HorizontalPodAutoscaler: of(defaultHorizontalPodAutoscaler),
  IngressClass: of(defaultIngressClass),
  Job: of(defaultJob),
  LimitRange: of(defaultLimitRange),
  Namespace: of(defaultNamespace),
  NetworkPolicy: of(defaultNetworkPolicy),
  Node: of(defaultNode),
  PersistentVolume: of(defaultPersistentVolume),
  PersistentVolumeClaim: of(defaultPersistentVolumeClaim),
  Pod: of(defaultPod),
  PodTemplate: of(defaultPodTemplateKind),
  PriorityClass: of(defaultPriorityClass),
  ReplicaSet: of(defaultReplicaSet),
  ReplicationController: of(defaultReplicationController),
  RoleBinding: of(defaultRoleBinding),
  Secret: of(defaultSecret),
  Service: of(defaultService),
  StatefulSet: of(defaultStatefulSet),
  StorageClass: of(defaultStorageClass),
};

/** Kinds whose defaults are about their spec alone, so that a frozen spec has the same defaults each time. */
const kindsByFrozenSpec: ReadonlyMap<string, WeakMap<object, unknown>> = new Map([
  ['Pod', new WeakMap<object, unknown>()],
]);

/**
 * Returns a copy of a decoded object with its kind's defaults; the object itself where its kind has none. Pods with the very same
 * frozen spec, those of one template, share the spec with its defaults.
 */
export function applyDefaults<T extends KubeObject>(object: T): T {
  const defaulter = defaulters[object.kind];
  if (!defaulter) return object;
  const { spec } = object as { spec?: unknown };
  const known = kindsByFrozenSpec.get(object.kind);
  if (known === undefined || typeof spec !== 'object' || spec === null || !Object.isFrozen(spec)) {
    return defaulted(object, defaulter);
  }
  const found = known.get(spec);
  if (found !== undefined) return { ...object, spec: found };
  const result = defaulted(object, defaulter);
  known.set(spec, deepFreeze((result as { spec?: unknown }).spec));
  return result;
}

function defaulted<T extends KubeObject>(object: T, defaulter: Defaulter): T {
  const draft = draftOf(object);
  defaulter(draft as unknown as Draft<KubeObject>);
  return draft as unknown as T;
}
