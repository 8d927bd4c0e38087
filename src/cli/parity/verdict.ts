/** How one case of a table came out. */
import { deepEqual } from '#sim/api/deep-equal.ts';
import type { Difference } from './difference.ts';

/** A verdict in the form of a scenario's. */
export interface CaseVerdict {
  readonly name: string;
  readonly differences: readonly Difference[];
  /** What is not compared; '' for what was. */
  readonly missing: string;
}

/** Compares two values; what differs is named by its path. */
export function verdict(
  name: string,
  what: string,
  recorded: unknown,
  simulated: unknown,
): CaseVerdict {
  const isEqual = deepEqual(recorded, simulated);
  if (isEqual) return { name, differences: [], missing: '' };
  const { path, one, other } = firstUnequal(recorded, simulated, what);
  const difference: Difference = {
    aspect: 'output',
    what: path,
    recorded: JSON.stringify(one) ?? 'absent',
    simulated: JSON.stringify(other) ?? 'absent',
  };
  return { name, differences: [difference], missing: '' };
}

/** Goes down to the first field, in order of names, in which two values differ. */
function firstUnequal(
  one: unknown,
  other: unknown,
  path: string,
): { readonly path: string; readonly one: unknown; readonly other: unknown } {
  const isPair = [one, other].every((value) => typeof value === 'object' && value !== null);
  if (isPair && Array.isArray(one) === Array.isArray(other)) {
    const [left, right] = [one, other] as Record<string, unknown>[];
    const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
    for (const name of [...names].sort()) {
      if (deepEqual(left?.[name], right?.[name])) continue;
      return firstUnequal(left?.[name], right?.[name], `${path}.${name}`);
    }
  }
  return { path, one, other };
}
