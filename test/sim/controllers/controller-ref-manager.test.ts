import { describe, expect, test } from 'vitest';
import { selectorFromSet } from '#sim/api/selector.ts';
import {
  adoptionPatch,
  decideClaim,
  releasePatch,
} from '#sim/controllers/controller-ref-manager.ts';
import { podOf, rsOf } from './control-plane.ts';

const selector = selectorFromSet({ app: 'web' });
const other = { app: 'other' };
const deleting = { ...rsOf({}), metadata: { ...rsOf({}).metadata, deletionTimestamp: 'x' } };

describe('claims (controller_ref_manager_test.go TestClaimPods)', () => {
  test.each([
    // controller, candidate → decision
    ["another's pod, though it matches", rsOf({}), podOf({ owner: 'else' }), 'ignore'],
    ["one's own", rsOf({}), podOf({ owner: 'rs' }), 'keep'],
    ["one's own that does not match", rsOf({}), podOf({ owner: 'rs', labels: other }), 'release'],
    ['the same while being deleted', deleting, podOf({ owner: 'rs', labels: other }), 'ignore'],
    ['an orphan that does not match', rsOf({}), podOf({ labels: other }), 'ignore'],
    ['an orphan that matches', rsOf({}), podOf({}), 'adopt'],
    ['the same while being deleted', deleting, podOf({}), 'ignore'],
    ['an orphan that is being deleted', rsOf({}), podOf({ deleted: true }), 'ignore'],
  ])('%s', (_, controller, candidate, expected) => {
    expect(decideClaim(controller, selector, candidate)).toBe(expected);
  });

  test('an orphan of another namespace is left alone', () => {
    const pod = podOf({});
    const elsewhere = { ...pod, metadata: { ...pod.metadata, namespace: 'else' } };
    expect(decideClaim(rsOf({}), selector, elsewhere)).toBe('ignore');
  });
});

describe('patches', () => {
  test('name the child by its UID', () => {
    const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'uid-rs' };
    expect(adoptionPatch(reference, podOf({}))).toEqual({
      metadata: { ownerReferences: [reference], uid: 'uid-pod' },
    });
    expect(releasePatch('uid-rs', podOf({}))).toEqual({
      metadata: { ownerReferences: [{ $patch: 'delete', uid: 'uid-rs' }], uid: 'uid-pod' },
    });
  });
});
