import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod, PodFailurePolicyRule } from '#sim/api/types.gen.ts';
import { matchPodFailurePolicy } from '#sim/controllers/job-pod-failure-policy.ts';
import { podOf } from './control-plane.ts';

const statusOf = (name: string, exitCode: number | undefined): ContainerStatus => ({
  name,
  image: 'app',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...(exitCode === undefined ? {} : { state: { terminated: { exitCode } } }),
});

function failed(codes: Record<string, number | undefined>, init: Record<string, number> = {}): Pod {
  const pod = podOf({ name: 'p', phase: 'Failed' });
  const list = (from: Record<string, number | undefined>): ContainerStatus[] =>
    Object.entries(from).map(([name, code]) => statusOf(name, code));
  return {
    ...pod,
    status: {
      ...pod.status,
      containerStatuses: list(codes),
      initContainerStatuses: list(init),
      conditions: [{ type: 'DisruptionTarget', status: 'True' }],
    },
  };
}

const onCodes = (
  action: string,
  operator: string,
  values: readonly number[],
  containerName?: string,
): PodFailurePolicyRule => ({ action, onExitCodes: { operator, values, containerName } });

describe('a pod failure policy', () => {
  test('fails the Job with the container, the code and the rule', () => {
    const rules = [onCodes('Ignore', 'In', [3]), onCodes('FailJob', 'In', [42])];
    expect(matchPodFailurePolicy({ rules }, failed({ app: 42 }))).toEqual({
      failJobMessage:
        'Container app for pod default/p failed with exit code 42 matching FailJob rule at index 1',
      isCounted: true,
      action: 'FailJob',
    });
  });

  test('fails the Job with the condition and the rule', () => {
    const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
    const rules = [{ action: 'FailJob', onPodConditions }];
    expect(matchPodFailurePolicy({ rules }, failed({ app: 0 })).failJobMessage).toBe(
      'Pod default/p has condition DisruptionTarget matching FailJob rule at index 0',
    );
  });

  test.each([
    ['Ignore', false],
    ['Count', true],
    ['FailIndex', true],
  ])('with action %s counts the failure: %s', (action, isCounted) => {
    const rules = [onCodes(action, 'NotIn', [7])];
    const match = matchPodFailurePolicy({ rules }, failed({ app: 1 }));
    expect(match).toEqual({ failJobMessage: undefined, isCounted, action });
  });

  test('never looks at a container that ended well or still runs', () => {
    const rules = [onCodes('Ignore', 'NotIn', [7])];
    const match = matchPodFailurePolicy({ rules }, failed({ app: 0, other: undefined }));
    expect(match.action).toBeUndefined();
    expect(match.isCounted).toBe(true);
  });

  test('asks main containers before init containers, and only the one that it names', () => {
    const pod = failed({ app: 1, side: 2 }, { setup: 3 });
    const ask = (rule: PodFailurePolicyRule) =>
      matchPodFailurePolicy({ rules: [rule] }, pod).failJobMessage ?? 'none';
    expect(ask(onCodes('FailJob', 'NotIn', [9]))).toContain('Container app');
    expect(ask(onCodes('FailJob', 'In', [1, 2, 3], 'side'))).toContain('Container side');
    expect(ask(onCodes('FailJob', 'In', [3]))).toContain('Container setup');
    expect(ask(onCodes('FailJob', 'In', [3], 'app'))).toBe('none');
  });
});
