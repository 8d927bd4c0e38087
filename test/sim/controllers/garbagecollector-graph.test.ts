import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { OwnerGraph, blockingDependents } from '#sim/controllers/garbagecollector-graph.ts';

function setUp() {
  const deleteList: string[] = [];
  const orphanList: string[] = [];
  const graph = new OwnerGraph({
    attemptToDelete: (node) => deleteList.push(node.uid),
    attemptToOrphan: (node) => orphanList.push(node.uid),
  });
  return { graph, deleteList, orphanList };
}

function thing(
  uid: string,
  owners: readonly string[] = [],
  rest: Partial<KubeObject['metadata']> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: uid,
      namespace: 'default',
      uid,
      ownerReferences: owners.map((owner) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: owner,
        uid: owner,
        blockOwnerDeletion: true,
      })),
      ...rest,
    },
  };
}

describe('the graph (garbagecollector_test.go TestProcessEvent, TestConflictingData)', () => {
  test('an owner that is only named is looked at', () => {
    const { graph, deleteList } = setUp();
    graph.set(undefined, thing('child', ['owner']));
    expect(deleteList).toEqual(['owner']);
    expect(graph.get('owner')?.isVirtual).toBe(true);
    graph.set(undefined, thing('owner'));
    expect(graph.get('owner')?.isVirtual).toBe(false);
    expect([...(graph.get('owner')?.dependents ?? [])].map(({ uid }) => uid)).toEqual(['child']);
    expect(deleteList).toEqual(['owner']);
  });

  test('dependents of what is gone are looked at', () => {
    const { graph, deleteList } = setUp();
    graph.set(undefined, thing('owner'));
    graph.set(undefined, thing('a', ['owner']));
    graph.set(undefined, thing('b', ['owner']));
    graph.delete('owner');
    expect(deleteList).toEqual(['a', 'b']);
    expect(graph.isAbsent('owner')).toBe(true);
  });

  test('foreground deletion looks at all dependents and at the owner itself', () => {
    const { graph, deleteList } = setUp();
    const before = thing('owner');
    graph.set(undefined, before);
    graph.set(undefined, thing('child', ['owner']));
    const deletion = { deletionTimestamp: 'x', finalizers: ['foregroundDeletion'] };
    const after = thing('owner', [], deletion);
    graph.set(before, after);
    graph.set(after, after);
    expect(deleteList).toEqual(['child', 'owner']);
    expect(graph.get('owner')?.isDeletingDependents).toBe(true);
    // The last dependent gone: the owner may go.
    graph.delete('child');
    expect(deleteList).toEqual(['child', 'owner', 'owner']);
  });

  test('deletion with orphans is noticed once', () => {
    const { graph, orphanList } = setUp();
    const after = thing('owner', [], { deletionTimestamp: 'x', finalizers: ['orphan'] });
    graph.set(undefined, after);
    graph.set(after, after);
    expect(orphanList).toEqual(['owner']);
  });

  test('a reference that stops blocking lets a waiting owner be looked at', () => {
    const { graph, deleteList } = setUp();
    const deletion = { deletionTimestamp: 'x', finalizers: ['foregroundDeletion'] };
    graph.set(undefined, thing('owner', [], deletion));
    graph.set(undefined, thing('child', ['owner']));
    const owner = graph.get('owner');
    expect(owner === undefined ? [] : blockingDependents(owner).length).toBe(1);
    deleteList.length = 0;
    graph.set(thing('child', ['owner']), thing('child'));
    expect(deleteList).toEqual(['owner']);
    expect(owner?.dependents.size).toBe(0);
  });
});
