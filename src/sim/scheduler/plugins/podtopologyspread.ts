/**
 * Spreads pods that belong together evenly over zones, nodes or other domains.
 *
 * A pod without constraints of its own is spread over nodes and zones as well as possible, together with the pods
 * of its Services and its controller.
 *
 * Upstream: pkg/scheduler/framework/plugins/podtopologyspread filtering.go, scoring.go, common.go
 * Docs: /docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
import { deepEqual } from '../../api/deep-equal.ts';
import { labelsOf } from '../../api/object.ts';
import { formatSelector, matchesLabels, selectorFromLabelSelector } from '../../api/selector.ts';
import type { Selector } from '../../api/selector.ts';
import type { Node, Pod, TopologySpreadConstraint } from '../../api/types.gen.ts';
import type { Cache } from '../cache.ts';
import { nodeScoreMax } from '../framework.ts';
import type {
  ClusterEvent,
  FilterPlugin,
  NodeFilter,
  NodeScorer,
  QueueingHints,
  Rejection,
  ScorePlugin,
} from '../framework.ts';
import { hostnameLabel, zoneLabel } from '../node-info.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodCounter } from '../pod-counter.ts';
import { withLabelKeys } from '../pod-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { requiredNodeAffinity } from './nodeaffinity.ts';
import { hasUntoleratedTaint } from './tainttoleration.ts';

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

/** Constraints of a pod that has none. Upstream: systemDefaultConstraints */
const systemDefaults = [
  { topologyKey: hostnameLabel, maxSkew: 3 },
  { topologyKey: zoneLabel, maxSkew: 5 },
];

interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  readonly isAffinityHonored: boolean;
  readonly areTaintsHonored: boolean;
}

function readConstraints(pod: Pod, whenUnsatisfiable: string): readonly Constraint[] {
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

function defaultConstraints(pod: Pod, cache: Cache): readonly Constraint[] {
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
function counterOf(pod: PodInfo, { selector }: Constraint, cache: Cache): PodCounter {
  const { namespace } = pod;
  const text = selector.nothing ? '-' : formatSelector(selector);
  return cache.counter(
    `spread|${namespace}|${text}`,
    (other) =>
      !other.isDeleting && other.namespace === namespace && matchesLabels(selector, other.labels),
  );
}

/** Whether the pods of a node count for a constraint. */
function isNodeIncluded(pod: PodInfo, constraint: Constraint, node: NodeInfo): boolean {
  if (constraint.isAffinityHonored) {
    const required = requiredNodeAffinity(pod.pod);
    if (required !== undefined && !required.matches(node)) return false;
  }
  return !constraint.areTaintsHonored || !hasUntoleratedTaint(node.hardTaints, pod.tolerations);
}

function hasAllLabels(
  labels: Readonly<Record<string, string>>,
  constraints: readonly Constraint[],
): boolean {
  return constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

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

interface Scored {
  readonly topologyKey: string;
  readonly isZone: boolean;
  readonly maxSkew: number;
  readonly weight: number;
  readonly counter: PodCounter;
  /** Counts per domain; undefined for host names, which are counted per node. */
  readonly domains: ReadonlyMap<string, number> | undefined;
}

class SpreadScore implements NodeScorer {
  readonly #scored: readonly Scored[];
  /** Nodes that lack a label which an explicit constraint needs; in the order of scoring. */
  readonly #isIgnored: readonly boolean[];
  readonly #ignored: ReadonlySet<NodeInfo>;

  constructor(
    pod: PodInfo,
    constraints: readonly Constraint[],
    areLabelsRequired: boolean,
    cache: Cache,
    nodes: readonly NodeInfo[],
  ) {
    const isIgnored = (node: NodeInfo): boolean =>
      areLabelsRequired && !hasAllLabels(node.labels, constraints);
    this.#isIgnored = areLabelsRequired ? nodes.map(isIgnored) : [];
    this.#ignored = new Set(areLabelsRequired ? nodes.filter(isIgnored) : []);
    const candidates = this.#ignored.size === 0 ? nodes : nodes.filter((node) => !isIgnored(node));
    this.#scored = constraints.flatMap((constraint): readonly Scored[] => {
      const { topologyKey, maxSkew } = constraint;
      const counter = counterOf(pod, constraint, cache);
      const isZone = topologyKey === zoneLabel;
      if (topologyKey === hostnameLabel) {
        const weight = Math.log(candidates.length + 2);
        return [{ topologyKey, isZone, maxSkew, weight, counter, domains: undefined }];
      }
      const values = domainValues(candidates, topologyKey);
      if (values.size === 0 || (values.size === 1 && values.has(undefined))) return [];
      const weight = Math.log(values.size + 2);
      const domains = domainCounts(pod, constraint, counter, areLabelsRequired, constraints, cache);
      return [{ topologyKey, isZone, maxSkew, weight, counter, domains }];
    });
  }

  score(node: NodeInfo): number {
    if (this.#ignored.size > 0 && this.#ignored.has(node)) return 0;
    let score = 0;
    for (const { topologyKey, isZone, maxSkew, weight, counter, domains } of this.#scored) {
      let count: number;
      if (domains === undefined) {
        if (!node.hasHostname) continue;
        count = counter.onNode(node);
      } else {
        const value = isZone ? node.zone : node.labels[topologyKey];
        if (value === undefined) continue;
        count = domains.get(value) ?? 0;
      }
      score += count * weight + (maxSkew - 1);
    }
    return Math.round(score);
  }

  normalize(scores: number[]): void {
    let min = Infinity;
    let max = 0;
    for (let index = 0; index < scores.length; index += 1) {
      if (this.#isIgnored[index] === true) continue;
      const score = scores[index] ?? 0;
      if (score < min) min = score;
      if (score > max) max = score;
    }
    for (let index = 0; index < scores.length; index += 1) {
      if (this.#isIgnored[index] === true) scores[index] = 0;
      else if (max === 0) scores[index] = nodeScoreMax;
      else scores[index] = Math.trunc((nodeScoreMax * (max + min - (scores[index] ?? 0))) / max);
    }
  }
}

/** The values of a label among nodes, `undefined` standing for nodes without it. */
function domainValues(
  nodes: readonly NodeInfo[],
  topologyKey: string,
): ReadonlySet<string | undefined> {
  const values = new Set<string | undefined>();
  const isZone = topologyKey === zoneLabel;
  let last: string | undefined | null = null;
  for (const node of nodes) {
    const value = isZone ? node.zone : node.labels[topologyKey];
    if (value !== last) values.add(value);
    last = value;
  }
  return values;
}

/** Counts the pods of each domain over all nodes that count for the constraint. */
function domainCounts(
  pod: PodInfo,
  constraint: Constraint,
  counter: PodCounter,
  areLabelsRequired: boolean,
  constraints: readonly Constraint[],
  cache: Cache,
): ReadonlyMap<string, number> {
  const isEveryNodeIncluded =
    !areLabelsRequired &&
    !constraint.areTaintsHonored &&
    (!constraint.isAffinityHonored || requiredNodeAffinity(pod.pod) === undefined);
  if (isEveryNodeIncluded) return counter.inDomains(constraint.topologyKey);
  const counts = new Map<string, number>();
  for (const node of cache.nodes) {
    if (areLabelsRequired && !hasAllLabels(node.labels, constraints)) continue;
    if (!isNodeIncluded(pod, constraint, node)) continue;
    const value = node.labels[constraint.topologyKey];
    if (value === undefined) continue;
    counts.set(value, (counts.get(value) ?? 0) + counter.onNode(node));
  }
  return counts;
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
