import { expect, test } from 'vitest';
import { builtInKindTable } from '#sim/api/kinds.ts';
import { controllerOf, isControlledBy, newControllerRef } from '#sim/api/owner-references.ts';

const owner = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web-1', namespace: 'default', uid: 'u1' },
};

test('a controller reference names the owner and blocks its foreground deletion', () => {
  const reference = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web-1',
    uid: 'u1',
    controller: true,
    blockOwnerDeletion: true,
  };
  expect(newControllerRef(owner)).toEqual(reference);
  const untyped = { ...owner, apiVersion: '', kind: '' };
  expect(newControllerRef(untyped, builtInKindTable.byName('rs'))).toEqual(reference);
});

test('the controller is the one reference that says so', () => {
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u2' };
  const pod = { metadata: { ownerReferences: [other, newControllerRef(owner)] } };
  expect(controllerOf(pod)?.uid).toBe('u1');
  expect(controllerOf({ metadata: { ownerReferences: [other] } })).toBeUndefined();
  expect(controllerOf({ metadata: {} })).toBeUndefined();
});

test('a namesake of another UID does not control', () => {
  const pod = { metadata: { ownerReferences: [newControllerRef(owner)] } };
  expect(isControlledBy(pod, owner)).toBe(true);
  expect(isControlledBy(pod, { metadata: { ...owner.metadata, uid: 'u9' } })).toBe(false);
  expect(isControlledBy({ metadata: {} }, { metadata: {} })).toBe(false);
});
