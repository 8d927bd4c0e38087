import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import type { PodMetric } from '#sim/controllers/podautoscaler-metrics.ts';
import { proposeReplicas } from '#sim/controllers/podautoscaler-replicas.ts';
import { podOf } from './control-plane.ts';

const nowMs = 600_000;

/** A pod that asks for a fifth of a CPU and runs for long. */
function pod(
  name: string,
  fields: { phase?: string; isNew?: boolean; deleted?: boolean } = {},
): Pod {
  const made = podOf({ name, readySince: 1, ...fields });
  const resources = { requests: { cpu: '200m' } };
  const startTime = fields.isNew === true ? '2026-01-01T00:09:50Z' : '2026-01-01T00:00:00Z';
  const conditions =
    fields.isNew === true ? [{ type: 'Ready', status: 'False' }] : made.status?.conditions;
  return {
    ...made,
    spec: { containers: [{ name: 'app', image: 'app', resources }] },
    status: { ...made.status, startTime, conditions },
  };
}

const used = (values: Readonly<Record<string, number>>): Map<string, PodMetric> =>
  new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, timeMs: nowMs - 10_000, windowMs: 15_000 },
    ]),
  );

const target = { resource: 'cpu', container: '', percent: 50 };
const tolerance = { up: 0.1, down: 0.1 };

function propose(current: number, pods: readonly Pod[], values: Record<string, number>): number {
  return proposeReplicas(current, pods, used(values), target, tolerance, nowMs).replicas;
}

describe('the replicas that a usage asks for', () => {
  const two = [pod('a'), pod('b')];

  test.each([
    [{ a: 100, b: 100 }, 2],
    [{ a: 110, b: 110 }, 2],
    // 55.75 percent are counted as 55, which is just within the tolerance.
    [{ a: 111, b: 112 }, 2],
    [{ a: 112, b: 112 }, 3],
    [{ a: 300, b: 300 }, 6],
    [{ a: 91, b: 91 }, 2],
    [{ a: 40, b: 40 }, 1],
    [{ a: 0, b: 0 }, 0],
  ])('of two pods with %j of 200m at 50%% are %i', (values, expected) => {
    expect(propose(2, two, values)).toBe(expected);
  });

  test('tell the percentage and the mean', () => {
    const { utilization } = proposeReplicas(
      2,
      two,
      used({ a: 100, b: 301 }),
      target,
      tolerance,
      nowMs,
    );
    expect(utilization).toEqual({ ratio: 2, percent: 100, average: 200 });
  });

  test('of a plain value compare the mean with it', () => {
    const plain = { resource: 'cpu', container: '', value: 100 };
    const { replicas } = proposeReplicas(2, two, used({ a: 250, b: 250 }), plain, tolerance, nowMs);
    expect(replicas).toBe(5);
  });

  test('leave pods that are just starting out, and count them as idle on the way up', () => {
    const pods = [...two, pod('c', { isNew: true })];
    expect(propose(3, pods, { a: 200, b: 200, c: 900 })).toBe(4);
    expect(propose(3, pods, { a: 120, b: 120, c: 900 })).toBe(3);
  });

  test('take pods without metrics for busy on the way down and for idle on the way up', () => {
    const pods = [...two, pod('c')];
    expect(propose(3, pods, { a: 20, b: 20 })).toBe(3);
    expect(propose(3, pods, { a: 200, b: 200 })).toBe(4);
  });

  test('do not count pods that are going or have failed', () => {
    const pods = [...two, pod('c', { deleted: true }), pod('d', { phase: 'Failed' })];
    expect(propose(2, pods, { a: 300, b: 300, c: 999 })).toBe(6);
  });

  test('cannot be told without requests, metrics or pods', () => {
    const bare = podOf({
      name: 'a',
      readySince: 1,
      spec: { containers: [{ name: 'app', image: 'x' }] },
    });
    expect(() => propose(1, [bare], { a: 1 })).toThrow(
      'missing request for cpu in container app of Pod a',
    );
    expect(() => propose(1, two, {})).toThrow('did not receive metrics for any ready pods');
    expect(() => propose(1, [], {})).toThrow(
      'no pods returned by selector while calculating replica count',
    );
  });
});
