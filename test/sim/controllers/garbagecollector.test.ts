import { describe, expect, test } from 'vitest';
import { ControlPlane, object, webDeployment } from './control-plane.ts';

const all = ['deployment', 'replicaset', 'garbage-collector'] as const;

function web(): ControlPlane {
  const plane = new ControlPlane({ controllers: all });
  plane.seed(webDeployment(2));
  plane.run(3000);
  return plane;
}

function remove(
  plane: ControlPlane,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
): void {
  plane.do(plane.client.of('Deployment').delete('default', 'web', { propagationPolicy }));
}

/** The order in which objects left the store, by kind. */
const departures = (plane: ControlPlane) =>
  plane
    .entries()
    .filter(
      ({ component, verb, object: key }) =>
        component === 'kube-apiserver' && verb === 'deleted' && !key.startsWith('Event'),
    )
    .map(({ object: key }) => key.split('/')[0]);

const owned = (name: string, owners: readonly { name: string; uid: string }[]) =>
  object('v1', 'ConfigMap', name, {
    metadata: {
      ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...owner })),
    },
  });

describe('deleting a Deployment', () => {
  test('in the background: it goes first, its pods last', () => {
    const plane = web();
    remove(plane, 'Background');
    plane.run(5000);
    expect(departures(plane)).toEqual(['Deployment', 'ReplicaSet', 'Pod', 'Pod']);
  });

  test('in the foreground: its pods go first, it goes last', () => {
    const plane = web();
    remove(plane, 'Foreground');
    plane.run(100);
    expect(plane.get('Deployment', 'web').metadata.finalizers).toEqual(['foregroundDeletion']);
    plane.run(5000);
    expect(departures(plane)).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment']);
  });

  test('with orphans: everything else stays, without an owner', () => {
    const plane = web();
    remove(plane, 'Orphan');
    plane.run(3000);
    expect(departures(plane)).toEqual(['Deployment']);
    expect(plane.list('Pod')).toHaveLength(2);
    expect(plane.list('ReplicaSet')[0]?.metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('owners', () => {
  test('an object stays with one of two owners and goes with the second', () => {
    const plane = new ControlPlane({ controllers: ['garbage-collector'] });
    plane.seed(object('v1', 'ConfigMap', 'a', {}), object('v1', 'ConfigMap', 'b', {}));
    const uid = (name: string) => plane.get('ConfigMap', name).metadata.uid ?? '';
    plane.seed(
      owned('child', [
        { name: 'a', uid: uid('a') },
        { name: 'b', uid: uid('b') },
      ]),
    );
    plane.run(500);
    plane.do(plane.client.of('ConfigMap').delete('default', 'a'));
    plane.run(500);
    const left = plane.get('ConfigMap', 'child').metadata.ownerReferences;
    expect(left?.map(({ name }) => name)).toEqual(['b']);
    plane.do(plane.client.of('ConfigMap').delete('default', 'b'));
    plane.run(500);
    expect(plane.peek('ConfigMap', 'default', 'child')).toBeUndefined();
  });

  test('an owner that never was counts as gone', () => {
    const plane = new ControlPlane({ controllers: ['garbage-collector'] });
    plane.seed(owned('child', [{ name: 'ghost', uid: 'no-such-uid' }]));
    plane.run(3000);
    expect(plane.peek('ConfigMap', 'default', 'child')).toBeUndefined();
  });

  test('a namesake of the owner does not keep an object', () => {
    const plane = new ControlPlane({ controllers: ['garbage-collector'] });
    plane.seed(object('v1', 'ConfigMap', 'a', {}));
    plane.seed(owned('child', [{ name: 'a', uid: 'of-an-earlier-one' }]));
    plane.run(3000);
    expect(plane.peek('ConfigMap', 'default', 'child')).toBeUndefined();
    expect(plane.peek('ConfigMap', 'default', 'a')).toBeDefined();
  });

  test('objects without owners are none of its business', () => {
    const plane = new ControlPlane({ controllers: ['garbage-collector'] });
    plane.seed(object('v1', 'ConfigMap', 'free', {}));
    plane.run(3000);
    expect(plane.decisions('garbage-collector-controller')).toEqual([]);
  });

  test('two that own each other both go in the foreground', () => {
    const plane = new ControlPlane({ controllers: ['garbage-collector'] });
    plane.seed(object('v1', 'ConfigMap', 'a', {}), object('v1', 'ConfigMap', 'b', {}));
    const uid = (name: string) => plane.get('ConfigMap', name).metadata.uid ?? '';
    const refer = (name: string, owner: string): void =>
      plane.patch('ConfigMap', name, {
        metadata: {
          ownerReferences: [
            {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              name: owner,
              uid: uid(owner),
              blockOwnerDeletion: true,
            },
          ],
        },
      });
    refer('a', 'b');
    refer('b', 'a');
    plane.run(500);
    const options = { propagationPolicy: 'Foreground' } as const;
    plane.do(plane.client.of('ConfigMap').delete('default', 'a', options));
    plane.run(3000);
    expect(plane.list('ConfigMap')).toEqual([]);
  });
});
