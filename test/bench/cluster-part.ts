/** A cluster of many nodes, and one Deployment with many pods: does the cost of a pod grow with the cluster? */
import { runBigCluster } from './big-cluster.ts';
import type { BigClusterFigures } from './big-cluster.ts';
import type { BenchPart } from './part.ts';

/** Nodes and pods. */
const small = [
  [50, 1_000],
  [100, 3_000],
] as const;
const full = [...small, [300, 10_000], [1_000, 30_000]] as const;

/** What the largest is to take. */
const goal = { pods: 30_000, seconds: 10 };

export const clusterPart: BenchPart = {
  name: 'cluster',
  summary: 'many pods of one Deployment; with --full up to 1,000 nodes and 30,000 pods',
  async run({ isFull, print }) {
    for (const [nodes, pods] of isFull ? full : small) print(describe(runBigCluster(nodes, pods)));
  },
};

function describe(figures: BigClusterFigures): string {
  const { nodes, pods, cpuMs, wallMs, virtualMs, entries, heapMiB, rssMiB } = figures;
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  const target = pods === goal.pods ? `, goal ${goal.seconds} s` : '';
  return (
    `${nodes} nodes, ${pods} pods: ${seconds(cpuMs)} s of processor, ${seconds(wallMs)} s by the clock${target}; ` +
    `${(cpuMs / pods).toFixed(2)} ms a pod; ${virtualMs / 1000} virtual seconds, ${entries} entries, ` +
    `${heapMiB.toFixed(0)} MiB of heap, ${rssMiB.toFixed(0)} MiB resident`
  );
}
