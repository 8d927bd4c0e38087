import { describe, expect, test } from 'vitest';
import { Backoff } from '#sim/kubelet/container-backoff.ts';

/** Crashes right after each start; returns the waits between an end and the next start. */
function waits(backoff: Backoff, count: number): number[] {
  const result: number[] = [];
  let endedMs = 1_000;
  for (let round = 0; round < count; round += 1) {
    let nowMs = endedMs;
    while (backoff.isWaitingSince('key', endedMs, nowMs)) nowMs += 1_000;
    backoff.advance('key', endedMs, nowMs);
    result.push(nowMs - endedMs);
    endedMs = nowMs;
  }
  return result;
}

describe('Backoff', () => {
  test('lets the first restart go at once and doubles from 10 s to 300 s', () => {
    expect(waits(new Backoff(300_000), 9)).toEqual([
      0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });

  test('takes a limit below 10 s as the first wait', () => {
    expect(waits(new Backoff(4_000), 4)).toEqual([0, 4_000, 4_000, 4_000]);
  });

  test('begins anew when the thing ran well for more than twice the limit', () => {
    const backoff = new Backoff(300_000);
    backoff.advance('key', 0, 0);
    backoff.advance('key', 0, 1_000);
    expect(backoff.waitMs('key')).toBe(20_000);
    expect(backoff.isWaitingSince('key', 601_001, 601_002)).toBe(false);
    backoff.advance('key', 601_001, 601_002);
    expect(backoff.waitMs('key')).toBe(10_000);
  });

  test('still waits when it ran for exactly twice the limit', () => {
    const backoff = new Backoff(300_000);
    backoff.advance('key', 0, 0);
    expect(backoff.isWaitingSince('key', 600_000, 600_001)).toBe(true);
  });

  test('forgets the keys of one pod only', () => {
    const backoff = new Backoff(300_000);
    backoff.advance('a/x', 0, 0);
    backoff.advance('b/x', 0, 0);
    backoff.forget('a');
    expect([backoff.waitMs('a/x'), backoff.waitMs('b/x')]).toEqual([0, 10_000]);
  });
});
