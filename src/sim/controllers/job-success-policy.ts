/**
 * Success policies: an Indexed Job that is done before all of its indexes are.
 *
 * Upstream: pkg/controller/job/success_policy.go matchSuccessPolicy
 * Docs: /docs/concepts/workloads/controllers/job/#success-policy
 */
import type { SuccessPolicy } from '../api/types.gen.ts';
import { parseIndexes, totalOf } from './job-indexes.ts';
import type { OrderedIntervals } from './job-indexes.ts';

/** Returns the message of the first rule that the succeeded indexes meet, or undefined when none is met. */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: OrderedIntervals,
): string | undefined {
  if (policy === undefined || succeeded.length === 0) return undefined;
  for (const [index, { succeededIndexes, succeededCount }] of policy.rules.entries()) {
    const isMet =
      succeededIndexes === undefined
        ? succeededCount !== undefined && totalOf(succeeded) >= succeededCount
        : isRuleMet(parseIndexes(succeededIndexes, completions), succeeded, succeededCount);
    if (isMet) return `Matched rules at index ${index}`;
  }
  return undefined;
}

/** All indexes of the rule have to be there, or as many of them as its count says. */
function isRuleMet(
  wanted: OrderedIntervals,
  succeeded: OrderedIntervals,
  count: number | undefined,
): boolean {
  if (wanted.length === 0) return false;
  const contained = overlapOf(wanted, succeeded);
  return contained === totalOf(wanted) || (count !== undefined && contained >= count);
}

/** Returns how many indexes are in both sets. */
function overlapOf(one: OrderedIntervals, other: OrderedIntervals): number {
  let [i, j, sum] = [0, 0, 0];
  for (;;) {
    const [a, b] = [one[i], other[j]];
    if (a === undefined || b === undefined) return sum;
    sum += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
    if (a.last <= b.last) i += 1;
    if (b.last <= a.last) j += 1;
  }
}
