import { describe, expect, test } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim } from '#sim/api/types.gen.ts';
import { findMatchingVolume, isMeantForClaim, satisfiesClaim } from '#sim/api/volume-matching.ts';

function volume(
  name: string,
  storage: string,
  spec: Partial<PersistentVolume['spec']> = {},
  labels: Record<string, string> = {},
): PersistentVolume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      ...spec,
    },
    status: { phase: 'Available' },
  };
}

const claim = (spec: Partial<PersistentVolumeClaim['spec']> = {}): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default', uid: 'claim' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    volumeMode: 'Filesystem',
    ...spec,
  },
});

const found = (
  volumes: readonly PersistentVolume[],
  options: Parameters<typeof findMatchingVolume>[2] = {},
): string | undefined => findMatchingVolume(claim(), volumes, options)?.metadata.name;

describe('the volume for a claim', () => {
  test('is the smallest that is large enough, and of equal ones the first by name', () => {
    const all = [volume('c', '5Gi'), volume('b', '2Gi'), volume('a', '512Mi'), volume('d', '2Gi')];
    expect(found(all)).toBe('b');
    expect(found(all, { excluded: new Set(['b']) })).toBe('d');
    expect(found([volume('a', '512Mi')])).toBeUndefined();
  });

  test('is the one that names the claim, whatever else there is', () => {
    const meant = volume('z', '10Gi', { claimRef: { namespace: 'default', name: 'data' } });
    expect(found([volume('a', '1Gi'), meant])).toBe('z');
    expect(found([volume('a', '1Gi')], { onlyMeant: true })).toBeUndefined();
    expect(found([meant], { onlyMeant: true })).toBe('z');
  });

  test('is free, and usable on the node that is asked about', () => {
    const taken = volume('a', '1Gi', { claimRef: { namespace: 'default', name: 'other' } });
    const released = { ...volume('b', '1Gi'), status: { phase: 'Released' } };
    const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: ['node-2'] };
    const local = volume('c', '1Gi', {
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
    });
    expect(found([taken, released])).toBeUndefined();
    const node = (name: string) => ({ name, labels: { 'kubernetes.io/hostname': name } });
    expect(found([local], { node: node('node-1') })).toBeUndefined();
    expect(found([local], { node: node('node-2') })).toBe('c');
  });

  test.each([
    ['class', volume('v', '1Gi', { storageClassName: 'fast' }), {}],
    ['access modes', volume('v', '1Gi'), { accessModes: ['ReadWriteMany'] }],
    ['volume mode', volume('v', '1Gi', { volumeMode: 'Block' }), {}],
    ['labels', volume('v', '1Gi'), { selector: { matchLabels: { tier: 'gold' } } }],
  ])('does not fit with another %s', (_what, other, spec) => {
    expect(satisfiesClaim(volume('v', '1Gi'), claim())).toBe(true);
    expect(satisfiesClaim(other, claim(spec))).toBe(false);
  });
});

describe('a volume that names a claim', () => {
  test('means that one by name, and by UID where it has one', () => {
    const naming = (uid?: string) =>
      volume('v', '1Gi', { claimRef: { namespace: 'default', name: 'data', uid } });
    expect(isMeantForClaim(naming(), claim())).toBe(true);
    expect(isMeantForClaim(naming('claim'), claim())).toBe(true);
    expect(isMeantForClaim(naming('earlier'), claim())).toBe(false);
    expect(isMeantForClaim(volume('v', '1Gi'), claim())).toBe(false);
  });
});
