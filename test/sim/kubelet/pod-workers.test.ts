import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { effectiveGrace } from '#sim/kubelet/pod-workers.ts';
import { TestNode, project } from './node.ts';

function pod(spec: number | undefined, deletion?: number): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: deletion === undefined ? {} : { deletionGracePeriodSeconds: deletion },
    spec: { containers: [], terminationGracePeriodSeconds: spec },
  } as Pod;
}

describe('effectiveGrace', () => {
  test.each([
    ['takes the spec of a pod that ends by itself', 0, pod(30), undefined, 30],
    ['takes the deletion before the spec', 0, pod(30, 5), undefined, 5],
    ['takes a kill before the deletion', 0, pod(30, 5), 2, 2],
    ['is at least one second', 0, pod(30, 0), undefined, 1],
    ['is one second where the spec says zero', 0, pod(0), undefined, 1],
    ['gets shorter', 30, pod(30, 3), undefined, 3],
    ['never gets longer', 3, pod(30, 20), undefined, 3],
  ])('%s', (_title, before, object, kill, expected) => {
    expect(effectiveGrace(before, object, kill)).toBe(expected);
  });
});

const spec = { containers: [{ name: 'web', image: 'busybox:1.36' }] };

describe('pod workers', () => {
  test('begin to kill a pod that has long been settled within milliseconds', () => {
    const node = new TestNode({ web: { stopMs: 100 } });
    node.create('web', spec);
    node.run(5_000);
    const deletedMs = node.harness.engine.nowMs;
    node.delete('web');
    node.run(1_000);
    expect((node.runtime.stops[0]?.timeMs ?? 0) - deletedMs).toBeLessThan(20);
  });

  test('begin to kill a fresh pod only after a look at the runtime that is newer than the last sync', () => {
    const node = new TestNode({ web: { stopMs: 100 } });
    node.create('web', spec);
    while (node.pod('web')?.status?.phase !== 'Running') node.run(1);
    node.delete('web');
    node.run(20);
    expect(node.runtime.stops).toEqual([]);
    node.run(1_500);
    expect(node.runtime.stops).toHaveLength(1);
  });

  test('sync some pods once more a second after they started, and begin to kill those later', () => {
    const delays: number[] = [];
    for (let seed = 1; seed <= 30; seed += 1) {
      const node = new TestNode({ web: { stopMs: 100 } }, { seed });
      node.create('web', spec);
      while (node.pod('web')?.status?.phase !== 'Running') node.run(1);
      node.run(1_000);
      const deletedMs = node.harness.engine.nowMs;
      node.delete('web');
      node.run(3_000);
      delays.push((node.runtime.stops[0]?.timeMs ?? Infinity) - deletedMs);
    }
    delays.sort((a, b) => a - b);
    // Recorded for pods that were Ready for 1 to 1.5 s: a quarter within 14 ms, a quarter after more than 700 ms.
    expect(delays[7]).toBeLessThan(20);
    expect(delays[22]).toBeGreaterThan(200);
    expect(delays[29]).toBeLessThan(2_000);
  });

  test('remove a pod that never ran at once', () => {
    const node = new TestNode({ web: {} });
    node.create('web', { ...spec, volumes: [{ name: 'v', configMap: { name: 'none' } }] });
    node.run(20);
    node.delete('web');
    node.run(3_000);
    expect(node.pod('web')).toBeUndefined();
    expect(node.runtime.stops).toEqual([]);
  });

  test('go on with a new pod of the same name while the old one still runs', () => {
    const node = new TestNode({ web: { stopMs: 1_500 } });
    node.create('web', spec);
    node.run(5_000);
    node.delete('web', 0);
    node.create('web', spec);
    node.run(900);
    expect(node.runtime.podUids()).toHaveLength(2);
    node.run(5_000);
    expect(node.runtime.podUids()).toHaveLength(1);
    expect(node.pod('web')?.status?.phase).toBe('Running');
  });

  test('leave containers alone while the kubelet is away, and keep them ready', () => {
    const node = new TestNode({ web: { stopMs: 100 } });
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
    node.create('web', { containers: [{ ...spec.containers[0], readinessProbe }] });
    node.run(3_000);
    node.stop();
    node.run(20_000);
    const before = node.rows.length;
    node.start();
    node.run(20_000);
    expect(node.rows.slice(before).map(({ pod: row }) => project(row))).toEqual([]);
    expect(node.pod('web')?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  test('stop a pod that was deleted while the kubelet was away', () => {
    const node = new TestNode({ web: { stopMs: 100 } });
    node.create('web', spec);
    node.run(3_000);
    node.stop();
    node.delete('web');
    node.run(5_000);
    expect(node.pod('web')?.status?.phase).toBe('Running');
    node.start();
    node.run(5_000);
    expect(node.pod('web')).toBeUndefined();
    expect(node.runtime.podUids()).toEqual([]);
  });

  test('kill containers of a pod that the API forgot while the kubelet was away', () => {
    const node = new TestNode({ web: {} });
    node.create('web', spec);
    node.run(3_000);
    node.stop();
    node.delete('web', 0);
    node.start();
    node.run(5_000);
    expect(node.runtime.stops.map(({ timeoutMs }) => timeoutMs)).toEqual([2_000]);
    expect(node.runtime.podUids()).toEqual([]);
  });
});

describe('why a pod went', () => {
  test('leads back from the removal of the object to its deletion', () => {
    const node = new TestNode({ web: { stopMs: 100 } });
    node.create('web', spec);
    node.run(5_000);
    node.delete('web');
    node.run(5_000);
    const { trace } = node.harness.engine;
    const removed = [...trace.entries({ verb: 'deleted', object: 'Pod/default/web' })].at(-1);
    const verbs = trace.chain(removed?.id ?? -1).map(({ verb }) => verb);
    expect(verbs).toEqual(['deleted', 'deleting', 'sandbox-removed', 'killing', 'deleting']);
  });

  test('leads back from a start to the binding of the pod', () => {
    const node = new TestNode({});
    node.create('web', spec);
    node.run(5_000);
    const { trace } = node.harness.engine;
    const [started] = trace.entries({ verb: 'container-started' });
    const verbs = trace.chain(started?.id ?? -1).map(({ verb }) => verb);
    expect(verbs).toEqual(['container-started', 'container-created', 'sandbox-created', 'created']);
  });
});
