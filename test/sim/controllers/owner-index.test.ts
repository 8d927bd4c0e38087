import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { Indexer } from '#sim/client/indexer.ts';
import { addOwnerIndex, orphansIn, ownedBy } from '#sim/controllers/owner-index.ts';
import { podOf } from './control-plane.ts';

describe('the index of owners', () => {
  test('finds what an owner controls and what nobody does', () => {
    const indexer = new Indexer<Pod>();
    addOwnerIndex(indexer);
    addOwnerIndex(indexer);
    indexer.set(podOf({ name: 'a', owner: 'rs' }));
    indexer.set(podOf({ name: 'b' }));
    const names = (pods: readonly Pod[]) => pods.map((pod) => pod.metadata.name);
    expect(names(ownedBy(indexer, 'uid-rs'))).toEqual(['a']);
    expect(names(orphansIn(indexer, 'default'))).toEqual(['b']);
    expect(orphansIn(indexer, 'other')).toEqual([]);
    indexer.set(podOf({ name: 'a' }));
    expect(names(orphansIn(indexer, 'default')).sort()).toEqual(['a', 'b']);
  });
});
