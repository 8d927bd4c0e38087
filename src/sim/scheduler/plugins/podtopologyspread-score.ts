/**
 * How well a node spreads a pod: the fewer pods like it in its domains, the better; small domains count as much as large ones.
 *
 * Upstream: pkg/scheduler/framework/plugins/podtopologyspread/scoring.go
 */
import type { Cache } from '../cache.ts';
import { nodeScoreMax } from '../framework.ts';
import type { NodeScorer } from '../framework.ts';
import { hostnameLabel, zoneLabel } from '../node-info.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodCounter } from '../pod-counter.ts';
import type { PodInfo } from '../pod-info.ts';
import { requiredNodeAffinity } from '../../api/node-affinity.ts';
import { counterOf, hasAllLabels, isNodeIncluded } from './podtopologyspread-constraints.ts';
import type { Constraint } from './podtopologyspread-constraints.ts';

interface Scored {
  readonly topologyKey: string;
  readonly isZone: boolean;
  readonly maxSkew: number;
  readonly weight: number;
  readonly counter: PodCounter;
  /** Counts per domain; undefined for host names, which are counted per node. */
  readonly domains: ReadonlyMap<string, number> | undefined;
}

/** The scores of one attempt. */
export class SpreadScore implements NodeScorer {
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
