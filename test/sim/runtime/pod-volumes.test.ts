import { expect, test } from 'vitest';
import type { Directory } from '#sim/runtime/files/node.ts';
import { PodVolumes } from '#sim/runtime/pod-volumes.ts';
import type { MountConfig } from '#sim/runtime/runtime.ts';

function mountOf(volume: string, subPath = ''): MountConfig {
  return { volume, mountPath: `/${volume}`, subPath, readOnly: false };
}

function rootOf(volumes: PodVolumes, volume: string): Directory {
  return volumes.mountsOf('uid', [mountOf(volume)])[0]!.tree.root as Directory;
}

test('a volume is as it was when it was set, whenever somebody looks first', () => {
  const clock = { nowMs: 5_000 };
  const volumes = new PodVolumes(clock);
  volumes.set('uid', { name: 'config', files: { key: 'value' }, layout: 'atomic' });
  clock.nowMs = 90_000;
  const root = rootOf(volumes, 'config');
  expect(root.mtimeMs).toBe(5_000);
  expect([...root.entries.keys()]).toEqual(['..2026_01_01_00_00_05.000000000', '..data', 'key']);
});

test('an update before the first look replaces the directory behind the links', () => {
  const clock = { nowMs: 5_000 };
  const volumes = new PodVolumes(clock);
  volumes.set('uid', { name: 'config', files: { old: 'x' }, layout: 'atomic' });
  clock.nowMs = 7_000;
  volumes.set('uid', { name: 'config', files: {}, layout: 'atomic' });
  const root = rootOf(volumes, 'config');
  expect([...root.entries.keys()]).toEqual(['..2026_01_01_00_00_07.000000000', '..data']);
  expect(root.mtimeMs).toBe(7_000);
});

test('all mounts of a volume share its files, before and after an update', () => {
  const volumes = new PodVolumes({ nowMs: 0 });
  volumes.set('uid', { name: 'shared', files: {} });
  const [one, other] = volumes.mountsOf('uid', [mountOf('shared'), mountOf('shared')]);
  one!.tree.putText('/note', 'hello', 0);
  expect((other!.tree.root as Directory).entries.has('note')).toBe(true);
  volumes.set('uid', { name: 'shared', files: { more: 'x' } });
  expect([...rootOf(volumes, 'shared').entries.keys()]).toEqual(['note', 'more']);
});

test('a path of the node is there from the first pod on and outlives it', () => {
  const clock = { nowMs: 1_000 };
  const volumes = new PodVolumes(clock);
  volumes.set('uid', { name: 'host', files: {}, hostPath: '/var/lib/x' });
  clock.nowMs = 2_000;
  const root = rootOf(volumes, 'host');
  expect(root.mtimeMs).toBe(1_000);
  volumes.removeAll('uid');
  volumes.set('uid', { name: 'again', files: {}, hostPath: '/var/lib/x' });
  expect(rootOf(volumes, 'again')).toBe(root);
});
