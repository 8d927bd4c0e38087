/**
 * One attempt to place one pod: which nodes are possible, and which of those is the best.
 *
 * - Per node the filters are asked in order, and the first that rejects ends it: a node counts under one plugin.
 * - In large clusters the search stops when it has found enough nodes; the next one goes on where it stopped.
 * - One possible node needs no scores; among equal scores chance decides.
 * - Plugins that look at a node by itself are asked again only when the node has changed (see `node-verdicts.ts`).
 *
 * It takes no virtual time and changes nothing but the place where the next search starts.
 *
 * Upstream: pkg/scheduler/schedule_one.go schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost
 * Docs: /docs/concepts/scheduling-eviction/kube-scheduler/
 */
import type { Random } from '../engine/random.ts';
import type { Cache } from './cache.ts';
import type { NodeFilter, NodeScorer, Rejection, ScorePlugin } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import { runFilters } from './attempt.ts';
import type { Attempt, PluginScores } from './attempt.ts';
import { VerdictsBySignature } from './node-verdicts.ts';
import type { NodeVerdicts } from './node-verdicts.ts';
import type { Nominator } from './nominator.ts';
import type { PodInfo } from './pod-info.ts';
import { filterPlugins, scorePlugins } from './plugins.ts';

/** Below so many nodes all are looked at. Upstream: minFeasibleNodesToFind */
const feasibleNodesMin = 100;
/** The least share of nodes to find, in percent. Upstream: minFeasibleNodesPercentageToFind */
const feasiblePercentageMin = 5;

/** Returns how many possible nodes end the search. */
export function feasibleNodesToFind(nodesTotal: number): number {
  if (nodesTotal < feasibleNodesMin) return nodesTotal;
  const percentage = Math.max(feasiblePercentageMin, 50 - Math.trunc(nodesTotal / 125));
  return Math.max(feasibleNodesMin, Math.trunc((nodesTotal * percentage) / 100));
}

/** The filters of one attempt: first those that look at a node by itself, then all others. */
interface Filters {
  readonly verdicts: NodeVerdicts;
  readonly local: readonly NodeFilter[];
  readonly others: readonly NodeFilter[];
  readonly all: readonly NodeFilter[];
}

/** Looks for nodes; remembers where the last search stopped. */
export class SchedulingCycle {
  readonly #cache: Cache;
  readonly #nominator: Nominator;
  readonly #random: Random;
  readonly #verdicts = new VerdictsBySignature();
  #nextStart = 0;
  /** Used again by each attempt, since fresh ones would keep the garbage collector busy. */
  readonly #totals: number[] = [];
  readonly #scores: number[][] = [];
  readonly #feasible: NodeInfo[] = [];

  constructor(cache: Cache, nominator: Nominator, random: Random) {
    this.#cache = cache;
    this.#nominator = nominator;
    this.#random = random;
  }

  /** Tries to find a node for the pod. */
  attempt(pod: PodInfo): Attempt {
    const nodesTotal = this.#cache.nodes.length;
    const filters: NodeFilter[] = [];
    const narrowedBy: string[] = [];
    let named: ReadonlySet<string> | undefined;
    for (const plugin of filterPlugins) {
      const answer = plugin.preFilter(pod, this.#cache);
      if (answer === undefined) continue;
      if (answer.rejection !== undefined) return rejectedAtOnce(nodesTotal, answer.rejection);
      if (answer.filter !== undefined) filters.push(answer.filter);
      if (answer.nodeNames !== undefined) {
        const names = answer.nodeNames;
        named = new Set(named === undefined ? names : names.filter((name) => named?.has(name)));
        narrowedBy.push(plugin.name);
      }
    }
    const verdicts = this.#verdicts.of(pod.signature);
    const { feasible, rejections } = this.#findNodes(pod, splitFilters(verdicts, filters), named);
    const rejectedBy = new Set<string>();
    for (const rejection of rejections.values()) rejectedBy.add(rejection.plugin);
    if (feasible.length === 0) for (const plugin of narrowedBy) rejectedBy.add(plugin);
    const found = {
      nodesTotal,
      feasible,
      rejections,
      preFilterRejection: undefined,
      absentReason:
        named === undefined
          ? undefined
          : `node(s) didn't satisfy plugin(s) [${narrowedBy.join(' ')}]`,
      rejectedBy,
      filters,
    };
    if (feasible.length <= 1) return { ...found, node: feasible[0], scores: [], totals: [] };
    const { scores, totals } = this.#score(pod, feasible, verdicts);
    return { ...found, node: this.#pickBest(feasible, totals), scores, totals };
  }

  #findNodes(
    pod: PodInfo,
    filters: Filters,
    named: ReadonlySet<string> | undefined,
  ): { feasible: NodeInfo[]; rejections: Map<NodeInfo, Rejection> } {
    const nominated = this.#cache.node(pod.pod.status?.nominatedNodeName ?? '');
    if (nominated !== undefined && this.#check(pod, nominated, filters) === undefined) {
      return { feasible: [nominated], rejections: new Map() };
    }
    const all = this.#cache.nodes;
    const nodes = named === undefined ? all : namedNodes(this.#cache, named);
    const wanted = feasibleNodesToFind(nodes.length);
    const feasible = this.#feasible;
    feasible.length = 0;
    const rejections = new Map<NodeInfo, Rejection>();
    const start = nodes.length === 0 ? 0 : this.#nextStart % nodes.length;
    let looked = 0;
    for (; looked < nodes.length && feasible.length < wanted; looked += 1) {
      const place = start + looked;
      const node = nodes[place < nodes.length ? place : place - nodes.length] as NodeInfo;
      const rejection = this.#check(pod, node, filters);
      if (rejection === undefined) feasible.push(node);
      else rejections.set(node, rejection);
    }
    if (all.length > 0) this.#nextStart = (this.#nextStart + looked) % all.length;
    return { feasible, rejections };
  }

  /** Asks the filters about a node, with and without the pods that are expected to come to it. */
  #check(pod: PodInfo, node: NodeInfo, filters: Filters): Rejection | undefined {
    if (this.#nominator.size > 0) {
      const expected = this.#nominator.podsBefore(pod, node.name);
      if (expected.length > 0) {
        const rejection = checkWith(node, expected, filters.all);
        if (rejection !== undefined) return rejection;
      }
    }
    const { verdicts, local, others } = filters;
    const rejection = verdicts.check(node, local);
    return rejection !== undefined || others.length === 0 ? rejection : runFilters(node, others);
  }

  #score(
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    verdicts: NodeVerdicts,
  ): { scores: readonly PluginScores[]; totals: readonly number[] } {
    const scorers: { plugin: ScorePlugin; scorer: NodeScorer }[] = [];
    let uniform = 0;
    for (const plugin of scorePlugins) {
      const scorer = plugin.preScore(pod, this.#cache, nodes);
      if (scorer === undefined) continue;
      scorers.push({ plugin, scorer });
      uniform += (scorer.uniform ?? 0) * plugin.weight;
    }
    const totals = resized(this.#totals, nodes.length, uniform);
    const scores = scorers.map(({ plugin, scorer }, place): PluginScores => {
      const own = (this.#scores[place] ??= []);
      const { weight } = plugin;
      if (scorer.uniform !== undefined) {
        resized(own, nodes.length, scorer.uniform * weight);
        return { plugin: plugin.name, scores: own };
      }
      own.length = nodes.length;
      verdicts.score(plugin.name, scorer, nodes, own);
      scorer.normalize?.(own);
      for (let index = 0; index < own.length; index += 1) {
        const weighted = (own[index] as number) * weight;
        own[index] = weighted;
        totals[index] = (totals[index] as number) + weighted;
      }
      return { plugin: plugin.name, scores: own };
    });
    return { scores, totals };
  }

  #pickBest(nodes: readonly NodeInfo[], totals: readonly number[]): NodeInfo | undefined {
    let best = -Infinity;
    let ties: number[] = [];
    for (let index = 0; index < totals.length; index += 1) {
      const total = totals[index] as number;
      if (total > best) {
        best = total;
        ties = [index];
      } else if (total === best) {
        ties.push(index);
      }
    }
    return nodes[ties.length === 1 ? (ties[0] as number) : this.#random.pick(ties)];
  }
}

/** The first filters that look at a node by itself, and the rest in their order. */
function splitFilters(verdicts: NodeVerdicts, all: readonly NodeFilter[]): Filters {
  let count = 0;
  while (all[count]?.isLocal === true) count += 1;
  return { verdicts, local: all.slice(0, count), others: all.slice(count), all };
}

function resized(list: number[], length: number, value: number): number[] {
  for (let index = 0; index < length; index += 1) list[index] = value;
  list.length = length;
  return list;
}

function rejectedAtOnce(nodesTotal: number, rejection: Rejection): Attempt {
  return {
    nodesTotal,
    node: undefined,
    feasible: [],
    rejections: new Map(),
    preFilterRejection: rejection,
    absentReason: undefined,
    rejectedBy: new Set([rejection.plugin]),
    scores: [],
    totals: [],
    filters: [],
  };
}

function namedNodes(cache: Cache, names: ReadonlySet<string>): readonly NodeInfo[] {
  const nodes: NodeInfo[] = [];
  for (const name of names) {
    const node = cache.node(name);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

function checkWith(
  node: NodeInfo,
  expected: readonly PodInfo[],
  filters: readonly NodeFilter[],
): Rejection | undefined {
  const crowded = node.clone();
  for (const pod of expected) {
    crowded.addPod(pod);
    for (const filter of filters) filter.addPod?.(pod, node);
  }
  const rejection = runFilters(crowded, filters);
  for (const pod of expected) for (const filter of filters) filter.removePod?.(pod, node);
  return rejection;
}
