/** Re-expresses stateful_set_utils_test.go TestIsClaimOwnerUpToDate, TestUpdateClaimOwnerRefForSetAndPod as a table. */
import { describe, expect, test } from 'vitest';
import type { OwnerReference, Pod, StatefulSet } from '#sim/api/types.gen.ts';
import {
  hasUnexpectedController,
  isClaimOwnerUpToDate,
  isClaimStale,
  ownersByPolicy,
} from '#sim/controllers/statefulset-claim-owners.ts';

const set = (whenScaled: string, whenDeleted: string): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', namespace: 'default', uid: 'set' },
  spec: {
    replicas: 2,
    selector: {},
    template: {},
    persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
  } as StatefulSet['spec'],
});

const pod = (ordinal: number, uid = 'pod'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${ordinal}`, namespace: 'default', uid },
  spec: { containers: [] },
});

const reference = (
  apiVersion: string,
  kind: string,
  name: string,
  uid: string,
  isController = true,
): OwnerReference =>
  ({
    apiVersion,
    kind,
    name,
    uid,
    ...(isController ? { controller: true, blockOwnerDeletion: true } : {}),
  }) as OwnerReference;

const bySet = reference('apps/v1', 'StatefulSet', 'web', 'set');
const byPod = (ordinal: number): OwnerReference => reference('v1', 'Pod', `web-${ordinal}`, 'pod');
const claim = (...ownerReferences: OwnerReference[]) => ({ metadata: { ownerReferences } });

const inRange = 1;
const surplus = 2;

describe('the owners of a claim', () => {
  test.each([
    ['Retain', 'Retain', inRange, []],
    ['Retain', 'Retain', surplus, []],
    ['Retain', 'Delete', inRange, [bySet]],
    ['Retain', 'Delete', surplus, [bySet]],
    ['Delete', 'Retain', inRange, []],
    ['Delete', 'Retain', surplus, [byPod(surplus)]],
    ['Delete', 'Delete', inRange, [bySet]],
    ['Delete', 'Delete', surplus, [byPod(surplus)]],
  ])('whenScaled %s, whenDeleted %s, pod web-%i', (whenScaled, whenDeleted, ordinal, owners) => {
    const owner = set(whenScaled, whenDeleted);
    for (const before of [claim(), claim(bySet), claim(byPod(ordinal))]) {
      expect(ownersByPolicy(before, owner, pod(ordinal))).toEqual(owners);
      const isRight = JSON.stringify(before.metadata.ownerReferences) === JSON.stringify(owners);
      expect(isClaimOwnerUpToDate(before, owner, pod(ordinal))).toBe(isRight);
    }
  });

  test('of an earlier set or pod with the same name are replaced', () => {
    const stale = claim(reference('apps/v1', 'StatefulSet', 'web', 'earlier'));
    const owner = set('Retain', 'Delete');
    expect(isClaimOwnerUpToDate(stale, owner, pod(0))).toBe(false);
    expect(ownersByPolicy(stale, owner, pod(0))).toEqual([bySet]);
  });

  test('that are not controllers are made so', () => {
    const early = claim(reference('apps/v1', 'StatefulSet', 'web', 'set', false));
    expect(isClaimOwnerUpToDate(early, set('Retain', 'Delete'), pod(0))).toBe(false);
  });

  test('stay as they are where something else manages the claim', () => {
    const other = reference('example.com/v1', 'Backup', 'nightly', 'other');
    const owner = set('Retain', 'Delete');
    expect(hasUnexpectedController(claim(other), owner, pod(0))).toBe(true);
    expect(isClaimOwnerUpToDate(claim(other), owner, pod(0))).toBe(true);
    expect(isClaimOwnerUpToDate(claim(other, bySet), owner, pod(0))).toBe(false);
    expect(ownersByPolicy(claim(other, bySet), owner, pod(0))).toEqual([other]);
  });
});

describe('a stale claim', () => {
  test('is one of an earlier pod of that name, where claims go with their pods', () => {
    const old = claim(byPod(0));
    expect(isClaimStale(old, set('Delete', 'Retain'), pod(0, 'new'))).toBe(true);
    expect(isClaimStale(old, set('Delete', 'Retain'), pod(0))).toBe(false);
    expect(isClaimStale(old, set('Retain', 'Retain'), pod(0, 'new'))).toBe(false);
  });
});
