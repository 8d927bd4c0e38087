import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { BackoffStore, finishedMs, remainingBackoffMs } from '#sim/controllers/job-backoff.ts';
import { podOf } from './control-plane.ts';

/** A pod whose container ended so many seconds after the epoch. */
function ended(second: number): Pod {
  const pod = podOf({ phase: 'Failed', restarts: 0 });
  const finishedAt = `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
  const statuses = (pod.status?.containerStatuses ?? []).map((status) => ({
    ...status,
    state: { terminated: { exitCode: 1, finishedAt } },
  }));
  return { ...pod, status: { ...pod.status, containerStatuses: statuses } };
}

describe('the back-off of a Job', () => {
  test.each([
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [6, 320_000],
    [7, 600_000],
    [40, 600_000],
  ])('after %i failures in a row is %i ms', (failures, ms) => {
    expect(remainingBackoffMs({ failures, lastFailureMs: 5_000 }, 5_000)).toBe(ms);
  });

  test('has run off for as long as the last failure is over', () => {
    expect(remainingBackoffMs({ failures: 1, lastFailureMs: 1_000 }, 7_500)).toBe(3_500);
    expect(remainingBackoffMs({ failures: 1, lastFailureMs: 1_000 }, 99_000)).toBe(0);
    expect(remainingBackoffMs({ failures: 0, lastFailureMs: undefined }, 0)).toBe(0);
  });

  test('counts failures on from sync to sync once they are kept', () => {
    const store = new BackoffStore();
    const first = store.next('a', [], [ended(1)]);
    expect(store.next('a', [], [ended(1)])).toEqual(first);
    store.set('a', first);
    expect(store.next('a', [], [ended(7), ended(3)])).toEqual({ failures: 3, lastFailureMs: 7000 });
    store.delete('a');
    expect(store.next('a', [], [])).toEqual({ failures: 0, lastFailureMs: undefined });
  });

  test('begins anew with a success, and counts only the failures after it', () => {
    const store = new BackoffStore();
    store.set('a', { failures: 5, lastFailureMs: 1000 });
    const next = store.next('a', [ended(10)], [ended(9), ended(10), ended(12)]);
    expect(next).toEqual({ failures: 1, lastFailureMs: 12_000 });
    expect(store.next('a', [ended(10)], [])).toEqual({ failures: 0, lastFailureMs: undefined });
  });
});

describe('the end of a pod', () => {
  test('is that of its last container', () => {
    expect(finishedMs(ended(8))).toBe(8_000);
  });

  test('is when it stopped being ready, where a container does not tell', () => {
    const pod = podOf({ created: 3 });
    const conditions = [
      { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:05Z' },
    ];
    expect(finishedMs({ ...pod, status: { ...pod.status, conditions } })).toBe(5_000);
  });

  test('is when its deletion was asked for, before its grace', () => {
    const pod = podOf({ created: 3, deleted: true });
    const metadata = { ...pod.metadata, deletionGracePeriodSeconds: 30 };
    expect(finishedMs({ ...pod, metadata, status: {} })).toBe(29_000);
  });

  test('is its creation where nothing else is known', () => {
    expect(finishedMs({ ...podOf({ created: 3 }), status: {} })).toBe(3_000);
  });
});
