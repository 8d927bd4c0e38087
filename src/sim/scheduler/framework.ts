/**
 * What the scheduler's plugins are: the points at which they are asked, and their answers.
 *
 * A plugin is asked once per pod what it needs to know (`preFilter`, `preScore`); it answers with an object that
 * then judges node by node, so that a plugin which has nothing to say about a pod costs nothing per node.
 *
 * Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go PreFilterPlugin, FilterPlugin, ScorePlugin
 * Docs: /docs/concepts/scheduling-eviction/scheduling-framework/
 */
import type { Node, PersistentVolumeClaim, Pod } from '../api/types.gen.ts';
import type { Cache } from './cache.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** The highest score of one plugin for one node, before its weight. */
export const nodeScoreMax = 100;

/** Why a pod cannot go to a node. `isResolvable` says whether evicting pods from the node could help. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  readonly isResolvable: boolean;
}

/** One plugin's judgement of nodes for one pod, during one attempt. */
export interface NodeFilter {
  /**
   * Set when the verdict follows from the pod's signature and the node by itself, and from nothing else: then it holds
   * for all pods of that signature until the node changes.
   */
  readonly isLocal?: true;
  /** Returns why the pod cannot go there, or undefined when it can. */
  check(node: NodeInfo): Rejection | undefined;
  /** Tells that a pod is thought to be on the node (the dry run of a preemption). */
  addPod?(pod: PodInfo, node: NodeInfo): void;
  /** Tells that a pod is thought to be gone from the node. */
  removePod?(pod: PodInfo, node: NodeInfo): void;
}

/** What `preFilter` answers; nothing when the plugin has no say in this pod's case. */
export interface PreFilterAnswer {
  /** Rejects the pod on all nodes. */
  readonly rejection?: Rejection | undefined;
  readonly filter?: NodeFilter | undefined;
  /** The only nodes worth looking at, by name. */
  readonly nodeNames?: readonly string[] | undefined;
}

/** Decides on which nodes a pod can run. */
export interface FilterPlugin {
  readonly name: string;
  preFilter(pod: PodInfo, cache: Cache): PreFilterAnswer | undefined;
}

/** One plugin's scores of nodes for one pod, during one attempt. */
export interface NodeScorer {
  /** Set when all nodes have the same final score; then nothing else is asked. */
  readonly uniform?: number;
  /**
   * Set when the raw score follows from the pod's signature, the node by itself and this number, and from nothing else:
   * then it holds for all pods of that signature until the node or the number changes.
   */
  readonly localVersion?: number;
  score(node: NodeInfo): number;
  /** Brings raw scores to 0…100, in place. */
  normalize?(scores: number[]): void;
}

/** Decides which of the possible nodes is the best. */
export interface ScorePlugin {
  readonly name: string;
  readonly weight: number;
  /** Returns nothing when the plugin makes no difference for this pod; it then does not count at all. */
  preScore(pod: PodInfo, cache: Cache, nodes: readonly NodeInfo[]): NodeScorer | undefined;
}

/** Keeps a pod out of the queue altogether. */
export interface PreEnqueuePlugin {
  readonly name: string;
  /** Whether the pod may be tried. */
  isReady(pod: Pod): boolean;
}

/** What can happen in the cluster that may make a rejected pod fit. */
export type ClusterEvent =
  | { readonly type: 'node-added'; readonly node: Node }
  | { readonly type: 'node-updated'; readonly before: Node; readonly node: Node }
  | { readonly type: 'node-deleted'; readonly node: Node }
  /** A pod with a node appeared: it was bound, or created with a node. */
  | { readonly type: 'assigned-pod-added'; readonly pod: Pod }
  | { readonly type: 'assigned-pod-updated'; readonly before: Pod; readonly pod: Pod }
  /** A pod with a node is gone or has come to its end. */
  | { readonly type: 'assigned-pod-deleted'; readonly pod: Pod }
  /** The waiting pod itself was changed. */
  | { readonly type: 'target-pod-updated'; readonly before: Pod; readonly pod: Pod }
  /** A claim for a volume was made or changed. */
  | { readonly type: 'claim-changed'; readonly claim: PersistentVolumeClaim }
  /** A volume or a storage class was made or changed. */
  | { readonly type: 'volume-changed' }
  /** Pods that waited too long are tried whatever happened. */
  | { readonly type: 'unschedulable-timeout' };

/** Says which events are worth another attempt for a pod that a plugin has rejected. */
export interface QueueingHints {
  readonly name: string;
  isWorthTrying(pod: PodInfo, event: ClusterEvent): boolean;
}

/** Scales scores so that the highest becomes 100; reversed, so that the highest becomes 0. */
export function defaultNormalizeScore(scores: number[], isReversed: boolean): void {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  for (let index = 0; index < scores.length; index += 1) {
    if (max === 0) {
      scores[index] = isReversed ? nodeScoreMax : 0;
      continue;
    }
    const scaled = Math.trunc(((scores[index] ?? 0) * nodeScoreMax) / max);
    scores[index] = isReversed ? nodeScoreMax - scaled : scaled;
  }
}
