/** A lane for each completion index of an Indexed Job: the pods that worked on it, one after another. */
import type { KubeObject } from '#sim/api/object.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type { Job, Pod } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { podStateOf } from '../pod-state.ts';
import type { Words } from '../words/en.ts';
import type { Lane, TimeWindow } from './lane.ts';
import { segmentsOf } from './segments.ts';
import type { Drawn } from './segments.ts';

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
        segmentsOf(history, pod, drawPod, bornAt(history, pods[place + 1])),
      ),
      marks: [],
    }));
}

/** When a pod was made; the end of the run where there is none. */
function bornAt(history: History, key: string | undefined): number {
  const [first] = key === undefined ? [] : history.versions(key);
  return first?.timeMs ?? history.endMs;
}

function drawPod(object: KubeObject): Drawn {
  return { state: podStateOf(object as Pod) };
}
