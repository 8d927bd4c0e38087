import { describe, expect, test } from 'vitest';
import { StatusError } from '#sim/api/status-error.ts';
import type { Pod, PodDisruptionBudget } from '#sim/api/types.gen.ts';
import { Harness } from '../harness.ts';

interface Setup {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly policy?: string;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly budgets?: number;
}

/** A pod `web-0` under budgets whose status is given, as if a controller had written it. */
function clusterWith(setup: Setup): Harness {
  const cluster = new Harness();
  const labels = { app: 'web' };
  cluster.seed({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', labels },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'nginx:1.27' }] },
  });
  const conditions = [{ type: 'Ready', status: setup.ready === false ? 'False' : 'True' }];
  write(cluster, 'Pod', 'web-0', { phase: setup.phase ?? 'Running', conditions });
  for (let index = 0; index < (setup.budgets ?? 1); index += 1) {
    cluster.seed({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: `b${index}` },
      spec: {
        minAvailable: 2,
        selector: { matchLabels: labels },
        ...(setup.policy === undefined ? {} : { unhealthyPodEvictionPolicy: setup.policy }),
      },
    });
    if (setup.status) write(cluster, 'PodDisruptionBudget', `b${index}`, setup.status);
  }
  return cluster;
}

function write(
  cluster: Harness,
  kind: 'Pod' | 'PodDisruptionBudget',
  name: string,
  status: unknown,
) {
  const options = { subresource: 'status' };
  cluster.do(cluster.client.of(kind).patch('default', name, 'merge', { status }, options));
}

function evict(cluster: Harness, deleteOptions?: unknown, name = 'web-0'): StatusError | undefined {
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name },
    ...(deleteOptions === undefined ? {} : { deleteOptions }),
  };
  try {
    cluster.do(
      cluster.client.of('Pod').subresource('create', 'default', 'web-0', 'eviction', body),
    );
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}

const pod = (cluster: Harness): Pod | undefined => cluster.peek<Pod>('Pod', 'default', 'web-0');
const isGoing = (cluster: Harness): boolean =>
  pod(cluster)?.metadata.deletionTimestamp !== undefined;
const budget = (cluster: Harness) =>
  cluster.peek<PodDisruptionBudget>('PodDisruptionBudget', 'default', 'b0');

const spare = {
  observedGeneration: 1,
  disruptionsAllowed: 1,
  currentHealthy: 3,
  desiredHealthy: 2,
};
const none = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 };

describe('an eviction', () => {
  test('takes one of the disruptions, marks the pod and deletes it', () => {
    const cluster = clusterWith({ status: spare });
    expect(evict(cluster)).toBeUndefined();
    expect(isGoing(cluster)).toBe(true);
    expect(pod(cluster)?.status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
    expect(budget(cluster)?.status).toMatchObject({
      disruptionsAllowed: 0,
      currentHealthy: 3,
      disruptedPods: { 'web-0': '2026-01-01T00:00:00Z' },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    });
  });

  test.each([
    [none, 'The disruption budget b0 needs 2 healthy pods and has 2 currently', undefined],
    [
      { ...none, currentHealthy: 5 },
      'The disruption budget b0 does not allow evicting pods currently',
      undefined,
    ],
    [
      { ...spare, observedGeneration: 0 },
      'The disruption budget b0 is still being processed by the server.',
      10,
    ],
    [
      {
        ...none,
        conditions: [
          {
            type: 'DisruptionAllowed',
            status: 'False',
            reason: 'SyncFailed',
            message: 'found no controllers for pod "x"',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
      'The disruption budget b0 does not allow evicting pods currently because it failed sync: found no controllers for pod "x"',
      undefined,
    ],
  ])('is refused with 429 under %j: %s', (status, cause, retryAfterSeconds) => {
    const cluster = clusterWith({ status });
    const error = evict(cluster);
    expect(error?.code).toBe(429);
    expect(error?.message).toBe(
      "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    expect(error?.status.details?.causes).toEqual([{ reason: 'DisruptionBudget', message: cause }]);
    expect(error?.status.details?.retryAfterSeconds).toBe(retryAfterSeconds);
    expect(isGoing(cluster)).toBe(false);
  });

  test.each([
    ['has enough without it', undefined, none, true],
    ['has too few', undefined, { ...none, currentHealthy: 1 }, false],
    ['has too few and says AlwaysAllow', 'AlwaysAllow', { ...none, currentHealthy: 1 }, true],
  ])('of a pod that is not ready, whose budget %s', (_what, policy, status, isEvicted) => {
    const cluster = clusterWith({ ready: false, policy, status });
    expect(evict(cluster) === undefined).toBe(isEvicted);
    expect(isGoing(cluster)).toBe(isEvicted);
    expect(budget(cluster)?.status?.disruptedPods).toBeUndefined();
  });

  test('of a pod that has not begun or has ended asks no budget', () => {
    for (const phase of ['Pending', 'Failed', 'Succeeded']) {
      expect(evict(clusterWith({ phase, status: none })), phase).toBeUndefined();
    }
  });

  test('of a pod under two budgets is an error of the server', () => {
    const error = evict(clusterWith({ budgets: 2, status: spare }));
    expect(error?.code).toBe(500);
    expect(error?.message).toBe(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  });

  test('that names another pod, or another UID, is refused', () => {
    const cluster = clusterWith({ status: spare });
    expect(evict(cluster, undefined, 'other')?.message).toBe(
      'name in URL does not match name in Eviction object',
    );
    const uid = '11111111-2222-3333-4444-555555555555';
    const error = evict(clusterWith({ phase: 'Pending' }), { preconditions: { uid } });
    expect(error?.code).toBe(409);
    expect(error?.message).toMatch(
      /^Operation cannot be fulfilled on Pod "web-0": the UID in the precondition \(11111111-.*\) does not match/,
    );
  });

  test('that is a dry run changes nothing', () => {
    const cluster = clusterWith({ status: spare });
    const revision = cluster.server.store.revision;
    expect(evict(cluster, { dryRun: ['All'] })).toBeUndefined();
    expect(evict(clusterWith({ status: none }), { dryRun: ['All'] })?.code).toBe(429);
    expect(cluster.server.store.revision).toBe(revision);
  });
});
