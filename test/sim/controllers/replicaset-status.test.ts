import { describe, expect, test } from 'vitest';
import { newForbidden } from '#sim/api/status-error.ts';
import { calculateStatus, statusToWrite } from '#sim/controllers/replicaset-status.ts';
import type { PodCounts } from '#sim/controllers/pod-tally.ts';
import { rsOf } from './control-plane.ts';

const counts = (active: number, rest: Partial<PodCounts> = {}): PodCounts => ({
  active,
  fullyLabeled: active,
  ready: 0,
  terminating: 0,
  readySinceMs: new Map(),
  ...rest,
});
const quota = newForbidden({ group: '', plural: 'pods' }, 'web-x', 'exceeded quota');

describe('the status (replica_set_utils_test.go TestCalculateStatus)', () => {
  const statusOf = (rs: Parameters<typeof rsOf>[0], of: PodCounts, error?: typeof quota) =>
    calculateStatus({
      rs: rsOf(rs),
      counts: of,
      manageError: error,
      reportsTerminating: true,
      nowMs: 9_000,
    });

  test('counts; zero counters are left out but replicas and terminatingReplicas', () => {
    expect(statusOf({ replicas: 2 }, counts(0))).toEqual({ replicas: 0, terminatingReplicas: 0 });
    const some = counts(3, { fullyLabeled: 2, ready: 1, terminating: 4 });
    expect(statusOf({ replicas: 2 }, some)).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
      terminatingReplicas: 4,
    });
  });

  test.each([
    [0, 2, 'FailedCreate'],
    [3, 2, 'FailedDelete'],
  ])('%i pods of %i and an error: %s', (active, replicas, reason) => {
    expect(statusOf({ replicas }, counts(active), quota).conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason,
        message: 'pods "web-x" is forbidden: exceeded quota',
        lastTransitionTime: '2026-01-01T00:00:09Z',
      },
    ]);
  });

  test('a failure keeps its first message and goes with the first success', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'first' }];
    const failing = { replicas: 2, status: { conditions } };
    expect(statusOf(failing, counts(0), quota).conditions).toEqual(conditions);
    expect(statusOf(failing, counts(0)).conditions).toBeUndefined();
  });
});

describe('what is written', () => {
  const stored = { replicas: 1, generation: 2, status: { replicas: 1, observedGeneration: 2 } };

  test('nothing when all is the same', () => {
    const same = { replicas: 1, observedGeneration: 2 };
    expect(statusToWrite(rsOf(stored), same)).toBeUndefined();
  });

  test('a change, with the generation that was seen', () => {
    const rs = rsOf({ ...stored, generation: 3 });
    expect(statusToWrite(rs, { replicas: 1, observedGeneration: 2 })).toEqual({
      replicas: 1,
      observedGeneration: 3,
    });
  });
});
