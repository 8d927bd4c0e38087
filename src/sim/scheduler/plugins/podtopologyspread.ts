/**
 * Spreads pods that belong together evenly over zones, nodes or other domains.
 *
 * A pod without constraints of its own is spread over nodes and zones as well as possible, together with the pods
 * of its Services and its controller.
 *
 * Upstream: pkg/scheduler/framework/plugins/podtopologyspread filtering.go, plugin.go
 * Docs: /docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
import { deepEqual } from '../../api/deep-equal.ts';
import { labelsOf } from '../../api/object.ts';
import { matchesLabels } from '../../api/selector.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import type { Cache } from '../cache.ts';
import type {
  ClusterEvent,
  FilterPlugin,
  NodeFilter,
  QueueingHints,
  Rejection,
  ScorePlugin,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import {
  counterOf,
  defaultConstraints,
  hasAllLabels,
  isNodeIncluded,
  readConstraints,
} from './podtopologyspread-constraints.ts';
import type { Constraint } from './podtopologyspread-constraints.ts';
import { SpreadScore } from './podtopologyspread-score.ts';

const name = 'PodTopologySpread';

const mismatch: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  isResolvable: true,
};
const missingLabel: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  isResolvable: false,
};

/** The domains of one constraint with their counts, and the least of them. */
class Domains {
  readonly counts = new Map<string, number>();
  #least: number | undefined;

  add(value: string, change: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + change);
    this.#least = undefined;
  }

  least(minDomains: number): number {
    if (this.counts.size < minDomains) return 0;
    if (this.#least === undefined) {
      this.#least = Infinity;
      for (const count of this.counts.values()) this.#least = Math.min(this.#least, count);
    }
    return this.#least;
  }
}

class Spread implements NodeFilter {
  readonly #pod: PodInfo;
  readonly #constraints: readonly Constraint[];
  readonly #domains: readonly Domains[];

  constructor(pod: PodInfo, constraints: readonly Constraint[], cache: Cache) {
    this.#pod = pod;
    this.#constraints = constraints;
    this.#domains = constraints.map((constraint) => {
      const domains = new Domains();
      const counter = counterOf(pod, constraint, cache);
      for (const node of cache.nodes) {
        if (!hasAllLabels(node.labels, constraints)) continue;
        if (!isNodeIncluded(pod, constraint, node)) continue;
        domains.add(node.labels[constraint.topologyKey] ?? '', counter.onNode(node));
      }
      return domains;
    });
  }

  check(node: NodeInfo): Rejection | undefined {
    for (const [index, constraint] of this.#constraints.entries()) {
      const value = node.labels[constraint.topologyKey];
      if (value === undefined) return missingLabel;
      const domains = this.#domains[index];
      const least = domains?.least(constraint.minDomains) ?? 0;
      const self = matchesLabels(constraint.selector, this.#pod.labels) ? 1 : 0;
      const count = domains?.counts.get(value) ?? 0;
      if (count + self - least > constraint.maxSkew) return mismatch;
    }
    return undefined;
  }

  addPod(pod: PodInfo, node: NodeInfo): void {
    this.#note(pod, node, 1);
  }

  removePod(pod: PodInfo, node: NodeInfo): void {
    this.#note(pod, node, -1);
  }

  #note(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    if (pod.namespace !== this.#pod.namespace) return;
    if (!hasAllLabels(node.labels, this.#constraints)) return;
    for (const [index, constraint] of this.#constraints.entries()) {
      if (!matchesLabels(constraint.selector, pod.labels)) continue;
      if (!isNodeIncluded(this.#pod, constraint, node)) continue;
      this.#domains[index]?.add(node.labels[constraint.topologyKey] ?? '', change);
    }
  }
}

/** Rejects nodes on which the pod would make a domain too full; prefers emptier domains. */
export const podTopologySpread: FilterPlugin & ScorePlugin & QueueingHints = {
  name,
  weight: 2,
  preFilter(pod, cache) {
    const constraints = readConstraints(pod.pod, 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    return { filter: new Spread(pod, constraints, cache) };
  },
  preScore(pod, cache, nodes) {
    const hasOwn = (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
    const constraints = hasOwn
      ? readConstraints(pod.pod, 'ScheduleAnyway')
      : defaultConstraints(pod.pod, cache);
    if (constraints.length === 0) return undefined;
    return new SpreadScore(pod, constraints, hasOwn, cache, nodes);
  },
  isWorthTrying(pod, event) {
    return isWorthTryingToSpread(pod, readConstraints(pod.pod, 'DoNotSchedule'), event);
  },
};

function isWorthTryingToSpread(
  pod: PodInfo,
  constraints: readonly Constraint[],
  event: ClusterEvent,
): boolean {
  const concerns = (other: Pod): boolean =>
    other.metadata.namespace === pod.pod.metadata.namespace &&
    constraints.some(({ selector }) => matchesLabels(selector, labelsOf(other)));
  const isEligible = (node: Node): boolean => hasAllLabels(labelsOf(node), constraints);
  switch (event.type) {
    case 'assigned-pod-added':
    case 'assigned-pod-deleted':
      return concerns(event.pod);
    case 'assigned-pod-updated':
      return (
        !deepEqual(event.before.metadata.labels, event.pod.metadata.labels) &&
        concerns(event.before) !== concerns(event.pod)
      );
    case 'target-pod-updated':
      return !deepEqual(event.before.metadata.labels, event.pod.metadata.labels);
    case 'node-added':
    case 'node-deleted':
      return isEligible(event.node);
    case 'node-updated':
      return (
        isEligible(event.before) !== isEligible(event.node) ||
        (isEligible(event.node) &&
          constraints.some(
            ({ topologyKey }) =>
              labelsOf(event.before)[topologyKey] !== labelsOf(event.node)[topologyKey],
          ))
      );
    default:
      return false;
  }
}
