/**
 * How messages print a label selector.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 LabelSelector
 */
import { sortKeys } from '../../api/go-format.ts';
import type { LabelSelector } from '../../api/types.gen.ts';

/** Returns a label selector in the order in which Go prints it; null for none. */
export function printedSelector(selector: LabelSelector | undefined): unknown {
  if (!selector) return null;
  const { matchLabels, matchExpressions } = selector;
  return {
    matchLabels: matchLabels && sortKeys(matchLabels),
    matchExpressions: matchExpressions?.map(({ key, operator, values }) => ({
      key,
      operator,
      values,
    })),
  };
}
