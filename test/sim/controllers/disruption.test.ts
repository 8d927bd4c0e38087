import { describe, expect, test } from 'vitest';
import type { PodDisruptionBudgetStatus } from '#sim/api/types.gen.ts';
import { ControlPlane, object, webReplicaSet } from './control-plane.ts';

const selector = { matchLabels: { app: 'web' } };

function withBudget(spec: Readonly<Record<string, unknown>>, replicas = 3): ControlPlane {
  const cluster = new ControlPlane({ controllers: ['replicaset', 'deployment', 'disruption'] });
  cluster.seed(webReplicaSet(replicas));
  cluster.seed(object('policy/v1', 'PodDisruptionBudget', 'web', { spec: { selector, ...spec } }));
  cluster.run(3_000);
  return cluster;
}

const status = (cluster: ControlPlane): PodDisruptionBudgetStatus =>
  cluster.get('PodDisruptionBudget', 'web').status ?? {};

function evict(cluster: ControlPlane, name: string): void {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
  cluster.do(cluster.client.of('Pod').subresource('create', 'default', name, 'eviction', body));
}

describe('the disruption controller', () => {
  test('tells how many pods may be disrupted', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    expect(status(cluster)).toMatchObject({
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
    });
  });

  test('takes an evicted pod off the healthy ones and off the list once it goes', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    const [first, second] = cluster.list('Pod').map(({ metadata }) => metadata.name ?? '');
    evict(cluster, first ?? '');
    cluster.run(50);
    expect(status(cluster)).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 2 });
    expect(status(cluster).disruptedPods).toBeUndefined();
    expect(() => evict(cluster, second ?? '')).toThrow('Cannot evict pod');
    cluster.run(3_000);
    expect(status(cluster)).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 3 });
  });

  test('counts the pods of a controller without a size for nothing and says why', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'work',
      uid: '11111111-2222-3333-4444-555555555555',
      controller: true,
    };
    cluster.seed(
      object('v1', 'Pod', 'strange', {
        metadata: { labels: { app: 'web' }, ownerReferences: [owner] },
        spec: { containers: [{ name: 'a', image: 'nginx:1.27' }] },
      }),
    );
    cluster.run(2_000);
    expect(status(cluster)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [
        {
          status: 'False',
          reason: 'SyncFailed',
          message: 'jobs.batch does not implement the scale subresource',
        },
      ],
    });
    expect(cluster.eventTexts()).toContain(
      'CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource',
    );
    const revision = cluster.server.store.revision;
    cluster.run(60_000);
    expect(cluster.server.store.revision).toBe(revision);
  });

  test('warns of pods that nobody manages', () => {
    const cluster = withBudget({ minAvailable: '50%' }, 0);
    cluster.seed(
      object('v1', 'Pod', 'bare', {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'a', image: 'nginx:1.27' }] },
      }),
    );
    // The ReplicaSet of size 0 would take it.
    cluster.run(1_000);
    expect(
      cluster.eventTexts().some((text) => text.startsWith('UnmanagedPods: Pods selected')),
    ).toBe(true);
  });

  test('takes the mark off a pod that was not deleted after all', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    const name = cluster.list('Pod')[0]?.metadata.name ?? '';
    const lastTransitionTime = '2026-01-01T00:00:03Z';
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'x', lastTransitionTime };
    const body = { status: { conditions: [condition] } };
    const options = { subresource: 'status' };
    cluster.do(cluster.client.of('Pod').patch('default', name, 'strategic', body, options));
    const marked = () =>
      cluster.get('Pod', name).status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
    cluster.run(110_000);
    expect(marked()?.status).toBe('True');
    cluster.run(12_000);
    expect(marked()?.status).toBe('False');
  });

  test('wakes one of several budgets and says which', () => {
    const cluster = withBudget({ maxUnavailable: 1 });
    cluster.seed(
      object('policy/v1', 'PodDisruptionBudget', 'other', { spec: { selector, minAvailable: 1 } }),
    );
    const name = cluster.list('Pod')[0]?.metadata.name ?? '';
    cluster.patch('Pod', name, { metadata: { annotations: { a: 'b' } } });
    cluster.run(500);
    const text = `Pod "default"/"${name}" matches multiple PodDisruptionBudgets.  Chose "`;
    expect(cluster.eventTexts().some((each) => each.includes(text))).toBe(true);
  });
});
