/** A lane for each node: whether the API takes it for ready, and what was done to it. */
import { findCondition } from '#sim/api/conditions.ts';
import type { KubeObject } from '#sim/api/object.ts';
import type { Node } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';
import { entriesAbout } from '../trace-index.ts';
import type { Lane, Mark } from './lane.ts';
import { segmentsOf } from './segments.ts';
import type { Drawn } from './segments.ts';

/** Makes the lanes of all nodes. */
export function nodeLanes(history: History): Lane[] {
  return history.keys('Node').map((key) => {
    const { name } = parseObjectKey(key);
    return {
      kind: 'node',
      label: name,
      detail: '',
      title: `Node ${name}`,
      object: key,
      heightPx: 34,
      segments: segmentsOf(history, key, drawNode),
      marks: marksOf(history, key, name),
    };
  });
}

function drawNode(object: KubeObject): Drawn {
  const status = findCondition((object as Node).status?.conditions, 'Ready')?.status;
  if (status === 'True') return { state: 'node-ready' };
  return { state: status === 'Unknown' ? 'node-unknown' : 'starting' };
}

function marksOf(history: History, key: string, name: string): Mark[] {
  const { trace } = history;
  const taints = entriesAbout(history, key)
    .filter((id) => trace.verb(id) === 'taint')
    .map((id): Mark => ({
      timeMs: trace.timeMs(id),
      word: 'taint',
      tone: 'bad',
      weight: 6,
      entry: id,
    }));
  const faults = [...trace.entries({ verb: 'fault' })]
    .filter(({ object }) => object.endsWith(`/${name}`))
    .map((entry): Mark => ({
      timeMs: entry.timeMs,
      word: String(entry.detail?.['fault'] ?? ''),
      tone: 'bad',
      weight: 9,
      entry: entry.id,
    }));
  return [...taints, ...faults];
}
