import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { viewOfReplicationController } from '#sim/controllers/replication.ts';
import { ControlPlane, object, podTemplate } from './control-plane.ts';

const rc = (replicas: number): KubeObject & Record<string, unknown> =>
  object('v1', 'ReplicationController', 'old', {
    spec: { replicas, selector: { app: 'web' }, template: podTemplate() },
  });

describe('a ReplicationController', () => {
  test('keeps its pods as a ReplicaSet does, and does not tell of terminating ones', () => {
    const plane = new ControlPlane({ controllers: ['replicationcontroller'] });
    plane.seed(rc(3));
    plane.run(2000);
    expect(plane.get('ReplicationController', 'old').status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    const [pod] = plane.list('Pod');
    expect(pod?.metadata.ownerReferences?.[0]).toMatchObject({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      name: 'old',
    });
    const [event] = plane.list('Event');
    expect(event?.source?.component).toBe('replication-controller');
    plane.patch('ReplicationController', 'old', { spec: { replicas: 1 } });
    plane.run(2000);
    expect(plane.list('Pod')).toHaveLength(1);
  });

  test('is seen as a ReplicaSet with a selector of labels, once per object', () => {
    const view = viewOfReplicationController(rc(2));
    expect(view.spec.selector).toEqual({ matchLabels: { app: 'web' } });
    expect(view.kind).toBe('ReplicationController');
    const one = rc(1);
    expect(viewOfReplicationController(one)).toBe(viewOfReplicationController(one));
  });
});
