import { describe, expect, test } from 'vitest';
import { Informer } from '#sim/client/informer.ts';
import type { ConfigMap } from '#sim/api/types.gen.ts';
import { Harness } from '../harness.ts';

function watching(harness: Harness) {
  const client = harness.clientOf('watcher');
  const informer = new Informer<ConfigMap>(harness.engine, 'watcher', client.of('ConfigMap'));
  const seen: string[] = [];
  informer.addHandlers({
    onAdd: (map, isInitial) => seen.push(`add ${map.metadata.name}${isInitial ? ' initial' : ''}`),
    onUpdate: (_before, map) => seen.push(`update ${map.metadata.name}`),
    onDelete: (map) => seen.push(`delete ${map.metadata.name}`),
  });
  harness.engine.spawn('informer', informer.run());
  return { client, informer, seen };
}

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

function change(harness: Harness, name: string, k: string): void {
  harness.do(harness.client.of('ConfigMap').patch('default', name, 'merge', { data: { k } }));
}

describe('Informer', () => {
  test('lists, then hears of every change in order', () => {
    const harness = new Harness();
    harness.seed(map('a'));
    const { informer, seen } = watching(harness);
    harness.run(10);
    expect(informer.isSynced).toBe(true);
    harness.seed(map('b'));
    change(harness, 'a', '1');
    harness.do(harness.client.of('ConfigMap').delete('default', 'b'));
    harness.run(10);
    expect(seen).toEqual(['add a initial', 'add b', 'update a', 'delete b']);
    expect(informer.indexer.list().map(({ metadata }) => metadata.name)).toEqual(['a']);
  });

  test('misses nothing over a broken connection', () => {
    const harness = new Harness();
    harness.seed(map('a'));
    const { informer, seen } = watching(harness);
    harness.run(10);
    informer.disconnect();
    change(harness, 'a', '1');
    change(harness, 'a', '2');
    harness.run(2000);
    expect(seen).toEqual(['add a initial', 'update a', 'update a']);
  });

  test('lists anew when the store was compacted beyond its revision, and sees only the last state', () => {
    const harness = new Harness();
    harness.seed(map('a'), map('b'));
    const { informer, client, seen } = watching(harness);
    harness.run(10);
    client.link.cut();
    change(harness, 'a', '1');
    change(harness, 'a', '2');
    harness.do(harness.client.of('ConfigMap').delete('default', 'b'));
    harness.server.store.compact(harness.server.store.revision);
    harness.run(60_000);
    expect(seen).toEqual(['add a initial', 'add b initial']);
    client.link.join();
    harness.run(60_000);
    expect(seen.slice(2)).toEqual(['delete b', 'update a']);
    expect(informer.indexer.get('default/a')?.data).toEqual({ k: '2' });
  });

  test('never learns of an event that was lost on the way, until the next one about the object', () => {
    const harness = new Harness();
    harness.seed(map('a'));
    const { client, informer } = watching(harness);
    harness.run(10);
    client.link.dropEvents('ConfigMap', 1);
    change(harness, 'a', '1');
    harness.run(120_000);
    expect(informer.indexer.get('default/a')?.data).toBeUndefined();
    change(harness, 'a', '2');
    harness.run(10);
    expect(informer.indexer.get('default/a')?.data).toEqual({ k: '2' });
  });
});
