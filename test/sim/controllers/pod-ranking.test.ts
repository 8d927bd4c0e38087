import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import {
  ageBucket,
  comparePodsToDelete,
  deletionCostAnnotation,
  deletionCostOf,
  getPodsToDelete,
} from '#sim/controllers/pod-ranking.ts';
import { Random } from '#sim/engine/random.ts';
import { podOf } from './control-plane.ts';

const nowMs = 50_000;
const cost = (value: string) => ({ [deletionCostAnnotation]: value });

describe('the order of deletion (TestSortingActivePodsWithRanks)', () => {
  const ready = { node: 'n', phase: 'Running', readySince: 10 };
  const before: readonly (readonly [string, Pod, Pod, number?, number?])[] = [
    ['unassigned', podOf({ phase: 'Pending' }), podOf({ phase: 'Pending', node: 'n' })],
    ['pending', podOf({ phase: 'Pending', node: 'n' }), podOf({ ...ready })],
    ['unknown', podOf({ phase: 'Unknown', node: 'n' }), podOf({ node: 'n' })],
    ['not ready', podOf({ node: 'n' }), podOf({ ...ready })],
    ['lower cost', podOf({ ...ready, annotations: cost('-5') }), podOf({ ...ready })],
    [
      'cost before crowding',
      podOf({ ...ready }),
      podOf({ ...ready, annotations: cost('1') }),
      1,
      9,
    ],
    ['fuller node', podOf({ ...ready }), podOf({ ...ready }), 2, 1],
    ['ready for a shorter time', podOf({ ...ready, readySince: 45 }), podOf({ ...ready })],
    [
      'smaller UID when ready for about as long',
      podOf({ ...ready, readySince: 10, uid: 'a' }),
      podOf({ ...ready, readySince: 12, uid: 'b' }),
    ],
    ['more restarts', podOf({ ...ready, restarts: 3 }), podOf({ ...ready, restarts: 1 })],
    ['younger', podOf({ ...ready, created: 40 }), podOf({ ...ready, created: 1 })],
  ];

  test.each(before.map(([what, ...rest]) => [what, rest] as const))('%s goes first', (_, rest) => {
    const [first, second, rankA = 0, rankB = 0] = rest;
    const [a, b] = [
      { pod: first, rank: rankA },
      { pod: second, rank: rankB },
    ];
    expect(comparePodsToDelete(a, b, nowMs)).toBeLessThan(0);
    expect(comparePodsToDelete(b, a, nowMs)).toBeGreaterThan(0);
  });

  test('nothing tells pods of the same second apart', () => {
    const [a, b] = [podOf({ ...ready, uid: 'a' }), podOf({ ...ready, uid: 'b' })];
    expect(comparePodsToDelete({ pod: a, rank: 0 }, { pod: b, rank: 0 }, nowMs)).toBe(0);
  });
});

describe('ages', () => {
  test.each([
    [0, -1],
    [-5, -1],
    [4_295, 32],
    [4_294, 31],
    [8_589, 32],
    [8_590, 33],
  ])('of %i ms fall into bucket %i', (ms, bucket) => {
    expect(ageBucket(ms)).toBe(bucket);
  });
});

describe('deletion costs', () => {
  test.each([
    [undefined, 0],
    ['10', 10],
    ['-10', -10],
    ['0', 0],
    ['+10', 0],
    ['010', 0],
    ['ten', 0],
    ['3000000000', 0],
  ])('%s is %i', (text, expected) => {
    expect(deletionCostOf(podOf(text === undefined ? {} : { annotations: cost(text) }))).toBe(
      expected,
    );
  });
});

describe('the choice (TestGetPodsToDelete, TestGetPodsRankedByRelatedPodsOnSameNode)', () => {
  const pods = [
    podOf({ name: 'a', node: 'n1', readySince: 10 }),
    podOf({ name: 'b', node: 'n2', readySince: 10 }),
    podOf({ name: 'c', node: 'n2', readySince: 10 }),
  ];
  const choose = (list: readonly Pod[], related: readonly Pod[], count: number, seed = 1) =>
    getPodsToDelete(list, related, count, nowMs, new Random(seed, 'test')).map(
      (pod) => pod.metadata.name,
    );

  test('takes from the fullest node, whatever chance says', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      expect(['b', 'c']).toContain(choose(pods, pods, 1, seed)[0]);
    }
  });

  test('pods that have ended or are going do not fill a node', () => {
    const related = [
      ...pods.slice(0, 1),
      podOf({ name: 'd', node: 'n1', readySince: 10 }),
      podOf({ name: 'e', node: 'n2', phase: 'Failed' }),
      podOf({ name: 'f', node: 'n2', deleted: true }),
      podOf({ name: 'g', node: 'n2', phase: 'Succeeded' }),
    ];
    expect(choose(pods, related, 1)).toEqual(['a']);
  });

  test('chance decides between pods that nothing tells apart, the same for the same seed', () => {
    const first = new Set(
      Array.from({ length: 20 }, (_, seed) => choose(pods, [], 1, seed + 1)[0]),
    );
    expect([...first].sort()).toEqual(['a', 'b', 'c']);
    expect(choose(pods, [], 2, 7)).toEqual(choose(pods, [], 2, 7));
  });

  test('all go without an order when all are to go', () => {
    expect(choose(pods, pods, 3)).toEqual(['a', 'b', 'c']);
  });
});
