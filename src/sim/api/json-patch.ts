/**
 * JSON patches (RFC 6902), with the leniencies of the library that the API server uses: `replace` of a missing member
 * sets it, `test` of a missing member passes against null, `add` without a value adds null, an index may count from the end.
 *
 * Objects on the path of an operation come out with their keys sorted, as upstream prints them.
 *
 * Upstream: github.com/evanphx/json-patch v4 Patch.Apply
 */
import { deepEqual } from './deep-equal.ts';
import { compareText } from './go-format.ts';
import { isJsonObject } from './object.ts';
import type { Json } from './object.ts';

/** One operation as it stands in the body of a request; fields may be missing or wrong. */
export interface JsonPatchOperation {
  readonly op?: Json | undefined;
  readonly path?: Json | undefined;
  readonly from?: Json | undefined;
  readonly value?: Json | undefined;
}

/** A patch that cannot be carried out. The API server answers all of them with the same words. */
export class JsonPatchError extends Error {}

type Edit = (parent: Json[] | Record<string, Json | undefined>, token: string) => void;

function parsePointer(pointer: Json | undefined, name: string): readonly string[] {
  if (typeof pointer !== 'string') {
    throw new JsonPatchError(`operation missing ${name} field: missing value`);
  }
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new JsonPatchError(`doc is missing path: ${pointer}`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function listIndex(token: string, max: number): number {
  if (!/^-?\d+$/.test(token)) {
    throw new JsonPatchError(`value was not a proper array index: "${token}"`);
  }
  const index = Number(token) < 0 ? Number(token) + max + 1 : Number(token);
  if (index < 0 || index > max) {
    throw new JsonPatchError(`Unable to access invalid index: ${token}: invalid index referenced`);
  }
  return index;
}

/** Returns the value at the path; undefined for a missing member. Throws where the path leaves the data earlier. */
function read(document: Json, tokens: readonly string[], pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const token of tokens) {
    if (Array.isArray(value)) {
      const list = value as readonly Json[];
      value = list[listIndex(token, list.length - 1)];
    } else if (isJsonObject(value)) {
      value = Object.hasOwn(value, token) ? value[token] : undefined;
    } else {
      throw new JsonPatchError(`doc is missing path: "${pointer}": missing value`);
    }
  }
  return value;
}

/** Returns a copy of the document in which the parent of the path has been edited. */
function edit(document: Json, tokens: readonly string[], pointer: string, change: Edit): Json {
  const [token, ...rest] = tokens;
  const missing = (): JsonPatchError =>
    new JsonPatchError(`doc is missing path: "${pointer}": missing value`);
  if (token === undefined) throw missing();
  if (Array.isArray(document)) {
    const copy = [...(document as readonly Json[])];
    if (rest.length === 0) change(copy, token);
    else {
      const index = listIndex(token, copy.length - 1);
      copy[index] = edit(copy[index] ?? null, rest, pointer, change);
    }
    return copy;
  }
  if (!isJsonObject(document)) throw missing();
  const copy: Record<string, Json | undefined> = { ...document };
  if (rest.length === 0) change(copy, token);
  else {
    const child = Object.hasOwn(copy, token) ? copy[token] : undefined;
    if (child === undefined || child === null) throw missing();
    copy[token] = edit(child, rest, pointer, change);
  }
  const sorted: Record<string, Json | undefined> = {};
  for (const key of Object.keys(copy).sort(compareText)) sorted[key] = copy[key];
  return sorted;
}

function add(document: Json, pointer: string, tokens: readonly string[], value: Json): Json {
  if (tokens.length === 0) return value;
  return edit(document, tokens, pointer, (parent, token) => {
    if (!Array.isArray(parent)) parent[token] = value;
    else if (token === '-') parent.push(value);
    else parent.splice(listIndex(token, parent.length), 0, value);
  });
}

function remove(document: Json, pointer: string, tokens: readonly string[]): Json {
  return edit(document, tokens, pointer, (parent, token) => {
    if (Array.isArray(parent)) {
      parent.splice(listIndex(token, parent.length - 1), 1);
    } else if (Object.hasOwn(parent, token)) {
      delete parent[token];
    } else {
      throw new JsonPatchError(`Unable to remove nonexistent key: ${token}: missing value`);
    }
  });
}

function replace(document: Json, pointer: string, tokens: readonly string[], value: Json): Json {
  if (tokens.length === 0) return value;
  return edit(document, tokens, pointer, (parent, token) => {
    if (Array.isArray(parent)) parent[listIndex(token, parent.length - 1)] = value;
    else parent[token] = value;
  });
}

function applyOperation(document: Json, operation: JsonPatchOperation): Json {
  const tokens = parsePointer(operation.path, 'path');
  const pointer = String(operation.path);
  const value = operation.value ?? null;
  switch (operation.op) {
    case 'add':
      return add(document, pointer, tokens, value);
    case 'remove':
      return remove(document, pointer, tokens);
    case 'replace':
      return replace(document, pointer, tokens, value);
    case 'move': {
      const from = parsePointer(operation.from, 'from');
      const moved = read(document, from, String(operation.from)) ?? null;
      return add(remove(document, String(operation.from), from), pointer, tokens, moved);
    }
    case 'copy': {
      const from = parsePointer(operation.from, 'from');
      const copied = read(document, from, String(operation.from)) ?? null;
      return add(document, pointer, tokens, copied);
    }
    case 'test':
      if (deepEqual(read(document, tokens, pointer) ?? null, value)) return document;
      throw new JsonPatchError(`testing value ${pointer} failed: test failed`);
    default:
      throw new JsonPatchError(`Unexpected kind: ${String(operation.op ?? 'unknown')}`);
  }
}

/** Applies the operations in order. Throws a JsonPatchError at the first that cannot be carried out. */
export function applyJsonPatch(document: Json, patch: readonly JsonPatchOperation[]): Json {
  return patch.reduce<Json>(applyOperation, document);
}
