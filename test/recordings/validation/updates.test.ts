import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { KindRow } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { newInvalid } from '#sim/api/status-error.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { applyDefaults } from '#sim/apiserver/defaults/defaults.ts';
import { patched } from '#sim/apiserver/patch.ts';
import type { PatchType } from '#sim/apiserver/request.ts';
import { strategyOf } from '#sim/apiserver/strategies.ts';
import { validateUpdate, warningsOf } from '#sim/apiserver/validation/validation.ts';
import { rowOfPath } from '../../sim/apiserver/recorded-cases.ts';
import '#sim/parts/all.ts';

/** One raw request with the answer of a real API server. */
interface Exchange {
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly contentType?: string;
    readonly body?: string;
  };
  readonly code?: number;
  readonly warnings?: readonly string[];
  readonly response?: Record<string, unknown>;
}

interface Sequence {
  readonly name: string;
  readonly namespace: string;
  readonly exchanges: readonly Exchange[];
}

/** Refusals that are not validation's, or differ, by the start of their message. */
const notCompared: readonly (readonly [start: string, reason: string])[] = [
  [' "" is invalid: patch', 'the patch itself is refused'],
  ['CSIDriver', 'the kind is not validated'],
  ['Job.batch "j" is invalid: [status.active', 'the controller had written to it in between'],
  ['Job.batch "j" is invalid: [status.completionTime', 'conditions of a Job are not validated'],
];

const url = new URL('./updates.jsonl', import.meta.url);
const sequences = readFileSync(url, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sequence);

/** A refused change with the object as the last accepted answer had it. */
interface Change {
  readonly title: string;
  readonly row: KindRow;
  readonly subresource: string;
  readonly old: KubeObject;
  readonly exchange: Exchange;
  readonly body: string;
}

function changesOf({ name, namespace, exchanges }: Sequence): Change[] {
  const objects = new Map<string, KubeObject>();
  return exchanges.flatMap((exchange, step) => {
    const { request, code = 0, response } = exchange;
    if (!request) return [];
    const parts = request.path.split('/').filter((part) => part !== '');
    const start = (parts[0] === 'api' ? 2 : 3) + (parts.includes('namespaces') ? 2 : 0);
    const resource = parts.slice(0, start + 1).join('/');
    const row = rowOfPath(`/${resource}`);
    if (!row) return [];
    const posted =
      request.method === 'POST' ? (response?.metadata as { name?: string }) : undefined;
    const key = `${resource}/${parts[start + 1] ?? posted?.name ?? ''}`;
    const subresource = parts[start + 2] ?? '';
    const old = objects.get(key);
    if (code < 300 && response?.kind === row.kind)
      objects.set(key, response as unknown as KubeObject);
    if (code !== 422 || !old || request.method === 'POST') return [];
    if (notCompared.some(([message]) => String(response?.message).startsWith(message))) return [];
    const body = (request.body ?? '').replaceAll('{ns}', namespace);
    const title = `${name} step ${step}: ${body.slice(0, 90).replaceAll('%', '%%')}`;
    return [{ title, row, subresource, old, exchange, body }];
  });
}

function kept(object: KubeObject, old: KubeObject, subresource: string): KubeObject {
  const { creationTimestamp, generation, resourceVersion, uid } = old.metadata;
  const metadata = {
    uid,
    ...object.metadata,
    namespace: old.metadata.namespace,
    creationTimestamp,
    generation,
    resourceVersion,
  };
  const { status } = (subresource === 'status' ? object : old) as { status?: unknown };
  const owner = subresource === 'status' ? old : object;
  return JSON.parse(JSON.stringify({ ...owner, metadata, status })) as KubeObject;
}

function answerTo({ row, subresource, old: recorded, exchange, body }: Change): unknown {
  const old = applyDefaults(recorded);
  const patchType = /(json|merge|strategic)[-a-z]*patch/.exec(
    exchange.request?.contentType ?? '',
  )?.[1];
  const object =
    exchange.request?.method === 'PUT'
      ? applyDefaults(decodeText(row, body, { fieldValidation: 'Warn' }).object)
      : patched(row, old, patchType as PatchType, JSON.parse(body), 'Warn').object;
  const next = kept(object, old, subresource);
  const prepare = strategyOf(row.kind).prepareForUpdate;
  const ready = subresource === '' && prepare ? prepare(next, old, context) : next;
  const errors = validateUpdate(ready, old, subresource);
  if (errors.length === 0) return { message: 'accepted' };
  const { message, details } = newInvalid(row, old.metadata.name ?? '', errors).status;
  return { message, causes: details?.causes };
}

const context = {
  nowMs: 0,
  random: { float: () => 0 } as never,
  get: () => undefined,
  list: () => [],
  allocator: {
    clusterIp: (wanted: string | undefined) => wanted ?? '10.96.0.1',
    nodePort: (wanted: number | undefined) => wanted ?? 30_000,
    release: () => undefined,
  },
};

describe('validateUpdate', () => {
  const changes = sequences.flatMap(changesOf);

  test('finds the recorded refusals', () => {
    expect(changes.length).toBeGreaterThan(70);
  });

  test.each(changes.map((change) => [change.title, change] as const))(
    'refuses as a real API server: %s',
    (_, change) => {
      const { message, details } = change.exchange.response as {
        message: string;
        details?: { causes?: unknown };
      };
      expect(answerTo(change)).toEqual({ message, causes: details?.causes });
    },
  );
});

describe('warningsOf', () => {
  const recorded = sequences.find(({ name }) => name === 'warnings/pod-and-service');

  test.each(
    (recorded?.exchanges ?? [])
      .filter(({ code }) => code === 201)
      .map((exchange) => [exchange.request?.body?.slice(0, 90) ?? '', exchange] as const),
  )('warns as a real API server: %s', (_, { request, warnings = [] }) => {
    const row = rowOfPath(request?.path ?? '') as KindRow;
    const { object } = decodeText(row, request?.body ?? '', { fieldValidation: 'Warn' });
    const texts = warnings.map((text) => JSON.parse(text.replace(/^299 - /, '')) as string);
    const ofKind = row.deprecation === undefined ? [] : [row.deprecation];
    expect([...ofKind, ...warningsOf(applyDefaults(object))]).toEqual(texts);
  });
});
