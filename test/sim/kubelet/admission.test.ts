import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { admitPod } from '#sim/kubelet/admission.ts';
import { TestNode, project } from './node.ts';

const node = {
  name: 'node-1',
  labels: {},
  taints: [],
  capacity: {},
  allocatable: { cpu: '2', memory: '1Gi', pods: '2' },
};

function pod(requests: Record<string, string>, hostPort?: number): Pod {
  const ports = hostPort === undefined ? [] : [{ containerPort: 80, hostPort }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: { containers: [{ name: 'c', resources: { requests }, ports }] },
  };
}

describe('admitPod', () => {
  test.each([
    ['fits', pod({ cpu: '500m' }), [pod({ cpu: '1500m' })], undefined],
    ['asks for too much CPU', pod({ cpu: '600m' }), [pod({ cpu: '1500m' })], 'OutOfcpu'],
    ['asks for too much memory', pod({ memory: '2Gi' }), [], 'OutOfmemory'],
    ['asks for what the node has not', pod({ 'example.com/gpu': '1' }), [], 'OutOfexample.com/gpu'],
    ['is one too many', pod({}), [pod({}), pod({})], 'OutOfpods'],
    ['wants a port that is taken', pod({}, 80), [pod({}, 80)], 'NodePorts'],
    ['wants another port', pod({}, 81), [pod({}, 80)], undefined],
  ])('answers a pod that %s', (_title, wanted, others, reason) => {
    expect(admitPod(wanted, others, node)?.reason).toBe(reason);
  });

  test('tells what was asked for, used and there', () => {
    expect(admitPod(pod({ cpu: '600m' }), [pod({ cpu: '1500m' })], node)?.message).toBe(
      "Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000",
    );
  });
});

describe('a kubelet', () => {
  test('fails a pod that does not fit and never runs it', () => {
    const test = new TestNode({});
    const resources = { requests: { cpu: '3' } };
    test.create('big', { containers: [{ name: 'web', image: 'busybox:1.36', resources }] });
    test.run(60_000);
    const { status } = test.pod('big') ?? {};
    expect(status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' });
    expect(status?.message).toMatch(/^Pod was rejected: Node didn't have enough resource: cpu/);
    expect(test.pod('big') && project(test.pod('big') as Pod)).toBe('Failed');
    expect(test.runtime.podUids()).toEqual([]);
  });
});
