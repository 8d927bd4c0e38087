/**
 * Decodes an object that is to take the place of a stored one.
 *
 * Top-level fields that it shares with the stored object (the very same frozen data) were decoded and defaulted before;
 * they are taken as they are. So a status that a kubelet patches costs what the status costs, however large the spec is.
 *
 * Ours: upstream decodes bytes, which share nothing.
 */
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
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
  const shared: Record<string, unknown> = {};
  const changed: Record<string, unknown> = {};
  if (current !== undefined && row.struct !== undefined && isJsonObject(body)) {
    const stored = current as unknown as JsonObject;
    for (const [field, value] of Object.entries(body)) {
      const isShared = typeof value === 'object' && value !== null && value === stored[field];
      (isShared ? shared : changed)[field] = value;
    }
  }
  if (Object.keys(shared).length === 0) {
    const { object, warnings } = decode(row, body, options);
    return { object: applyDefaults(object), warnings };
  }
  const { object, warnings } = decode(row, changed, options);
  const whole = { ...object, ...shared } as unknown as KubeObject;
  const needsDefaults = Object.keys(changed).some((field) => !undefaulted.has(field));
  return { object: needsDefaults ? applyDefaults(whole) : whole, warnings };
}
