import { describe, expect, test } from 'vitest';
import { isPodActive } from '#sim/api/pod.ts';
import { ControlPlane, object, podTemplate, webReplicaSet } from './control-plane.ts';

const only = ['replicaset'] as const;

function running(replicas: number, spec: Readonly<Record<string, unknown>> = {}): ControlPlane {
  const cluster = new ControlPlane({ controllers: only });
  cluster.seed(webReplicaSet(replicas, spec));
  cluster.run(3000);
  return cluster;
}

const active = (cluster: ControlPlane) => cluster.list('Pod').filter(isPodActive);

function deletePod(cluster: ControlPlane, name: string): void {
  cluster.do(cluster.client.of('Pod').delete('default', name));
}

const barePod = (name: string, labels: Record<string, string>) =>
  object('v1', 'Pod', name, {
    metadata: { labels },
    spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] },
  });

describe('a new ReplicaSet', () => {
  test('makes pods of its template that belong to it', () => {
    const cluster = running(1);
    const [pod] = cluster.list('Pod');
    const rs = cluster.get('ReplicaSet', 'web');
    expect(pod?.metadata.generateName).toBe('web-');
    expect(pod?.metadata.labels).toEqual({ app: 'web' });
    expect(pod?.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: rs.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(cluster.eventTexts()).toEqual([`SuccessfulCreate: Created pod: ${pod?.metadata.name}`]);
  });

  test('reports its counts in the order of the recordings', () => {
    const cluster = new ControlPlane({ controllers: only });
    const history = cluster.history(
      'ReplicaSet',
      'web',
      ({ status }) => status,
      () => {
        cluster.seed(webReplicaSet(3));
        cluster.run(2000);
      },
    );
    // Recorded: rollouts/deploy-create-3.
    const base = {
      replicas: 3,
      fullyLabeledReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    };
    expect(history.slice(0, 3)).toEqual([
      { replicas: 0 },
      { replicas: 0, terminatingReplicas: 0, observedGeneration: 1 },
      base,
    ]);
    expect(history.at(-1)).toEqual({ ...base, readyReplicas: 3, availableReplicas: 3 });
  });

  test('asks for no more than 500 pods at a time', () => {
    const cluster = new ControlPlane({ controllers: only, kubelet: false });
    cluster.seed(webReplicaSet(600));
    cluster.run(60_000);
    expect(cluster.decisions('replicaset-controller', 'count')).toEqual([
      'create-pods count=500',
      'create-pods count=100',
    ]);
    expect(cluster.list('Pod')).toHaveLength(600);
  });

  test('never makes one too many, whatever the latencies', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const cluster = new ControlPlane({ controllers: only, seed });
      cluster.seed(webReplicaSet(7));
      cluster.run(300);
      cluster.patch('ReplicaSet', 'web', { spec: { replicas: 12 } });
      cluster.run(5000);
      const created = cluster
        .entries()
        .filter(({ verb, object: key }) => verb === 'created' && key.startsWith('Pod/'));
      expect(created).toHaveLength(12);
    }
  });
});

describe('replacement', () => {
  test('a pod that is being deleted is replaced at once', () => {
    const cluster = running(3);
    const [first] = cluster.list('Pod');
    deletePod(cluster, first?.metadata.name ?? '');
    cluster.run(50);
    expect(cluster.list('Pod')).toHaveLength(4);
    expect(active(cluster)).toHaveLength(3);
    cluster.run(2000);
    expect(cluster.list('Pod')).toHaveLength(3);
  });

  test('a failed pod is replaced and stays', () => {
    const cluster = running(2);
    const [first] = cluster.list('Pod');
    const name = first?.metadata.name ?? '';
    cluster.do(
      cluster.client
        .of('Pod')
        .patch(
          'default',
          name,
          'strategic',
          { status: { phase: 'Failed' } },
          { subresource: 'status' },
        ),
    );
    cluster.run(2000);
    expect(cluster.list('Pod')).toHaveLength(3);
    expect(active(cluster)).toHaveLength(2);
    expect(cluster.get('ReplicaSet', 'web').status?.replicas).toBe(2);
  });
});

describe('scaling down', () => {
  test('reports the deletions in one step, then as terminating', () => {
    const cluster = running(3);
    const history = cluster.history(
      'ReplicaSet',
      'web',
      ({ status }) => [status?.replicas, status?.terminatingReplicas, status?.observedGeneration],
      () => {
        cluster.patch('ReplicaSet', 'web', { spec: { replicas: 1 } });
        cluster.run(3000);
      },
    );
    expect(history[0]).toEqual([3, 0, 1]);
    expect(history).toContainEqual([3, 0, 2]);
    expect(history).toContainEqual([1, 2, 2]);
    expect(history.at(-1)).toEqual([1, 0, 2]);
  });

  test('follows the deletion cost', () => {
    const cluster = running(3);
    const [keep] = cluster.list('Pod');
    const name = keep?.metadata.name ?? '';
    cluster.patch('Pod', name, {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '5' } },
    });
    cluster.run(50);
    cluster.patch('ReplicaSet', 'web', { spec: { replicas: 1 } });
    cluster.run(2000);
    expect(cluster.list('Pod').map((pod) => pod.metadata.name)).toEqual([name]);
    expect(cluster.eventTexts().filter((text) => text.startsWith('SuccessfulDelete'))).toHaveLength(
      2,
    );
  });
});

describe('adoption and release', () => {
  test('a bare pod that matches is adopted and counted in the first status', () => {
    const cluster = new ControlPlane({ controllers: only });
    cluster.seed(barePod('bare', { app: 'web' }));
    cluster.run(1000);
    cluster.seed(webReplicaSet(2));
    cluster.run(2000);
    const bare = cluster.get('Pod', 'bare');
    expect(bare.metadata.ownerReferences?.[0]).toMatchObject({
      kind: 'ReplicaSet',
      name: 'web',
      controller: true,
      blockOwnerDeletion: true,
    });
    expect(cluster.decisions('replicaset-controller', 'active', 'count')).toEqual([
      'adopt',
      'create-pods active=1 count=1',
    ]);
  });

  test('a late bare pod is adopted and one pod deleted', () => {
    const cluster = running(2);
    cluster.seed(barePod('bare', { app: 'web' }));
    cluster.run(3000);
    expect(active(cluster)).toHaveLength(2);
    // Not ready and unassigned when the choice was made.
    expect(cluster.decisions('replicaset-controller', 'pods').at(-1)).toBe(
      'delete-pods pods=["bare"]',
    );
  });

  test('a pod whose labels go away is released and replaced', () => {
    const cluster = running(2);
    const [first] = cluster.list('Pod');
    const name = first?.metadata.name ?? '';
    cluster.patch('Pod', name, { metadata: { labels: { app: 'quarantine' } } });
    cluster.run(2000);
    expect(cluster.get('Pod', name).metadata.ownerReferences ?? []).toEqual([]);
    expect(active(cluster)).toHaveLength(3);
    expect(cluster.get('ReplicaSet', 'web').status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
    });
  });

  test('two ReplicaSets with one selector keep their own pods', () => {
    const cluster = running(2);
    cluster.seed({ ...webReplicaSet(3), metadata: { name: 'other', namespace: 'default' } });
    cluster.run(3000);
    expect(active(cluster)).toHaveLength(5);
  });
});

describe('failures', () => {
  test('a refused creation is told in a condition and an Event, and is tried again', () => {
    const cluster = new ControlPlane({ controllers: only });
    // A service account that does not exist: every creation is refused, before the pod has a name.
    const spec = { ...(podTemplate()['spec'] as object), priorityClassName: 'none' };
    cluster.seed(webReplicaSet(2, { template: { ...podTemplate(), spec } }));
    cluster.run(200);
    const message = 'pods "web-" is forbidden: no PriorityClass with name none was found';
    expect(cluster.get('ReplicaSet', 'web').status?.conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(cluster.eventTexts()).toEqual([`FailedCreate: Error creating: ${message}`]);
    const tries = cluster.entries().filter(({ verb }) => verb === 'create-pods');
    const gaps = tries.map(({ timeMs }, i) => timeMs - (tries[i - 1]?.timeMs ?? timeMs)).slice(1);
    // Of two pods only one is tried: the first batch has failed.
    expect(cluster.entries().filter(({ verb }) => verb === 'refused')).toHaveLength(tries.length);
    expect(tries.length).toBeGreaterThan(3);
    expect(gaps.at(-1)).toBeGreaterThan(2 * (gaps[0] ?? 0));
  });
});

describe('minReadySeconds', () => {
  test('a pod is available when it was ready for so long, and the sync comes for it', () => {
    const cluster = new ControlPlane({ controllers: only });
    const history = cluster.history(
      'ReplicaSet',
      'web',
      ({ status }) => [status?.readyReplicas ?? 0, status?.availableReplicas ?? 0],
      () => {
        cluster.seed(webReplicaSet(1, { minReadySeconds: 4 }));
        cluster.run(3_000);
        expect(cluster.get('ReplicaSet', 'web').status?.availableReplicas).toBeUndefined();
        cluster.run(2_000);
      },
    );
    expect(history).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });
});

describe('the cost of a sync', () => {
  test('does not grow with the pods: a thousand become ready in about as many steps', () => {
    const cluster = new ControlPlane({ controllers: only, kubelet: { startMs: 100 } });
    cluster.seed(webReplicaSet(1000));
    cluster.run(120_000);
    expect(cluster.get('ReplicaSet', 'web').status?.readyReplicas).toBe(1000);
  });
});
