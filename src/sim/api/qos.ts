/**
 * A pod's quality of service class, from the requests and limits of its containers.
 *
 * Upstream: pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS
 * Docs: /docs/concepts/workloads/pods/pod-qos/
 */
import { compareQuantities, parseQuantity, zeroQuantity } from './quantity.ts';
import type { Container, Pod, ResourceRequirements } from './types.gen.ts';

/** The three classes. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const qosResources = ['cpu', 'memory'] as const;

function isSet(quantity: string | undefined): quantity is string {
  return quantity !== undefined && compareQuantities(parseQuantity(quantity), zeroQuantity) > 0;
}

/** Computes the class; init containers count as the others do. */
export function getPodQos(pod: Pod): QosClass {
  const containers: readonly Container[] = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
  ];
  const podLevel = pod.spec?.resources;
  const all: readonly (ResourceRequirements | undefined)[] =
    podLevel === undefined ? containers.map((container) => container.resources) : [podLevel];
  let isGuaranteed = true;
  let isBestEffort = true;
  for (const resources of all) {
    for (const name of qosResources) {
      const request = resources?.requests?.[name];
      const limit = resources?.limits?.[name];
      if (isSet(request) || isSet(limit)) isBestEffort = false;
      const isEqual =
        isSet(limit) &&
        (request === undefined ||
          compareQuantities(parseQuantity(request), parseQuantity(limit)) === 0);
      if (!isEqual) isGuaranteed = false;
    }
  }
  if (isBestEffort) return 'BestEffort';
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
