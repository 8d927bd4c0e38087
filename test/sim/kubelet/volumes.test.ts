import { describe, expect, test } from 'vitest';
import { TestNode } from './node.ts';

const container = { name: 'web', image: 'busybox:1.36' };

function seed(node: TestNode, kind: string, name: string, data: Record<string, string>): void {
  node.harness.seed({ apiVersion: 'v1', kind, metadata: { name, namespace: 'default' }, data });
}

function files(node: TestNode, volume: string): Readonly<Record<string, string>> | undefined {
  const uid = node.pod('web')?.metadata.uid ?? '';
  return node.runtime.volumes.get(`${uid}/${volume}`)?.files;
}

describe('volumes', () => {
  test('have the files of ConfigMaps, Secrets and the pod itself', () => {
    const node = new TestNode({});
    seed(node, 'ConfigMap', 'settings', { color: 'blue', size: 'xl' });
    seed(node, 'Secret', 'keys', { token: 'c2VzYW1l' });
    node.create('web', {
      containers: [container],
      volumes: [
        { name: 'all', configMap: { name: 'settings' } },
        { name: 'one', configMap: { name: 'settings', items: [{ key: 'color', path: 'a/b' }] } },
        { name: 'keys', secret: { secretName: 'keys' } },
        {
          name: 'self',
          downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
        },
        {
          name: 'mix',
          projected: {
            sources: [
              { configMap: { name: 'settings', items: [{ key: 'size', path: 'size' }] } },
              { secret: { name: 'keys' } },
            ],
          },
        },
        { name: 'empty', emptyDir: {} },
      ],
    });
    node.run(2_000);
    expect(files(node, 'all')).toEqual({ color: 'blue', size: 'xl' });
    expect(files(node, 'one')).toEqual({ 'a/b': 'blue' });
    expect(files(node, 'keys')).toEqual({ token: 'sesame' });
    expect(files(node, 'self')).toEqual({ name: 'web' });
    expect(files(node, 'mix')).toEqual({ size: 'xl', token: 'sesame' });
    expect(files(node, 'empty')).toEqual({});
    expect(node.pod('web')?.status?.phase).toBe('Running');
  });

  test('keep a pod waiting with a FailedMount event at 0, 0.5, 1.5, 3.5 … s until they can be made', () => {
    const node = new TestNode({});
    const volumes = [{ name: 'config', configMap: { name: 'late' } }];
    node.create('web', { containers: [container], volumes });
    node.run(4_000);
    const message = 'MountVolume.SetUp failed for volume "config" : configmap "late" not found';
    expect(node.events()).toEqual([`FailedMount: ${message} x4`]);
    expect(node.pod('web')?.status?.containerStatuses?.[0]?.state).toEqual({
      waiting: { reason: 'ContainerCreating' },
    });
    seed(node, 'ConfigMap', 'late', {});
    node.run(5_000);
    expect(node.pod('web')?.status?.phase).toBe('Running');
  });

  test('say which key is missing', () => {
    const node = new TestNode({});
    seed(node, 'ConfigMap', 'settings', {});
    const items = [{ key: 'color', path: 'color' }];
    const volumes = [{ name: 'config', configMap: { name: 'settings', items } }];
    node.create('web', { containers: [container], volumes });
    node.run(100);
    expect(node.events()).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: color x1',
    ]);
  });

  test('do without what is optional', () => {
    const node = new TestNode({});
    const volumes = [{ name: 'config', configMap: { name: 'none', optional: true } }];
    node.create('web', { containers: [container], volumes });
    node.run(2_000);
    expect(node.pod('web')?.status?.phase).toBe('Running');
  });

  test('take up a changed ConfigMap with a later sync, more than a minute after the start', () => {
    const node = new TestNode({});
    seed(node, 'ConfigMap', 'settings', { color: 'blue' });
    const volumes = [{ name: 'config', configMap: { name: 'settings' } }];
    node.create('web', { containers: [container], volumes });
    node.run(5_000);
    const patch = { data: { color: 'red' } };
    node.harness.do(
      node.harness.client.of('ConfigMap').patch('default', 'settings', 'merge', patch),
    );
    node.run(40_000);
    expect(files(node, 'config')).toEqual({ color: 'blue' });
    node.run(60_000);
    expect(files(node, 'config')).toEqual({ color: 'red' });
  });

  test('are gone with the pod', () => {
    const node = new TestNode({ web: { stopMs: 10 } });
    node.create('web', { containers: [container], volumes: [{ name: 'empty', emptyDir: {} }] });
    node.run(3_000);
    expect(node.runtime.volumes.size).toBeGreaterThan(0);
    node.delete('web');
    node.run(5_000);
    expect(node.runtime.volumes.size).toBe(0);
  });
});
