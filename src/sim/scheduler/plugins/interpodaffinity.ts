/**
 * Affinity and anti-affinity between pods: near to some pods, far from others, as node labels define near.
 *
 * Upstream: pkg/scheduler/framework/plugins/interpodaffinity filtering.go, scoring.go
 * Docs: /docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
 */
import { isEverything } from '../../api/selector.ts';
import { deepEqual } from '../../api/deep-equal.ts';
import { labelsOf } from '../../api/object.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
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
import type { NodeInfo } from '../node-info.ts';
import type { PodCounter } from '../pod-counter.ts';
import { PodInfo, termMatches } from '../pod-info.ts';
import type { AffinityTerm } from '../pod-info.ts';
import { TopologyCounts } from '../topology-counts.ts';

const name = 'InterPodAffinity';
/** What a required affinity term of an existing pod counts in scores. Upstream: HardPodAffinityWeight */
const hardPodAffinityWeight = 1;

const affinityRejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match pod affinity rules"],
  isResolvable: false,
};
const antiAffinityRejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  isResolvable: true,
};
const existingRejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  isResolvable: true,
};

/** Returns the counter of the pods that match all the terms. */
function counterOf(terms: readonly AffinityTerm[], cache: Cache): PodCounter {
  const { namespaceLabels, namespacesVersion } = cache.lookups;
  const dependsOnNamespaces = terms.some(
    ({ namespaceSelector }) => !namespaceSelector.nothing && !isEverything(namespaceSelector),
  );
  const version = dependsOnNamespaces ? namespacesVersion() : '';
  const key = `affinity|${version}|${terms.map((term) => term.key).join('&')}`;
  return cache.counter(key, (pod) =>
    terms.every((term) => termMatches(term, pod, namespaceLabels)),
  );
}

class Affinity implements NodeFilter {
  readonly #pod: PodInfo;
  readonly #cache: Cache;
  /** Existing pods with anti-affinity against this one, where they keep it away. */
  readonly #existing = new TopologyCounts();
  readonly #affinity = new TopologyCounts();
  readonly #antiAffinity: readonly TopologyCounts[];

  constructor(pod: PodInfo, cache: Cache) {
    this.#pod = pod;
    this.#cache = cache;
    for (const node of cache.nodesWithRequiredAntiAffinity) {
      for (const existing of node.pods.values()) this.#noteExisting(existing, node, 1);
    }
    if (pod.requiredAffinity.length > 0) {
      const counter = counterOf(pod.requiredAffinity, cache);
      for (const { topologyKey } of pod.requiredAffinity) {
        this.#affinity.setBase(topologyKey, counter.inDomains(topologyKey));
      }
    }
    this.#antiAffinity = pod.requiredAntiAffinity.map((term) => {
      const counts = new TopologyCounts();
      counts.setBase(term.topologyKey, counterOf([term], cache).inDomains(term.topologyKey));
      return counts;
    });
  }

  /** Whether no node can be rejected. */
  get isIdle(): boolean {
    return (
      this.#existing.isEmpty &&
      this.#pod.requiredAffinity.length === 0 &&
      this.#antiAffinity.length === 0
    );
  }

  check(node: NodeInfo): Rejection | undefined {
    if (!this.#isNearEnough(node)) return affinityRejection;
    const { requiredAntiAffinity } = this.#pod;
    for (const [index, { topologyKey }] of requiredAntiAffinity.entries()) {
      const value = node.labels[topologyKey];
      if (value === undefined) continue;
      if ((this.#antiAffinity[index]?.get(topologyKey, value) ?? 0) > 0) {
        return antiAffinityRejection;
      }
    }
    return this.#existing.hasAny(node.labels) ? existingRejection : undefined;
  }

  #isNearEnough(node: NodeInfo): boolean {
    const terms = this.#pod.requiredAffinity;
    let arePodsThere = true;
    for (const { topologyKey } of terms) {
      const value = node.labels[topologyKey];
      if (value === undefined) return false;
      if (this.#affinity.get(topologyKey, value) <= 0) arePodsThere = false;
    }
    if (arePodsThere) return true;
    // The first of a group of pods that want to be near each other would otherwise wait for ever.
    return (
      this.#affinity.isEmpty &&
      terms.every((term) => termMatches(term, this.#pod, this.#cache.lookups.namespaceLabels))
    );
  }

  addPod(pod: PodInfo, node: NodeInfo): void {
    this.#note(pod, node, 1);
  }

  removePod(pod: PodInfo, node: NodeInfo): void {
    this.#note(pod, node, -1);
  }

  #note(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    const { namespaceLabels } = this.#cache.lookups;
    this.#noteExisting(pod, node, change);
    const { requiredAffinity, requiredAntiAffinity } = this.#pod;
    if (requiredAffinity.every((term) => termMatches(term, pod, namespaceLabels))) {
      for (const { topologyKey } of requiredAffinity) {
        this.#affinity.add(topologyKey, node.labels[topologyKey], change);
      }
    }
    for (const [index, term] of requiredAntiAffinity.entries()) {
      if (!termMatches(term, pod, namespaceLabels)) continue;
      this.#antiAffinity[index]?.add(term.topologyKey, node.labels[term.topologyKey], change);
    }
  }

  #noteExisting(existing: PodInfo, node: NodeInfo, change: 1 | -1): void {
    if (node.node === undefined) return;
    for (const term of existing.requiredAntiAffinity) {
      if (!termMatches(term, this.#pod, this.#cache.lookups.namespaceLabels)) continue;
      this.#existing.add(term.topologyKey, node.labels[term.topologyKey], change);
    }
  }
}

class AffinityScore implements NodeScorer {
  readonly #counts: TopologyCounts;

  constructor(counts: TopologyCounts) {
    this.#counts = counts;
  }

  score(node: NodeInfo): number {
    return this.#counts.sum(node.labels);
  }

  normalize(scores: number[]): void {
    let min = Infinity;
    let max = -Infinity;
    for (const score of scores) {
      if (score < min) min = score;
      if (score > max) max = score;
    }
    const spread = max - min;
    for (let index = 0; index < scores.length; index += 1) {
      const above = (scores[index] ?? 0) - min;
      scores[index] = spread > 0 ? Math.trunc(nodeScoreMax * (above / spread)) : 0;
    }
  }
}

/** Adds up what the terms of this pod and of existing pods say for and against each domain. */
function weighDomains(pod: PodInfo, cache: Cache): TopologyCounts {
  const counts = new TopologyCounts();
  const weighOwn = (terms: readonly AffinityTerm[], sign: 1 | -1): void => {
    for (const term of terms) {
      const domains = counterOf([term], cache).inDomains(term.topologyKey);
      for (const [value, count] of domains) {
        counts.add(term.topologyKey, value, sign * term.weight * count);
      }
    }
  };
  weighOwn(pod.preferredAffinity, 1);
  weighOwn(pod.preferredAntiAffinity, -1);
  const weighOthers = (
    terms: readonly AffinityTerm[],
    node: NodeInfo,
    weightOf: (term: AffinityTerm) => number,
  ): void => {
    for (const term of terms) {
      if (!termMatches(term, pod, cache.lookups.namespaceLabels)) continue;
      counts.add(term.topologyKey, node.labels[term.topologyKey], weightOf(term));
    }
  };
  for (const node of cache.nodesWithAffinity) {
    if (node.node === undefined) continue;
    for (const existing of node.pods.values()) {
      if (!existing.hasPodAffinity) continue;
      weighOthers(existing.requiredAffinity, node, () => hardPodAffinityWeight);
      weighOthers(existing.preferredAffinity, node, (term) => term.weight);
      weighOthers(existing.preferredAntiAffinity, node, (term) => -term.weight);
    }
  }
  return counts;
}

/** Keeps pods near and away from each other; prefers nodes that please more terms. */
export const interPodAffinity: FilterPlugin & ScorePlugin & QueueingHints = {
  name,
  weight: 2,
  preFilter(pod, cache) {
    const hasOwn = pod.requiredAffinity.length > 0 || pod.requiredAntiAffinity.length > 0;
    if (!hasOwn && cache.nodesWithRequiredAntiAffinity.size === 0) return undefined;
    const filter = new Affinity(pod, cache);
    return filter.isIdle ? undefined : { filter };
  },
  preScore(pod, cache) {
    const hasOwn = pod.preferredAffinity.length > 0 || pod.preferredAntiAffinity.length > 0;
    if (!hasOwn && cache.nodesWithAffinity.size === 0) return undefined;
    const counts = weighDomains(pod, cache);
    return counts.isEmpty ? undefined : new AffinityScore(counts);
  },
  isWorthTrying: (pod, event) => isWorthTryingNearOthers(pod, event),
};

function isWorthTryingNearOthers(pod: PodInfo, event: ClusterEvent): boolean {
  const { requiredAffinity, requiredAntiAffinity } = pod;
  // Labels of namespaces are not at hand here; a term that chooses namespaces by labels may match any.
  const matches = (term: AffinityTerm, other: PodInfo): boolean =>
    termMatches(
      term.namespaceSelector.nothing ? term : { ...term, namespaces: new Set([other.namespace]) },
      other,
      () => undefined,
    );
  const isWanted = (other: Pod): boolean => {
    const info = new PodInfo(other);
    return requiredAffinity.length > 0 && requiredAffinity.every((term) => matches(term, info));
  };
  const isInTheWay = (other: Pod): boolean => {
    const info = new PodInfo(other);
    return (
      requiredAntiAffinity.some((term) => matches(term, info)) ||
      info.requiredAntiAffinity.some((term) => matches(term, pod))
    );
  };
  const keys = [...requiredAffinity, ...requiredAntiAffinity].map((term) => term.topologyKey);
  const hasKey = (node: Node): boolean => keys.some((key) => labelsOf(node)[key] !== undefined);
  switch (event.type) {
    case 'assigned-pod-added':
      return isWanted(event.pod);
    case 'assigned-pod-deleted':
      return isInTheWay(event.pod);
    case 'assigned-pod-updated':
      return (
        !deepEqual(event.before.metadata.labels, event.pod.metadata.labels) &&
        ((!isWanted(event.before) && isWanted(event.pod)) ||
          (isInTheWay(event.before) && !isInTheWay(event.pod)))
      );
    case 'target-pod-updated':
      return !deepEqual(event.before.metadata.labels, event.pod.metadata.labels);
    case 'node-added':
      return keys.length === 0 || hasKey(event.node);
    case 'node-updated':
      return keys.some((key) => labelsOf(event.before)[key] !== labelsOf(event.node)[key]);
    default:
      return false;
  }
}
