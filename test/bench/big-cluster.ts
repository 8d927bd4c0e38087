/**
 * A cluster of many nodes and one Deployment with many pods: what it costs until every pod is available, the start of the
 * nodes included. The processor's time says more than the clock's where other work runs beside.
 */
import { Cluster } from '#sim/cluster.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import type { Deployment } from '#sim/api/types.gen.ts';
import { startMeter } from './meter.ts';
import type { Took } from './meter.ts';

/** What one run cost. */
export interface BigClusterFigures extends Took {
  readonly nodes: number;
  readonly pods: number;
  readonly virtualMs: number;
  readonly entries: number;
  readonly steps: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
}

/** Clients without limits: the question is what the simulator can do, not what 20 requests a second can. */
const unlimited = { qps: 0, burst: 0 };

/** Creates a Deployment and runs until every pod is available. Throws when they do not come up. */
export function runBigCluster(nodes: number, pods: number): BigClusterFigures {
  const took = startMeter();
  const cluster = new Cluster({
    seed: 1,
    startMs: -30_000,
    budgets: { timeMs: 3600_000, steps: 1e9, entries: 1e8, objects: 1e7 },
    nodes: nodesOf({ nodes, nodeCapacity: { cpu: '64', memory: '256Gi', pods: '250' } }),
    rateLimits: {
      'deployment-controller': unlimited,
      'replicaset-controller': unlimited,
      'kube-scheduler': unlimited,
    },
  });
  const { engine } = cluster;
  const client = cluster.clientOf('kubectl');
  engine.run(0);
  engine.spawn('create', client.of('Deployment').create('default', manifest(pods)));
  for (let untilMs = 1_000; ; untilMs += 1_000) {
    if (engine.run(untilMs) === 'budget')
      throw engine.budgetError ?? new Error('a budget was spent');
    const web = cluster.server.peek('Deployment', 'default', 'web') as Deployment | undefined;
    if (web?.status?.availableReplicas === pods) break;
    if (untilMs > 1800_000) throw new Error(`only ${web?.status?.availableReplicas} pods came up`);
  }
  const { heapUsed, rss } = process.memoryUsage();
  return {
    nodes,
    pods,
    ...took(),
    virtualMs: engine.nowMs,
    entries: engine.trace.length,
    steps: engine.steps,
    heapMiB: heapUsed / 2 ** 20,
    rssMiB: rss / 2 ** 20,
  };
}

function manifest(replicas: number): unknown {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  };
}
