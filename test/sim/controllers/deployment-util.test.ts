import { describe, expect, test } from 'vitest';
import {
  activeReplicaSets,
  byCreation,
  bySizeNewer,
  bySizeOlder,
  equalIgnoreHash,
  findActiveOrLatest,
  findNewReplicaSet,
  findOldReplicaSets,
  hasProgressDeadline,
  hasRevisionHistoryLimit,
  maxSurgeOf,
  maxUnavailableOf,
  newRSNewReplicas,
  resolveFenceposts,
  terminatingReplicasSum,
} from '#sim/controllers/deployment-util.ts';
import { dOf, rsOf } from './control-plane.ts';

describe('fenceposts (deployment_util_test.go TestResolveFenceposts, TestMaxUnavailable)', () => {
  test.each([
    // surge, unavailable, desired → surge, unavailable
    ['0%', '0%', 0, 0, 1],
    ['39%', '39%', 10, 4, 3],
    [undefined, undefined, 10, 0, 1],
    ['50%', '50%', 1, 1, 0],
    ['25%', '25%', 3, 1, 0],
    ['25%', '25%', 4, 1, 1],
    ['25%', '25%', 10, 3, 2],
    [0, 0, 5, 0, 1],
    [2, '20%', 5, 2, 1],
  ])('surge %s and unavailable %s of %i are %i and %i', (surge, unavailable, desired, s, u) => {
    expect(resolveFenceposts(surge, unavailable, desired)).toEqual({
      maxSurge: s,
      maxUnavailable: u,
    });
  });

  test('refuses text that is no percentage', () => {
    expect(() => resolveFenceposts('oops', '39%', 10)).toThrow('invalid value for IntOrString');
    expect(() => resolveFenceposts('55%', 'urg', 10)).toThrow('invalid value for IntOrString');
  });

  test.each([
    // replicas, rolling, unavailable
    [10, { maxSurge: 0, maxUnavailable: 5 }, 5],
    [1, { maxSurge: 0, maxUnavailable: 5 }, 1],
    [0, { maxSurge: 0, maxUnavailable: 1 }, 0],
    [10, { maxSurge: 0, maxUnavailable: '50%' }, 5],
    [10, { maxSurge: 0, maxUnavailable: '0%' }, 1],
    [10, { maxSurge: 1, maxUnavailable: 0 }, 0],
    [10, 'Recreate' as const, 0],
  ])('%i replicas with %j may have %i unavailable', (replicas, rolling, unavailable) => {
    expect(maxUnavailableOf(dOf(replicas, rolling))).toBe(unavailable);
  });

  test('gives Recreate no surge', () => {
    expect(maxSurgeOf(dOf(10, 'Recreate'))).toBe(0);
    expect(maxSurgeOf(dOf(10, { maxSurge: '25%' }))).toBe(3);
  });
});

describe('the size of the new ReplicaSet (TestNewRSNewReplicas)', () => {
  test.each([
    // desired, size of new, old, surge → size
    ['no room: it stays too large', 1, 5, 0, 1, 5],
    ['rolling update', 6, 2, 10, 5, 2],
    ['rolling update with room', 10, 2, 5, '25%', 8],
    ['never above the wanted number', 3, 2, 0, 10, 3],
  ])('%s', (_, desired, size, oldSize, maxSurge, expected) => {
    const newRS = rsOf({ name: 'new', replicas: size });
    const all = [rsOf({ name: 'old', replicas: oldSize }), newRS];
    const result = newRSNewReplicas(dOf(desired, { maxSurge, maxUnavailable: 1 }), all, newRS);
    expect(result.size).toBe(expected);
  });

  test('is all of it for Recreate', () => {
    const newRS = rsOf({ replicas: 1 });
    expect(newRSNewReplicas(dOf(3, 'Recreate'), [newRS], newRS).size).toBe(3);
  });

  test('tells the numbers from which it follows', () => {
    const newRS = rsOf({ name: 'new', replicas: 1 });
    const all = [rsOf({ name: 'old', replicas: 3 }), newRS];
    const { because } = newRSNewReplicas(dOf(4, { maxSurge: 1, maxUnavailable: 1 }), all, newRS);
    expect(because).toEqual({ replicas: 4, maxSurge: 1, limit: 5, current: 4, newSize: 1 });
  });
});

describe('old and new ReplicaSets', () => {
  const template = (image: string, hash?: string) => ({
    metadata: {
      labels: { app: 'web', ...(hash === undefined ? {} : { 'pod-template-hash': hash }) },
    },
    spec: { containers: [{ name: 'app', image }] },
  });
  const d = dOf(3, {}, { spec: { template: template('b') } });

  test('the oldest with the same template is the new one, whatever its hash label', () => {
    const list = [
      rsOf({ name: 'late', created: 9, template: template('b', '2') }),
      rsOf({ name: 'other', created: 1, template: template('a', '1') }),
      rsOf({ name: 'early', created: 5, template: template('b', '3') }),
    ];
    expect(findNewReplicaSet(d, list)?.metadata.name).toBe('early');
    expect(findOldReplicaSets(d, list).map((rs) => rs.metadata.name)).toEqual(['other', 'late']);
  });

  test('all are old when none has the template', () => {
    const list = [rsOf({ name: 'a', template: template('a') })];
    expect(findNewReplicaSet(d, list)).toBeUndefined();
    expect(findOldReplicaSets(d, list)).toEqual(list);
  });

  test('equality looks past the hash label and past empty maps, not past other labels', () => {
    expect(equalIgnoreHash(template('a', '1'), template('a', '2'))).toBe(true);
    expect(equalIgnoreHash(template('a'), template('a', '2'))).toBe(true);
    expect(equalIgnoreHash(template('a'), template('b'))).toBe(false);
    const other = { ...template('a'), metadata: { labels: { app: 'other' } } };
    expect(equalIgnoreHash(template('a'), other)).toBe(false);
    const empty = { ...template('a'), metadata: { labels: { app: 'web' }, annotations: {} } };
    expect(equalIgnoreHash(template('a'), empty)).toBe(true);
  });

  test.each([
    // sizes of new and of two old ones (older first) → name
    ['the only active one', undefined, [1, 0], 'old0'],
    ['the only active one, the new', 2, [0, 0], 'new'],
    ['none while two are active', 1, [1, 0], undefined],
    ['the new one when none is active', 0, [0, 0], 'new'],
    ['the newest old one when none is active and none is new', undefined, [0, 0], 'old1'],
  ])('a change of size concerns %s', (_, newSize, oldSizes, expected) => {
    const newRS = newSize === undefined ? undefined : rsOf({ name: 'new', replicas: newSize });
    const old = oldSizes.map((replicas, i) => rsOf({ name: `old${i}`, replicas, created: i + 1 }));
    expect(findActiveOrLatest(newRS, old)?.metadata.name).toBe(expected);
  });

  test('orders by size and by age', () => {
    const list = [
      rsOf({ name: 'a', replicas: 1, created: 1 }),
      rsOf({ name: 'b', replicas: 2, created: 2 }),
      rsOf({ name: 'c', replicas: 2, created: 1 }),
    ];
    const names = (sorted: typeof list) => sorted.map((rs) => rs.metadata.name).join('');
    expect(names([...list].sort(bySizeNewer))).toBe('bca');
    expect(names([...list].sort(bySizeOlder))).toBe('cba');
    expect(names([...list].sort(byCreation))).toBe('acb');
    expect(activeReplicaSets([...list, rsOf({})]).length).toBe(3);
  });
});

describe('what a Deployment has switched off', () => {
  test.each([
    [undefined, false],
    [2147483647, false],
    [600, true],
  ])('a progress deadline or history limit of %s counts: %s', (value, expected) => {
    const spec = { progressDeadlineSeconds: value, revisionHistoryLimit: value };
    expect(hasProgressDeadline(dOf(1, {}, { spec }))).toBe(expected);
    expect(hasRevisionHistoryLimit(dOf(1, {}, { spec }))).toBe(expected);
  });
});

describe('terminating pods', () => {
  test('are unknown when a synced ReplicaSet does not tell', () => {
    const telling = rsOf({ status: { terminatingReplicas: 2, observedGeneration: 1 } });
    const fresh = rsOf({});
    const silent = rsOf({ status: { observedGeneration: 1 } });
    expect(terminatingReplicasSum([telling, telling])).toBe(4);
    expect(terminatingReplicasSum([telling, fresh])).toBe(2);
    expect(terminatingReplicasSum([telling, silent])).toBeUndefined();
  });
});
