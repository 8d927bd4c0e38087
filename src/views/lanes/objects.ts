/** Lanes of objects that want a number of pods: how many are wanted, and how many are ready. */
import { valueAt } from '#sim/api/object.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';
import type { History } from '#sim/lab/history.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Series, TimeWindow } from './lane.ts';
import { keysUntil } from './segments.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'];

const wantedPath: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ['status', 'desiredNumberScheduled'],
  Job: ['spec', 'completions'],
};
const readyPath: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ['status', 'numberReady'],
  Job: ['status', 'succeeded'],
};

/** Makes the lanes of everything that counts pods, Deployments first, each in order of creation. */
export function objectLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  return kinds.flatMap((kind) =>
    keysUntil(history, kind, window).map((key) => objectLane(history, key, words)),
  );
}

function objectLane(history: History, key: string, words: Words): Lane {
  const { kind, name } = parseObjectKey(key);
  const versions = history.versions(key);
  const read = (path: readonly string[]) =>
    versions.map(({ timeMs, object }) => [timeMs, Number(valueAt(object, ...path) ?? 0)] as const);
  const series: Series[] = [
    {
      label: words.ready,
      sign: 'count-ready',
      hue: 'ready',
      isArea: true,
      isStepped: true,
      points: read(readyPath[kind] ?? ['status', 'readyReplicas']),
    },
    {
      label: words.wanted,
      sign: 'count-wanted',
      hue: 'ink',
      isArea: false,
      isStepped: true,
      points: read(wantedPath[kind] ?? ['spec', 'replicas']),
    },
  ];
  const last = versions.findLast(({ object }) => object !== undefined)?.object;
  const revision = last?.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const detail =
    kind === 'ReplicaSet' && revision !== undefined
      ? `ReplicaSet, ${words.revision(revision)}`
      : kind;
  return {
    kind: 'object',
    label: name,
    detail,
    title: `${kind} ${name}`,
    object: key,
    heightPx: 46,
    segments: [],
    marks: [],
    series,
  };
}
