import { describe, expect, test } from 'vitest';
import {
  cleanupUnhealthyReplicas,
  scaleDownBudget,
  scaleDownOldReplicaSets,
} from '#sim/controllers/deployment-rolling.ts';
import { dOf, rsOf } from './control-plane.ts';

const rs = (name: string, replicas: number, available: number, created = 0) =>
  rsOf({ name, replicas, created, status: { replicas, availableReplicas: available } });
const plain = (
  shrinks: Iterable<{ rs: { metadata: { name?: string | undefined } }; to: number }>,
) => [...shrinks].map(({ rs: { metadata }, to }) => `${metadata.name}=${to}`);

describe('how many old pods may go (rolling_test.go TestDeploymentController_reconcileOldReplicaSets)', () => {
  test.each([
    // desired, unavailable, old (size, available), new (size, available) → may go
    ['enough are available', 10, 0, 10, 10, 0, 0, 0],
    ['two may be missing', 10, 2, 10, 10, 0, 0, 2],
    ['broken old ones count', 10, 2, 10, 8, 0, 0, 2],
    ['new ones that are not available yet do not', 10, 2, 8, 8, 5, 0, 0],
    ['new ones that are', 10, 2, 8, 8, 5, 3, 3],
    ['there are none', 10, 2, 0, 0, 10, 10, 0],
  ])('%s', (_, desired, maxUnavailable, size, available, newSize, newAvailable, expected) => {
    const d = dOf(desired, { maxSurge: 3, maxUnavailable });
    const [old, newRS] = [rs('old', size, available), rs('new', newSize, newAvailable)];
    expect(scaleDownBudget(d, [old, newRS], [old], newRS).maxScaledDown).toBe(expected);
  });

  test('tells each number of the sum', () => {
    const [old, newRS] = [rs('old', 8, 8), rs('new', 5, 3)];
    const d = dOf(10, { maxSurge: 3, maxUnavailable: 2 });
    expect(scaleDownBudget(d, [old, newRS], [old], newRS).because).toEqual({
      replicas: 10,
      maxUnavailable: 2,
      minAvailable: 8,
      total: 13,
      newUnavailable: 2,
      maxScaledDown: 3,
    });
  });
});

describe('broken old pods (TestDeploymentController_cleanupUnhealthyReplicas)', () => {
  const clean = (list: ReturnType<typeof rs>[], maxScaledDown: number) =>
    cleanupUnhealthyReplicas(list, { maxScaledDown, because: {} });

  test.each([
    ['all that the budget allows', [rs('old', 10, 8)], 1, ['old=9']],
    ['no more than there are', [rs('old', 10, 8)], 5, ['old=8']],
    ['none of a healthy one', [rs('old', 10, 10)], 5, []],
    ['oldest ReplicaSet first', [rs('b', 3, 1, 2), rs('a', 3, 1, 1)], 3, ['a=1', 'b=2']],
    ['nothing without a budget', [rs('old', 10, 8)], 0, []],
  ])('%s', (_, list, budget, expected) => {
    expect(plain(clean(list, budget))).toEqual(expected);
  });

  test('stops at a ReplicaSet that still has more than it wants', () => {
    expect(() => [...clean([rs('old', 2, 3)], 1)]).toThrow(
      'when cleaning up unhealthy replicas, got invalid request to scale down default/old 2 -> 3',
    );
  });
});

describe('healthy old pods (TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate)', () => {
  test.each([
    // desired, unavailable, new available, old → result
    ['down to the minimum', 10, 2, 0, [rs('old', 10, 10)], ['old=8']],
    ['nothing at the minimum', 10, 2, 0, [rs('old', 8, 8)], []],
    ['nothing below it', 10, 0, 0, [rs('old', 10, 9)], []],
    ['one for one', 4, 1, 1, [rs('old', 3, 3)], ['old=2']],
    [
      'oldest first, whatever the sizes',
      4,
      1,
      3,
      [rs('b', 2, 2, 2), rs('a', 1, 1, 1)],
      ['a=0', 'b=0'],
    ],
    ['never below nothing', 2, 1, 5, [rs('old', 1, 1)], ['old=0']],
  ])('%s', (_, desired, maxUnavailable, newAvailable, old, expected) => {
    const newRS = rs('new', newAvailable, newAvailable, 9);
    const d = dOf(desired, { maxSurge: 1, maxUnavailable });
    expect(plain(scaleDownOldReplicaSets(d, old, newRS))).toEqual(expected);
  });
});
