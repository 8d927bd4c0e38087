/**
 * `npm run bench`: how fast the simulator is on this machine. Figures are printed with their conditions and never fail.
 *
 * `--full` runs the large cluster at its full size, 1,000 nodes and 30,000 pods, which takes minutes.
 */
import { cpus, loadavg } from 'node:os';
import { findLabs, readLab } from '../../src/build/labs.ts';
import { LabRun } from '../../src/sim/lab/run.ts';
import '../../src/sim/parts/all.ts';
import { runBigCluster } from './big-cluster.ts';

/** Runs of a lab before and during the measure. */
const warmRuns = 3;
const countedRuns = 9;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
}

function benchLab(id: string, path: string): void {
  const lab = readLab({ id, path });
  const wallMs: number[] = [];
  const afterBootMs: number[] = [];
  let entries = 0;
  let virtualMs = 0;
  for (let count = -warmRuns; count < countedRuns; count += 1) {
    const startedMs = performance.now();
    const run = new LabRun({ lab });
    run.boot();
    const bootedMs = performance.now();
    while (!run.advance());
    const endedMs = performance.now();
    if (count < 0) continue;
    wallMs.push(endedMs - startedMs);
    afterBootMs.push(endedMs - bootedMs);
    entries = run.history.trace.length;
    virtualMs = run.history.endMs - run.history.startMs;
  }
  const seconds = median(wallMs) / 1000;
  print(
    `${id}: ${median(wallMs).toFixed(1)} ms a run, ${median(afterBootMs).toFixed(1)} ms with the start run ahead; ` +
      `${Math.round(virtualMs / 1000 / seconds)} virtual seconds and ${Math.round(entries / seconds)} entries a second`,
  );
}

const isFull = process.argv.includes('--full');
const load = loadavg()[0]?.toFixed(1) ?? '?';
print(
  `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, load ${load}`,
);
for (const { id, path } of findLabs().slice(0, 3)) benchLab(id, path);
for (const [nodes, pods] of isFull
  ? [[1000, 30_000]]
  : [
      [10, 100],
      [50, 1000],
    ]) {
  const figures = runBigCluster(nodes ?? 0, pods ?? 0);
  print(
    `${figures.nodes} nodes, ${figures.pods} pods of one Deployment: ${(figures.wallMs / 1000).toFixed(2)} s, ` +
      `${(figures.wallMs / figures.pods).toFixed(2)} ms a pod, ${figures.entries} entries, ${figures.heapMiB.toFixed(0)} MiB of heap`,
  );
}
