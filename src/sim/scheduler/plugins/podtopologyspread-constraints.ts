/**
 * The spread constraints of a pod, and which nodes and pods count for them.
 *
 * Upstream: pkg/scheduler/framework/plugins/podtopologyspread common.go, plugin.go
 */
import { formatSelector, matchesLabels, selectorFromLabelSelector } from '../../api/selector.ts';
import type { Selector } from '../../api/selector.ts';
import type { Pod, TopologySpreadConstraint } from '../../api/types.gen.ts';
import type { Cache } from '../cache.ts';
import { hostnameLabel, zoneLabel } from '../node-info.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodCounter } from '../pod-counter.ts';
import { withLabelKeys } from '../pod-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { requiredNodeAffinity } from '../../api/node-affinity.ts';
import { hasUntoleratedTaint } from './tainttoleration.ts';

/** Constraints of a pod that has none. Upstream: systemDefaultConstraints */
const systemDefaults = [
  { topologyKey: hostnameLabel, maxSkew: 3 },
  { topologyKey: zoneLabel, maxSkew: 5 },
];

export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  readonly isAffinityHonored: boolean;
  readonly areTaintsHonored: boolean;
}

export function readConstraints(pod: Pod, whenUnsatisfiable: string): readonly Constraint[] {
  const own: readonly TopologySpreadConstraint[] = pod.spec.topologySpreadConstraints ?? [];
  return own
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({
      topologyKey: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      minDomains: constraint.minDomains ?? 1,
      selector: withLabelKeys(
        selectorFromLabelSelector(constraint.labelSelector),
        pod,
        constraint.matchLabelKeys,
      ),
      isAffinityHonored: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
      areTaintsHonored: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

export function defaultConstraints(pod: Pod, cache: Cache): readonly Constraint[] {
  const selector = cache.lookups.defaultSelector(pod);
  if (selector === undefined) return [];
  return systemDefaults.map(({ topologyKey, maxSkew }) => ({
    topologyKey,
    maxSkew,
    minDomains: 1,
    selector,
    isAffinityHonored: true,
    areTaintsHonored: false,
  }));
}

/** Returns the counter of the pods that a constraint of this pod is about; pods being deleted do not count. */
export function counterOf(pod: PodInfo, { selector }: Constraint, cache: Cache): PodCounter {
  const { namespace } = pod;
  const text = selector.nothing ? '-' : formatSelector(selector);
  return cache.counter(
    `spread|${namespace}|${text}`,
    (other) =>
      !other.isDeleting && other.namespace === namespace && matchesLabels(selector, other.labels),
  );
}

/** Whether the pods of a node count for a constraint. */
export function isNodeIncluded(pod: PodInfo, constraint: Constraint, node: NodeInfo): boolean {
  if (constraint.isAffinityHonored) {
    const required = requiredNodeAffinity(pod.pod);
    if (required !== undefined && !required.matches(node)) return false;
  }
  return !constraint.areTaintsHonored || !hasUntoleratedTaint(node.hardTaints, pod.tolerations);
}

export function hasAllLabels(
  labels: Readonly<Record<string, string>>,
  constraints: readonly Constraint[],
): boolean {
  return constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}
