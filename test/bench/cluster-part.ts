/** A cluster of many nodes, and one Deployment with many pods. */
import { runBigCluster } from './big-cluster.ts';
import type { BenchPart } from './part.ts';

const small = [
  [10, 100],
  [50, 1000],
] as const;
const full = [[1000, 30_000]] as const;

export const clusterPart: BenchPart = {
  name: 'cluster',
  summary: 'many pods of one Deployment; with --full 1,000 nodes and 30,000 pods',
  async run({ isFull, print }) {
    for (const [nodes, pods] of isFull ? full : small) {
      const figures = runBigCluster(nodes, pods);
      print(
        `${figures.nodes} nodes, ${figures.pods} pods: ${(figures.wallMs / 1000).toFixed(2)} s, ` +
          `${(figures.wallMs / figures.pods).toFixed(2)} ms a pod, ${figures.entries} entries, ` +
          `${figures.heapMiB.toFixed(0)} MiB of heap`,
      );
    }
  },
};
