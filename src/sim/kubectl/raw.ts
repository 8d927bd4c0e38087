/**
 * `--raw`: requests by path, answered as the server's JSON.
 *
 * Simplified: paths of objects and lists, and the health checks; no discovery documents, no metrics.
 */
import { goQuote } from '../api/go-format.ts';
import type { KindRow } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { newResourceNotFound } from '../api/status-error.ts';
import type { Process } from '../engine/process.ts';
import { KubectlError } from './errors.ts';
import { apiVersionOf } from '../api/kinds.ts';
import type { Invocation } from './verb.ts';

/** A path of the API taken apart. */
interface RawPath {
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

const healthPaths = new Set(['/healthz', '/livez', '/readyz']);

/** Checks what may stand beside `--raw`. */
function checkRaw(invocation: Invocation): string {
  const { flags, args } = invocation;
  const path = flags.text('raw');
  if (args.length > 0)
    throw new KubectlError('arguments may not be passed when --raw is specified');
  if (flags.has('output') && flags.text('output') !== '') {
    throw new KubectlError('--raw and --output are mutually exclusive');
  }
  if (!path.startsWith('/')) {
    throw new KubectlError(
      `--raw must be a valid URL path: parse ${goQuote(path)}: invalid URI for request`,
    );
  }
  return path;
}

/** Answers `kubectl get --raw PATH`. */
export function* rawGet(invocation: Invocation): Process<number> {
  const path = checkRaw(invocation);
  if (healthPaths.has(path)) {
    invocation.out.stdout('ok');
    return 0;
  }
  const { row, namespace, name, subresource } = parseRawPath(invocation, path);
  const answer =
    name === ''
      ? yield* invocation.api.list(row, namespace, { limit: 0 })
      : yield* invocation.api.get(row, namespace, name, subresource);
  invocation.out.stdout(`${rawText(answer)}\n`);
  return 0;
}

/** Answers `kubectl delete --raw PATH`. */
export function* rawDelete(invocation: Invocation): Process<number> {
  const { row, namespace, name } = parseRawPath(invocation, checkRaw(invocation));
  const answer = yield* invocation.api.delete(row, namespace, name, {});
  invocation.out.stdout(`${rawText(answer)}\n`);
  return 0;
}

/** Answers `kubectl create --raw PATH -f FILE`. */
export function* rawCreate(invocation: Invocation, body: unknown): Process<number> {
  const { row, namespace, name, subresource } = parseRawPath(invocation, checkRaw(invocation));
  const answer =
    subresource === ''
      ? yield* invocation.api.create(row, namespace, body)
      : yield* invocation.api.post(row, namespace, name, subresource, body);
  invocation.out.stdout(`${rawText(answer)}\n`);
  return 0;
}

/** Writes an answer as the server does: the kind first. */
function rawText(answer: unknown): string {
  const { kind, apiVersion, ...rest } = answer as KubeObject;
  return JSON.stringify({ kind, apiVersion, ...rest });
}

function parseRawPath(invocation: Invocation, path: string): RawPath {
  const parts = (path.split('?')[0] ?? '').split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  const apiVersion = isCore ? parts[1] : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  let rest = parts.slice(isCore ? 2 : 3);
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1] ?? '';
    rest = rest.slice(2);
  }
  const [plural = '', name = '', ...subresource] = rest;
  const row = invocation.context.kinds.rows.find(
    (one) => apiVersionOf(one) === apiVersion && one.plural === plural,
  );
  if (!row || plural === '') throw newResourceNotFound();
  return { row, namespace, name, subresource: subresource.join('/') };
}
