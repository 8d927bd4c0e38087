import { describe, expect, test } from 'vitest';
import type { HorizontalPodAutoscaler } from '#sim/api/types.gen.ts';
import { AutoscalerHistory } from '#sim/controllers/podautoscaler-history.ts';
import { limitReplicas } from '#sim/controllers/podautoscaler-limits.ts';

type Behavior = HorizontalPodAutoscaler['spec']['behavior'];

function scaler(behavior?: Behavior, min = 1, max = 100): HorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      minReplicas: min,
      maxReplicas: max,
      behavior,
    },
  };
}

const limit = (
  autoscaler: HorizontalPodAutoscaler,
  history: AutoscalerHistory,
  current: number,
  desired: number,
  nowMs: number,
) => {
  const {
    replicas,
    ableToScale,
    limit: why,
  } = limitReplicas({
    autoscaler,
    history,
    current,
    desired,
    nowMs,
  });
  return `${replicas} ${ableToScale.reason} ${why.reason}`;
};

describe('without a behaviour', () => {
  test('a target at most doubles, or grows to four', () => {
    const history = new AutoscalerHistory();
    expect(limit(scaler(), history, 1, 9, 0)).toBe('4 ReadyForNewScale ScaleUpLimit');
    expect(limit(scaler(), history, 10, 90, 0)).toBe('20 ReadyForNewScale ScaleUpLimit');
    expect(limit(scaler(undefined, 1, 12), history, 10, 90, 0)).toBe(
      '12 ReadyForNewScale TooManyReplicas',
    );
  });

  test('it shrinks to the highest recommendation of the last five minutes', () => {
    const history = new AutoscalerHistory();
    limit(scaler(), history, 8, 8, 0);
    expect(limit(scaler(), history, 8, 2, 60_000)).toBe('8 ScaleDownStabilized DesiredWithinRange');
    expect(limit(scaler(), history, 8, 3, 120_000)).toBe(
      '8 ScaleDownStabilized DesiredWithinRange',
    );
    expect(limit(scaler(), history, 8, 1, 301_000)).toBe(
      '3 ScaleDownStabilized DesiredWithinRange',
    );
    expect(limit(scaler(undefined, 2), history, 3, 1, 999_000)).toBe(
      '2 ReadyForNewScale TooFewReplicas',
    );
  });
});

describe('with a behaviour', () => {
  const rules = (type: string, value: number, periodSeconds: number, selectPolicy = 'Max') => ({
    selectPolicy,
    policies: [{ type, value, periodSeconds }],
  });

  test('a policy lets only so many come in a period', () => {
    const behavior = { scaleUp: { ...rules('Pods', 3, 60), stabilizationWindowSeconds: 0 } };
    const history = new AutoscalerHistory();
    expect(limit(scaler(behavior), history, 2, 50, 0)).toBe('5 ReadyForNewScale ScaleUpLimit');
    history.scaled(2, 5, 60_000, 0);
    expect(limit(scaler(behavior), history, 5, 50, 30_000)).toBe('5 ReadyForNewScale ScaleUpLimit');
    expect(limit(scaler(behavior), history, 5, 50, 61_000)).toBe('8 ReadyForNewScale ScaleUpLimit');
  });

  test('a percentage is rounded in favour of the change', () => {
    const behavior = {
      scaleUp: { ...rules('Percent', 10, 60), stabilizationWindowSeconds: 0 },
      scaleDown: { ...rules('Percent', 10, 60), stabilizationWindowSeconds: 0 },
    };
    const history = new AutoscalerHistory();
    expect(limit(scaler(behavior), history, 5, 50, 0)).toBe('6 ReadyForNewScale ScaleUpLimit');
    expect(limit(scaler(behavior), history, 5, 1, 1)).toBe('4 ReadyForNewScale ScaleDownLimit');
  });

  test('a window upwards waits for the lowest recommendation', () => {
    const behavior = { scaleUp: { ...rules('Percent', 1000, 15), stabilizationWindowSeconds: 60 } };
    const history = new AutoscalerHistory();
    limit(scaler(behavior), history, 2, 3, 0);
    expect(limit(scaler(behavior), history, 2, 9, 30_000)).toBe(
      '3 ScaleUpStabilized DesiredWithinRange',
    );
    expect(limit(scaler(behavior), history, 2, 9, 61_000)).toBe(
      '9 ReadyForNewScale DesiredWithinRange',
    );
  });

  test('a direction that is disabled stays where it is', () => {
    const behavior = {
      scaleDown: { ...rules('Pods', 9, 60, 'Disabled'), stabilizationWindowSeconds: 0 },
    };
    const history = new AutoscalerHistory();
    expect(limit(scaler(behavior), history, 5, 1, 0)).toBe('5 ReadyForNewScale ScaleDownLimit');
  });

  test('of several policies the one that changes most or least decides', () => {
    const policies = [
      { type: 'Pods', value: 4, periodSeconds: 60 },
      { type: 'Percent', value: 100, periodSeconds: 60 },
    ];
    const at = (selectPolicy: string) => ({
      scaleUp: { selectPolicy, policies, stabilizationWindowSeconds: 0 },
    });
    const history = new AutoscalerHistory();
    expect(limit(scaler(at('Max')), history, 10, 50, 0)).toBe('20 ReadyForNewScale ScaleUpLimit');
    expect(limit(scaler(at('Min')), history, 10, 50, 0)).toBe('14 ReadyForNewScale ScaleUpLimit');
  });
});
