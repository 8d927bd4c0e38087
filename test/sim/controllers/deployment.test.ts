import { describe, expect, test } from 'vitest';
import { ControlPlane, object, podTemplate, webDeployment } from './control-plane.ts';

const both = ['deployment', 'replicaset'] as const;

function rolledOut(replicas: number, spec: Readonly<Record<string, unknown>> = {}): ControlPlane {
  const cluster = new ControlPlane({ controllers: both });
  cluster.seed(webDeployment(replicas, spec));
  cluster.run(3000);
  return cluster;
}

/** The projection by which recordings of Deployments are compared. */
const counters = ({ status }: { status?: unknown }) => {
  const { conditions, ...rest } = (status ?? {}) as Record<string, unknown>;
  const all = (conditions ?? []) as { type: string; status: string; reason: string }[];
  return [rest, ...all.map(({ type, status: is, reason }) => `${type}=${is}/${reason}`)];
};

describe('a new Deployment', () => {
  test('writes what the recording of deploy-create-3 shows, in its order', () => {
    const cluster = new ControlPlane({ controllers: both });
    const history = cluster.history('Deployment', 'web', counters, () => {
      cluster.seed(webDeployment(3));
      cluster.run(2000);
    });
    const created = 'Progressing=True/NewReplicaSetCreated';
    const updated = 'Progressing=True/ReplicaSetUpdated';
    const not = 'Available=False/MinimumReplicasUnavailable';
    const base = { observedGeneration: 1, terminatingReplicas: 0 };
    expect(history.slice(0, 4)).toEqual([
      [{}],
      [{}, created],
      [{ ...base, unavailableReplicas: 3 }, created, not],
      [{ ...base, replicas: 3, updatedReplicas: 3, unavailableReplicas: 3 }, not, updated],
    ]);
    expect(history.at(-1)).toEqual([
      { ...base, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 },
      'Available=True/MinimumReplicasAvailable',
      'Progressing=True/NewReplicaSetAvailable',
    ]);
  });

  test('makes one ReplicaSet of the full size, named for its template', () => {
    const cluster = rolledOut(3);
    const [rs, ...others] = cluster.list('ReplicaSet');
    expect(others).toEqual([]);
    expect(rs?.metadata.name).toBe('web-cc544bdcc');
    expect(rs?.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': 'cc544bdcc' });
    expect(rs?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(rs?.spec.selector).toEqual({
      matchLabels: { app: 'web', 'pod-template-hash': 'cc544bdcc' },
    });
    expect(cluster.eventTexts()).toContain(
      'ScalingReplicaSet: Scaled up replica set web-cc544bdcc from 0 to 3',
    );
  });

  test('of size 0 makes a ReplicaSet without telling of a scaling', () => {
    const cluster = rolledOut(0);
    expect(cluster.list('ReplicaSet')).toHaveLength(1);
    expect(cluster.eventTexts()).toEqual([]);
    expect(counters(cluster.get('Deployment', 'web'))).toEqual([
      { observedGeneration: 1, terminatingReplicas: 0 },
      'Available=True/MinimumReplicasAvailable',
      'Progressing=True/NewReplicaSetAvailable',
    ]);
  });
});

describe('a rolling update', () => {
  test('of 4 with 25 % takes the recorded steps', () => {
    const cluster = rolledOut(4);
    cluster.patch('Deployment', 'web', { spec: { template: podTemplate('nginx:1.28') } });
    cluster.run(8000);
    const scalings = cluster.eventTexts().filter((text) => text.startsWith('ScalingReplicaSet'));
    const [oldName, newName] = ['web-cc544bdcc', 'web-89c7c5f94'];
    // Recorded: rollouts/rolling-default-4.
    expect(scalings.map((text) => text.replace('ScalingReplicaSet: Scaled ', ''))).toEqual([
      `up replica set ${oldName} from 0 to 4`,
      `up replica set ${newName} from 0 to 1`,
      `down replica set ${oldName} from 4 to 3`,
      `up replica set ${newName} from 1 to 2`,
      `down replica set ${oldName} from 3 to 2`,
      `up replica set ${newName} from 2 to 3`,
      `down replica set ${oldName} from 2 to 1`,
      `up replica set ${newName} from 3 to 4`,
      `down replica set ${oldName} from 1 to 0`,
    ]);
    expect(counters(cluster.get('Deployment', 'web'))[0]).toEqual({
      observedGeneration: 2,
      terminatingReplicas: 0,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
    });
  });

  test('never has fewer available nor more active pods than it may', () => {
    for (const [maxSurge, maxUnavailable] of [
      [1, 0],
      [0, 1],
      ['50%', '25%'],
      ['100%', 0],
    ]) {
      const strategy = { rollingUpdate: { maxSurge, maxUnavailable } };
      const cluster = rolledOut(4, { strategy });
      const seen = cluster.history(
        'Deployment',
        'web',
        ({ status }) => [status?.availableReplicas ?? 0, status?.replicas ?? 0],
        () => {
          cluster.patch('Deployment', 'web', { spec: { template: podTemplate('nginx:1.28') } });
          cluster.run(15_000);
        },
      );
      const surge = maxSurge === '50%' ? 2 : maxSurge === '100%' ? 4 : Number(maxSurge);
      const missing = maxUnavailable === '25%' ? 1 : Number(maxUnavailable);
      expect(Math.min(...seen.map(([available]) => available ?? 0))).toBe(4 - missing);
      expect(Math.max(...seen.map(([, total]) => total ?? 0))).toBe(4 + surge);
      expect(cluster.get('Deployment', 'web').status?.updatedReplicas).toBe(4);
    }
  });

  test('that cannot succeed stops, times out, and recovers by going back', () => {
    const cluster = new ControlPlane({
      controllers: both,
      kubelet: { isBroken: (pod) => pod.spec.containers[0]?.image === 'nginx:broken' },
    });
    cluster.seed(webDeployment(4, { progressDeadlineSeconds: 8 }));
    cluster.run(3000);
    cluster.patch('Deployment', 'web', { spec: { template: podTemplate('nginx:broken') } });
    cluster.run(20_000);
    const sizes = () =>
      cluster
        .list('ReplicaSet')
        .map((rs) => rs.spec.replicas)
        .sort();
    expect(sizes()).toEqual([2, 3]);
    const progressing = () =>
      cluster
        .get('Deployment', 'web')
        .status?.conditions?.find(({ type }) => type === 'Progressing');
    const name = cluster.list('ReplicaSet').find((rs) => rs.spec.replicas === 2)?.metadata.name;
    expect(progressing()).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
    const late = cluster.entries().find(({ verb }) => verb === 'progress-deadline-exceeded');
    expect(late?.timeMs).toBeGreaterThan(11_000);
    expect(late?.timeMs).toBeLessThan(12_200);

    cluster.patch('Deployment', 'web', { spec: { template: podTemplate() } });
    cluster.run(5000);
    expect(sizes()).toEqual([0, 4]);
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });
});

describe('revisions', () => {
  const image = (cluster: ControlPlane, tag: string): void => {
    cluster.patch('Deployment', 'web', { spec: { template: podTemplate(`nginx:${tag}`) } });
    cluster.run(4000);
  };
  const revisions = (cluster: ControlPlane): string[] =>
    cluster
      .list('ReplicaSet')
      .map(
        ({ metadata: { annotations } }) => annotations?.['deployment.kubernetes.io/revision'] ?? '',
      )
      .sort();

  test('a template that comes back reuses its ReplicaSet under a new number', () => {
    const cluster = rolledOut(2);
    image(cluster, '2');
    image(cluster, '3');
    expect(revisions(cluster)).toEqual(['1', '2', '3']);
    image(cluster, '1.27');
    expect(revisions(cluster)).toEqual(['2', '3', '4']);
    const back = cluster.get('ReplicaSet', 'web-cc544bdcc').metadata.annotations;
    expect(back?.['deployment.kubernetes.io/revision-history']).toBe('1');
    const deployment = cluster.get('Deployment', 'web').metadata;
    expect(deployment.annotations?.['deployment.kubernetes.io/revision']).toBe('4');
    expect(deployment.generation).toBe(4);
  });

  test('are kept up to the limit', () => {
    const cluster = rolledOut(1, { revisionHistoryLimit: 1 });
    image(cluster, '2');
    image(cluster, '3');
    expect(revisions(cluster)).toEqual(['2', '3']);
  });

  test('the deprecated annotation rolls back and goes', () => {
    const cluster = rolledOut(1);
    image(cluster, '2');
    cluster.patch('Deployment', 'web', {
      metadata: { annotations: { 'deprecated.deployment.rollback.to': '1' } },
    });
    cluster.run(4000);
    const d = cluster.get('Deployment', 'web');
    expect(d.spec.template.spec?.containers[0]?.image).toBe('nginx:1.27');
    expect(Object.keys(d.metadata.annotations ?? {})).toEqual([
      'deployment.kubernetes.io/revision',
    ]);
    expect(cluster.eventTexts()).toContain(
      'DeploymentRollback: Rolled back deployment "web" to revision 1',
    );
  });
});

describe('pausing', () => {
  test('holds a new template back until it is resumed; scaling goes on', () => {
    const cluster = rolledOut(2);
    cluster.patch('Deployment', 'web', {
      spec: { paused: true, template: podTemplate('nginx:1.28') },
    });
    cluster.run(1000);
    cluster.patch('Deployment', 'web', { spec: { replicas: 3 } });
    cluster.run(2000);
    expect(cluster.list('ReplicaSet').map((rs) => rs.spec.replicas)).toEqual([3]);
    expect(counters(cluster.get('Deployment', 'web'))).toEqual([
      {
        observedGeneration: 3,
        replicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        terminatingReplicas: 0,
      },
      'Progressing=Unknown/DeploymentPaused',
      'Available=True/MinimumReplicasAvailable',
    ]);
    // Recorded: rollouts/rollout-pause-resume, the condition of the creation is lost to a conflict.
    const reasons = cluster.history(
      'Deployment',
      'web',
      ({ status }) => status?.conditions?.find(({ type }) => type === 'Progressing')?.reason,
      () => {
        cluster.patch('Deployment', 'web', { spec: { paused: false } });
        cluster.run(4000);
      },
    );
    expect(reasons).toEqual([
      'DeploymentPaused',
      'DeploymentResumed',
      'ReplicaSetUpdated',
      'NewReplicaSetAvailable',
    ]);
  });
});

describe('scaling', () => {
  test('of a finished Deployment is one write and keeps Progressing', () => {
    const cluster = rolledOut(2);
    cluster.patch('Deployment', 'web', { spec: { replicas: 5 } });
    cluster.run(3000);
    expect(cluster.eventTexts()).toContain(
      'ScalingReplicaSet: Scaled up replica set web-cc544bdcc from 2 to 5',
    );
    const rs = cluster.get('ReplicaSet', 'web-cc544bdcc');
    expect(rs.metadata.annotations?.['deployment.kubernetes.io/max-replicas']).toBe('7');
    expect(counters(cluster.get('Deployment', 'web')).slice(1).sort()).toEqual([
      'Available=True/MinimumReplicasAvailable',
      'Progressing=True/NewReplicaSetAvailable',
    ]);
  });

  test('in the middle of a rollout is spread in proportion', () => {
    const cluster = new ControlPlane({
      controllers: both,
      kubelet: { isBroken: (pod) => pod.spec.containers[0]?.image === 'nginx:broken' },
    });
    cluster.seed(webDeployment(4));
    cluster.run(3000);
    cluster.patch('Deployment', 'web', { spec: { template: podTemplate('nginx:broken') } });
    cluster.run(2000);
    cluster.patch('Deployment', 'web', { spec: { replicas: 8 } });
    cluster.run(3000);
    // Recorded: rollouts/scale-during-rollout, 3+2 of at most 5 to 6+4 of at most 10.
    expect(
      cluster
        .list('ReplicaSet')
        .map((rs) => rs.spec.replicas)
        .sort(),
    ).toEqual([4, 6]);
    expect(cluster.decisions('deployment-controller', 'from', 'to').slice(-2)).toEqual([
      'scale-up from=3 to=6',
      'scale-up from=2 to=4',
    ]);
  });
});

describe('ownership', () => {
  test('an orphan with the right labels and template is adopted, not made again', () => {
    const cluster = rolledOut(2);
    cluster.do(
      cluster.client.of('Deployment').delete('default', 'web', { propagationPolicy: 'Orphan' }),
    );
    cluster.patch('ReplicaSet', 'web-cc544bdcc', {
      metadata: { ownerReferences: [{ $patch: 'replace' }] },
    });
    cluster.do(
      cluster.client
        .of('Deployment')
        .patch('default', 'web', 'merge', { metadata: { finalizers: null } }),
    );
    cluster.seed(webDeployment(2));
    cluster.run(2000);
    const list = cluster.list('ReplicaSet');
    expect(list).toHaveLength(1);
    expect(list[0]?.metadata.ownerReferences?.[0]?.uid).toBe(
      cluster.get('Deployment', 'web').metadata.uid,
    );
    expect(cluster.decisions('deployment-controller')).toContain('adopt');
  });

  test('a name that is taken by another template changes the hash', () => {
    const cluster = new ControlPlane({ controllers: both });
    cluster.seed(
      object('apps/v1', 'ReplicaSet', 'web-cc544bdcc', {
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: 'other' } },
          template: { ...podTemplate(), metadata: { labels: { app: 'other' } } },
        },
      }),
    );
    cluster.seed(webDeployment(1));
    cluster.run(3000);
    expect(cluster.get('Deployment', 'web').status?.collisionCount).toBe(1);
    const names = cluster.list('ReplicaSet').map((rs) => rs.metadata.name);
    expect(names).toHaveLength(2);
    expect(cluster.get('Deployment', 'web').status?.availableReplicas).toBe(1);
  });
});
