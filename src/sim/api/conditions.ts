/**
 * Conditions of a status: `type` names one, `status` is `True`, `False` or `Unknown`.
 *
 * Lists are never changed; a changed list is a new one. A controller whose upstream has rules of its own for order
 * and transition time (Deployment) keeps them to itself.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/api/meta/conditions.go
 */

/** What conditions of every kind have in common. */
export interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
}

/** Finds the condition of a type. */
export function findCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition is there and `True`. */
export function isConditionTrue(
  conditions: readonly ConditionLike[] | undefined,
  type: string,
): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** Whether the condition is there and `False`. */
export function isConditionFalse(
  conditions: readonly ConditionLike[] | undefined,
  type: string,
): boolean {
  return findCondition(conditions, type)?.status === 'False';
}

/**
 * Sets a condition in the place of the one of its type, or last. The transition time of the old one stays as long as
 * the status does. Returns the same list when nothing changes.
 */
export function withCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  condition: T,
): readonly T[] {
  const list = conditions ?? [];
  const position = list.findIndex((other) => other.type === condition.type);
  const old = list[position];
  if (!old) return [...list, condition];
  const next =
    old.status === condition.status
      ? { ...condition, lastTransitionTime: old.lastTransitionTime }
      : condition;
  const isSame =
    old.status === next.status && old.reason === next.reason && old.message === next.message;
  if (isSame) return list;
  return list.map((other, i) => (i === position ? next : other));
}

/** Returns the list without the condition of a type; the same list where there is none. */
export function withoutCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  type: string,
): readonly T[] {
  const list = conditions ?? [];
  return findCondition(list, type) ? list.filter((condition) => condition.type !== type) : list;
}
