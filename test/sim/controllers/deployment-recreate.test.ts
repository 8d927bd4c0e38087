import { describe, expect, test } from 'vitest';
import { oldPodsRunning } from '#sim/controllers/deployment-recreate.ts';
import { ControlPlane, podOf, podTemplate, rsOf, webDeployment } from './control-plane.ts';

describe('waiting for old pods (recreate_test.go TestOldPodsRunning)', () => {
  const old = rsOf({ name: 'old' });
  const newRS = rsOf({ name: 'new' });
  test.each([
    ['none: nothing to wait for', [], 0, false],
    ['the status still counts some', [], 2, true],
    ['one that runs', [podOf({})], 0, true],
    ['one that is being deleted and runs', [podOf({ deleted: true })], 0, true],
    ['one that nobody can reach', [podOf({ phase: 'Unknown' })], 0, true],
    ['one that has ended', [podOf({ phase: 'Succeeded', deleted: true })], 0, false],
    ['one that has failed', [podOf({ phase: 'Failed' })], 0, false],
  ])('%s', (_, pods, replicas, expected) => {
    const sets = { newRS, old: [rsOf({ name: 'old', status: { replicas } })] };
    expect(oldPodsRunning(sets, () => pods)).toBe(expected);
  });

  test('pods of the new ReplicaSet are not waited for', () => {
    const pods = (rs: { metadata: { name?: string | undefined } }) =>
      rs.metadata.name === 'new' ? [podOf({})] : [];
    expect(oldPodsRunning({ newRS, old: [old] }, pods)).toBe(false);
  });
});

describe('a recreation', () => {
  test('makes the new ReplicaSet only when the last old container has ended', () => {
    const cluster = new ControlPlane({ controllers: ['deployment', 'replicaset'] });
    cluster.seed(webDeployment(3, { strategy: { type: 'Recreate' } }));
    cluster.run(2000);
    let mostPods = 0;
    cluster
      .contextOf('observer')
      .informers.of('Pod')
      .addHandlers({
        onAdd: () => {
          const running = cluster.list('Pod').filter((pod) => pod.status?.phase !== 'Succeeded');
          mostPods = Math.max(mostPods, running.length);
        },
      });
    cluster.patch('Deployment', 'web', { spec: { template: podTemplate('nginx:1.28') } });
    cluster.run(3000);
    const entries = cluster.entries();
    const created = entries.find(
      ({ verb, detail }) => verb === 'create-replicaset' && detail?.['revision'] === 2,
    );
    const ends = entries.filter(
      ({ component, verb, object }) =>
        component === 'kube-apiserver' && verb === 'deleted' && object.startsWith('Pod/'),
    );
    expect(created?.detail?.['to']).toBe(3);
    expect(mostPods).toBe(3);
    // The objects of the old pods outlive their containers.
    expect(ends.every(({ timeMs }) => timeMs > (created?.timeMs ?? Infinity))).toBe(true);
    expect(cluster.get('Deployment', 'web').status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    });
  });
});
