/** The same rolling update here and in webernetes, as a ratio. */
import { median } from './meter.ts';
import type { BenchPart } from './part.ts';
import { rollingUpdate, updateMs } from './rolling-update.ts';
import type { RollingUpdate } from './rolling-update.ts';
import { webernetesUpdate } from './webernetes.ts';

const ours = { warmRuns: 10, countedRuns: 25 };
const theirs = { warmRuns: 3, countedRuns: 9 };

/** Runs an update some times to warm up and some to count; returns medians. Throws when one was not done in time. */
export async function repeat(
  update: (index: number) => RollingUpdate | Promise<RollingUpdate>,
  { warmRuns, countedRuns }: { readonly warmRuns: number; readonly countedRuns: number },
): Promise<{ cpuMs: number; wallMs: number }> {
  const counted: RollingUpdate[] = [];
  for (let index = 0; index < warmRuns + countedRuns; index += 1) {
    const run = await update(index);
    if (!run.isComplete) throw new Error('a rolling update was not complete after its 20 seconds');
    if (index >= warmRuns) counted.push(run);
  }
  return {
    cpuMs: median(counted.map(({ cpuMs }) => cpuMs)),
    wallMs: median(counted.map(({ wallMs }) => wallMs)),
  };
}

export const updatePart: BenchPart = {
  name: 'update',
  summary: 'a rolling update here and in @ngrok/webernetes 0.3.5',
  async run({ print }) {
    print(
      `${updateMs / 1000} virtual seconds from the change of the image on: 3 nodes, 3 replicas, a readiness and a liveness probe each ` +
        'second, the same manifest; the cluster is up before. Both run the whole update. Here each API call, pull and start takes ' +
        'virtual time, and every entry is kept with its cause; there they take none.',
    );
    const here = await repeat((index) => rollingUpdate(index + 1), ours);
    print(
      `here: ${here.cpuMs.toFixed(1)} ms of the processor, ${here.wallMs.toFixed(1)} ms by the wall clock`,
    );
    const stepped = await repeat(() => webernetesUpdate('stepped'), theirs);
    print(
      `webernetes, its clock paused and stepped so that nothing waits: ${stepped.cpuMs.toFixed(0)} ms of the processor, ` +
        `${stepped.wallMs.toFixed(0)} ms by the wall clock`,
    );
    const asIs = await repeat(() => webernetesUpdate('as it runs'), {
      warmRuns: 0,
      countedRuns: 1,
    });
    print(
      `webernetes as it runs by itself, on the wall clock: ${(asIs.wallMs / 1000).toFixed(1)} s, ` +
        `${asIs.cpuMs.toFixed(0)} ms of the processor`,
    );
    print(
      `ratio: ${Math.round(asIs.wallMs / here.wallMs)} to 1 as webernetes runs by itself (goal: 100), ` +
        `${(stepped.cpuMs / here.cpuMs).toFixed(1)} to 1 when it is stepped, by time of the processor`,
    );
  },
};
