import { describe, expect, test } from 'vitest';
import {
  getReplicaSetFraction,
  getReplicaSetProportion,
  hasNewSize,
  isSaturated,
  proportionalSizes,
} from '#sim/controllers/deployment-scaling.ts';
import { dOf, rsOf } from './control-plane.ts';

const desired = 'deployment.kubernetes.io/desired-replicas';
const max = 'deployment.kubernetes.io/max-replicas';

function sized(name: string, replicas: number, maxBefore: number, created = 0) {
  return rsOf({ name, replicas, created, annotations: { [max]: String(maxBefore) } });
}

describe('the share of one ReplicaSet (TestGetReplicaSetFraction)', () => {
  test.each([
    // replicas, surge, size, max before, status.replicas → change
    ['empty set', 10, 0, 0, 10, 10, 0],
    ['1 of 5 grown to 10', 10, 0, 1, 5, 5, 1],
    ['half away from zero', 10, 0, 5, 4, 4, 8],
    ['shrinks in proportion', 5, 0, 4, 10, 10, -2],
    ['all of it at size 0', 0, 0, 4, 10, 10, -4],
    ['surge counts', 8, 2, 3, 5, 5, 3],
  ])('%s', (_, replicas, maxSurge, size, maxBefore, current, expected) => {
    const d = dOf(replicas, { maxSurge, maxUnavailable: 1 }, { status: { replicas: current } });
    expect(getReplicaSetFraction(sized('rs', size, maxBefore), d)).toBe(expected);
  });

  test('falls back on the status, and on nothing at all', () => {
    const rs = rsOf({ replicas: 2 });
    expect(getReplicaSetFraction(rs, dOf(10, {}, { status: { replicas: 5 } }))).toBe(2);
    expect(getReplicaSetFraction(rs, dOf(10))).toBe(0);
  });

  test('is never more than what is left', () => {
    const d = dOf(10, { maxSurge: 0, maxUnavailable: 1 });
    expect(getReplicaSetProportion(sized('rs', 5, 5), d, 3, 1)).toBe(2);
    expect(getReplicaSetProportion(sized('rs', 5, 20), d, -2, -1)).toBe(-1);
    expect(getReplicaSetProportion(sized('rs', 5, 5), d, 3, 3)).toBe(0);
  });
});

describe('proportional scaling', () => {
  const sizes = (replicas: number, maxSurge: number, sets: ReturnType<typeof sized>[]) =>
    proportionalSizes(dOf(replicas, { maxSurge, maxUnavailable: 1 }), sets).map(
      ({ rs, size }) => `${rs.metadata.name}=${size}`,
    );

  test.each([
    // recorded: rollouts/scale-during-rollout, 3+2 of at most 5 from 4 to 8
    ['as recorded', 8, 2, [sized('old', 3, 5), sized('new', 2, 5, 1)], ['old=6', 'new=4']],
    // The example of the documentation: 10 to 15 with 8+5, surge 3, unavailable 2.
    ['as documented', 15, 3, [sized('old', 8, 13), sized('new', 5, 13, 1)], ['old=11', 'new=7']],
    ['down', 5, 0, [sized('old', 6, 10), sized('new', 4, 10, 1)], ['old=3', 'new=2']],
    ['to nothing', 0, 0, [sized('old', 6, 10), sized('new', 4, 10, 1)], ['old=0', 'new=0']],
    [
      'equal sizes, up: newer first',
      7,
      0,
      [sized('old', 2, 4), sized('new', 2, 4, 1)],
      ['new=4', 'old=3'],
    ],
    [
      'equal sizes, down: older first',
      3,
      0,
      [sized('old', 2, 4), sized('new', 2, 4, 1)],
      ['old=1', 'new=2'],
    ],
    ['no change', 5, 0, [sized('old', 3, 5), sized('new', 2, 5, 1)], ['old=3', 'new=2']],
  ])('%s', (_, replicas, surge, sets, expected) => {
    expect(sizes(replicas, surge, sets)).toEqual(expected);
  });

  test('leftovers go to the largest', () => {
    const sets = [sized('a', 1, 3, 0), sized('b', 1, 3, 1), sized('c', 1, 3, 2)];
    expect(sizes(4, 0, sets)).toEqual(['c=2', 'b=1', 'a=1']);
  });
});

describe('when a change of size is dealt with', () => {
  const rs = (replicas: number, was: number, available = 0) =>
    rsOf({
      replicas,
      annotations: { [desired]: String(was) },
      status: { availableReplicas: available },
    });

  test('an active ReplicaSet of another size than wanted now', () => {
    expect(hasNewSize(dOf(3), { newRS: rs(2, 2), old: [] })).toBe(true);
    expect(hasNewSize(dOf(3), { newRS: rs(3, 3), old: [rs(0, 2)] })).toBe(false);
    expect(hasNewSize(dOf(3), { newRS: rsOf({ replicas: 2 }), old: [] })).toBe(false);
  });

  test('a new ReplicaSet that is all there is to want makes the old ones go', () => {
    expect(isSaturated(dOf(3), rs(3, 3, 3))).toBe(true);
    expect(isSaturated(dOf(3), rs(3, 3, 2))).toBe(false);
    expect(isSaturated(dOf(3), rs(3, 2, 3))).toBe(false);
    expect(isSaturated(dOf(3), undefined)).toBe(false);
  });
});
