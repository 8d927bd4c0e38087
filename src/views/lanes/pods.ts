/** A lane for each pod: its states, its probes, hooks, signals and restarts. */
import { parseObjectKey } from '#sim/api/object-key.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { TraceEntry } from '#sim/engine/trace.ts';
import type { History, Version } from '#sim/lab/history.ts';
import { durationText } from '../markup.ts';
import { shortPodName } from '../names.ts';
import { podStateOf, troubleOf } from '../pod-state.ts';
import { entriesAbout } from '../trace-index.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Mark, Segment, Tick, TimeWindow } from './lane.ts';
import { extend } from './segments.ts';

const heightPx = 38;
/** Pitch once a picture holds many pods, and many more. */
const heightManyPx = 26;
const heightCrowdPx = 18;
const many = 9;
const crowd = 16;

/** Makes the lanes of all pods that lived in a window, outside the cluster's own namespace, in order of creation. */
export function podLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  const keys = history
    .keys('Pod')
    .filter((key) => parseObjectKey(key).namespace !== 'kube-system')
    .filter((key) => isThere(history.versions(key), window));
  const height = keys.length > crowd ? heightCrowdPx : keys.length > many ? heightManyPx : heightPx;
  return keys.map((key) => podLane(history, key, words, height));
}

function isThere(versions: readonly Version[], { fromMs, toMs }: TimeWindow): boolean {
  const first = versions[0];
  const last = versions.at(-1);
  if (first === undefined || last === undefined || first.timeMs > toMs) return false;
  return last.object !== undefined || last.timeMs >= fromMs;
}

function podLane(history: History, key: string, words: Words, heightOfLane: number): Lane {
  const versions = history.versions(key);
  const last = versions.findLast(({ object }) => object !== undefined)?.object as Pod | undefined;
  const entries = entriesAbout(history, key).map((id) => history.trace.entry(id));
  const { name } = parseObjectKey(key);
  return {
    kind: 'pod',
    label: last === undefined ? name : shortPodName(last),
    detail: last?.spec.nodeName ?? '',
    title: name,
    object: key,
    heightPx: heightOfLane,
    segments: segmentsOf(versions, entries, history.endMs, words),
    marks: marksOf(entries, words),
    ticks: ticksOf(entries),
  };
}

function segmentsOf(
  versions: readonly Version[],
  entries: readonly TraceEntry[],
  endMs: number,
  words: Words,
): Segment[] {
  const segments: Segment[] = [];
  for (const [index, { timeMs, object }] of versions.entries()) {
    if (object === undefined) continue;
    const pod = object as Pod;
    const toMs = versions[index + 1]?.timeMs ?? endMs;
    const state = podStateOf(pod);
    const goneMs = state === 'terminating' ? goneAt(pod, entries, timeMs, toMs) : undefined;
    if (goneMs !== undefined) {
      addState(segments, { fromMs: timeMs, toMs: goneMs, state });
      addState(segments, { fromMs: goneMs, toMs, state: 'gone', text: words.gone });
    } else {
      const text = state === 'backoff' ? troubleOf(pod) : undefined;
      addState(segments, { fromMs: timeMs, toMs, state, text });
    }
  }
  return segments;
}

/** Adds what lasts for a while; the state alone decides whether it goes on, whatever is said of it. */
function addState(segments: Segment[], next: Segment): void {
  if (next.toMs > next.fromMs) extend(segments, next, ({ state }) => state === next.state);
}

/** When the last process of a pod that is going had ended, within a stretch of time. */
function goneAt(
  pod: Pod,
  entries: readonly TraceEntry[],
  fromMs: number,
  toMs: number,
): number | undefined {
  const running = (pod.status?.containerStatuses ?? []).filter(
    ({ state }) => state?.running !== undefined,
  ).length;
  const ends = entries.filter(({ verb, timeMs }) => verb === 'container-exited' && timeMs <= toMs);
  const lastEnd = ends.at(-1)?.timeMs;
  if (running === 0) return lastEnd === undefined ? undefined : Math.max(fromMs, lastEnd);
  const own = ends.filter(({ timeMs }) => timeMs >= fromMs);
  return own.length >= running ? own.at(-1)?.timeMs : undefined;
}

type MarkOf = (entry: TraceEntry, words: Words) => Omit<Mark, 'timeMs' | 'entry'> | undefined;

const d = (entry: TraceEntry, field: string): string => String(entry.detail?.[field] ?? '');

const plain = (word: string, weight: number) => ({ word, weight, tone: 'plain' as const });
const bad = (word: string, weight: number) => ({ word, weight, tone: 'bad' as const });

/** The verbs that stand on a pod's lane. */
const markOf: Readonly<Record<string, MarkOf>> = {
  sigterm: (entry) => plain(d(entry, 'signal') || 'SIGTERM', 9),
  sigkill: () => bad('SIGKILL', 10),
  prestop: (_entry, words) => plain(words.preStop, 8),
  'prestop-done': (_entry, words) => ({ word: words.preStopDone, weight: 3, tone: 'faint' }),
  'prestop-overrun': (_entry, words) => bad(words.preStopDone, 7),
  'container-exited': (entry, words) =>
    d(entry, 'exitCode') === '0'
      ? plain(words.exit('0'), 6)
      : bad(words.exit(d(entry, 'exitCode')), 8),
  'container-started': (entry, words) =>
    Number(d(entry, 'attempt')) > 0 ? plain(words.restart(d(entry, 'attempt')), 7) : undefined,
  backoff: (entry, words) => bad(words.backOff(durationText(Number(d(entry, 'waitMs')))), 5),
  'oom-killed': (_entry, words) => bad(words.oom, 9),
  'pull-failed': (_entry, words) => bad(words.pullFailed, 9),
  'poststart-failed': (_entry, words) => bad(words.postStartFailed, 9),
  'probe-threshold': (entry, words) =>
    d(entry, 'result') === 'success' ? undefined : bad(words.probeFailed(d(entry, 'probe')), 8),
};

function marksOf(entries: readonly TraceEntry[], words: Words): Mark[] {
  return entries.flatMap((entry) => {
    const mark = markOf[entry.verb]?.(entry, words);
    return mark === undefined ? [] : [{ ...mark, timeMs: entry.timeMs, entry: entry.id }];
  });
}

function ticksOf(entries: readonly TraceEntry[]): Tick[] {
  return entries
    .filter(({ verb }) => verb === 'probe')
    .map((entry) => ({
      timeMs: entry.timeMs,
      isGood: d(entry, 'result') === 'success',
      entry: entry.id,
    }));
}
