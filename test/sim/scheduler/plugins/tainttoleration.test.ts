import { describe, expect, test } from 'vitest';
import type { Taint, Toleration } from '#sim/api/types.gen.ts';
import { toleratesTaint } from '#sim/scheduler/plugins/tainttoleration.ts';
import { attempt, cacheOf, node, pod } from '../objects.ts';

describe('a toleration', () => {
  const taint: Taint = { key: 'role', value: 'db', effect: 'NoSchedule' };
  test.each<[string, Toleration, boolean]>([
    ['of the same key and value', { key: 'role', value: 'db' }, true],
    ['of another value', { key: 'role', value: 'web' }, false],
    ['of the key, whatever the value', { key: 'role', operator: 'Exists' }, true],
    ['of everything', { operator: 'Exists' }, true],
    ['of another effect', { key: 'role', operator: 'Exists', effect: 'NoExecute' }, false],
    ['with an operator that is none', { key: 'role', operator: 'Like', value: 'db' }, false],
  ])('%s', (_what, toleration, isTolerated) => {
    expect(toleratesTaint(toleration, taint)).toBe(isTolerated);
  });
});

describe('TaintToleration', () => {
  const hard: Taint = { key: 'a', effect: 'NoExecute' };
  const soft: Taint = { key: 'b', effect: 'PreferNoSchedule' };

  test('rejects for NoSchedule and NoExecute alone', () => {
    const cache = cacheOf([node('hard', { taints: [hard] }), node('soft', { taints: [soft] })]);
    expect(attempt(cache, pod('x')).rejected).toEqual({ hard: 'node(s) had untolerated taint(s)' });
  });

  test('prefers nodes with fewer soft taints, with a weight of three', () => {
    const cache = cacheOf([node('plain'), node('soft', { taints: [soft] })]);
    expect(attempt(cache, pod('x')).scores['TaintToleration']).toEqual({ plain: 300, soft: 0 });
  });

  test('does not mind a soft taint that is tolerated', () => {
    const cache = cacheOf([node('plain'), node('soft', { taints: [soft] })]);
    const tolerant = pod('x', { spec: { tolerations: [{ key: 'b', operator: 'Exists' }] } });
    expect(attempt(cache, tolerant).scores['TaintToleration']).toEqual({ plain: 300, soft: 300 });
  });
});
