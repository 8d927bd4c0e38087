import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import type { Pod, StatefulSet } from '#sim/api/types.gen.ts';
import { ControlPlane, object, podTemplate } from './control-plane.ts';
import type { ControlPlaneOptions } from './control-plane.ts';

const labels = { app: 'web' };

function webSet(
  replicas: number,
  spec: Readonly<Record<string, unknown>> = {},
): KubeObject & Record<string, unknown> {
  return object('apps/v1', 'StatefulSet', 'web', {
    spec: {
      replicas,
      serviceName: 'web',
      selector: { matchLabels: labels },
      template: podTemplate(),
      ...spec,
    },
  });
}

function started(
  replicas: number,
  spec: Readonly<Record<string, unknown>> = {},
  kubelet: ControlPlaneOptions['kubelet'] = {},
): ControlPlane {
  const cluster = new ControlPlane({ controllers: ['statefulset', 'garbage-collector'], kubelet });
  cluster.seed(webSet(replicas, spec));
  cluster.run(10_000);
  return cluster;
}

const names = (cluster: ControlPlane): string[] =>
  cluster
    .list('Pod')
    .map(({ metadata }) => metadata.name ?? '')
    .sort();

const images = (cluster: ControlPlane): Record<string, string | undefined> =>
  Object.fromEntries(
    cluster.list('Pod').map((pod) => [pod.metadata.name, pod.spec.containers[0]?.image]),
  );

const status = (cluster: ControlPlane): NonNullable<StatefulSet['status']> =>
  cluster.get('StatefulSet', 'web').status ?? { replicas: 0 };

const setImage = (cluster: ControlPlane, image: string): void =>
  cluster.patch('StatefulSet', 'web', {
    spec: { template: { spec: { containers: [{ name: 'nginx', image }] } } },
  });

/** The acts of the controller on pods, in their order. */
const acts = (cluster: ControlPlane): string[] =>
  cluster
    .entries()
    .filter(({ verb }) => verb === 'create-ordinal' || verb === 'delete-ordinal')
    .map(({ verb, detail }) => `${verb.split('-')[0]} ${String(detail?.['pod'])}`);

const brokenNew = { isBroken: (pod: Pod) => pod.spec.containers[0]?.image === 'broken' };

describe('pods of a StatefulSet', () => {
  test('carry name, number, host name and revision', () => {
    const cluster = started(1);
    const { metadata, spec } = cluster.get('Pod', 'web-0');
    expect(spec).toMatchObject({ hostname: 'web-0', subdomain: 'web' });
    const revision = status(cluster).updateRevision;
    expect(metadata.labels).toEqual({
      app: 'web',
      'apps.kubernetes.io/pod-index': '0',
      'statefulset.kubernetes.io/pod-name': 'web-0',
      'controller-revision-hash': revision,
    });
    expect(cluster.get('ControllerRevision', revision ?? '').revision).toBe(1);
  });

  test('come one after the other, each when the one before is ready', () => {
    const cluster = started(3);
    const ready = cluster.entries().filter(({ verb }) => verb === 'create-ordinal');
    expect(acts(cluster)).toEqual(['create web-0', 'create web-1', 'create web-2']);
    const times = ready.map(({ timeMs }) => timeMs);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(500);
    expect(cluster.eventTexts()).toEqual(
      [0, 1, 2].map(
        (ordinal) => `SuccessfulCreate: Create Pod web-${ordinal} in StatefulSet web successful`,
      ),
    );
  });

  test('come all at once with Parallel', () => {
    const cluster = started(3, { podManagementPolicy: 'Parallel' });
    const times = cluster
      .entries()
      .filter(({ verb }) => verb === 'create-ordinal')
      .map(({ timeMs }) => timeMs);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(100);
    expect(names(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
  });

  test('begin with the number that the spec says', () => {
    expect(names(started(2, { ordinals: { start: 5 } }))).toEqual(['web-5', 'web-6']);
  });

  test('wait for a pod that has been ready for too short a time', () => {
    const cluster = started(2, { minReadySeconds: 60 });
    expect(names(cluster)).toEqual(['web-0']);
    expect(status(cluster)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    cluster.run(62_000);
    expect(names(cluster)).toEqual(['web-0', 'web-1']);
  });
});

describe('scaling a StatefulSet', () => {
  test('takes the highest numbers away first, one at a time', () => {
    const cluster = started(4);
    cluster.patch('StatefulSet', 'web', { spec: { replicas: 1 } });
    cluster.run(10_000);
    expect(acts(cluster).slice(4)).toEqual(['delete web-3', 'delete web-2', 'delete web-1']);
    expect(status(cluster)).toMatchObject({ replicas: 1, readyReplicas: 1, currentReplicas: 1 });
  });

  test('down is stopped by a pod that is not ready, but not by the one that goes', () => {
    const cluster = started(3);
    const pods = cluster.client.of('Pod');
    const unready = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
    cluster.do(pods.patch('default', 'web-0', 'strategic', unready, { subresource: 'status' }));
    cluster.patch('StatefulSet', 'web', { spec: { replicas: 1 } });
    cluster.run(5_000);
    expect(names(cluster)).toEqual(['web-0', 'web-1', 'web-2']);
    expect(cluster.decisions('statefulset-controller', 'reason').at(-1)).toBe(
      'hold-back reason="not-ready"',
    );
  });
});

describe('a StatefulSet rollout', () => {
  test('goes from the top to the bottom and ends with a new current revision', () => {
    const cluster = started(3);
    const before = status(cluster).currentRevision;
    setImage(cluster, 'nginx:1.28');
    cluster.run(15_000);
    expect(acts(cluster).slice(3)).toEqual([
      ...['delete web-2', 'create web-2', 'delete web-1', 'create web-1'],
      ...['delete web-0', 'create web-0'],
    ]);
    const { currentRevision, updateRevision } = status(cluster);
    expect(currentRevision).toBe(updateRevision);
    expect(currentRevision).not.toBe(before);
  });

  test('leaves the pods below the partition', () => {
    const cluster = started(3, {
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    });
    setImage(cluster, 'nginx:1.28');
    cluster.run(10_000);
    expect(images(cluster)).toEqual({
      'web-0': 'nginx:1.27',
      'web-1': 'nginx:1.27',
      'web-2': 'nginx:1.28',
    });
    cluster.do(cluster.client.of('Pod').delete('default', 'web-0'));
    cluster.run(10_000);
    expect(images(cluster)['web-0']).toBe('nginx:1.27');
    const { currentRevision, updateRevision, updatedReplicas } = status(cluster);
    expect(currentRevision).not.toBe(updateRevision);
    expect(updatedReplicas).toBe(1);
  });

  test('with OnDelete replaces only what somebody deletes', () => {
    const cluster = started(2, { updateStrategy: { type: 'OnDelete' } });
    setImage(cluster, 'nginx:1.28');
    cluster.run(5_000);
    expect(acts(cluster)).toHaveLength(2);
    cluster.do(cluster.client.of('Pod').delete('default', 'web-0'));
    cluster.run(5_000);
    expect(images(cluster)).toEqual({ 'web-0': 'nginx:1.28', 'web-1': 'nginx:1.27' });
  });

  test('that is stuck stays so when the template is taken back, until the broken pod is deleted', () => {
    const cluster = started(2, {}, brokenNew);
    setImage(cluster, 'broken');
    cluster.run(5_000);
    setImage(cluster, 'nginx:1.27');
    cluster.run(10_000);
    expect(images(cluster)).toEqual({ 'web-0': 'nginx:1.27', 'web-1': 'broken' });
    cluster.do(cluster.client.of('Pod').delete('default', 'web-1'));
    cluster.run(5_000);
    expect(images(cluster)['web-1']).toBe('nginx:1.27');
    const revisions = cluster.list('ControllerRevision').map(({ revision }) => revision);
    expect(revisions.sort()).toEqual([2, 3]);
  });

  test('that is stuck mends itself with Parallel', () => {
    const cluster = started(2, { podManagementPolicy: 'Parallel' }, brokenNew);
    setImage(cluster, 'broken');
    cluster.run(5_000);
    setImage(cluster, 'nginx:1.27');
    cluster.run(10_000);
    expect(images(cluster)).toEqual({ 'web-0': 'nginx:1.27', 'web-1': 'nginx:1.27' });
  });

  test('keeps so many old revisions as the limit says', () => {
    const cluster = started(1, { revisionHistoryLimit: 1 });
    for (const image of ['nginx:1.28', 'nginx:1.29', 'nginx:1.30']) {
      setImage(cluster, image);
      cluster.run(5_000);
    }
    const revisions = cluster.list('ControllerRevision').map(({ revision }) => revision);
    expect(revisions.sort()).toEqual([3, 4]);
  });
});

describe('at most one pod of a number', () => {
  test('a pod that is being deleted keeps its place until it is gone', () => {
    const cluster = started(2, {}, { stopMs: 3_000 });
    cluster.do(cluster.client.of('Pod').delete('default', 'web-1'));
    cluster.run(2_000);
    expect(acts(cluster)).toHaveLength(2);
    cluster.run(10_000);
    expect(acts(cluster).at(-1)).toBe('create web-1');
  });

  test('a pod that has ended is deleted and made again', () => {
    const cluster = started(1);
    const before = cluster.get('Pod', 'web-0').metadata.uid;
    const body = { status: { phase: 'Failed' } };
    const pods = cluster.client.of('Pod');
    cluster.do(pods.patch('default', 'web-0', 'strategic', body, { subresource: 'status' }));
    cluster.run(5_000);
    expect(acts(cluster)).toEqual(['create web-0', 'delete web-0', 'create web-0']);
    expect(cluster.get('Pod', 'web-0').metadata.uid).not.toBe(before);
  });
});

describe('a quiet StatefulSet', () => {
  test('is not written to', () => {
    const cluster = started(3);
    const before = cluster.server.store.revision;
    cluster.run(60_000);
    const written = cluster.server.store.log
      .filter(({ revision }) => revision > before)
      .map(({ value }) => value.kind);
    expect(written.filter((kind) => kind !== 'Lease')).toEqual([]);
  });

  test('adopts a pod whose name and labels fit', () => {
    const cluster = new ControlPlane({ controllers: ['statefulset'], kubelet: false });
    const { spec } = podTemplate();
    cluster.seed(object('v1', 'Pod', 'web-0', { metadata: { labels }, spec }));
    cluster.seed(object('v1', 'Pod', 'stranger', { metadata: { labels }, spec }));
    cluster.seed(webSet(1));
    cluster.run(2_000);
    expect(cluster.get('Pod', 'web-0').metadata.ownerReferences?.[0]?.name).toBe('web');
    expect(cluster.get('Pod', 'stranger').metadata.ownerReferences).toBeUndefined();
  });
});

describe('claims of a StatefulSet', () => {
  const volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  const claims = (cluster: ControlPlane): string[] =>
    cluster
      .list('PersistentVolumeClaim')
      .map(({ metadata }) => {
        const owner = metadata.ownerReferences?.[0];
        return `${metadata.name} ${owner === undefined ? '-' : `${owner.kind}/${owner.name}`}`;
      })
      .sort();

  test('are made before the pod, and stay when it goes', () => {
    const cluster = started(2, { volumeClaimTemplates });
    cluster.patch('StatefulSet', 'web', { spec: { replicas: 1 } });
    cluster.run(5_000);
    expect(names(cluster)).toEqual(['web-0']);
    expect(claims(cluster)).toEqual(['data-web-0 -', 'data-web-1 -']);
    expect(cluster.get('PersistentVolumeClaim', 'data-web-0').metadata.labels).toEqual(labels);
    expect(cluster.eventTexts()[0]).toBe(
      'SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success',
    );
  });

  test('belong to whom the retention policy says', () => {
    const cluster = started(2, {
      volumeClaimTemplates,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
    });
    expect(claims(cluster)).toEqual(['data-web-0 StatefulSet/web', 'data-web-1 StatefulSet/web']);
    cluster.patch('StatefulSet', 'web', {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } },
    });
    cluster.run(5_000);
    expect(claims(cluster)).toEqual(['data-web-0 -', 'data-web-1 -']);
  });
});
