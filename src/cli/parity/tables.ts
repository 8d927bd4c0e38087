/**
 * Tables of recorded answers, compared one by one:
 *
 * - `hashes`: the hash of each template or revision, computed;
 * - `validation` and `defaulting`: each manifest is decoded strictly and posted as a dry run to an API server of its own;
 *   code, message, causes and warnings must be the recorded ones, and of an accepted object every field but those that are
 *   drawn or allocated (see comparable.ts);
 * - `api`: sequences of raw requests, each answer for itself (see exchanges.ts).
 *
 * What is not compared is named: kinds that are not in the kind table, manifests that were cut short in the recording.
 */
import { basename, dirname } from 'node:path';
import { builtInKindTable, parseApiVersion } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { computeHash, hashControllerRevision } from '#sim/api/pod-template-hash.ts';
import { StatusError } from '#sim/api/status-error.ts';
import type { PodTemplateSpec } from '#sim/api/types.gen.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { ApiServer } from '#sim/apiserver/server.ts';
import { Engine } from '#sim/engine/engine.ts';
import { Scope } from '#sim/engine/scope.ts';
import { comparable } from './comparable.ts';
import { compareSequence } from './exchanges.ts';
import type { Sequence } from './exchanges.ts';
import type { HttpAnswer } from './http-facade.ts';
import { readJsonLines } from './scenario.ts';
import { verdict } from './verdict.ts';
import type { CaseVerdict } from './verdict.ts';
import '#sim/parts/all.ts';

interface HashCase {
  readonly owner?: string;
  readonly hash: string;
  readonly from: string;
  readonly template?: PodTemplateSpec;
  readonly data?: { readonly spec: { readonly template: PodTemplateSpec & { $patch: string } } };
}

interface CreateCase {
  readonly name: string;
  readonly manifest: string;
  readonly path?: string;
  readonly code?: number;
  readonly warning?: string;
  readonly manifestTruncated?: number;
  readonly response?: unknown;
}

/** The namespace that the recorded manifests were posted to. */
const namespace = 'cases';

/** Compares every case of a table. */
export function compareTable(path: string): CaseVerdict[] {
  const area = basename(dirname(path));
  if (area === 'hashes') return readJsonLines<HashCase>(path).map(compareHash);
  if (area === 'validation' || area === 'defaulting') {
    if (basename(path).startsWith('create')) {
      return readJsonLines<CreateCase>(path).map((recorded) => compareCreate(area, recorded));
    }
  }
  return readJsonLines<Sequence>(path).flatMap((sequence) => compareSequence(area, sequence));
}

function compareHash({ owner, hash, template, data, from }: HashCase, index: number): CaseVerdict {
  const name = `hashes/${index + 1}`;
  return verdict(name, from, hash, hashOf(owner, template, data));
}

function hashOf(
  owner: string | undefined,
  template: PodTemplateSpec | undefined,
  data: HashCase['data'],
): string {
  if (template !== undefined) return computeHash(template);
  if (owner !== 'DaemonSet' || data === undefined) return hashControllerRevision(data, 0);
  const { $patch: _patch, ...rest } = data.spec.template;
  return computeHash(rest);
}

function compareCreate(area: string, recorded: CreateCase): CaseVerdict {
  const name = `${area}/${recorded.name}`;
  const skip = (missing: string): CaseVerdict => ({ name, differences: [], missing });
  if (recorded.code === undefined) return skip('an answer that only kubectl gave');
  if (recorded.manifestTruncated !== undefined) return skip('a manifest cut short');
  const row = rowOfPath(recorded.path ?? '');
  if (row === undefined) return skip(`the kind at ${recorded.path ?? ''}`);
  const warnings = [...(recorded.warning ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = '""']) => JSON.parse(text) as string,
  );
  const [, base = ''] = /^ +generateName: (\S+)$/m.exec(recorded.manifest) ?? [];
  const own = judged({ code: recorded.code, body: recorded.response, warnings }, base);
  return verdict(name, 'answer', own, judged(answerTo(row, recorded.manifest), base));
}

function rowOfPath(path: string): KindRow | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const apiVersion = parts[0] === 'api' ? (parts[1] ?? '') : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  const { group, version } = parseApiVersion(apiVersion);
  return builtInKindTable.byResource(group, parts.at(-1) ?? '', version);
}

/** Posts a manifest to a fresh API server that takes no time. */
function answerTo(row: KindRow, manifest: string): HttpAnswer {
  const engine = new Engine(1);
  const instant = { lowMs: 0, highMs: 0 };
  const scope = new Scope(engine, 'kube-apiserver');
  const latency = { handle: instant, commit: instant };
  const server = new ApiServer({ engine, scope, latency });
  const inside = row.namespaced ? namespace : '';
  let answer: HttpAnswer = { code: 0, body: 'no answer', warnings: [] };
  const post = (resource: KindRow, to: string, body: unknown, isDryRun: boolean) =>
    server.serve({
      verb: 'create',
      group: resource.group,
      version: resource.version,
      resource: resource.plural,
      namespace: to,
      name: '',
      subresource: '',
      options: { fieldValidation: 'Strict', dryRun: isDryRun },
      body,
      userAgent: 'parity',
    });
  const namespaces = builtInKindTable.byResource('', 'namespaces');
  engine.spawn(
    'post',
    (function* () {
      try {
        if (namespaces !== undefined) {
          const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
          yield* post(namespaces, '', body, false);
        }
        const contentType = 'application/yaml';
        const { object } = decodeText(row, manifest, { fieldValidation: 'Strict', contentType });
        answer = yield* post(row, inside, object, true);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        answer = { code: error.status.code ?? 0, body: error.status, warnings: [] };
      }
    })(),
  );
  engine.run(60_000);
  return answer;
}

/** Of a refusal the message and its causes are compared. */
function judged({ code, body, warnings }: HttpAnswer, generateName: string): unknown {
  if (code < 400) return comparable({ code, body, warnings }, generateName);
  const { message, details } = body as { message?: string; details?: { causes?: unknown } };
  const refusal = { message, causes: details?.causes ?? [] };
  return comparable({ code, body: refusal, warnings: [] }, generateName);
}
