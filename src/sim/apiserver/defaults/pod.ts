/**
 * Defaults that a Pod gets and a pod template does not: requests from limits, host ports, service links.
 *
 * Upstream: pkg/apis/core/v1/defaults.go SetDefaults_Pod
 */
import type { Container, Pod } from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';
import { defaultPodLevelResources } from './pod-level-resources.ts';
import { defaultPodSpec } from './pod-spec.ts';

/** Fills in the defaults of a Pod. */
export function defaultPod(pod: Draft<Pod>): void {
  defaultPodSpec(pod.spec);
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  for (const container of containers) requestsFromLimits(container);
  defaultPodLevelResources(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  if (!pod.spec.hostNetwork) return;
  for (const port of containers.flatMap((container) => container.ports ?? [])) {
    port.hostPort ||= port.containerPort;
  }
}

function requestsFromLimits(container: Draft<Container>): void {
  const limits = container.resources?.limits;
  if (!container.resources || !limits) return;
  container.resources.requests = { ...limits, ...container.resources.requests };
}
