/** A lane for each completion index of an Indexed Job: the pods that worked on it, one after another. */
import { parseObjectKey } from '#sim/api/object-key.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type { Job, Pod } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { podStateOf } from '../pod-state.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Segment, TimeWindow } from './lane.ts';

const heightPx = 22;
const indexLabel = 'batch.kubernetes.io/job-completion-index';

/** Makes the lanes of all Indexed Jobs that began within a window: one for each index that ever had a pod. */
export function indexLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  return history
    .keys('Job')
    .filter((key) => isIndexed(history, key, window))
    .flatMap((key) => lanesOfJob(history, key, words));
}

function isIndexed(history: History, key: string, window: TimeWindow): boolean {
  const [first] = history.versions(key);
  if (first?.object === undefined || first.timeMs > window.toMs) return false;
  return (first.object as Job).spec.completionMode === 'Indexed';
}

function lanesOfJob(history: History, job: string, words: Words): Lane[] {
  const uid = history.versions(job)[0]?.object?.metadata.uid;
  const { name } = parseObjectKey(job);
  const byIndex = new Map<number, string[]>();
  for (const key of history.keys('Pod')) {
    const pod = history.versions(key)[0]?.object as Pod | undefined;
    if (pod === undefined || controllerOf(pod)?.uid !== uid) continue;
    const index = Number(pod.metadata.labels?.[indexLabel]);
    byIndex.set(index, [...(byIndex.get(index) ?? []), key]);
  }
  return [...byIndex]
    .sort(([one], [other]) => one - other)
    .map(([index, pods]): Lane => ({
      kind: 'index',
      label: words.index(index),
      detail: '',
      title: `Job ${name}, ${words.index(index)}`,
      object: pods.at(-1) ?? job,
      heightPx,
      segments: pods.flatMap((pod, place) =>
        segmentsOf(history, pod, bornAt(history, pods[place + 1])),
      ),
      marks: [],
    }));
}

/** When a pod was made; the end of the run where there is none. */
function bornAt(history: History, key: string | undefined): number {
  const [first] = key === undefined ? [] : history.versions(key);
  return first?.timeMs ?? history.endMs;
}

/** The states of a pod, up to the moment at which the next one of its index was made. */
function segmentsOf(history: History, key: string, untilMs: number): Segment[] {
  const segments: Segment[] = [];
  const versions = history.versions(key);
  for (const [index, { timeMs, object }] of versions.entries()) {
    if (object === undefined || timeMs >= untilMs) continue;
    const state = podStateOf(object as Pod);
    const toMs = Math.min(untilMs, versions[index + 1]?.timeMs ?? untilMs);
    const last = segments.at(-1);
    if (last?.state === state) segments[segments.length - 1] = { ...last, toMs };
    else segments.push({ fromMs: timeMs, toMs, state });
  }
  return segments;
}
