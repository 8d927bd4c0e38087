/**
 * Taints and tolerations: a pod stays off nodes with taints that it does not tolerate.
 *
 * Upstream: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
 * Docs: /docs/concepts/scheduling-eviction/taint-and-toleration/
 */
import { deepEqual } from '../../api/deep-equal.ts';
import type { Node, Taint, Toleration } from '../../api/types.gen.ts';
import { defaultNormalizeScore, nodeScoreMax } from '../framework.ts';
import type { FilterPlugin, QueueingHints, Rejection, ScorePlugin } from '../framework.ts';

const name = 'TaintToleration';

const rejection: Rejection = {
  plugin: name,
  reasons: ['node(s) had untolerated taint(s)'],
  isResolvable: false,
};

/** Whether a toleration covers a taint. Upstream: staging/src/k8s.io/api/core/v1/toleration.go ToleratesTaint */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}

/** Whether one of the taints is covered by none of the tolerations. */
export function hasUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): boolean {
  for (const taint of taints) {
    if (!tolerations.some((toleration) => toleratesTaint(toleration, taint))) return true;
  }
  return false;
}

function keepsAway(node: Node, tolerations: readonly Toleration[]): boolean {
  const taints = (node.spec.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule');
  return hasUntoleratedTaint(taints, tolerations);
}

/** Rejects nodes with untolerated taints; prefers nodes with fewer untolerated PreferNoSchedule taints. */
export const taintToleration: FilterPlugin & ScorePlugin & QueueingHints = {
  name,
  weight: 3,
  preFilter(pod) {
    const { tolerations } = pod;
    return {
      filter: {
        isLocal: true,
        check: (node) =>
          node.hardTaints.length > 0 && hasUntoleratedTaint(node.hardTaints, tolerations)
            ? rejection
            : undefined,
      },
    };
  },
  preScore(pod, cache) {
    if (!cache.hasSoftTaints) return { uniform: nodeScoreMax, score: () => 0 };
    const tolerations = pod.tolerations.filter(
      (toleration) => !toleration.effect || toleration.effect === 'PreferNoSchedule',
    );
    return {
      localVersion: 0,
      score: (node) =>
        node.softTaints.filter((taint) => hasUntoleratedTaint([taint], tolerations)).length,
      normalize: (scores) => defaultNormalizeScore(scores, true),
    };
  },
  isWorthTrying(pod, event) {
    switch (event.type) {
      case 'node-added':
        return !keepsAway(event.node, pod.tolerations);
      case 'node-updated':
        return keepsAway(event.before, pod.tolerations) && !keepsAway(event.node, pod.tolerations);
      case 'target-pod-updated':
        return !deepEqual(event.before.spec.tolerations, event.pod.spec.tolerations);
      default:
        return false;
    }
  },
};
