/**
 * What one attempt to place a pod has found out: for preemption, for the message and for the decision table.
 *
 * Ours: one attempt as data, for the message, for preemption and for the page
 */
import type { NodeFilter, Rejection } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

/** The scores of one plugin for the possible nodes, weighted, in the order of the nodes. */
export interface PluginScores {
  readonly plugin: string;
  readonly scores: readonly number[];
}

/** What came out of an attempt. Lists of nodes and scores are good until the next attempt, which uses them again. */
export interface Attempt {
  readonly nodesTotal: number;
  /** The node that the pod goes to, if there is one. */
  readonly node: NodeInfo | undefined;
  readonly feasible: readonly NodeInfo[];
  readonly rejections: ReadonlyMap<NodeInfo, Rejection>;
  /** Set when one plugin rejected the pod on all nodes before looking at any. */
  readonly preFilterRejection: Rejection | undefined;
  /** The reason that stands for nodes which were not looked at. */
  readonly absentReason: string | undefined;
  /** Plugins that rejected the pod on some node, or kept nodes from being looked at. */
  readonly rejectedBy: ReadonlySet<string>;
  /** Empty where nothing was scored. */
  readonly scores: readonly PluginScores[];
  readonly totals: readonly number[];
  /** The filters as they stand, for a preemption's dry run. */
  readonly filters: readonly NodeFilter[];
}

/** Asks the filters in order; the first rejection counts. */
export function runFilters(node: NodeInfo, filters: readonly NodeFilter[]): Rejection | undefined {
  for (const filter of filters) {
    const rejection = filter.check(node);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}
