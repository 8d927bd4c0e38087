/**
 * Defaults of the resources of a whole pod, where the pod has any.
 *
 * Upstream: pkg/apis/core/v1/defaults.go defaultHugePagePodLimits, defaultPodRequests
 * Docs: /docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
import type { PodSpec } from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';
import { aggregateContainers, isHugePages, isPodLevelResource } from '../resource-lists.ts';

/** Fills in limits of huge pages, then requests: those of the containers, else the pod's own limits. */
export function defaultPodLevelResources(spec: Draft<PodSpec>): void {
  const { resources } = spec;
  if (!resources) return;
  const isSet = (list: object | undefined): boolean => Object.keys(list ?? {}).length > 0;
  if (!isSet(resources.limits) && !isSet(resources.requests)) return;
  const limits: Record<string, string> = { ...resources.limits };
  for (const [name, text] of Object.entries(aggregateContainers(spec, 'limits'))) {
    if (isHugePages(name) && resources.requests?.[name] === undefined) limits[name] ??= text;
  }
  if (!isSet(limits)) return;
  resources.limits = limits;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [name, text] of Object.entries(aggregateContainers(spec, 'requests'))) {
    if (isPodLevelResource(name) && !isHugePages(name)) requests[name] ??= text;
  }
  for (const [name, text] of Object.entries(limits)) {
    if (isPodLevelResource(name)) requests[name] ??= text;
  }
  if (isSet(requests)) resources.requests = requests;
}
