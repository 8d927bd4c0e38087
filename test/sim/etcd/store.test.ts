import { describe, expect, test } from 'vitest';
import { Engine } from '#sim/engine/engine.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { Store } from '#sim/etcd/store.ts';

const put = (store: Store<string>, key: string, expected: number, value: string) =>
  store.put(key, expected, (revision) => `${value}@${revision}`);

describe('Store', () => {
  test('gives each change the next revision of one counter', () => {
    const store = new Store<string>(new Engine(1));
    expect(store.revision).toBe(1);
    put(store, '/registry/pods/default/a', 0, 'a');
    put(store, '/registry/nodes/n', 0, 'n');
    expect(store.revision).toBe(3);
    expect(store.get('/registry/nodes/n')).toMatchObject({ value: 'n@3', modRevision: 3 });
  });

  test('refuses a write that expects another revision and tells what is there', () => {
    const store = new Store<string>(new Engine(1));
    put(store, '/registry/pods/default/a', 0, 'a');
    expect(put(store, '/registry/pods/default/a', 0, 'b')).toMatchObject({ ok: false });
    expect(put(store, '/registry/pods/default/a', 2, 'b')).toMatchObject({
      ok: true,
      stored: { createRevision: 2, modRevision: 3 },
    });
    expect(store.delete('/registry/pods/default/a', 2, () => 'gone')).toMatchObject({
      ok: false,
      current: { value: 'b@3' },
    });
  });

  test('lists a prefix in key order', () => {
    const store = new Store<string>(new Engine(1));
    for (const name of ['b/x', 'a/y', 'a/x']) put(store, `/registry/pods/${name}`, 0, name);
    expect([...store.range('/registry/pods/a/')].map(({ key }) => key)).toEqual([
      '/registry/pods/a/x',
      '/registry/pods/a/y',
    ]);
    expect([...store.range('/registry/pods/')]).toHaveLength(3);
  });

  test('tells watchers of one resource and keeps history for those who come later', () => {
    const store = new Store<string>(new Engine(1));
    const seen: string[] = [];
    const stop = store.watch('/registry/pods/', ({ type, value }) => seen.push(`${type} ${value}`));
    put(store, '/registry/pods/default/a', 0, 'a');
    put(store, '/registry/nodes/n', 0, 'n');
    store.delete('/registry/pods/default/a', 2, (revision) => `a@${revision}`);
    stop();
    put(store, '/registry/pods/default/b', 0, 'b');
    expect(seen).toEqual(['put a@2', 'delete a@4']);
    expect(store.changesAfter('/registry/pods/', 2).map(({ revision }) => revision)).toEqual([
      4, 5,
    ]);
  });

  test('ends the run when there are more objects than the budget allows', () => {
    const store = new Store<string>(new Engine(1, { ...DEFAULT_BUDGETS, objects: 1 }));
    put(store, '/registry/pods/default/a', 0, 'a');
    expect(() => put(store, '/registry/pods/default/b', 0, 'b')).toThrow('more than 1 objects');
  });
});
