/**
 * How late each component is in one replay.
 *
 * The recorded cluster shared two cores, and which component had to wait for one differed from run to run: writes that one
 * component answers with another's data are seen 2 to 60 ms apart in the recordings. So each seed draws for each component
 * once how far its messages may be late; odd seeds are the quiet machine that labs have.
 */
import { controllers } from '#sim/controllers/descriptors.ts';
import type { LatencyRange } from '#sim/engine/latency.ts';
import { Random } from '#sim/engine/random.ts';

/** The greatest one-way latency of a component to the API server, in ms: one of these, each as likely as the others. */
const latestMs = [1, 5, 15, 40];

/** Draws the latency of every component for a seed; components that are not named have the cluster's default. */
export function latenessOf(
  seed: number,
  nodes: readonly string[],
): Readonly<Record<string, LatencyRange>> {
  if (seed % 2 === 1) return {};
  const random = new Random(seed, 'busy-machine');
  const names = [
    ...controllers.map(({ name }) => name),
    'kube-scheduler',
    ...nodes.flatMap((node) => [`kubelet/${node}`, `kube-proxy/${node}`]),
  ];
  return Object.fromEntries(
    names.map((name) => [name, { lowMs: 0, highMs: random.pick(latestMs) }]),
  );
}

/**
 * How often Services of other scenarios, recorded at the same time in the same cluster, changed in a second: often, since each
 * change makes the rules of all load, and ours were 0.03 to 1.15 s late. Undefined for a quiet cluster.
 */
export function otherServicesOf(seed: number): number | undefined {
  const rates = [undefined, 1, 2, 0.5];
  return rates[Math.floor(seed / 2) % rates.length];
}
