import { describe, expect, test } from 'vitest';
import { Indexer } from '#sim/client/indexer.ts';
import type { KubeObject } from '#sim/api/object.ts';

interface Labelled extends KubeObject {
  readonly tags: readonly string[];
}

function object(name: string, tags: readonly string[], namespace = 'default'): Labelled {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace }, tags };
}

const names = (objects: readonly Labelled[]) => objects.map(({ metadata }) => metadata.name);

function tagged(...objects: readonly Labelled[]): Indexer<Labelled> {
  const indexer = new Indexer<Labelled>();
  indexer.addIndex('tag', ({ tags }) => tags);
  for (const each of objects) indexer.set(each);
  return indexer;
}

describe('Indexer', () => {
  test('finds objects by the values of an index, each in its newest state', () => {
    const indexer = tagged(object('a', ['x']), object('b', ['x', 'y']));
    const changed = object('a', ['x']);
    indexer.set(changed);
    expect(names(indexer.byIndex('tag', 'x'))).toEqual(['a', 'b']);
    expect(indexer.byIndex('tag', 'x')[0]).toBe(changed);
    expect(names(indexer.byIndex('tag', 'y'))).toEqual(['b']);
    expect(indexer.byIndex('tag', 'z')).toEqual([]);
  });

  test('forgets a value that an object no longer has, and an object that is gone', () => {
    const indexer = tagged(object('a', ['x']), object('b', ['x']));
    indexer.set(object('a', ['y']));
    expect(names(indexer.byIndex('tag', 'x'))).toEqual(['b']);
    expect(names(indexer.byIndex('tag', 'y'))).toEqual(['a']);
    indexer.delete(object('a', []));
    expect(indexer.byIndex('tag', 'y')).toEqual([]);
    expect(indexer.get('default/a')).toBeUndefined();
  });

  test('returns the state before, and keeps the order of first addition', () => {
    const first = object('a', []);
    const indexer = tagged(first, object('b', []));
    expect(indexer.set(object('a', ['x']))).toBe(first);
    expect(indexer.set(object('c', []))).toBeUndefined();
    expect(names(indexer.list())).toEqual(['a', 'b', 'c']);
  });

  test('lists one namespace or all', () => {
    const indexer = tagged(object('a', []), object('b', [], 'other'));
    expect(names(indexer.list())).toEqual(['a', 'b']);
    expect(names(indexer.list('other'))).toEqual(['b']);
  });

  test('adds an index to what is there already', () => {
    const indexer = tagged(object('a', ['x']));
    indexer.addIndex('count', ({ tags }) => [String(tags.length)]);
    expect(names(indexer.byIndex('count', '1'))).toEqual(['a']);
  });

  test('shares its objects and indexes with another until they part', () => {
    const leader = tagged(object('a', ['x']));
    const follower = new Indexer<Labelled>();
    follower.addIndex('count', ({ tags }) => [String(tags.length)]);
    follower.share(leader);
    leader.set(object('b', ['x']));
    expect(names(follower.byIndex('tag', 'x'))).toEqual(['a', 'b']);
    expect(names(leader.byIndex('count', '1'))).toEqual(['a', 'b']);
    follower.part();
    leader.set(object('c', ['x']));
    follower.delete(object('a', []));
    expect(names(follower.byIndex('tag', 'x'))).toEqual(['b']);
    expect(names(leader.byIndex('tag', 'x'))).toEqual(['a', 'b', 'c']);
  });
});
