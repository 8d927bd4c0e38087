/** A lane for each component: when it acted, and what made it act, drawn as a line from the cause. */
import type { TraceEntry } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { hasGoneWrong } from '../gone-wrong.ts';
import { isNoise } from '../noise.ts';
import type { Act, Lane, Mark, TimeWindow } from './lane.ts';

/** From the one who asks down to the one who does: the order in which a wish travels. */
const order = [
  'reader',
  'lab',
  'kubectl',
  'kube-apiserver',
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'kube-scheduler',
  'kubelet/',
  'runtime',
  'endpointslice-controller',
  'kube-proxy/',
  'load/',
];

function rankOf(component: string): number {
  const found = order.findIndex((name) => component === name || component.startsWith(name));
  return found < 0 ? order.indexOf('kube-scheduler') - 0.5 : found;
}

/** Who an entry belongs to in the picture: commands are kubectl's, whoever typed them. */
function actorOf({ component, verb }: TraceEntry): string {
  return verb === 'command' ? 'kubectl' : component;
}

/** Makes the lanes of all components that acted in a window. */
export function componentLanes(history: History, { fromMs, toMs }: TimeWindow): Lane[] {
  const { trace } = history;
  const shown: TraceEntry[] = [];
  for (let id = trace.countUntil(fromMs - 1); id < trace.length; id += 1) {
    if (trace.timeMs(id) > toMs) break;
    const entry = trace.entry(id);
    if (!isNoise(entry, history)) shown.push(entry);
  }
  const names = [...new Set(shown.map(actorOf))].sort(
    (a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1),
  );
  const laneOf = new Map(shown.map((entry) => [entry.id, names.indexOf(actorOf(entry))]));
  return names.map((name) => {
    const own = shown.filter((entry) => actorOf(entry) === name);
    return {
      kind: 'component',
      ...labelOf(name),
      title: name,
      object: '',
      heightPx: 34,
      segments: [],
      marks: own.map(markOf),
      acts: own.map((entry) => actOf(entry, history, laneOf)),
    };
  });
}

/** A name in two lines, where it has two parts: what it is, and of which kind or node. */
function labelOf(name: string): Pick<Lane, 'label' | 'detail'> {
  const [own = name, node = ''] = name.split('/');
  const short = own.replace(/-controller$/, '');
  return { label: short, detail: node !== '' ? node : short === own ? '' : 'controller' };
}

/** Finds the nearest cause that is drawn. */
function actOf(entry: TraceEntry, history: History, laneOf: ReadonlyMap<number, number>): Act {
  const { trace } = history;
  let cause = entry.cause;
  while (cause >= 0 && !laneOf.has(cause)) cause = trace.cause(cause);
  return {
    timeMs: entry.timeMs,
    entry: entry.id,
    causeLane: laneOf.get(cause) ?? -1,
    causeMs: cause < 0 ? entry.timeMs : trace.timeMs(cause),
  };
}

const weights: Readonly<Record<string, number>> = {
  command: 10,
  fault: 10,
  'create-replicaset': 9,
  'create-pods': 9,
  scheduled: 8,
  'container-started': 8,
  created: 7,
  deleted: 7,
  deleting: 7,
  'sandbox-created': 6,
  rules: 6,
  'update-slices': 6,
  'scale-up': 9,
  'scale-down': 9,
  'delete-pods': 9,
  pulled: 4,
  updated: 2,
};

function markOf(entry: TraceEntry): Mark {
  const kind = entry.object.split('/')[0] ?? '';
  const verb = entry.verb.replaceAll('-', ' ');
  const isStored = entry.component === 'kube-apiserver';
  const own = { command: 'text', fault: 'fault', refused: 'reason' }[entry.verb];
  const word = own === undefined ? verb : String(entry.detail?.[own] ?? verb);
  return {
    timeMs: entry.timeMs,
    word: isStored && entry.verb !== 'refused' ? `${kind} ${verb}` : word,
    tone: hasGoneWrong(entry) ? 'bad' : 'plain',
    weight: weights[entry.verb] ?? 5,
    entry: entry.id,
  };
}
