import { describe, expect, test } from 'vitest';
import type { NamespaceCondition } from '#sim/api/types.gen.ts';
import { ControlPlane, object, webDeployment } from './control-plane.ts';

function shop(kubelet: { stopMs: number }): ControlPlane {
  const plane = new ControlPlane({
    controllers: ['deployment', 'replicaset', 'namespace', 'garbage-collector', 'serviceaccount'],
    kubelet,
  });
  plane.seed(object('v1', 'Namespace', 'shop', {}, ''));
  plane.run(100);
  const deployment = webDeployment(2);
  plane.seed(
    { ...deployment, metadata: { name: 'web', namespace: 'shop' } },
    object('v1', 'ConfigMap', 'held', { metadata: { finalizers: ['example.com/hold'] } }, 'shop'),
  );
  plane.run(2000);
  return plane;
}

const conditions = (plane: ControlPlane) =>
  (plane.get('Namespace', 'shop', '').status?.conditions ?? []).map(
    ({ type, status, message }: NamespaceCondition) =>
      `${type.replace('Namespace', '')} ${status}: ${message}`,
  );

describe('a deleted namespace', () => {
  test('is left alone for five seconds, then loses its pods, then the rest, then goes', () => {
    const plane = shop({ stopMs: 2000 });
    plane.do(plane.client.of('Namespace').delete('', 'shop'));
    plane.run(4900);
    expect(plane.get('Namespace', 'shop', '').status).toEqual({ phase: 'Terminating' });
    expect(
      plane.list('Pod', 'shop').every((pod) => pod.metadata.deletionTimestamp === undefined),
    ).toBe(true);

    plane.run(1000);
    // Pods first: the Deployment is still there, and its ReplicaSet may not replace them.
    expect(plane.list('Pod', 'shop')).toHaveLength(2);
    expect(plane.list('Deployment', 'shop')).toHaveLength(1);
    expect(conditions(plane)).toContain(
      'ContentRemaining True: Some resources are remaining: pods. has 2 resource instances',
    );

    plane.run(30_000);
    expect(plane.list('Deployment', 'shop')).toEqual([]);
    // Recorded: gc/namespace-with-finalizer.
    expect(conditions(plane)).toEqual([
      'DeletionDiscoveryFailure False: All resources successfully discovered',
      'DeletionGroupVersionParsingFailure False: All legacy kube types successfully parsed',
      'DeletionContentFailure False: All content successfully deleted, may be waiting on finalization',
      'ContentRemaining True: Some resources are remaining: configmaps. has 1 resource instances',
      'FinalizersRemaining True: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ]);
    plane.do(
      plane.client
        .of('ConfigMap')
        .patch('shop', 'held', 'merge', { metadata: { finalizers: null } }),
    );
    plane.run(20_000);
    expect(plane.peek('Namespace', '', 'shop')).toBeUndefined();
  });
});
