/**
 * Lanes of a pod's own report of itself: its phase, then one lane for each condition that it ever had, in the order in which
 * they come true on the way to Ready.
 */
import { parseObjectKey } from '#sim/api/object-key.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { History, Version } from '#sim/lab/history.ts';
import type { StateId } from '../vocabulary.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Segment, TimeWindow } from './lane.ts';

const phaseHeightPx = 22;
const conditionHeightPx = 20;

/** The kubelet's own conditions from the first that comes true to the last; others, such as readiness gates, stand before Ready. */
const order = [
  'PodScheduled',
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  '',
  'Ready',
];

const phaseStates: Readonly<Record<string, StateId>> = {
  Pending: 'starting',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
};

const conditionStates: Readonly<Record<string, StateId>> = {
  True: 'condition-true',
  False: 'condition-false',
};

/** Makes the lanes of all pods that lived in a window, in order of creation. */
export function conditionLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  return history
    .keys('Pod')
    .filter((key) => (history.versions(key)[0]?.timeMs ?? Infinity) <= window.toMs)
    .flatMap((key) => podLanes(history, key, words));
}

function podLanes(history: History, key: string, words: Words): Lane[] {
  const versions = history.versions(key);
  const { name } = parseObjectKey(key);
  const types = new Set(versions.flatMap(({ object }) => conditionsOf(object).map((c) => c.type)));
  const lane = { object: key, marks: [] };
  const phase: Lane = {
    ...lane,
    kind: 'phase',
    label: name,
    detail: '',
    title: `Pod ${name}: ${words.phase}`,
    heightPx: phaseHeightPx,
    segments: segmentsOf(versions, history.endMs, (pod) => {
      const text = pod.status?.phase ?? '';
      return { state: phaseStates[text], text };
    }),
  };
  const conditions = [...types]
    .sort((one, other) => placeOf(one) - placeOf(other))
    .map((type): Lane => ({
      ...lane,
      kind: 'phase',
      label: type,
      detail: '',
      title: `Pod ${name}: condition ${type}`,
      heightPx: conditionHeightPx,
      segments: segmentsOf(versions, history.endMs, (pod) => {
        const found = conditionsOf(pod).find((condition) => condition.type === type);
        if (found === undefined) return { state: undefined };
        const state = conditionStates[found.status] ?? 'condition-unknown';
        const reason = found.status === 'True' ? '' : (found.reason ?? '');
        return { state, text: reason, title: [type, found.status, reason].join(' ').trim() };
      }),
    }));
  return [phase, ...conditions];
}

function placeOf(type: string): number {
  const place = order.indexOf(type);
  return place === -1 ? order.indexOf('') : place;
}

function conditionsOf(object: Version['object']) {
  return (object as Pod | undefined)?.status?.conditions ?? [];
}

/** How a version is drawn; without a state nothing is. */
interface Drawn {
  readonly state: StateId | undefined;
  readonly text?: string;
  readonly title?: string;
}

function segmentsOf(
  versions: readonly Version[],
  endMs: number,
  draw: (pod: Pod) => Drawn,
): Segment[] {
  const segments: Segment[] = [];
  for (const [index, { timeMs, object }] of versions.entries()) {
    if (object === undefined) continue;
    const { state, text, title } = draw(object as Pod);
    if (state === undefined) continue;
    const toMs = versions[index + 1]?.timeMs ?? endMs;
    const last = segments.at(-1);
    if (last?.state === state && last.text === text && last.toMs === timeMs) {
      segments[segments.length - 1] = { ...last, toMs };
    } else {
      segments.push({ fromMs: timeMs, toMs, state, text, title });
    }
  }
  return segments;
}
