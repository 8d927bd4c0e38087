/**
 * Decodes an object that is to take the place of a stored one.
 *
 * What it shares with the stored object (the very same frozen data) was decoded and defaulted before and is taken as it is;
 * when only metadata and status differ, there is nothing to default.
 *
 * Ours: upstream decodes bytes, which share nothing.
 */
import type { KindRow } from '../api/kinds.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { decode } from './decode.ts';
import type { Decoded, DecodeOptions } from './decode.ts';
import { applyDefaults } from './defaults/defaults.ts';

/** Fields that no default depends on and that have none of their own. */
const undefaulted: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Decodes and defaults. Throws what `decode` throws. */
export function decodeOver(
  row: KindRow,
  body: unknown,
  current: KubeObject | undefined,
  options: DecodeOptions,
): Decoded {
  const { object, warnings } = decode(row, body, { ...options, over: current });
  return { object: isDefaulted(object, current) ? object : applyDefaults(object), warnings };
}

/** Whether all that defaults are about is the stored object's own. */
function isDefaulted(object: KubeObject, current: KubeObject | undefined): boolean {
  if (current === undefined) return false;
  const [next, old] = [object as unknown as JsonObject, current as unknown as JsonObject];
  return Object.keys(next).every((field) => undefaulted.has(field) || next[field] === old[field]);
}
