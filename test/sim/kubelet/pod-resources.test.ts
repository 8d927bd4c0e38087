import { expect, test } from 'vitest';
import type { Container, Pod } from '#sim/api/types.gen.ts';
import { podResources } from '#sim/kubelet/pod-resources.ts';

function container(name: string, cpu: string, restartPolicy?: 'Always'): Container {
  return { name, resources: { requests: { cpu } }, ...(restartPolicy && { restartPolicy }) };
}

function pod(containers: Container[], initContainers: Container[] = []): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers, initContainers },
  };
}

test('a pod asks for the sum of its containers, or for what one init container needs if that is more', () => {
  const apps = [container('a', '250m'), container('b', '1')];
  expect(podResources(pod(apps))).toEqual({ requests: { cpu: '1250m' } });
  expect(podResources(pod(apps, [container('init', '2')]))).toEqual({ requests: { cpu: '2' } });
  expect(podResources(pod(apps, [container('sidecar', '500m', 'Always')]))).toEqual({
    requests: { cpu: '1750m' },
  });
  expect(podResources(pod([{ name: 'a' }]))).toEqual({});
});

test('a changed spec is added up anew', () => {
  const before = pod([container('a', '1')]);
  expect(podResources(before)).toEqual({ requests: { cpu: '1' } });
  const after = { ...before, spec: { ...before.spec, containers: [container('a', '3')] } };
  expect(podResources(after)).toEqual({ requests: { cpu: '3' } });
  expect(podResources(before)).toEqual({ requests: { cpu: '1' } });
});
