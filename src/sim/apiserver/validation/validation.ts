/**
 * Validation: what the API server refuses with 422, and what it only warns of.
 *
 * Errors come in upstream's order, repeated where upstream repeats them (the message tells each once, the causes
 * tell all). To validate a kind, write its rules in the file of its group and add a row here or, where few labs use it, to
 * a part (src/sim/parts/).
 *
 * Upstream: pkg/apis/<group>/validation, pkg/registry/<group>/<kind>/strategy.go
 * Simplified: a CustomResourceDefinition and its objects are checked for metadata alone.
 */
import type { FieldError } from '../../api/field-error.ts';
import { builtInKindTable } from '../../api/kinds.ts';
import { isDns1123Subdomain } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ObjectMeta } from '../../api/types.gen.ts';
import { Seam } from '../../part.ts';
import {
  controllerRevisionRules,
  daemonSetRules,
  deploymentRules,
  replicaSetRules,
  replicationControllerRules,
  statefulSetRules,
} from './apps.ts';
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
import { leaseRules } from './lease.ts';
import { lastingErrors, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { podRules } from './pod.ts';
import { endpointSliceRules, endpointsRules, serviceRules } from './service.ts';
import { storageClassRules } from './storage-class.ts';

/** Rules by kind. */
export type RulesByKind = Readonly<Record<string, KindRules>>;

/** Rules that come with parts, and the kinds that they are of. */
export const jobRulesSeam = new Seam<RulesByKind>('jobs');
export const otherRulesSeam = new Seam<RulesByKind>('other-kinds');
const seamByKind: ReadonlyMap<string, Seam<RulesByKind>> = new Map([
  ...['CronJob', 'Job'].map((kind) => [kind, jobRulesSeam] as const),
  ...[
    'ClusterRole',
    'ClusterRoleBinding',
    'HorizontalPodAutoscaler',
    'Ingress',
    'IngressClass',
    'LimitRange',
    'NetworkPolicy',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'PodDisruptionBudget',
    'PriorityClass',
    'ResourceQuota',
    'Role',
    'RoleBinding',
    'RuntimeClass',
  ].map((kind) => [kind, otherRulesSeam] as const),
]);

/** Rules that are always there. */
const rulesByKind: RulesByKind = {
  ConfigMap: rulesOf(configMapRules),
  ControllerRevision: rulesOf(controllerRevisionRules),
  DaemonSet: rulesOf(daemonSetRules),
  Deployment: rulesOf(deploymentRules),
  EndpointSlice: rulesOf(endpointSliceRules),
  Endpoints: rulesOf(endpointsRules),
  Event: rulesOf(eventRules),
  Lease: rulesOf(leaseRules),
  Namespace: rulesOf(namespaceRules),
  Node: rulesOf(nodeRules),
  Pod: rulesOf(podRules),
  PodTemplate: rulesOf(podTemplateRules),
  ReplicaSet: rulesOf(replicaSetRules),
  ReplicationController: rulesOf(replicationControllerRules),
  Secret: rulesOf(secretRules),
  Service: rulesOf(serviceRules),
  ServiceAccount: rulesOf(serviceAccountRules),
  StatefulSet: rulesOf(statefulSetRules),
  StorageClass: rulesOf(storageClassRules),
};

/** Returns the rules of a kind; a kind without any is checked for metadata alone. */
function rulesFor(kind: string): KindRules | undefined {
  return (seamByKind.get(kind)?.get() ?? rulesByKind)[kind];
}

/** Returns what is wrong with a new object, which has its defaults and its generated name. */
export function validateCreate(object: KubeObject): readonly FieldError[] {
  const rules = rulesFor(object.kind);
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
  const rules = rulesFor(object.kind);
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
  return rulesFor(object.kind)?.warnings?.(object) ?? [];
}
