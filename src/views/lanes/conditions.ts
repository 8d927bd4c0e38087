/**
 * Lanes of a pod's own report of itself: its phase, then one lane for each condition that it ever had, in the order in which
 * they come true on the way to Ready.
 */
import { parseObjectKey } from '#sim/api/object-key.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { History, Version } from '#sim/lab/history.ts';
import type { StateId } from '../vocabulary.ts';
import type { Words } from '../words/en.ts';
import type { Lane, TimeWindow } from './lane.ts';
import { keysUntil, segmentsOf } from './segments.ts';

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
  return keysUntil(history, 'Pod', window).flatMap((key) => podLanes(history, key, words));
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
    segments: segmentsOf(history, key, (pod) => {
      const text = (pod as Pod).status?.phase ?? '';
      const state = phaseStates[text];
      return state === undefined ? undefined : { state, text };
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
      segments: segmentsOf(history, key, (pod) => {
        const found = conditionsOf(pod).find((condition) => condition.type === type);
        if (found === undefined) return undefined;
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
