import { describe, expect, test } from 'vitest';
import type { Life } from '#cli/parity/lives.ts';
import { isWoven } from '#cli/parity/tracks.ts';

/** A life with one spec; each state is replicas and ready. */
function life(...counts: readonly (readonly [number, number])[]): Life {
  const all = counts.map((pair) => ({ spec: 'web', conditions: '', counts: pair }));
  return { group: 'ReplicaSet/web', states: [], bornMs: 0, timesMs: [], all, isGone: false };
}

describe('woven lives', () => {
  const seeds = [life([0, 0], [1, 0], [3, 1], [3, 3]), life([0, 0], [2, 0], [3, 0], [3, 3])];

  test('take numbers together that seeds took apart', () => {
    expect(isWoven(life([0, 0], [3, 0], [3, 2], [3, 3]), seeds)).toBe(true);
  });

  test('never take a number that turns where none turned', () => {
    expect(isWoven(life([0, 0], [3, 0], [2, 0], [3, 3]), seeds)).toBe(false);
  });

  test('never take two numbers further apart than they were', () => {
    expect(isWoven(life([0, 0], [0, 3], [3, 3]), seeds)).toBe(false);
  });

  test('never take an end that no seed had', () => {
    expect(isWoven(life([0, 0], [3, 2]), seeds)).toBe(false);
  });
});
