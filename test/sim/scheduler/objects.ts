/** Nodes, pods and a cache for tests of the scheduler's parts. */
import type { Node, Pod, Taint } from '#sim/api/types.gen.ts';
import { selectorFromSet } from '#sim/api/selector.ts';
import { Random } from '#sim/engine/random.ts';
import { Cache } from '#sim/scheduler/cache.ts';
import { SchedulingCycle } from '#sim/scheduler/cycle.ts';
import { Nominator } from '#sim/scheduler/nominator.ts';
import { PodInfo } from '#sim/scheduler/pod-info.ts';

export interface NodeFields {
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly extended?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly images?: readonly { readonly names: string[]; readonly sizeBytes: number }[];
}

export function node(name: string, fields: NodeFields = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', extended, labels, images } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { taints: fields.taints, unschedulable: fields.unschedulable },
    status: { allocatable: { cpu, memory, pods, ...extended }, images },
  };
}

export interface PodFields {
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly requests?: Record<string, string>;
  readonly image?: string;
  readonly priority?: number;
  readonly spec?: Partial<Pod['spec']>;
  readonly status?: Pod['status'];
  readonly deletionTimestamp?: string;
}

let uids = 0;

export function pod(name: string, fields: PodFields = {}): Pod {
  uids += 1;
  const { namespace = 'default', labels, requests, image = 'app', priority } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${uids}`,
      labels,
      deletionTimestamp: fields.deletionTimestamp,
    },
    spec: {
      containers: [{ name: 'app', image, resources: { requests } }],
      priority,
      ...fields.spec,
    },
    status: fields.status,
  };
}

/** A cache with nodes; `placed` puts pods on them. Every pod belongs with those of its own `app` label. */
export function cacheOf(
  nodes: readonly Node[],
  placed: Readonly<Record<string, readonly Pod[]>> = {},
): Cache {
  const cache = new Cache({
    namespaceLabels: (namespace) => ({ 'kubernetes.io/metadata.name': namespace }),
    namespacesVersion: () => '1',
    defaultSelector: (of) => {
      const app = of.metadata.labels?.['app'];
      return app === undefined ? undefined : selectorFromSet({ app });
    },
  });
  for (const object of nodes) cache.setNode(object);
  for (const [nodeName, pods] of Object.entries(placed)) {
    for (const one of pods) cache.setPod({ ...one, spec: { ...one.spec, nodeName } });
  }
  return cache;
}

/** Tries to place a pod and returns reasons per rejected node, scores per plugin and node, and the choice. */
export function attempt(cache: Cache, of: Pod, seed = 1) {
  const cycle = new SchedulingCycle(cache, new Nominator(), new Random(seed, 'test'));
  const result = cycle.attempt(new PodInfo(of));
  const rejected: Record<string, string> = {};
  for (const [info, rejection] of result.rejections) {
    rejected[info.name] = rejection.reasons.join(', ');
  }
  const scores: Record<string, Record<string, number>> = {};
  for (const { plugin, scores: own } of result.scores) {
    scores[plugin] = Object.fromEntries(
      result.feasible.map((info, index) => [info.name, own[index] ?? 0]),
    );
  }
  return { result, rejected, scores, chosen: result.node?.name };
}
