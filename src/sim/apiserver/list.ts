/**
 * Pages of a list: `limit`, `continue` and what its metadata says.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/continue.go
 * Simplified: a page reads the newest state, not the one of the first page.
 */
import type { KubeObject } from '../api/object.ts';
import { namespacedName } from '../api/object.ts';
import { newBadRequest } from '../api/status-error.ts';
import type { ListMeta } from '../api/types.gen.ts';
import type { RequestOptions } from './request.ts';

/** One page of a list. */
export interface Page {
  readonly metadata: ListMeta;
  readonly items: readonly KubeObject[];
}

/** Cuts the page that a request asks for out of the objects, which are in key order. */
export function listPage(
  objects: readonly KubeObject[],
  options: RequestOptions,
  revision: number,
  isNarrowed: boolean,
): Page {
  const { limit = 0 } = options;
  const token = options.continue === undefined ? undefined : readToken(options.continue);
  const resourceVersion = String(token?.revision ?? revision);
  const rest =
    token === undefined ? objects : objects.filter((object) => keyOf(object) > token.after);
  if (limit <= 0 || rest.length <= limit) return { metadata: { resourceVersion }, items: rest };
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const next = last === undefined ? '' : writeToken(Number(resourceVersion), keyOf(last));
  const remaining = isNarrowed ? {} : { remainingItemCount: rest.length - limit };
  return { metadata: { resourceVersion, continue: next, ...remaining }, items };
}

function keyOf(object: KubeObject): string {
  return `/${namespacedName(object)}`;
}

/** The token's text, as upstream's: base64 of JSON; `start` is the key after the last one. */
function writeToken(revision: number, after: string): string {
  return base64(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` }));
}

function readToken(text: string): { revision: number; after: string } {
  try {
    const { rv, start } = JSON.parse(unbase64(text)) as { rv: number; start: string };
    return { revision: rv, after: start.slice(0, -1) };
  } catch {
    throw newBadRequest(`continue key is not valid: illegal base64 data at input byte 0`);
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Raw URL base64 of ASCII text, which keys and JSON of them are. */
function base64(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index += 3) {
    const bytes = [0, 1, 2].map((offset) => text.charCodeAt(index + offset) || 0);
    const [first = 0, second = 0, third = 0] = bytes;
    const bits = (first << 16) | (second << 8) | third;
    const count = Math.min(3, text.length - index) + 1;
    for (let digit = 0; digit < count; digit += 1) {
      result += alphabet.charAt((bits >> (18 - 6 * digit)) & 63);
    }
  }
  return result;
}

function unbase64(text: string): string {
  let bits = 0;
  let count = 0;
  let result = '';
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw new Error(`not base64: ${character}`);
    bits = (bits << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
  }
  return result;
}
