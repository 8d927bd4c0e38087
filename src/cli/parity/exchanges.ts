/**
 * Sequences of raw requests (`api/updates.jsonl`), replayed against a cluster of their own and compared answer by answer.
 *
 * - `{ns}`, `{rv:Kind/name}` and `{uid:Kind/name}` in a request stand for the namespace and for values of earlier answers.
 * - Code, warnings and the whole body are compared; what is drawn or allocated is masked, see `comparable`.
 * - What cannot be sent is named as not compared. When it would have written something, so is the rest of its sequence.
 */
import { valueAt } from '#sim/api/object.ts';
import { Cluster } from '#sim/cluster.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import { comparable } from './comparable.ts';
import type { CaseVerdict } from './verdict.ts';
import { verdict } from './verdict.ts';
import { sendHttp, whatRequestLacks } from './http-facade.ts';
import type { HttpAnswer, HttpRequest } from './http-facade.ts';

/** One request with its answer, or a pause in seconds. */
interface Exchange {
  readonly sleep?: number;
  readonly request?: HttpRequest;
  readonly code?: number;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
  readonly response?: unknown;
}

/** Requests in the order in which they were sent to one namespace. */
export interface Sequence {
  readonly name: string;
  readonly namespace: string;
  readonly exchanges: readonly Exchange[];
}

/** Virtual time in which the cluster comes up. */
const bootMs = 30_000;
/** The longest that an answer may take. */
const patienceMs = 60_000;

/** Replays one sequence; gives a verdict for each request. */
export function compareSequence(area: string, sequence: Sequence): CaseVerdict[] {
  const cluster = new Cluster({
    seed: 1,
    startMs: -bootMs,
    budgets: DEFAULT_BUDGETS,
    nodes: nodesOf({ nodes: 3 }),
  });
  const { engine } = cluster;
  engine.run(-bootMs / 2);
  const { namespace } = sequence;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  engine.spawn('setup', cluster.clientOf('setup').of('Namespace').create('', body));
  engine.run(0);
  const values = new Map([['ns', namespace]]);
  const verdicts: CaseVerdict[] = [];
  let spoiled = '';
  for (const [index, exchange] of sequence.exchanges.entries()) {
    if (exchange.sleep !== undefined) engine.run(engine.nowMs + exchange.sleep * 1_000);
    const { request } = exchange;
    if (request === undefined) continue;
    const name = `${area}/${sequence.name} ${index + 1}`;
    const lacks = spoiled === '' ? whatIsMissing(exchange, request, values) : spoiled;
    if (lacks !== '') {
      if (request.method !== 'GET' && spoiled === '') spoiled = `after ${lacks}`;
      verdicts.push({ name, differences: [], missing: lacks });
      continue;
    }
    const answer = send(cluster, filled(request, values));
    note(values, answer.body);
    verdicts.push(
      verdict(name, `${request.method} ${request.path}`, recordedOf(exchange), comparable(answer)),
    );
  }
  return verdicts;
}

function whatIsMissing(
  { contentType = '' }: Exchange,
  request: HttpRequest,
  values: ReadonlyMap<string, string>,
): string {
  const lacks = whatRequestLacks(filled(request, values));
  if (lacks !== '') return lacks;
  return contentType.startsWith('application/json') ? '' : 'answers that are no JSON';
}

function recordedOf({ code = 0, response, warnings = [] }: Exchange): unknown {
  const texts = warnings.map((warning) => {
    const [, text = '""'] = /^299 - ("(?:[^"\\]|\\.)*")$/.exec(warning) ?? [];
    return JSON.parse(text) as string;
  });
  return comparable({ code, body: response, warnings: texts });
}

/** Puts the values of earlier answers into a request. */
function filled(request: HttpRequest, values: ReadonlyMap<string, string>): HttpRequest {
  const fill = (text: string): string =>
    text.replaceAll(/\{(ns|(?:rv|uid):[^{}"]+)\}/g, (mark, key: string) => values.get(key) ?? mark);
  const { path, body, query } = request;
  return {
    ...request,
    path: fill(path),
    ...(body === undefined ? {} : { body: fill(body) }),
    ...(query === undefined
      ? {}
      : {
          query: Object.fromEntries(Object.entries(query).map(([key, text]) => [key, fill(text)])),
        }),
  };
}

function send({ engine, server }: Cluster, request: HttpRequest): HttpAnswer {
  let answer: HttpAnswer = { code: 0, body: 'no answer', warnings: [] };
  let isDone = false;
  engine.spawn(
    'request',
    (function* () {
      answer = yield* sendHttp(server, request);
      isDone = true;
    })(),
  );
  const untilMs = engine.nowMs + patienceMs;
  while (!isDone && engine.nowMs < untilMs) engine.run(engine.nowMs + 1);
  return answer;
}

function note(values: Map<string, string>, body: unknown): void {
  const named = `${text(body, 'kind')}/${text(body, 'metadata', 'name')}`;
  const version = text(body, 'metadata', 'resourceVersion');
  const uid = text(body, 'metadata', 'uid');
  if (version !== '') values.set(`rv:${named}`, version);
  if (uid !== '') values.set(`uid:${named}`, uid);
}

function text(object: unknown, ...path: string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}
