import { describe, expect, test } from 'vitest';
import { isPodActive, isPodTerminating } from '#sim/api/pod.ts';
import { matchesLabels, selectorFromSet } from '#sim/api/selector.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import { Indexer } from '#sim/client/indexer.ts';
import { addOwnerIndex, ownedBy } from '#sim/controllers/owner-index.ts';
import {
  PodTally,
  availableCount,
  countPods,
  nextAvailabilityMs,
} from '#sim/controllers/pod-tally.ts';
import { Random } from '#sim/engine/random.ts';
import { podOf } from './control-plane.ts';

const selector = selectorFromSet({ app: 'web' });
const template = selectorFromSet({ app: 'web', tier: 'front' });

function setUp(): { indexer: Indexer<Pod>; tally: PodTally; put: (pod: Pod) => void } {
  const indexer = new Indexer<Pod>();
  addOwnerIndex(indexer);
  const tally = new PodTally(indexer);
  const put = (pod: Pod): void => {
    indexer.set(pod);
    tally.set(pod);
  };
  return { indexer, tally, put };
}

describe('running counts', () => {
  test('follow a pod through its life', () => {
    const { tally, put, indexer } = setUp();
    tally.register('uid-rs', { selector, template });
    const counts = () => {
      const { active, ready, terminating } = tally.counts('uid-rs', false);
      return [active, ready, terminating];
    };
    put(podOf({ owner: 'rs', phase: 'Pending' }));
    expect(counts()).toEqual([1, 0, 0]);
    put(podOf({ owner: 'rs', readySince: 3 }));
    expect(counts()).toEqual([1, 1, 0]);
    put(podOf({ owner: 'rs', readySince: 3, deleted: true }));
    expect(counts()).toEqual([0, 0, 1]);
    put(podOf({ owner: 'rs', phase: 'Succeeded', deleted: true }));
    expect(counts()).toEqual([0, 0, 0]);
    indexer.delete(podOf({ owner: 'rs' }));
    tally.delete(podOf({ owner: 'rs' }));
    expect(counts()).toEqual([0, 0, 0]);
  });

  test('know pods that no longer match as strays', () => {
    const { tally, put } = setUp();
    tally.register('uid-rs', { selector, template });
    put(podOf({ owner: 'rs', labels: { app: 'quarantine' } }));
    expect(tally.hasStrays('uid-rs')).toBe(true);
    expect(tally.counts('uid-rs', false).active).toBe(0);
    put(podOf({ labels: { app: 'quarantine' } }));
    expect(tally.hasStrays('uid-rs')).toBe(false);
  });

  test('are made anew when the owner comes after its pods', () => {
    const { tally, put } = setUp();
    put(podOf({ name: 'a', owner: 'rs', labels: { app: 'web', tier: 'front' } }));
    put(podOf({ name: 'b', owner: 'rs', labels: { app: 'other' } }));
    tally.register('uid-rs', { selector, template });
    expect(tally.counts('uid-rs', false)).toMatchObject({ active: 1, fullyLabeled: 1 });
    expect(tally.hasStrays('uid-rs')).toBe(true);
  });

  test('equal counting all pods, after any thousand changes', () => {
    const { tally, put, indexer } = setUp();
    const owners = ['one', 'two'];
    for (const owner of owners) tally.register(`uid-${owner}`, { selector, template });
    const random = new Random(7, 'tally');
    for (let step = 0; step < 1000; step += 1) {
      const name = `pod-${random.int(12)}`;
      const known = indexer.get(`default/${name}`);
      if (known !== undefined && random.int(5) === 0) {
        indexer.delete(known);
        tally.delete(known);
        continue;
      }
      const owner = [...owners, undefined][random.int(3)];
      const readySince = [undefined, 1, 2, 3][random.int(4)];
      put(
        podOf({
          name,
          ...(owner === undefined ? {} : { owner }),
          ...(readySince === undefined ? {} : { readySince }),
          phase: random.pick(['Pending', 'Running', 'Failed', 'Succeeded']),
          deleted: random.int(4) === 0,
          labels: random.pick<Record<string, string>>([
            { app: 'web' },
            { app: 'web', tier: 'front' },
            { app: 'other' },
          ]),
        }),
      );
      for (const uid of owners.map((each) => `uid-${each}`)) {
        const all = ownedBy(indexer, uid).filter((pod) =>
          matchesLabels(selector, pod.metadata.labels),
        );
        const expected = countPods(
          all.filter(isPodActive),
          all.filter(isPodTerminating).length,
          template,
        );
        expect(tally.counts(uid, true)).toEqual(expected);
      }
    }
  });
});

describe('availability', () => {
  const counts = countPods(
    [
      podOf({ name: 'a', readySince: 1 }),
      podOf({ name: 'b', readySince: 5 }),
      podOf({ name: 'c' }),
    ],
    0,
    selector,
  );

  test.each([
    [0, 5_000, 2, undefined],
    [4, 4_999, 0, 1],
    [4, 5_000, 1, 4_000],
    [4, 8_999, 1, 1],
    [4, 9_000, 2, undefined],
  ])('with %i s at %i ms: %i, next in %s ms', (minReadySeconds, nowMs, available, next) => {
    expect(availableCount(counts, minReadySeconds, nowMs)).toBe(available);
    if (minReadySeconds > 0) expect(nextAvailabilityMs(counts, minReadySeconds, nowMs)).toBe(next);
  });
});
