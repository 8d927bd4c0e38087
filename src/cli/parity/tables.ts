/**
 * Tables of recorded answers, compared one by one:
 *
 * - `hashes`: the hash of each template or revision, computed;
 * - `validation` and `defaulting`: each manifest is decoded strictly and posted as a dry run to an API server of its own;
 *   code, message, causes and warnings must be the recorded ones, and of an accepted object every field but those that are
 *   drawn or allocated (uid, times, token names, cluster IPs, node ports) and nulls, which ours leaves out.
 *
 * What is not compared is named: kinds that are not in the kind table, manifests that were cut short in the recording,
 * and sequences of raw requests (`api`).
 */
import { basename, dirname } from 'node:path';
import { builtInKindTable, parseApiVersion } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { deepEqual } from '#sim/api/deep-equal.ts';
import { computeHash, hashControllerRevision } from '#sim/api/pod-template-hash.ts';
import { StatusError } from '#sim/api/status-error.ts';
import type { PodTemplateSpec } from '#sim/api/types.gen.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { ApiServer } from '#sim/apiserver/server.ts';
import { Engine } from '#sim/engine/engine.ts';
import { Scope } from '#sim/engine/scope.ts';
import type { Difference } from './compare.ts';
import { readJsonLines } from './scenario.ts';
import '#sim/parts/all.ts';

/** How one case came out, in the form of a scenario's verdict. */
export interface CaseVerdict {
  readonly name: string;
  readonly differences: readonly Difference[];
  readonly missing: string;
}

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
  return readJsonLines<{ readonly name?: string }>(path).map(({ name }, index) => ({
    name: `${area}/${name ?? index + 1}`,
    differences: [],
    missing: 'sequences of raw requests',
  }));
}

function verdict(name: string, what: string, recorded: unknown, simulated: unknown): CaseVerdict {
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
  const own = comparable({ code: recorded.code, body: recorded.response, warnings }, base);
  return verdict(name, 'answer', own, comparable(answerTo(row, recorded.manifest), base));
}

function rowOfPath(path: string): KindRow | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const apiVersion = parts[0] === 'api' ? (parts[1] ?? '') : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  const { group, version } = parseApiVersion(apiVersion);
  return builtInKindTable.byResource(group, parts.at(-1) ?? '', version);
}

interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** Posts a manifest to a fresh API server that takes no time. */
function answerTo(row: KindRow, manifest: string): Answer {
  const engine = new Engine(1);
  const instant = { lowMs: 0, highMs: 0 };
  const scope = new Scope(engine, 'kube-apiserver');
  const latency = { handle: instant, commit: instant };
  const server = new ApiServer({ engine, scope, latency });
  const inside = row.namespaced ? namespace : '';
  let answer: Answer = { code: 0, body: 'no answer', warnings: [] };
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

/** Replacements of what is drawn or allocated. */
const drawn: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<5>'],
  [/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"<time>"'],
  [/"10\.96\.\d+\.\d+"/g, '"<ip>"'],
  [/"(nodePort|healthCheckNodePort)":\d+/g, '"$1":"<port>"'],
];

/** Fields that are left out of both sides, wherever they stand. */
const leftOut = new Set(['managedFields', 'resourceVersion', 'selfLink']);

function comparable({ code, body, warnings }: Answer, generateName: string): unknown {
  const isRefused = code >= 400;
  const text = JSON.stringify(
    isRefused ? refusalOf(code, body) : { code, body, warnings },
    (key: string, value: unknown) => (value === null || leftOut.has(key) ? undefined : value),
  );
  const named = generateName === '' ? text : text.replaceAll(suffixOf(generateName), '<name>');
  return JSON.parse(drawn.reduce((kept, [pattern, mark]) => kept.replace(pattern, mark), named));
}

function suffixOf(generateName: string): RegExp {
  const base = generateName.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${base}[a-z0-9]{5}\\b`, 'g');
}

function refusalOf(code: number, body: unknown): unknown {
  const { message, details } = body as { message?: string; details?: { causes?: unknown } };
  return { code, message, causes: details?.causes ?? [] };
}
