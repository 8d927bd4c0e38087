import { describe, expect, test } from 'vitest';
import type { Node } from '#sim/api/types.gen.ts';
import { isOutOfService, terminatedPodsToDelete } from '#sim/controllers/podgc.ts';
import { ControlPlane, object, podOf } from './control-plane.ts';

describe('ended pods (gc_controller_test.go TestGCTerminated)', () => {
  const evicted = podOf({ name: 'evicted', phase: 'Failed', created: 9 });
  const pods = [
    podOf({ name: 'young', phase: 'Succeeded', created: 5 }),
    podOf({ name: 'old', phase: 'Failed', created: 1 }),
    { ...evicted, status: { ...evicted.status, reason: 'Evicted' } },
    podOf({ name: 'runs', created: 0 }),
  ];

  test.each([
    [9, []],
    [2, ['evicted']],
    [1, ['evicted', 'old']],
    [0, ['evicted', 'old', 'young']],
  ])('beyond %i: %j', (threshold, expected) => {
    const names = terminatedPodsToDelete(pods, threshold).map(({ metadata }) => metadata.name);
    expect(names).toEqual(expected);
  });
});

describe('out of service (TestGCTerminating)', () => {
  const node = (status: string, key: string) =>
    ({
      metadata: { name: 'n' },
      spec: { taints: [{ key, effect: 'NoExecute' }] },
      status: { conditions: [{ type: 'Ready', status }] },
    }) as unknown as Node;
  const taint = 'node.kubernetes.io/out-of-service';

  test.each([
    ['a terminating pod on such a node', podOf({ deleted: true }), node('False', taint), true],
    ['on a node that is ready', podOf({ deleted: true }), node('True', taint), false],
    ['on a node without the taint', podOf({ deleted: true }), node('False', 'x'), false],
    ['a pod that is not being deleted', podOf({}), node('False', taint), false],
    ['on a node that is not there', podOf({ deleted: true }), undefined, false],
  ])('%s', (_, pod, on, expected) => {
    expect(isOutOfService(pod, on)).toBe(expected);
  });
});

describe('a pod on a node that is not there', () => {
  test('is failed and deleted after 40 s and the next look', () => {
    const plane = new ControlPlane({ controllers: ['pod-garbage-collector'], kubelet: false });
    const spec = { nodeName: 'ghost', containers: [{ name: 'app', image: 'nginx:1.27' }] };
    plane.seed(
      object('v1', 'Pod', 'lost', { spec }),
      object('v1', 'Pod', 'fine', { spec: { ...spec, nodeName: 'node-1' } }),
    );
    plane.run(39_000);
    expect(plane.peek('Pod', 'default', 'lost')).toBeDefined();
    plane.run(30_000);
    expect(plane.peek('Pod', 'default', 'lost')).toBeUndefined();
    expect(plane.peek('Pod', 'default', 'fine')).toBeDefined();
    expect(plane.decisions('pod-garbage-collector-controller', 'why')).toEqual([
      'collect-pod why="orphaned"',
    ]);
  });
});
