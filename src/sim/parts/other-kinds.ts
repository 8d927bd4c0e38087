/** Kinds that few labs use, and what the API server does for them: rules, controllers, evictions, quotas, emptied namespaces. */
import { evict } from '../apiserver/eviction.ts';
import { chargedQuota } from '../apiserver/quota.ts';
import { chargedQuotaSeam } from '../apiserver/registry.ts';
import { evictSeam } from '../apiserver/server.ts';
import { rulesOf } from '../apiserver/validation/kind-rules.ts';
import {
  ingressClassRules,
  ingressRules,
  networkPolicyRules,
} from '../apiserver/validation/networking.ts';
import {
  horizontalPodAutoscalerRules,
  podDisruptionBudgetRules,
  priorityClassRules,
  runtimeClassRules,
} from '../apiserver/validation/other-groups.ts';
import { limitRangeRules, resourceQuotaRules } from '../apiserver/validation/quotas.ts';
import {
  clusterRoleBindingRules,
  clusterRoleRules,
  roleBindingRules,
  roleRules,
} from '../apiserver/validation/rbac.ts';
import {
  persistentVolumeClaimRules,
  persistentVolumeRules,
} from '../apiserver/validation/storage.ts';
import { otherRulesSeam } from '../apiserver/validation/validation.ts';
import { otherControllersSeam } from '../controllers/asleep.ts';
import { DisruptionController } from '../controllers/disruption.ts';
import * as deletion from '../controllers/namespace-deletion.ts';
import { namespaceDeletionSeam } from '../controllers/namespace.ts';
import { ResourceQuotaController } from '../controllers/resourcequota.ts';

otherRulesSeam.fill({
  ClusterRole: rulesOf(clusterRoleRules),
  ClusterRoleBinding: rulesOf(clusterRoleBindingRules),
  HorizontalPodAutoscaler: rulesOf(horizontalPodAutoscalerRules),
  Ingress: rulesOf(ingressRules),
  IngressClass: rulesOf(ingressClassRules),
  LimitRange: rulesOf(limitRangeRules),
  NetworkPolicy: rulesOf(networkPolicyRules),
  PersistentVolume: rulesOf(persistentVolumeRules),
  PersistentVolumeClaim: rulesOf(persistentVolumeClaimRules),
  PodDisruptionBudget: rulesOf(podDisruptionBudgetRules),
  PriorityClass: rulesOf(priorityClassRules),
  ResourceQuota: rulesOf(resourceQuotaRules),
  Role: rulesOf(roleRules),
  RoleBinding: rulesOf(roleBindingRules),
  RuntimeClass: rulesOf(runtimeClassRules),
});
otherControllersSeam.fill({
  'disruption-controller': (context) => new DisruptionController(context),
  'resourcequota-controller': (context) => new ResourceQuotaController(context),
});
evictSeam.fill(evict);
chargedQuotaSeam.fill(chargedQuota);
namespaceDeletionSeam.fill(deletion);
