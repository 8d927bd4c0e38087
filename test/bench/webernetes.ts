/**
 * The same rolling update in `@ngrok/webernetes`.
 *
 * By itself its cluster runs on the wall clock: 20 virtual seconds take 20 seconds. Its clock can be paused and stepped, so
 * that nothing waits: then it takes as long as its work. After each step its promises come through.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Cluster, ProcessContext } from '@ngrok/webernetes';
import type { Deployment } from '#sim/api/types.gen.ts';
import { startMeter } from './meter.ts';
import { resolveExtensionsOf } from './resolve-extensions.ts';
import { deployment, isComplete, settleMs, updateMs } from './rolling-update.ts';
import type { RollingUpdate } from './rolling-update.ts';

/** Virtual ms of one step. Steps of 1 and of 100 take longer or no less. */
const stepMs = 10;

/** How time passes: the clock is stepped, or runs on the wall clock. */
export type Pace = 'stepped' | 'as it runs';

/** Makes a cluster that has two versions of an image which answers every request at once. */
async function makeCluster(): Promise<Cluster> {
  resolveExtensionsOf('@ngrok/webernetes');
  const { BaseImage, Cluster } = await import('@ngrok/webernetes');
  class Web extends BaseImage {
    static readonly imageName = 'web';
    static readonly imageVersion: string = '1.0';
    readonly defaultCommand = ['server'];

    override async exec(context: ProcessContext, argv: readonly string[]): Promise<number> {
      if (argv[0] !== 'server') return await super.exec(context, argv);
      context.listenHttp(8080, () => Promise.resolve({ status: 200, body: 'ok\n' }));
      return await context.waitUntilKilled();
    }
  }
  class NewWeb extends Web {
    static override readonly imageVersion = '1.1';
  }
  const cluster = new Cluster({ nodes: 3 });
  cluster.registerImage(Web);
  cluster.registerImage(NewWeb);
  return cluster;
}

/** Lets virtual time pass. */
async function pass(cluster: Cluster, ms: number): Promise<void> {
  if (!cluster.isPaused()) {
    await setTimeout(ms);
    return;
  }
  for (let doneMs = 0; doneMs < ms; doneMs += stepMs) {
    cluster.clock.step(stepMs);
    await setImmediate();
  }
}

/** Awaits an answer; a paused clock is stepped meanwhile, as the answer may need time to pass. */
async function during<T>(cluster: Cluster, answer: Promise<T>): Promise<T> {
  if (!cluster.isPaused()) return await answer;
  let isDone = false;
  const done = answer.finally(() => {
    isDone = true;
  });
  for (let turn = 0; turn < settleMs; turn += 1) {
    await setImmediate();
    if (isDone) return await done;
    cluster.clock.step(1);
  }
  throw new Error('webernetes: no answer');
}

/** Runs the update once. Throws when the first version does not come up. */
export async function webernetesUpdate(pace: Pace): Promise<RollingUpdate> {
  const cluster = await makeCluster();
  try {
    if (pace === 'stepped') cluster.pause();
    await during(cluster, cluster.init());
    const { appsv1 } = cluster.api;
    const web = async () =>
      (await during(
        cluster,
        appsv1.readNamespacedDeployment({ name: 'web', namespace: 'default' }),
      )) as unknown as Deployment;
    const apply = (version: string) =>
      during(cluster, cluster.apply([deployment(version)] as never));
    await apply('1.0');
    for (let waitedMs = 0; !isComplete(await web()); waitedMs += 1_000) {
      if (waitedMs > settleMs) throw new Error('webernetes: the first version did not come up');
      await pass(cluster, 1_000);
    }
    const startMs = cluster.clock.nowMs();
    const stop = startMeter();
    await apply('1.1');
    await pass(cluster, updateMs - (cluster.clock.nowMs() - startMs));
    const took = stop();
    return { ...took, isComplete: isComplete(await web()) };
  } finally {
    if (cluster.isPaused()) cluster.resume();
    await cluster.close();
  }
}
