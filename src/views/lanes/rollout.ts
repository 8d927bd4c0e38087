/**
 * A lane for each Deployment: its available pods, those of the newest template upon the older ones, between the two
 * limits that a rolling update keeps.
 *
 * The limits are those of the spec at each moment; a Recreate Deployment keeps none and has no lines.
 */
import { scaledIntOrPercent } from '#sim/api/int-or-string.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type { Deployment, ReplicaSet } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Series, TimeWindow } from './lane.ts';
import { keysUntil } from './segments.ts';

const heightPx = 96;
const revisionAnnotation = 'deployment.kubernetes.io/revision';

type Points = (readonly [timeMs: number, value: number])[];

/** Makes the lanes of all Deployments that lived in a window, in order of creation. */
export function rolloutLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  return keysUntil(history, 'Deployment', window).map((key) => rolloutLane(history, key, words));
}

function rolloutLane(history: History, key: string, words: Words): Lane {
  const { name } = parseObjectKey(key);
  const { most, least } = limitsOf(history, key);
  const { all, newest } = availableOf(history, key);
  const area = { isStepped: true, isArea: true };
  const line = { isStepped: true, isArea: false };
  const series: Series[] = [
    { ...area, label: words.rolloutOld, sign: 'rollout-old', hue: 'running', points: all },
    { ...area, label: words.rolloutNew, sign: 'rollout-new', hue: 'ready', points: newest },
    { ...line, label: words.rolloutMost, sign: 'rollout-most', hue: 'ink', points: most },
    { ...line, label: words.rolloutLeast, sign: 'rollout-least', hue: 'failed', points: least },
  ];
  return {
    kind: 'rollout',
    label: name,
    detail: words.rollout,
    title: `Deployment ${name}: ${words.rollout}`,
    object: key,
    heightPx,
    segments: [],
    marks: [],
    series: series.filter(({ points }) => points.length > 0),
  };
}

/** The number of pods that a rolling update may reach and the number of available ones that it keeps. */
function limitsOf(history: History, key: string): { most: Points; least: Points } {
  const most: Points = [];
  const least: Points = [];
  for (const { timeMs, object } of history.versions(key)) {
    const { spec } = (object as Deployment | undefined) ?? {};
    const rolling = spec?.strategy?.rollingUpdate;
    if (spec === undefined || rolling === undefined) continue;
    const replicas = spec.replicas ?? 1;
    const surge = scaledIntOrPercent(rolling.maxSurge ?? 0, replicas, true);
    const unavailable = scaledIntOrPercent(rolling.maxUnavailable ?? 0, replicas, false);
    // Both zero, which percentages of few pods can come to, stands for one that may be missing.
    const missing = surge === 0 && unavailable === 0 ? 1 : unavailable;
    most.push([timeMs, replicas + surge]);
    least.push([timeMs, Math.max(0, replicas - missing)]);
  }
  return { most, least };
}

/** Available pods over time, as the ReplicaSets report them: of all, and of the one with the highest revision. */
function availableOf(history: History, key: string): { all: Points; newest: Points } {
  const uid = history.versions(key)[0]?.object?.metadata.uid;
  const changes = history
    .keys('ReplicaSet')
    .flatMap((set) => history.versions(set).map((version) => ({ set, ...version })))
    .sort((one, other) => one.revision - other.revision);
  const counts = new Map<string, { available: number; revision: number }>();
  const all: Points = [];
  const newest: Points = [];
  for (const { set, timeMs, object } of changes) {
    const replicaSet = object as ReplicaSet | undefined;
    if (replicaSet === undefined) counts.delete(set);
    else if (controllerOf(replicaSet)?.uid === uid) {
      const revision = Number(replicaSet.metadata.annotations?.[revisionAnnotation] ?? 0);
      counts.set(set, { available: replicaSet.status?.availableReplicas ?? 0, revision });
    } else continue;
    const states = [...counts.values()];
    const last = states.reduce((best, state) => (state.revision > best.revision ? state : best), {
      available: 0,
      revision: -1,
    });
    all.push([timeMs, states.reduce((sum, { available }) => sum + available, 0)]);
    newest.push([timeMs, last.available]);
  }
  return { all, newest };
}
