import { expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { Cluster } from '#sim/cluster.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import '#sim/parts/all.ts';

const spec = {
  volumes: [{ name: 'config', configMap: { name: 'web' } }],
  containers: [
    { name: 'app', image: 'nginx:1.27', volumeMounts: [{ name: 'config', mountPath: '/etc/web' }] },
  ],
};

/** A cluster that comes up long before time zero, with a pod that has a volume. */
function clusterBefore(): Cluster {
  const cluster = new Cluster({
    seed: 1,
    startMs: -60_000,
    budgets: DEFAULT_BUDGETS,
    nodes: nodesOf({ nodes: 1 }),
  });
  const { engine } = cluster;
  engine.run(-40_000);
  const client = cluster.clientOf('setup');
  const metadata = { name: 'web', namespace: 'default' };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'blue' } };
  engine.spawn('setup', client.of('ConfigMap').create('default', map));
  engine.run(-39_000);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  engine.spawn('setup', client.of('Pod').create('default', pod));
  return cluster;
}

test('a pod whose volumes were never tried starts before time zero', () => {
  const cluster = clusterBefore();
  cluster.engine.run(-20_000);
  const pod = cluster.server.peek('Pod', 'default', 'web') as Pod | undefined;
  expect(pod?.status?.phase).toBe('Running');
});

test('a pod that was synced before time zero is not taken for one that never was', () => {
  const cluster = clusterBefore();
  const client = cluster.clientOf('setup');
  // Each change asks for a sync; those that come during the first one must wait for a look that shows its container.
  for (let ms = -38_990; ms < -37_000; ms += 40) {
    cluster.engine.run(ms);
    const body = { metadata: { labels: { at: String(-ms) } } };
    cluster.engine.spawn('change', client.of('Pod').patch('default', 'web', 'merge', body));
  }
  cluster.engine.run(-1_000);
  const created = [...cluster.engine.trace.entries({ verb: 'container-created' })];
  expect(created).toHaveLength(1);
});
