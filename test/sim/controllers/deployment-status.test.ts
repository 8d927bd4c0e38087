import { describe, expect, test } from 'vitest';
import type { DeploymentCondition, DeploymentStatus } from '#sim/api/types.gen.ts';
import {
  calculateStatus,
  compactStatus,
  deploymentComplete,
  deploymentProgressing,
  deploymentTimedOut,
  getDeploymentCondition,
  newDeploymentCondition,
  progressDeadlineInMs,
  removeDeploymentCondition,
  rolloutStatus,
  setDeploymentCondition,
} from '#sim/controllers/deployment-status.ts';
import { dOf, rsOf } from './control-plane.ts';

const progressing = (
  reason: string,
  lastUpdateTime: string,
  status: 'True' | 'False' = 'True',
): DeploymentCondition => ({
  type: 'Progressing',
  status,
  reason,
  lastUpdateTime,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

describe('conditions (TestSetCondition)', () => {
  const at = (ms: number, status: 'True' | 'False', reason: string) =>
    newDeploymentCondition('Available', status, reason, `at ${ms}`, ms);
  const other = newDeploymentCondition('Progressing', 'True', 'Other', '', 0);

  test('the same status and reason leave everything as it is, the message too', () => {
    const status: DeploymentStatus = { conditions: [at(0, 'True', 'Same'), other] };
    expect(setDeploymentCondition(status, at(5000, 'True', 'Same'))).toBe(status);
  });

  test('another reason keeps the transition time and goes to the end', () => {
    const status: DeploymentStatus = { conditions: [at(0, 'True', 'One'), other] };
    const conditions = setDeploymentCondition(status, at(5000, 'True', 'Two')).conditions ?? [];
    expect(conditions.map(({ type }) => type)).toEqual(['Progressing', 'Available']);
    expect(conditions[1]).toMatchObject({
      reason: 'Two',
      lastUpdateTime: '2026-01-01T00:00:05Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });

  test('another status has a new transition time', () => {
    const status: DeploymentStatus = { conditions: [at(0, 'True', 'One')] };
    const next = setDeploymentCondition(status, at(5000, 'False', 'One'));
    expect(next.conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T00:00:05Z');
  });

  test('can be removed', () => {
    const status: DeploymentStatus = { conditions: [other] };
    expect(removeDeploymentCondition(status, 'Progressing').conditions).toEqual([]);
  });
});

describe('completeness (TestDeploymentComplete)', () => {
  test.each([
    // desired, current, updated, available, observed → complete
    ['not complete: too few are available', 5, 5, 5, 4, 1, false],
    ['not complete: too few are updated', 5, 5, 4, 5, 1, false],
    ['complete', 5, 5, 5, 5, 1, true],
    ['not complete: old pods remain', 1, 2, 1, 1, 1, false],
    ['not complete: the spec was not seen', 1, 1, 1, 1, 0, false],
    ['complete at size 0', 0, 0, 0, 0, 1, true],
  ])('%s', (_, desired, replicas, updated, available, observedGeneration, expected) => {
    const status = {
      replicas,
      updatedReplicas: updated,
      availableReplicas: available,
      observedGeneration,
    };
    expect(deploymentComplete(dOf(desired), status)).toBe(expected);
  });
});

describe('progress (TestDeploymentProgressing)', () => {
  const status = (total: number, updated: number, ready: number, available: number) => ({
    replicas: total,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: available,
  });
  test.each([
    ['none: nothing is different', status(10, 4, 4, 4), status(10, 4, 4, 4), false],
    ['more new pods', status(10, 4, 4, 4), status(10, 6, 4, 4), true],
    ['fewer old pods', status(10, 4, 4, 4), status(8, 4, 4, 4), true],
    ['more ready pods', status(10, 4, 4, 4), status(10, 4, 9, 4), true],
    ['more available pods', status(10, 4, 4, 4), status(10, 4, 4, 9), true],
    ['none: fewer new pods', status(10, 4, 4, 4), status(8, 2, 4, 4), false],
    ['none: more old pods', status(9, 4, 4, 4), status(10, 4, 4, 4), false],
  ])('%s', (_, before, after, expected) => {
    expect(deploymentProgressing(dOf(10, {}, { status: before }), after)).toBe(expected);
  });
});

describe('the deadline (TestDeploymentTimedOut)', () => {
  const d = dOf(1, {}, { spec: { progressDeadlineSeconds: 10 } });
  const since = '2026-01-01T00:00:00Z';
  test.each([
    ['no condition: not late', undefined, 60_000, false],
    [
      'at the deadline to the millisecond: not late',
      progressing('ReplicaSetUpdated', since),
      10_000,
      false,
    ],
    ['past it: late', progressing('ReplicaSetUpdated', since), 10_001, true],
    [
      'a rollout that has ended is never late',
      progressing('NewReplicaSetAvailable', since),
      60_000,
      false,
    ],
    ['late before: still late', progressing('ProgressDeadlineExceeded', since, 'False'), 1, true],
  ])('%s', (_, condition, nowMs, expected) => {
    const status = { conditions: condition === undefined ? [] : [condition] };
    expect(deploymentTimedOut(d, status, nowMs)).toBe(expected);
  });

  test('does not exist without the field', () => {
    const status = { conditions: [progressing('ReplicaSetUpdated', since)] };
    expect(deploymentTimedOut(dOf(1), status, 99_999_999)).toBe(false);
  });

  test('is counted from the last update', () => {
    const status = { conditions: [progressing('ReplicaSetUpdated', '2026-01-01T00:00:03Z')] };
    expect(progressDeadlineInMs(d, status, 5_400)).toBe(7_600);
    expect(progressDeadlineInMs(d, {}, 5_400)).toBeUndefined();
  });
});

describe('the status as a whole', () => {
  const newRS = rsOf({
    name: 'new',
    replicas: 2,
    status: { replicas: 2, readyReplicas: 1, availableReplicas: 1, terminatingReplicas: 0 },
  });
  const old = rsOf({
    name: 'old',
    replicas: 2,
    status: { replicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 1 },
  });

  test('sums over ReplicaSets; unavailable counts from what is wanted', () => {
    const d = dOf(4, { maxSurge: 1, maxUnavailable: 1 });
    expect(compactStatus(calculateStatus(d, [old, newRS], newRS, 0))).toMatchObject({
      observedGeneration: 1,
      replicas: 5,
      updatedReplicas: 2,
      readyReplicas: 4,
      availableReplicas: 4,
      terminatingReplicas: 1,
    });
  });

  test.each([
    [4, { maxSurge: 1, maxUnavailable: 1 }, 'True'],
    [5, { maxSurge: 1, maxUnavailable: 1 }, 'True'],
    [6, { maxSurge: 1, maxUnavailable: 1 }, 'False'],
    [5, 'Recreate' as const, 'False'],
    [0, {}, 'True'],
  ])('4 available of %i with %j: Available is %s', (replicas, rolling, expected) => {
    const status = calculateStatus(dOf(replicas, rolling), [old, newRS], newRS, 0);
    expect(getDeploymentCondition(status, 'Available')?.status).toBe(expected);
  });

  test('leaves out zero counters but not terminatingReplicas', () => {
    expect(compactStatus(calculateStatus(dOf(0), [], undefined, 0))).toEqual({
      observedGeneration: 1,
      terminatingReplicas: 0,
      conditions: [expect.objectContaining({ type: 'Available', status: 'True' })],
    });
  });

  test('progress with the same reason moves the time of update and not that of transition', () => {
    const d = dOf(
      4,
      { maxUnavailable: 1 },
      {
        spec: { progressDeadlineSeconds: 600 },
        status: { conditions: [progressing('ReplicaSetUpdated', '2026-01-01T00:00:01Z')] },
      },
    );
    const status = rolloutStatus(d, [old, newRS], newRS, 7_000);
    expect(getDeploymentCondition(status, 'Progressing')).toEqual({
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: 'ReplicaSet "new" is progressing.',
      lastUpdateTime: '2026-01-01T00:00:07Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });

  test('a rollout without a deadline has no Progressing condition', () => {
    const d = dOf(
      4,
      {},
      {
        status: { conditions: [progressing('ReplicaSetUpdated', '2026-01-01T00:00:01Z')] },
      },
    );
    const status = rolloutStatus(d, [old, newRS], newRS, 7_000);
    expect(getDeploymentCondition(status, 'Progressing')).toBeUndefined();
  });

  test('names the Deployment when there is no new ReplicaSet', () => {
    const d = dOf(4, {}, { spec: { progressDeadlineSeconds: 1 } });
    const status = rolloutStatus(d, [old], undefined, 0);
    expect(getDeploymentCondition(status, 'Progressing')?.message).toBe(
      'Deployment "web" is progressing.',
    );
  });

  test('copies a failure of the new ReplicaSet, and drops it when it is over', () => {
    const failing = rsOf({
      name: 'new',
      replicas: 2,
      status: {
        conditions: [
          {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            message: 'quota',
            lastTransitionTime: '2026-01-01T00:00:02Z',
          },
        ],
      },
    });
    const status = rolloutStatus(dOf(4), [failing], failing, 9_000);
    expect(getDeploymentCondition(status, 'ReplicaFailure')).toMatchObject({
      reason: 'FailedCreate',
      lastUpdateTime: '2026-01-01T00:00:02Z',
    });
    const later = rolloutStatus(dOf(4, {}, { status }), [newRS], newRS, 9_000);
    expect(getDeploymentCondition(later, 'ReplicaFailure')).toBeUndefined();
  });
});
