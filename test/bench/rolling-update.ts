/**
 * The rolling update by which this project and webernetes are compared: three replicas with a readiness and a liveness probe
 * each second, another image, and 20 virtual seconds from the change on. Both get the same manifest.
 */
import { Cluster } from '#sim/cluster.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import '#sim/parts/all.ts';
import type { Deployment } from '#sim/api/types.gen.ts';
import { startMeter } from './meter.ts';

/** How long the update is watched, in virtual ms. */
export const updateMs = 20_000;
/** How long the first version may take to come up, in virtual ms. */
export const settleMs = 30_000;

/** What an update took, and whether it was done at its end. */
export interface RollingUpdate {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly isComplete: boolean;
}

/** The manifest of a version: `1.0` or `1.1`. */
export function deployment(version: string): Record<string, unknown> {
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'web',
              image: `web:${version}`,
              ports: [{ containerPort: 8080 }],
              readinessProbe: probe,
              livenessProbe: probe,
            },
          ],
        },
      },
    },
  };
}

/** Whether every replica is of the newest template and available, and no other is left. */
export function isComplete(web: Pick<Deployment, 'metadata' | 'status'> | undefined): boolean {
  const { replicas, updatedReplicas, availableReplicas, observedGeneration } = web?.status ?? {};
  return (
    web !== undefined &&
    observedGeneration === web.metadata.generation &&
    replicas === 3 &&
    updatedReplicas === 3 &&
    availableReplicas === 3
  );
}

/** Runs the update once in this project's cluster. Throws when the first version does not come up. */
export function rollingUpdate(seed: number): RollingUpdate {
  const cluster = new Cluster({
    seed,
    startMs: -settleMs,
    budgets: DEFAULT_BUDGETS,
    nodes: nodesOf({ nodes: 3 }),
    images: [{ name: 'web', ports: [8080] }],
  });
  const { engine, server } = cluster;
  const client = cluster.clientOf('kubectl').of('Deployment');
  const web = () => server.peek('Deployment', 'default', 'web') as Deployment | undefined;
  engine.run(-settleMs + 5_000);
  engine.spawn('create', client.create('default', deployment('1.0')));
  engine.run(0);
  if (!isComplete(web())) throw new Error('the first version did not come up');
  const stop = startMeter();
  engine.spawn('update', client.patch('default', 'web', 'strategic', deployment('1.1')));
  engine.run(updateMs);
  return { ...stop(), isComplete: isComplete(web()) };
}
