/**
 * Defaults of the kinds outside the core, apps and batch groups.
 *
 * Upstream: pkg/apis/{autoscaling/v2,discovery/v1,networking/v1,rbac/v1,scheduling/v1,storage/v1}/defaults.go
 */
import type {
  ClusterRoleBinding,
  EndpointSlice,
  HorizontalPodAutoscaler,
  HPAScalingRules,
  IngressClass,
  NetworkPolicy,
  PriorityClass,
  RoleBinding,
  StorageClass,
} from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

/** Fills in the defaults of an EndpointSlice. */
export function defaultEndpointSlice({ ports }: Draft<EndpointSlice>): void {
  for (const port of ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

/** Fills in the defaults of an IngressClass. */
export function defaultIngressClass({ spec }: Draft<IngressClass>): void {
  if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
}

/** Fills in the defaults of a NetworkPolicy: it always limits incoming traffic, and outgoing where it has rules for it. */
export function defaultNetworkPolicy({ spec }: Draft<NetworkPolicy>): void {
  for (const rule of [...(spec?.ingress ?? []), ...(spec?.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  }
  if (!spec || (spec.policyTypes ?? []).length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** Fills in the defaults of a PriorityClass. */
export function defaultPriorityClass(priority: Draft<PriorityClass>): void {
  priority.preemptionPolicy ??= 'PreemptLowerPriority';
}

/** Fills in the defaults of a StorageClass. */
export function defaultStorageClass(storage: Draft<StorageClass>): void {
  storage.reclaimPolicy ??= 'Delete';
  storage.volumeBindingMode ??= 'Immediate';
}

/** Fills in the API groups of a RoleBinding or ClusterRoleBinding. */
export function defaultRoleBinding(binding: Draft<RoleBinding> | Draft<ClusterRoleBinding>): void {
  if (binding.roleRef) binding.roleRef.apiGroup ||= rbacGroup;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= rbacGroup;
  }
}

const maxScaleDown = { type: 'Percent', value: 100, periodSeconds: 15 };
const maxScaleUp = { type: 'Pods', value: 4, periodSeconds: 15 };

/** Fills in the defaults of a HorizontalPodAutoscaler; its behaviour only where part of it is given. */
export function defaultHorizontalPodAutoscaler({ spec }: Draft<HorizontalPodAutoscaler>): void {
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const { behavior } = spec;
  if (!behavior) return;
  behavior.scaleUp = withRules(behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ ...maxScaleUp }, { ...maxScaleDown }],
  });
  behavior.scaleDown = withRules(behavior.scaleDown, {
    selectPolicy: 'Max',
    policies: [{ ...maxScaleDown }],
  });
}

function withRules(
  given: Draft<HPAScalingRules> | undefined,
  defaults: Draft<HPAScalingRules>,
): Draft<HPAScalingRules> {
  return { ...defaults, ...given };
}
