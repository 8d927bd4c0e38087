/**
 * What a Service loses by a change of its type: fields that have no meaning for the new one, unless the client set them.
 *
 * Upstream: pkg/registry/core/service/strategy.go dropTypeDependentFields
 */
import { deepEqual } from '../../api/deep-equal.ts';
import type { Service, ServiceSpec } from '../../api/types.gen.ts';
import { draftOf } from '../draft.ts';
import type { Draft } from '../draft.ts';

/** Whether a kind of Service has use for the field. */
type Needs = (spec: ServiceSpec) => boolean;

const needsAddress: Needs = ({ type }) => type !== 'ExternalName';
const needsNodePorts: Needs = (spec) =>
  spec.type === 'NodePort' ||
  (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const isLoadBalancer: Needs = ({ type }) => type === 'LoadBalancer';
const needsHealthCheck: Needs = (spec) =>
  isLoadBalancer(spec) && spec.externalTrafficPolicy === 'Local';
const isOutside: Needs = (spec) =>
  spec.type === 'NodePort' ||
  spec.type === 'LoadBalancer' ||
  (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);

const dependentFields: readonly (readonly [keyof ServiceSpec, Needs])[] = [
  ['clusterIP', needsAddress],
  ['clusterIPs', needsAddress],
  ['ipFamilies', needsAddress],
  ['ipFamilyPolicy', needsAddress],
  ['healthCheckNodePort', needsHealthCheck],
  ['allocateLoadBalancerNodePorts', isLoadBalancer],
  ['loadBalancerClass', isLoadBalancer],
  ['externalTrafficPolicy', isOutside],
];

/** Returns the changed Service without what only its old type needed and the client did not touch. */
export function dropTypeDependentFields(service: Service, old: Service): Service {
  const [spec, before] = [service.spec, old.spec];
  if (!spec || !before) return service;
  const draft: Draft<ServiceSpec> = draftOf(spec);
  for (const [field, needs] of dependentFields) {
    const isDropped = needs(before) && !needs(spec) && deepEqual(spec[field], before[field]);
    if (isDropped) delete draft[field];
  }
  const nodePorts = (of: ServiceSpec) => (of.ports ?? []).map(({ nodePort }) => nodePort);
  const isSame = deepEqual(nodePorts(spec), nodePorts(before));
  if (needsNodePorts(before) && !needsNodePorts(spec) && isSame) {
    for (const port of draft.ports ?? []) delete port.nodePort;
  }
  return { ...service, spec: draft };
}
