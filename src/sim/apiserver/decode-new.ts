/**
 * Decodes a new object. The spec of a pod that comes from a template is the template's own frozen data, the same for all pods of a
 * ReplicaSet: it is decoded once, and the pods share the outcome.
 *
 * What is remembered depends on nothing but that data; a body of a client is not frozen and is decoded each time.
 *
 * Ours: upstream decodes bytes, which share nothing.
 */
import { deepFreeze } from '../api/freeze.ts';
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { decode } from './decode.ts';
import type { Decoded, DecodeOptions } from './decode.ts';

/** Decoded specs by the frozen ones that they were made of; only those that nobody has to be warned of. */
const specs = new WeakMap<object, JsonObject>();

/** Decodes the data of a new object. Throws what `decode` throws. */
export function decodeNew(row: KindRow, body: unknown, options: DecodeOptions): Decoded {
  const given = row.kind === 'Pod' && isJsonObject(body) ? body['spec'] : undefined;
  if (!isJsonObject(given) || !Object.isFrozen(given)) return decode(row, body, options);
  const spec = specs.get(given);
  if (spec !== undefined) {
    const over = { spec } as unknown as KubeObject;
    return decode(row, { ...(body as JsonObject), spec }, { ...options, over });
  }
  const decoded = decode(row, body, options);
  // Fields that are ignored are not told of.
  if (decoded.warnings.length === 0 && options.fieldValidation !== 'Ignore') {
    specs.set(given, deepFreeze((decoded.object as unknown as { spec: JsonObject }).spec));
  }
  return decoded;
}
