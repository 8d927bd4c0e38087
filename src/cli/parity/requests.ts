/**
 * What became of the requests of a recorded client, compared with the same client in several seeds.
 *
 * The run is cut into stretches: from one act (a command that changes something, something done to a node, the start of the
 * load) to the next, so that a cluster that is faster or slower is compared in the same states. In each stretch and for each
 * class of outcomes
 *
 * - the recorded number must lie within the range of the seeds, stretched by a tenth and by one request;
 * - the first and the last must have been sent within the range of the seeds, counted from the act, stretched by 100 ms;
 * - the median time must lie within that of the seeds, stretched by 100 ms and a tenth.
 *
 * Of answered requests (200) it counts only whether there are any, and, where answers tell the pod, of how many pods: their
 * number is that of all others, and depends on how long the stretch was.
 */
import type { RequestRow } from '#sim/network/request-log.ts';
import type { Difference } from './difference.ts';
import { isReading } from './looker.ts';
import { recordedLoad } from './recorded-load.ts';
import type { Replay } from './replay.ts';
import type { Scenario, Step } from './scenario.ts';

const countSlackPart = 0.1;
const countSlack = 1;
const edgeSlackMs = 100;
const medianSlackPart = 0.1;
/** Answers in a stretch from which on each of its pods will have given one. */
const answersEnough = 60;

/** Outcomes that a client cannot tell apart by rule: which of them it is depends on a packet's luck. */
const classes: Readonly<Record<string, string>> = {
  timeout: 'no answer',
  'connect-timeout': 'no answer',
  'no-route': 'no answer',
  'net-unreachable': 'no answer',
  reset: 'cut off',
  eof: 'cut off',
  'http: server closed idle connection': 'cut off',
};

/** One request, counted from the beginning of its stretch. */
interface Sample {
  readonly atMs: number;
  readonly tookMs: number;
  readonly pod: string;
}

/** Requests by client, stretch and class. */
type Table = ReadonlyMap<string, readonly Sample[]>;

interface Request {
  readonly client: string;
  readonly t: number;
  readonly ms: number;
  readonly outcome: string;
  readonly pod: string;
}

/** Compares; nothing is returned when the recording lies among the seeds, or had no load. */
export function compareRequests(scenario: Scenario, replays: readonly Replay[]): Difference[] {
  const { requests = [], steps } = scenario;
  if (requests.length === 0) return [];
  const recorded = tableOf(
    requests.map(({ status, pod = '', ...rest }) => ({ ...rest, outcome: String(status), pod })),
    steps.filter(isAct).map(({ atMs }) => atMs),
  );
  const simulated = replays.map((replay) =>
    tableOf(
      (replay.requests ?? []).map(requestOf),
      replay.steps.filter(({ step }) => isAct(step)).map(({ startMs }) => startMs),
    ),
  );
  const anonymous = steps.map(recordedLoad).filter((load) => load?.path !== '/hostname');
  const isNamed = (key: string): boolean =>
    anonymous.every((load) => load === undefined || !key.startsWith(`${load.name},`));
  const keys = new Set([recorded, ...simulated].flatMap((table) => [...table.keys()]));
  return [...keys].sort().flatMap((key) => {
    const others = simulated.map((table) => table.get(key) ?? []);
    return compareClass(key, recorded.get(key) ?? [], others, isNamed(key));
  });
}

function requestOf({ client, t, ms, outcome, pod }: RequestRow): Request {
  return { client, t, ms, outcome, pod };
}

/** Whether a step begins a new stretch. */
function isAct({ cmd, act, load }: Step): boolean {
  return act !== undefined || load !== undefined || (cmd !== undefined && !isReading(cmd));
}

function tableOf(requests: readonly Request[], acts: readonly number[]): Table {
  const table = new Map<string, Sample[]>();
  for (const { client, t, ms, outcome, pod } of requests) {
    if (outcome === 'pending') continue;
    const stretch = acts.findLastIndex((startMs) => startMs <= t);
    const key = `${client}, after act ${stretch + 1}: ${classes[outcome] ?? outcome}`;
    const sample = { atMs: t - (acts[stretch] ?? 0), tookMs: ms, pod };
    const samples = table.get(key);
    if (samples === undefined) table.set(key, [sample]);
    else samples.push(sample);
  }
  return table;
}

function compareClass(
  key: string,
  own: readonly Sample[],
  others: readonly (readonly Sample[])[],
  isNamed: boolean,
): Difference[] {
  if (key.endsWith(': 200')) return compareAnswers(key, own, others, isNamed);
  const counts = others.map(({ length }) => length);
  const slack = Math.max(countSlack, own.length * countSlackPart);
  if (!isWithin(own.length, counts, slack)) {
    return [difference(`${key}: how many`, String(own.length), rangeOf(counts))];
  }
  const some = others.filter(({ length }) => length > 0);
  // A single request more or less is no window.
  if (own.length <= countSlack || some.length === 0) return [];
  const measures: readonly (readonly [string, (samples: readonly Sample[]) => number, number])[] = [
    ['first', (samples) => Math.min(...samples.map(({ atMs }) => atMs)), 0],
    ['last', (samples) => Math.max(...samples.map(({ atMs }) => atMs)), 0],
    ['median time', medianOf, medianSlackPart],
  ];
  return measures.flatMap(([name, measure, part]) => {
    const ms = measure(own);
    const range = some.map(measure);
    if (isWithin(ms, range, edgeSlackMs + ms * part)) return [];
    return [difference(`${key}: ${name}`, `${Math.round(ms)} ms`, `${rangeOf(range)} ms`)];
  });
}

function compareAnswers(
  key: string,
  own: readonly Sample[],
  others: readonly (readonly Sample[])[],
  isNamed: boolean,
): Difference[] {
  const enough = others.filter(({ length }) => length >= answersEnough);
  if (own.length > countSlack && others.every(({ length }) => length === 0)) {
    return [difference(`${key}: how many`, String(own.length), '0')];
  }
  if (own.length === 0 && others.every(({ length }) => length > countSlack)) {
    return [difference(`${key}: how many`, '0', rangeOf(others.map(({ length }) => length)))];
  }
  if (!isNamed || own.length < answersEnough || enough.length === 0) return [];
  const pods = enough.map(podsOf);
  if (isWithin(podsOf(own), pods, 0)) return [];
  return [difference(`${key}: by how many pods`, String(podsOf(own)), rangeOf(pods))];
}

/** How many pods have answered. */
function podsOf(samples: readonly Sample[]): number {
  return new Set(samples.map(({ pod }) => pod)).size;
}

function medianOf(samples: readonly Sample[]): number {
  const sorted = samples.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function isWithin(value: number, range: readonly number[], slack: number): boolean {
  return value >= Math.min(...range) - slack && value <= Math.max(...range) + slack;
}

function rangeOf(values: readonly number[]): string {
  return `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))}`;
}

function difference(what: string, recorded: string, simulated: string): Difference {
  return { aspect: 'requests', what, recorded, simulated };
}
