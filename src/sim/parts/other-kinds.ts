/** Kinds that few labs use: their rules and their controllers. */
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
  storageClassRules,
} from '../apiserver/validation/storage.ts';
import { otherRulesSeam } from '../apiserver/validation/validation.ts';
import { otherControllersSeam } from '../controllers/asleep.ts';
import { DisruptionController } from '../controllers/disruption.ts';
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
  StorageClass: rulesOf(storageClassRules),
});
otherControllersSeam.fill({
  'disruption-controller': (context) => new DisruptionController(context),
  'resourcequota-controller': (context) => new ResourceQuotaController(context),
});
