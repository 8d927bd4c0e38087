/**
 * Preemption: which pods of lower priority would have to go so that this one fits, and on which node that hurts least.
 *
 * It only decides; the scheduler carries it out.
 *
 * Upstream: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go; pkg/scheduler/framework/preemption/preemption.go
 * Docs: /docs/concepts/scheduling-eviction/pod-priority-preemption/
 */
import { matchesLabels, selectorFromLabelSelector } from '../../api/selector.ts';
import { nameOf } from '../../api/object.ts';
import { tryParseTime } from '../../api/time.ts';
import type { PodDisruptionBudget } from '../../api/types.gen.ts';
import type { Random } from '../../engine/random.ts';
import type { Cache } from '../cache.ts';
import { runFilters } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { fitErrorMessage } from '../fit-error.ts';
import type { NodeFilter, QueueingHints, Rejection } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { Nominator } from '../nominator.ts';
import type { PodInfo } from '../pod-info.ts';

const name = 'DefaultPreemption';
/** The least share of candidate nodes to try out, in percent. Upstream: MinCandidateNodesPercentage */
const candidatesPercentageMin = 10;
/** The least number of candidate nodes to try out. Upstream: MinCandidateNodesAbsolute */
const candidatesMin = 100;

const notHelpful: Rejection = {
  plugin: name,
  reasons: ['Preemption is not helpful for scheduling'],
  isResolvable: false,
};
const noVictims: Rejection = {
  plugin: name,
  reasons: ['No preemption victims found for incoming pod'],
  isResolvable: false,
};

/** What a preemption would do, or why there is none. */
export interface Preemption {
  /** '' when there are victims. */
  readonly message: string;
  readonly node: NodeInfo | undefined;
  readonly victims: readonly PodInfo[];
  /** Whether the pod's present nomination is void. */
  readonly isNominationVoid: boolean;
}

interface Candidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

/** What preemption needs to know beside the attempt. */
export interface PreemptionContext {
  readonly cache: Cache;
  readonly nominator: Nominator;
  readonly budgets: readonly PodDisruptionBudget[];
  readonly random: Random;
  readonly nowMs: number;
}

/** A waiting preemptor is tried again when any pod is gone. */
export const defaultPreemptionHints: QueueingHints = {
  name,
  isWorthTrying: (_pod, event) => event.type === 'assigned-pod-deleted',
};

/** Looks for victims after an attempt that found no node. */
export function findPreemption(
  pod: PodInfo,
  attempt: Attempt,
  context: PreemptionContext,
): Preemption {
  const ineligible = whyNotEligible(pod, attempt, context.cache);
  if (ineligible !== undefined) {
    return { message: ineligible, node: undefined, victims: [], isNominationVoid: false };
  }
  const rejections = new Map<NodeInfo, Rejection>();
  const potential: NodeInfo[] = [];
  for (const [node, rejection] of attempt.rejections) {
    if (rejection.isResolvable) potential.push(node);
    else rejections.set(node, notHelpful);
  }
  const candidates = tryOut(pod, potential, attempt.filters, rejections, context);
  const best = pickLeastHarm(candidates, context.nowMs);
  if (best !== undefined) {
    return { message: '', node: best.node, victims: best.victims, isNominationVoid: false };
  }
  const message = fitErrorMessage({
    nodesTotal: attempt.nodesTotal,
    rejections: rejections.values(),
    absentReason: notHelpful.reasons[0],
    postFilterMessage: '',
  });
  return {
    message: message.slice(0, -1),
    node: undefined,
    victims: [],
    isNominationVoid: true,
  };
}

function whyNotEligible(pod: PodInfo, attempt: Attempt, cache: Cache): string | undefined {
  if (pod.pod.spec.preemptionPolicy === 'Never') {
    return 'not eligible due to preemptionPolicy=Never';
  }
  const nominated = cache.node(pod.pod.status?.nominatedNodeName ?? '');
  if (nominated === undefined) return undefined;
  if (attempt.rejections.get(nominated)?.isResolvable === false) return undefined;
  for (const other of nominated.pods.values()) {
    if (other.priority < pod.priority && other.isDeleting && wasPreempted(other)) {
      return 'not eligible due to a terminating pod on the nominated node';
    }
  }
  return undefined;
}

function wasPreempted({ pod }: PodInfo): boolean {
  return (pod.status?.conditions ?? []).some(
    ({ type, status, reason }) =>
      type === 'DisruptionTarget' && status === 'True' && reason === 'PreemptionByScheduler',
  );
}

/** Looks for victims node by node, from a random node on, until there are enough candidates. */
function tryOut(
  pod: PodInfo,
  potential: readonly NodeInfo[],
  filters: readonly NodeFilter[],
  rejections: Map<NodeInfo, Rejection>,
  context: PreemptionContext,
): readonly Candidate[] {
  if (potential.length === 0) return [];
  const share = Math.trunc((potential.length * candidatesPercentageMin) / 100);
  const wanted = Math.min(potential.length, Math.max(share, candidatesMin));
  const offset = context.random.int(potential.length);
  const candidates: Candidate[] = [];
  for (let index = 0; index < potential.length && candidates.length < wanted; index += 1) {
    const node = potential[(offset + index) % potential.length] as NodeInfo;
    const result = selectVictims(pod, node, filters, context);
    if ('victims' in result) candidates.push(result);
    else rejections.set(node, result);
  }
  return candidates;
}

/** Takes all pods of lower priority away, then gives back as many as possible, the most important first. */
function selectVictims(
  pod: PodInfo,
  node: NodeInfo,
  filters: readonly NodeFilter[],
  context: PreemptionContext,
): Candidate | Rejection {
  const lower: PodInfo[] = [];
  for (const other of node.pods.values()) if (other.priority < pod.priority) lower.push(other);
  // Most nodes of a full cluster have nobody who could go; they are not copied.
  if (lower.length === 0) return noVictims;
  const trial = node.clone();
  const remove = (victim: PodInfo): void => {
    trial.removePod(victim);
    for (const filter of filters) filter.removePod?.(victim, node);
  };
  const giveBack = (victim: PodInfo): void => {
    trial.addPod(victim);
    for (const filter of filters) filter.addPod?.(victim, node);
  };
  for (const other of lower) remove(other);
  const expected = context.nominator.podsBefore(pod, node.name);
  for (const other of expected) giveBack(other);
  const undo = (victims: readonly PodInfo[]): void => {
    for (const other of expected) remove(other);
    for (const other of victims) giveBack(other);
  };
  const rejection = runFilters(trial, filters);
  if (rejection !== undefined) {
    undo(lower);
    return rejection;
  }
  lower.sort((a, b) => compareImportance(a, b, context.nowMs));
  const { violating, others } = splitByBudgets(lower, context.budgets);
  const victims: PodInfo[] = [];
  let violations = 0;
  for (const other of [...violating, ...others]) {
    giveBack(other);
    if (runFilters(trial, filters) === undefined) continue;
    remove(other);
    victims.push(other);
    if (violating.includes(other)) violations += 1;
  }
  undo(victims);
  victims.sort((a, b) => compareImportance(a, b, context.nowMs));
  return { node, victims, violations };
}

function startMs({ pod }: PodInfo, nowMs: number): number {
  const text = pod.status?.startTime;
  return text === undefined ? nowMs : (tryParseTime(text) ?? nowMs);
}

/** Orders the more important pod first: higher priority, then longer running. */
function compareImportance(a: PodInfo, b: PodInfo, nowMs: number): number {
  return b.priority - a.priority || startMs(a, nowMs) - startMs(b, nowMs);
}

/** Separates the pods whose eviction would break a budget from the others, in the given order. */
function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: readonly PodInfo[]; others: readonly PodInfo[] } {
  const allowed = budgets.map((budget) => budget.status?.disruptionsAllowed ?? 0);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let isViolating = false;
    for (const [index, budget] of budgets.entries()) {
      if (!isCoveredBy(pod, budget)) continue;
      if (budget.status?.disruptedPods?.[nameOf(pod.pod)] !== undefined) continue;
      allowed[index] = (allowed[index] ?? 0) - 1;
      if ((allowed[index] ?? 0) < 0) isViolating = true;
    }
    (isViolating ? violating : others).push(pod);
  }
  return { violating, others };
}

function isCoveredBy(pod: PodInfo, budget: PodDisruptionBudget): boolean {
  if (budget.metadata.namespace !== pod.namespace) return false;
  const selector = selectorFromLabelSelector(budget.spec.selector);
  return selector.requirements.length > 0 && matchesLabels(selector, pod.labels);
}

/** Picks the node whose loss is least, by one measure after the other; at equal losses the first. */
function pickLeastHarm(candidates: readonly Candidate[], nowMs: number): Candidate | undefined {
  let best = candidates;
  const measures: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.priority ?? -Infinity,
    ({ victims }) => victims.reduce((sum, victim) => sum + victim.priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStartOfHighest(victims, nowMs),
  ];
  for (const measure of measures) {
    if (best.length <= 1) break;
    const least = Math.min(...best.map(measure));
    best = best.filter((candidate) => measure(candidate) === least);
  }
  return best[0];
}

/** When the victim that runs longest among those of the highest priority was started. */
function earliestStartOfHighest(victims: readonly PodInfo[], nowMs: number): number {
  const highest = victims[0]?.priority;
  const starts = victims
    .filter((victim) => victim.priority === highest)
    .map((victim) => startMs(victim, nowMs));
  return Math.min(...starts);
}
