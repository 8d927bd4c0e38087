/** A lane for each node: the pods to which its own rules send requests, each as a thin bar. */
import type { History } from '#sim/lab/history.ts';
import { shortName } from '../names.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Segment } from './lane.ts';

/** So many pods are named under the node, in the order of their bars. */
const namesMax = 3;
const heightNamedPx = 32;
const heightPx = 22;

interface Rules {
  readonly fromMs: number;
  readonly pods: readonly string[];
}

/** Makes the lanes of all nodes whose proxies wrote rules for Services of the lab. */
export function ruleLanes(history: History, words: Words): Lane[] {
  const byNode = new Map<string, Map<string, Rules[]>>();
  for (const { timeMs, detail, object } of history.trace.entries({ verb: 'rules' })) {
    if (object === 'Service/default/kubernetes') continue;
    const node = String(detail?.['node'] ?? '');
    const pods = Array.isArray(detail?.['pods']) ? (detail['pods'] as readonly string[]) : [];
    const services = byNode.get(node) ?? new Map<string, Rules[]>();
    byNode.set(node, services);
    services.set(object, [...(services.get(object) ?? []), { fromMs: timeMs, pods }]);
  }
  return [...byNode.keys()].sort().map((node) => {
    const lists = [...(byNode.get(node)?.values() ?? [])];
    const segments = lists.flatMap((rules) => segmentsOf(rules, history.endMs));
    const pods = [...new Set(segments.map(({ title }) => title ?? ''))];
    const isNamed = pods.length <= namesMax;
    return {
      kind: 'rules',
      label: words.rulesOf(node),
      detail: isNamed ? pods.map((pod) => shortName(pod).replace(/^.*-/, '')).join(', ') : '',
      title: words.rulesOf(node),
      object: `Node/${node}`,
      heightPx: Math.max(isNamed ? heightNamedPx : heightPx, pods.length * 6 + 8),
      rows: pods.length,
      segments: segments.map((segment) => ({ ...segment, row: pods.indexOf(segment.title ?? '') })),
      marks: [],
    };
  });
}

function segmentsOf(rules: readonly Rules[], endMs: number): Segment[] {
  const segments: Segment[] = [];
  const open = new Map<string, number>();
  for (const { fromMs, pods } of rules) {
    for (const [pod, sinceMs] of [...open]) {
      if (pods.includes(pod)) continue;
      segments.push({ fromMs: sinceMs, toMs: fromMs, state: 'in-rules', title: pod });
      open.delete(pod);
    }
    for (const pod of pods) if (!open.has(pod)) open.set(pod, fromMs);
  }
  for (const [pod, sinceMs] of open) {
    segments.push({ fromMs: sinceMs, toMs: endMs, state: 'in-rules', title: pod });
  }
  return segments.sort((a, b) => a.fromMs - b.fromMs);
}
