/**
 * Resources: whether a pod fits into what is left of a node, and which node is left emptiest or most balanced.
 *
 * Upstream: pkg/scheduler/framework/plugins/noderesources Fit, LeastAllocated, BalancedAllocation
 * Docs: /docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled
 * Simplified: scoring looks at CPU and memory, the default resources; strategies and weights cannot be configured.
 */
import type { Node, Pod } from '../../api/types.gen.ts';
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
import { nodeInfoOf } from '../node-info.ts';
import type { NodeInfo } from '../node-info.ts';
import { PodInfo } from '../pod-info.ts';
import type { Resources } from '../resources.ts';

const fitName = 'NodeResourcesFit';
const balancedName = 'NodeResourcesBalancedAllocation';

const rejections = new Map<string, Rejection>();

function reject(reasons: readonly string[], isResolvable: boolean): Rejection {
  const key = `${isResolvable}/${reasons.join('/')}`;
  let rejection = rejections.get(key);
  if (rejection === undefined) {
    rejection = { plugin: fitName, reasons, isResolvable };
    rejections.set(key, rejection);
  }
  return rejection;
}

class Fit implements NodeFilter, NodeScorer {
  readonly isLocal = true;
  readonly localVersion = 0;
  readonly #pod: PodInfo;
  readonly #requests: Resources;
  readonly #isBestEffort: boolean;

  constructor(pod: PodInfo) {
    this.#pod = pod;
    this.#requests = pod.requests.requests;
    const { milliCpu, memory, ephemeralStorage, scalars } = this.#requests;
    this.#isBestEffort =
      milliCpu === 0 && memory === 0 && ephemeralStorage === 0 && scalars === undefined;
  }

  check(node: NodeInfo): Rejection | undefined {
    const hasRoom = node.pods.size < node.podsMax;
    if (hasRoom && this.#isBestEffort) return undefined;
    const { milliCpu, memory, ephemeralStorage, scalars } = this.#requests;
    const { allocatable, requested } = node;
    if (
      hasRoom &&
      scalars === undefined &&
      milliCpu <= allocatable.milliCpu - requested.milliCpu &&
      memory <= allocatable.memory - requested.memory &&
      ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage
    ) {
      return undefined;
    }
    return this.#explain(node);
  }

  /** Says what is missing, or nothing when the pod fits after all. */
  #explain(node: NodeInfo): Rejection | undefined {
    const reasons: string[] = [];
    let isResolvable = true;
    if (node.pods.size >= node.podsMax) reasons.push('Too many pods');
    const compare = (name: string, wanted: number, whole: number, used: number): void => {
      if (wanted <= 0 || wanted <= whole - used) return;
      reasons.push(`Insufficient ${name}`);
      if (wanted > whole) isResolvable = false;
    };
    const { allocatable, requested } = node;
    const wanted = this.#requests;
    compare('cpu', wanted.milliCpu, allocatable.milliCpu, requested.milliCpu);
    compare('memory', wanted.memory, allocatable.memory, requested.memory);
    compare(
      'ephemeral-storage',
      wanted.ephemeralStorage,
      allocatable.ephemeralStorage,
      requested.ephemeralStorage,
    );
    for (const [name, value] of wanted.scalars ?? []) {
      compare(name, value, allocatable.scalars?.get(name) ?? 0, requested.scalars?.get(name) ?? 0);
    }
    return reasons.length === 0 ? undefined : reject(reasons, isResolvable);
  }

  score(node: NodeInfo): number {
    const { milliCpu, memory } = node.allocatable;
    let sum = 0;
    let weights = 0;
    if (milliCpu > 0) {
      sum += leastRequested(node.nonZeroMilliCpu + this.#pod.requests.nonZeroMilliCpu, milliCpu);
      weights += 1;
    }
    if (memory > 0) {
      sum += leastRequested(node.nonZeroMemory + this.#pod.requests.nonZeroMemory, memory);
      weights += 1;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  }
}

function leastRequested(requested: number, whole: number): number {
  return requested > whole ? 0 : Math.trunc(((whole - requested) * nodeScoreMax) / whole);
}

/** Rejects nodes without room; prefers the one with the most left. */
export const nodeResourcesFit: FilterPlugin & ScorePlugin & QueueingHints = {
  name: fitName,
  weight: 1,
  preFilter: (pod) => ({ filter: new Fit(pod) }),
  preScore: (pod) => new Fit(pod),
  isWorthTrying: (pod, event) => isWorthTryingToFit(pod, event),
};

function isWorthTryingToFit(pod: PodInfo, event: ClusterEvent): boolean {
  switch (event.type) {
    case 'assigned-pod-deleted':
      return true;
    case 'assigned-pod-updated':
      return wantsLessOf(pod, event.before, event.pod);
    case 'target-pod-updated':
      return wantsLessOf(pod, event.before, event.pod);
    case 'node-added':
      return fitsEmptyNode(pod, event.node);
    case 'node-updated':
      return fitsEmptyNode(pod, event.node) && hasMoreOf(pod, event.before, event.node);
    default:
      return false;
  }
}

function fitsEmptyNode(pod: PodInfo, node: Node): boolean {
  return new Fit(pod).check(nodeInfoOf(node)) === undefined;
}

function wantsLessOf(pod: PodInfo, before: Pod, after: Pod): boolean {
  if (before.spec.containers === after.spec.containers) return false;
  const wanted = pod.requests.requests;
  const was = new PodInfo(before).requests.requests;
  const is = new PodInfo(after).requests.requests;
  return (
    (wanted.milliCpu > 0 && is.milliCpu < was.milliCpu) ||
    (wanted.memory > 0 && is.memory < was.memory)
  );
}

function hasMoreOf(pod: PodInfo, before: Node, after: Node): boolean {
  const wanted = pod.requests.requests;
  const [was, is] = [nodeInfoOf(before), nodeInfoOf(after)];
  if (is.podsMax > was.podsMax) return true;
  if (wanted.milliCpu > 0 && is.allocatable.milliCpu > was.allocatable.milliCpu) return true;
  if (wanted.memory > 0 && is.allocatable.memory > was.allocatable.memory) return true;
  if (
    wanted.ephemeralStorage > 0 &&
    is.allocatable.ephemeralStorage > was.allocatable.ephemeralStorage
  ) {
    return true;
  }
  for (const name of wanted.scalars?.keys() ?? []) {
    const more = is.allocatable.scalars?.get(name) ?? 0;
    if (more > (was.allocatable.scalars?.get(name) ?? 0)) return true;
  }
  return false;
}

class Balance implements NodeScorer {
  readonly localVersion = 0;
  readonly #milliCpu: number;
  readonly #memory: number;

  constructor(requests: Resources) {
    this.#milliCpu = requests.milliCpu;
    this.#memory = requests.memory;
  }

  score(node: NodeInfo): number {
    const { requested, allocatable } = node;
    const without = balance(requested.milliCpu, requested.memory, allocatable);
    const withPod = balance(
      requested.milliCpu + this.#milliCpu,
      requested.memory + this.#memory,
      allocatable,
    );
    const half = nodeScoreMax / 2;
    return half + Math.trunc((half + withPod - without) / 2);
  }
}

/** How evenly CPU and memory are used, 0…100. */
function balance(milliCpu: number, memory: number, allocatable: Resources): number {
  if (allocatable.milliCpu === 0 || allocatable.memory === 0) return nodeScoreMax;
  const cpuFraction = Math.min(1, milliCpu / allocatable.milliCpu);
  const memoryFraction = Math.min(1, memory / allocatable.memory);
  const deviation = Math.abs((cpuFraction - memoryFraction) / 2);
  return Math.trunc((1 - deviation) * nodeScoreMax);
}

/** Prefers nodes whose CPU and memory become more evenly used by the pod. */
export const nodeResourcesBalancedAllocation: ScorePlugin = {
  name: balancedName,
  weight: 1,
  preScore(pod) {
    const { requests } = pod.requests;
    return requests.milliCpu === 0 && requests.memory === 0 ? undefined : new Balance(requests);
  },
};
