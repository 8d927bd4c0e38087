/**
 * The sentence that says why a pod could not be placed: `0/3 nodes are available: 3 Insufficient cpu. …`.
 *
 * Upstream: pkg/scheduler/framework/types.go FitError
 */
import type { Attempt } from './attempt.ts';
import type { Rejection } from './framework.ts';

/** What the sentence is about when there are no nodes at all. Upstream: ErrNoNodesAvailable */
export const noNodesAvailable = 'no nodes available to schedule pods';

/** Why an attempt found no node. */
export interface Diagnosis {
  readonly nodesTotal: number;
  /** One rejection per node that was looked at. */
  readonly rejections: Iterable<Rejection>;
  /** The reason that stands for each node that was not looked at. */
  readonly absentReason?: string | undefined;
  /** Set when one plugin rejected the pod before any node was looked at. */
  readonly preFilterReason?: string | undefined;
  /** What preemption has to say; '' when it has found victims. */
  readonly postFilterMessage: string;
}

/** Returns the sentence. Reasons are counted over nodes, and sorted as text together with their counts. */
export function fitErrorMessage(diagnosis: Diagnosis): string {
  const { nodesTotal, preFilterReason, postFilterMessage } = diagnosis;
  let message = `0/${nodesTotal} nodes are available:`;
  const reasons =
    preFilterReason === undefined ? countReasons(diagnosis).join(', ') : preFilterReason;
  if (reasons !== '') message += ` ${reasons}.`;
  if (postFilterMessage !== '') message += ` ${postFilterMessage}.`;
  return message;
}

function countReasons({ nodesTotal, rejections, absentReason }: Diagnosis): readonly string[] {
  const counts = new Map<string, number>();
  let nodes = 0;
  for (const rejection of rejections) {
    nodes += 1;
    for (const reason of rejection.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  if (absentReason !== undefined && nodes < nodesTotal) {
    counts.set(absentReason, (counts.get(absentReason) ?? 0) + nodesTotal - nodes);
  }
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
}

/** Returns the sentence about an attempt; `preemption` is what preemption has to say, '' when it has found victims. */
export function attemptMessage(attempt: Attempt, preemption: string): string {
  const { nodesTotal, rejections, absentReason, preFilterRejection } = attempt;
  if (preFilterRejection !== undefined) {
    // The plugin for devices has not been asked before nodes were looked at: it misses what it wanted to remember.
    const reasons = preFilterRejection.reasons.join(', ');
    return `0/${nodesTotal} nodes are available: ${reasons}. not found`;
  }
  return fitErrorMessage({
    nodesTotal,
    rejections: rejections.values(),
    absentReason,
    // The plugin for devices is asked before preemption and has this to say about every pod without claims.
    postFilterMessage:
      preemption === '' ? '' : `no new claims to deallocate, preemption: ${preemption}`,
  });
}
