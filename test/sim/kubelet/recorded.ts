/**
 * Recordings of pods on a real node, and the same pods on a simulated one: the states that a watching client sees one
 * after another, and the events. See test/recordings.
 */
import { readFileSync } from 'node:fs';
import type { Event, Pod } from '#sim/api/types.gen.ts';
import { TestNode, project } from './node.ts';
import type { FakeImage } from './fake-runtime.ts';

interface WatchRow {
  readonly t: number;
  readonly type: string;
  readonly kind: string;
  readonly name: string;
  readonly object?: unknown;
  readonly patch?: unknown;
}

/** One pod's story: its states without those that repeat, and its events with their counts. */
export interface Story {
  readonly states: readonly string[];
  readonly events: readonly string[];
}

export interface RecordedPod extends Story {
  readonly name: string;
  readonly createdMs: number;
  readonly spec: Record<string, unknown>;
  readonly deletedMs: number | undefined;
  readonly graceSeconds: number | undefined;
  readonly endMs: number;
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = {
    ...(typeof target === 'object' ? (target as Record<string, unknown>) : {}),
  };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

/** Drops states that repeat the one before, those before the kubelet took part, and the removal itself. */
export function distinct(pods: readonly Pod[]): string[] {
  const states: string[] = [];
  for (const pod of pods) {
    if (pod.status?.startTime === undefined || pod.metadata.deletionGracePeriodSeconds === 0)
      continue;
    const state = project(pod);
    if (states[states.length - 1] !== state) states.push(state);
  }
  return states;
}

/** Whether the first attempt of a probe comes before the port is open, and the last one after the end, is a race. */
export function isByChance({ reason, message = '' }: Event): boolean {
  if (reason !== 'Unhealthy') return false;
  return /connection refused|errored and resulted in unknown state/.test(message);
}

export function eventLine({ reason, message, count }: Event): string {
  const text = (message ?? '')
    .replace(/\([0-9a-f-]{36}\)/, '(UID)')
    .replace(/_[^(]+\(UID/, '_NS(UID');
  const anyNamespace = text.replace(/ (ConfigMap|Secret) [\w-]+\//, ' $1 NS/');
  const anyIp = anyNamespace.replace(/10\.244\.\d+\.\d+/g, 'IP');
  return reason === 'Unhealthy' ? `${reason}: ${anyIp}` : `${reason}: ${anyIp} x${count}`;
}

/** Reads a recording of area `pods`. */
export function recordedPods(
  scenario: string,
  root = new URL('../../recordings/pods/', import.meta.url).href,
): readonly RecordedPod[] {
  const url = new URL(`${scenario}/watch.jsonl`, root);
  const rows = readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WatchRow);
  const objects = new Map<string, unknown>();
  const states = new Map<string, { t: number; pod: Pod }[]>();
  const events = new Map<string, Event>();
  for (const { t, kind, name, object, patch } of rows) {
    const key = `${kind}/${name}`;
    const next = object ?? merge(objects.get(key), patch);
    objects.set(key, next);
    if (kind === 'Event') events.set(name, next as Event);
    if (kind !== 'Pod') continue;
    const list = states.get(name) ?? [];
    list.push({ t, pod: next as Pod });
    states.set(name, list);
  }
  const endMs = rows[rows.length - 1]?.t ?? 0;
  return [...states].map(([name, list]) => {
    const { nodeName: _node, ...spec } = (list[0] as { pod: Pod }).pod.spec;
    const deleted = list.find(({ pod }) => pod.metadata.deletionTimestamp !== undefined);
    return {
      name,
      createdMs: list[0]?.t ?? 0,
      spec: spec as unknown as Record<string, unknown>,
      deletedMs: deleted?.t,
      graceSeconds: deleted?.pod.metadata.deletionGracePeriodSeconds,
      endMs,
      states: distinct(list.map(({ pod }) => pod)),
      events: [...events.values()]
        .filter(
          (event) =>
            event.involvedObject.name === name &&
            event.source?.component === 'kubelet' &&
            !isByChance(event),
        )
        .map(eventLine),
    };
  });
}

/** What a test adds to a recorded pod. */
export interface Replay {
  readonly seed?: number;
  /** The one pod of the recording that is looked at; by default all are. */
  readonly only?: string;
  /** When to delete the pod, where the recorded time would not do. */
  readonly deletedMs?: number;
  /** States at the start that the recording does not have. */
  readonly unrecorded?: number;
  /** How long to look on after the recording's end, where waits are drawn. */
  readonly extraMs?: number;
  readonly images?: Readonly<Record<string, FakeImage>>;
  /** Prepares the node. Times of `at` are those of the recording. */
  readonly prepare?: (node: TestNode, at: (ms: number, act: () => void) => void) => void;
}

/** Creates and deletes the recorded pod at the recorded times on a simulated node. */
export function replay(
  recorded: RecordedPod,
  { seed = 1, extraMs = 1_500, images = {}, prepare, deletedMs }: Replay,
): Story {
  const node = new TestNode(images, { seed });
  const startMs = node.harness.engine.nowMs;
  const acts: { ms: number; act: () => void }[] = [
    { ms: recorded.createdMs, act: () => node.create(recorded.name, recorded.spec) },
  ];
  if (recorded.deletedMs !== undefined) {
    acts.push({
      ms: deletedMs ?? recorded.deletedMs,
      act: () => node.delete(recorded.name, recorded.graceSeconds),
    });
  }
  prepare?.(node, (ms, act) => acts.push({ ms, act }));
  acts.sort((a, b) => a.ms - b.ms);
  for (const { ms, act } of acts) {
    node.run(startMs + ms - node.harness.engine.nowMs);
    act();
  }
  node.run(startMs + recorded.endMs + extraMs - node.harness.engine.nowMs);
  const list = node.harness.do(node.harness.client.of('Event').list('default'));
  return {
    states: distinct(node.rows.map(({ pod }) => pod)),
    events: (list.items as readonly Event[])
      .filter((event) => event.involvedObject.name === recorded.name && !isByChance(event))
      .map(eventLine),
  };
}
