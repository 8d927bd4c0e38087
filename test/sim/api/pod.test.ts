import { describe, expect, test } from 'vitest';
import {
  getPodCondition,
  isPodActive,
  isPodAvailable,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
} from '#sim/api/pod.ts';
import { formatTime } from '#sim/api/time.ts';
import type { Pod } from '#sim/api/types.gen.ts';

function makePod(phase: string, ready?: string, sinceMs?: number, deleted = false): Pod {
  const lastTransitionTime = sinceMs === undefined ? undefined : formatTime(sinceMs);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...(deleted ? { deletionTimestamp: formatTime(0) } : {}) },
    spec: { containers: [] },
    status: {
      phase,
      ...(ready ? { conditions: [{ type: 'Ready', status: ready, lastTransitionTime }] } : {}),
    },
  };
}

test('a pod is ready when its condition is True', () => {
  expect(isPodReady(makePod('Running', 'True'))).toBe(true);
  expect(isPodReady(makePod('Running', 'False'))).toBe(false);
  expect(isPodReady(makePod('Running'))).toBe(false);
  expect(getPodCondition(makePod('Running', 'True').status, 'Ready')?.status).toBe('True');
  expect(getPodCondition(undefined, 'Ready')).toBeUndefined();
});

describe('availability', () => {
  test.each([
    ['True', 0, 0, 0, true],
    ['True', undefined, 0, 0, true],
    ['True', undefined, 10, 60_000, false],
    ['True', 5_000, 10, 14_999, false],
    ['True', 5_000, 10, 15_000, true],
    ['False', 0, 0, 60_000, false],
  ])('Ready %s since %j, %d s asked, at %d ms: %s', (ready, since, seconds, nowMs, expected) => {
    expect(isPodAvailable(makePod('Running', ready, since), seconds, nowMs)).toBe(expected);
  });
});

test.each([
  ['Pending', false, false, true, false],
  ['Running', false, false, true, false],
  ['Running', true, false, false, true],
  ['Succeeded', false, true, false, false],
  ['Failed', true, true, false, false],
])(
  '%s, deleted %s: terminal %s, active %s, terminating %s',
  (phase, deleted, end, active, ending) => {
    const pod = makePod(phase, undefined, undefined, deleted);
    expect(isPodTerminal(pod)).toBe(end);
    expect(isPodActive(pod)).toBe(active);
    expect(isPodTerminating(pod)).toBe(ending);
  },
);
