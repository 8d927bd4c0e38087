import { describe, expect, test } from 'vitest';
import { ConsistencyStore } from '#sim/controllers/consistency.ts';
import { rsOf } from './control-plane.ts';

const at = (revision: number) => {
  const rs = rsOf({});
  return { ...rs, metadata: { ...rs.metadata, resourceVersion: String(revision) } };
};

describe("reading one's own writes", () => {
  test('a sync waits until its cache has seen what it wrote', () => {
    const informer = { resourceVersion: '10' };
    const store = new ConsistencyStore([['ReplicaSet', informer]]);
    store.ensureReady('a');
    store.wroteAt('a', at(12));
    store.wroteAt('a', at(11));
    expect(() => store.ensureReady('a')).toThrow(
      'the cache of ReplicaSet is at 10, own write was at 12',
    );
    store.ensureReady('b');
    informer.resourceVersion = '12';
    store.ensureReady('a');
  });

  test('forgets an object that is gone', () => {
    const store = new ConsistencyStore([['ReplicaSet', { resourceVersion: '1' }]]);
    store.wroteAt('a', at(12));
    store.clear('a');
    store.ensureReady('a');
  });
});
