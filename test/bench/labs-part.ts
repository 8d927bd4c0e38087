/** How fast labs run: virtual seconds and trace entries a second. */
import { findLabs, readLab } from '../../src/build/labs.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { LabRun } from '#sim/lab/run.ts';
import '#sim/parts/all.ts';
import { median, startMeter } from './meter.ts';
import type { BenchPart } from './part.ts';

/** What a lab's run costs. Times are medians, in ms of the processor. */
export interface LabSpeed {
  readonly runMs: number;
  /** Without the cluster's own start, which a page does ahead of an edit. */
  readonly afterBootMs: number;
  readonly virtualMs: number;
  readonly entries: number;
}

/** Runs a lab some times to warm up, and some times to count. */
export function measureLab(lab: Lab, warmRuns: number, countedRuns: number): LabSpeed {
  const runMs: number[] = [];
  const afterBootMs: number[] = [];
  let entries = 0;
  let virtualMs = 0;
  for (let count = -warmRuns; count < countedRuns; count += 1) {
    const stopAll = startMeter();
    const run = new LabRun({ lab });
    run.boot();
    const stopRest = startMeter();
    while (!run.advance());
    if (count < 0) continue;
    runMs.push(stopAll().cpuMs);
    afterBootMs.push(stopRest().cpuMs);
    entries = run.history.trace.length;
    virtualMs = run.history.endMs - run.history.startMs;
  }
  return { runMs: median(runMs), afterBootMs: median(afterBootMs), virtualMs, entries };
}

const labCount = 3;

export const labsPart: BenchPart = {
  name: 'labs',
  summary: `speed of the first ${labCount} labs, in time of the processor`,
  async run({ print }) {
    for (const place of findLabs().slice(0, labCount)) {
      const { runMs, afterBootMs, virtualMs, entries } = measureLab(readLab(place), 8, 15);
      print(
        `${place.id}: ${runMs.toFixed(1)} ms a run, ${afterBootMs.toFixed(1)} ms with the start run ahead; ` +
          `${Math.round(virtualMs / runMs)} virtual seconds and ${Math.round((entries / runMs) * 1000)} entries a second`,
      );
    }
  },
};
