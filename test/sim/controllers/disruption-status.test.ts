import { describe, expect, test } from 'vitest';
import type { PodDisruptionBudget } from '#sim/api/types.gen.ts';
import {
  countHealthy,
  disruptedPodsOf,
  goSelector,
  wantedOf,
} from '#sim/controllers/disruption-status.ts';
import { podOf } from './control-plane.ts';

const budget = (
  spec: PodDisruptionBudget['spec'],
  status?: PodDisruptionBudget['status'],
): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b', namespace: 'default' },
  spec,
  status,
});

describe('what a budget asks for', () => {
  // Recorded: pdb/budget-percentages.
  test.each([
    [{ minAvailable: '50%' }, 3, 2],
    [{ maxUnavailable: '50%' }, 3, 1],
    [{ maxUnavailable: '10%' }, 3, 2],
    [{ maxUnavailable: 0 }, 3, 3],
    [{ minAvailable: '100%' }, 3, 3],
    [{ minAvailable: '50%' }, 7, 4],
    [{ maxUnavailable: '50%' }, 7, 3],
    [{ maxUnavailable: '10%' }, 7, 6],
    [{ maxUnavailable: 9 }, 7, 0],
  ])('%j of %i pods keeps %i healthy', (spec, scale, desiredHealthy) => {
    expect(wantedOf(budget(spec), scale, 99)).toEqual({ expected: scale, desiredHealthy });
  });

  test('as a number counts the pods that are there', () => {
    expect(wantedOf(budget({ minAvailable: 2 }), 0, 6)).toEqual({ expected: 6, desiredHealthy: 2 });
  });
});

describe('healthy pods', () => {
  test('are ready, not being deleted and not about to be evicted', () => {
    const pods = [
      podOf({ name: 'a', readySince: 1 }),
      podOf({ name: 'b', readySince: 1, deleted: true }),
      podOf({ name: 'c' }),
      podOf({ name: 'd', readySince: 1 }),
    ];
    const disrupted = { d: '2026-01-01T00:00:10Z' };
    expect(countHealthy(pods, disrupted, 20_000)).toBe(1);
    expect(countHealthy(pods, disrupted, 200_000)).toBe(2);
  });

  test('that were to go and stay are forgotten after two minutes', () => {
    const pods = ['a', 'b', 'c'].map((name) => podOf({ name, deleted: name === 'c' }));
    const at = '2026-01-01T00:00:00Z';
    const disruptedPods = { a: at, b: '2026-01-01T00:01:00Z', c: at, gone: at };
    const found = disruptedPodsOf(budget({}, { disruptedPods }), pods, 121_000);
    expect(found.disrupted).toEqual({ b: '2026-01-01T00:01:00Z' });
    expect(found.overdue.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(found.recheckAfterMs).toBe(59_000);
  });
});

test('a selector is printed as Go prints it', () => {
  const matchExpressions = [{ key: 'tier', operator: 'In', values: ['a', 'b'] }];
  expect(goSelector({ matchLabels: { b: '2', a: '1' }, matchExpressions })).toBe(
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:In,Values:[a b],},},}',
  );
});
