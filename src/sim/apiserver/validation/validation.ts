/**
 * Validation: what the API server refuses with 422, and what it only warns of.
 *
 * Errors come in upstream's order, repeated where upstream repeats them (the message tells each once, the causes
 * tell all). To validate a kind, write its rules in the file of its group and add a row here.
 *
 * Upstream: pkg/apis/<group>/validation, pkg/registry/<group>/<kind>/strategy.go
 * Simplified: a CustomResourceDefinition and its objects are checked for metadata alone.
 */
import type { FieldError } from '../../api/field-error.ts';
import { builtInKindTable } from '../../api/kinds.ts';
import { isDns1123Subdomain } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ObjectMeta } from '../../api/types.gen.ts';
import {
  controllerRevisionRules,
  daemonSetRules,
  deploymentRules,
  replicaSetRules,
  replicationControllerRules,
  statefulSetRules,
} from './apps.ts';
import { cronJobRules, jobRules } from './batch.ts';
import {
  configMapRules,
  eventRules,
  namespaceRules,
  nodeRules,
  podTemplateRules,
  secretRules,
  serviceAccountRules,
} from './core.ts';
import { rulesOf } from './kind-rules.ts';
import type { KindRules } from './kind-rules.ts';
import { ingressClassRules, ingressRules, networkPolicyRules } from './networking.ts';
import { lastingErrors, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import {
  horizontalPodAutoscalerRules,
  leaseRules,
  podDisruptionBudgetRules,
  priorityClassRules,
  runtimeClassRules,
} from './other-groups.ts';
import { podRules } from './pod.ts';
import { limitRangeRules, resourceQuotaRules } from './quotas.ts';
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from './rbac.ts';
import { endpointSliceRules, endpointsRules, serviceRules } from './service.ts';
import { persistentVolumeClaimRules, persistentVolumeRules, storageClassRules } from './storage.ts';

/** Rules by kind. A kind without a row is checked for metadata alone. */
const rulesByKind: Readonly<Record<string, KindRules>> = {
  ClusterRole: rulesOf(clusterRoleRules),
  ClusterRoleBinding: rulesOf(clusterRoleBindingRules),
  ConfigMap: rulesOf(configMapRules),
  ControllerRevision: rulesOf(controllerRevisionRules),
  CronJob: rulesOf(cronJobRules),
  DaemonSet: rulesOf(daemonSetRules),
  Deployment: rulesOf(deploymentRules),
  EndpointSlice: rulesOf(endpointSliceRules),
  Endpoints: rulesOf(endpointsRules),
  Event: rulesOf(eventRules),
  HorizontalPodAutoscaler: rulesOf(horizontalPodAutoscalerRules),
  Ingress: rulesOf(ingressRules),
  IngressClass: rulesOf(ingressClassRules),
  Job: rulesOf(jobRules),
  Lease: rulesOf(leaseRules),
  LimitRange: rulesOf(limitRangeRules),
  Namespace: rulesOf(namespaceRules),
  NetworkPolicy: rulesOf(networkPolicyRules),
  Node: rulesOf(nodeRules),
  PersistentVolume: rulesOf(persistentVolumeRules),
  PersistentVolumeClaim: rulesOf(persistentVolumeClaimRules),
  Pod: rulesOf(podRules),
  PodDisruptionBudget: rulesOf(podDisruptionBudgetRules),
  PodTemplate: rulesOf(podTemplateRules),
  PriorityClass: rulesOf(priorityClassRules),
  ReplicaSet: rulesOf(replicaSetRules),
  ReplicationController: rulesOf(replicationControllerRules),
  ResourceQuota: rulesOf(resourceQuotaRules),
  Role: rulesOf(roleRules),
  RoleBinding: rulesOf(roleBindingRules),
  RuntimeClass: rulesOf(runtimeClassRules),
  Secret: rulesOf(secretRules),
  Service: rulesOf(serviceRules),
  ServiceAccount: rulesOf(serviceAccountRules),
  StatefulSet: rulesOf(statefulSetRules),
  StorageClass: rulesOf(storageClassRules),
};

/** Returns what is wrong with a new object, which has its defaults and its generated name. */
export function validateCreate(object: KubeObject): readonly FieldError[] {
  const rules = rulesByKind[object.kind];
  const row = builtInKindTable.byKind(object.apiVersion, object.kind);
  const metaRules = {
    namespaced: row?.namespaced ?? object.metadata.namespace !== undefined,
    name: rules?.name ?? isDns1123Subdomain,
  };
  return [...validateObjectMeta(object.metadata, metaRules), ...(rules?.create?.(object) ?? [])];
}

/** Returns what is wrong with a change of an object, or of one of its subresources ('' for the object itself). */
export function validateUpdate(
  object: KubeObject,
  old: KubeObject,
  subresource = '',
): readonly FieldError[] {
  const rules = rulesByKind[object.kind];
  const check = subresource === '' ? rules?.update : rules?.subresources?.[subresource];
  return [...metadataUpdate(object.metadata, old.metadata, rules), ...(check?.(object, old) ?? [])];
}

/**
 * Metadata is checked for every kind, then by the kind itself, and by some kinds a second time. What is the very same as before
 * was checked when it was stored.
 */
function metadataUpdate(
  metadata: ObjectMeta,
  old: ObjectMeta,
  rules: KindRules | undefined,
): FieldError[] {
  if (metadata === old) return [];
  const update = validateObjectMetaUpdate(metadata, old);
  const lasting = lastingErrors(metadata, old);
  const again = rules?.rechecksMetadata === true ? lasting : [];
  return [...lasting, ...update, ...update, ...again];
}

/** Returns the texts of what is accepted and yet worth a warning to the client. */
export function warningsOf(object: KubeObject): readonly string[] {
  return rulesByKind[object.kind]?.warnings?.(object) ?? [];
}
