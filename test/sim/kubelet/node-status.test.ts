import { describe, expect, test } from 'vitest';
import type { Lease, Node } from '#sim/api/types.gen.ts';
import { parseTime } from '#sim/api/time.ts';
import { TestNode } from './node.ts';

function node(test: TestNode): Node {
  return test.harness.peek<Node>('Node', '', 'node-1') as Node;
}

function lease(test: TestNode): Lease {
  return test.harness.peek<Lease>('Lease', 'kube-node-lease', 'node-1') as Lease;
}

function setReady(node: TestNode, status: string): void {
  const conditions = [{ type: 'Ready', status, reason: 'NodeStatusUnknown' }];
  node.harness.do(
    node.harness.client
      .of('Node')
      .patch('', 'node-1', 'strategic', { status: { conditions } }, { subresource: 'status' }),
  );
}

describe('a node', () => {
  test('registers itself with labels, capacity, addresses and the recorded conditions', () => {
    const { metadata, status } = node(new TestNode({}));
    expect(metadata.labels).toEqual({
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': 'node-1',
      'kubernetes.io/os': 'linux',
    });
    expect(status?.allocatable).toEqual({ cpu: '2', memory: '4Gi', pods: '110' });
    expect(status?.addresses).toEqual([
      { type: 'InternalIP', address: '10.99.0.11' },
      { type: 'Hostname', address: 'node-1' },
    ]);
    expect(status?.conditions?.map(({ type, status: is, reason }) => [type, is, reason])).toEqual([
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
      ['Ready', 'True', 'KubeletReady'],
    ]);
  });

  test('is not ready in the moment in which it registers', () => {
    const test = new TestNode({});
    const states: string[] = [];
    for (const { object, timeMs } of test.nodeRows) {
      const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
      states.push(`${timeMs < 100 ? 'at once' : 'later'}: ${ready?.status} ${ready?.message}`);
    }
    expect(states[0]).toBe('at once: False CSINode is not yet initialized');
    expect(states.at(-1)).toBe('later: True kubelet is posting ready status');
  });

  test('puts a label back that somebody took off', () => {
    const test = new TestNode({});
    const patch = { metadata: { labels: { 'kubernetes.io/arch': null } } };
    test.harness.do(test.harness.client.of('Node').patch('', 'node-1', 'merge', patch));
    expect(node(test).metadata.labels).not.toHaveProperty(['kubernetes.io/arch']);
    test.run(11_000);
    expect(node(test).metadata.labels).toHaveProperty(['kubernetes.io/arch'], 'amd64');
  });

  test('renews its lease every 10 s and nothing of it but the time', () => {
    const test = new TestNode({});
    const times: number[] = [];
    const first = lease(test);
    for (let second = 0; second < 60; second += 1) {
      const timeMs = parseTime(lease(test).spec?.renewTime ?? '');
      if (times[times.length - 1] !== timeMs) times.push(timeMs);
      test.run(1_000);
    }
    const gaps = times.slice(1).map((timeMs, index) => timeMs - (times[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(4);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(10_000);
      expect(gap).toBeLessThanOrEqual(10_400);
    }
    const { renewTime: _, ...spec } = lease(test).spec ?? {};
    expect(spec).toEqual({ holderIdentity: 'node-1', leaseDurationSeconds: 40 });
    expect(first.metadata.ownerReferences?.[0]?.kind).toBe('Node');
  });

  test('does not write its status while nothing changes, but every five minutes', () => {
    const test = new TestNode({});
    const versions = new Set<string>();
    for (let minute = 0; minute < 12; minute += 1) {
      versions.add(node(test).metadata.resourceVersion ?? '');
      test.run(60_000);
    }
    expect(versions.size).toBe(3);
  });

  test('says that it is ready again within 11 s of being declared lost', () => {
    const test = new TestNode({});
    setReady(test, 'Unknown');
    test.run(11_000);
    const ready = node(test).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  });

  test('lists an image that was pulled', () => {
    const test = new TestNode({ 'nginx:1.27': { isPresent: false, pullMs: 100, sizeBytes: 5 } });
    test.create('web', { containers: [{ name: 'web', image: 'nginx:1.27' }] });
    test.run(15_000);
    expect(node(test).status?.images).toContainEqual({
      names: ['nginx:1.27@sha256:0', 'nginx:1.27'],
      sizeBytes: 5,
    });
  });
});
