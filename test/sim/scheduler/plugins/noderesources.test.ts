import { describe, expect, test } from 'vitest';
import { attempt, cacheOf, node, pod } from '../objects.ts';

describe('NodeResourcesFit', () => {
  test.each([
    ['room for all of it', { cpu: '2', memory: '2Gi' }, undefined, true],
    ['too little CPU left', { cpu: '3' }, 'Insufficient cpu', true],
    ['less CPU than that altogether', { cpu: '5' }, 'Insufficient cpu', false],
    ['too little memory left', { memory: '7Gi' }, 'Insufficient memory', true],
    [
      'too little of two things',
      { cpu: '5', memory: '7Gi' },
      'Insufficient cpu, Insufficient memory',
      false,
    ],
    [
      'none of an extended resource',
      { 'example.com/gpu': '1' },
      'Insufficient example.com/gpu',
      false,
    ],
  ])('finds %s', (_what, requests, reason, isResolvable) => {
    const cache = cacheOf([node('n', { cpu: '4', memory: '8Gi' })], {
      n: [pod('there', { requests: { cpu: '2', memory: '2Gi' } })],
    });
    const { rejected, result } = attempt(cache, pod('x', { requests }));
    expect(rejected['n']).toBe(reason);
    const [rejection] = [...result.rejections.values()];
    if (reason !== undefined) expect(rejection?.isResolvable).toBe(isResolvable);
  });

  test('counts pods', () => {
    const cache = cacheOf([node('n', { pods: '1' })], { n: [pod('there')] });
    expect(attempt(cache, pod('x')).rejected['n']).toBe('Too many pods');
  });

  test('takes the largest moment of init containers, sidecars and containers', () => {
    const cache = cacheOf([node('n', { cpu: '4' })]);
    const cpu = (name: string, amount: string, restartPolicy?: string) => ({
      name,
      restartPolicy,
      resources: { requests: { cpu: amount } },
    });
    const fits = (initContainers: readonly ReturnType<typeof cpu>[], amount: string) =>
      attempt(cache, pod('x', { requests: { cpu: amount }, spec: { initContainers } })).chosen;
    expect(fits([cpu('init', '4')], '3')).toBe('n');
    expect(fits([cpu('init', '5')], '1')).toBeUndefined();
    expect(fits([cpu('side', '1', 'Always'), cpu('init', '3')], '3')).toBe('n');
    expect(fits([cpu('side', '1', 'Always'), cpu('init', '4')], '1')).toBeUndefined();
    expect(fits([cpu('side', '2', 'Always')], '3')).toBeUndefined();
  });

  test('prefers the emptiest node; what asks for nothing counts as 100m and 200Mi', () => {
    const cache = cacheOf([node('empty'), node('used')], { used: [pod('there')] });
    // 4 CPU and 8 GiB: (4000 - 100) * 100 / 4000 = 97, (8192 - 200) * 100 / 8192 = 97; and with two 95, 95.
    expect(attempt(cache, pod('x')).scores['NodeResourcesFit']).toEqual({ empty: 97, used: 95 });
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  test('stays out of it for a pod that asks for nothing', () => {
    const cache = cacheOf([node('a'), node('b')]);
    expect(attempt(cache, pod('x')).scores).not.toHaveProperty('NodeResourcesBalancedAllocation');
  });

  test('is 75 where the pod changes nothing, above where it balances and below where it does not', () => {
    const cache = cacheOf(
      [
        node('even', { cpu: '4', memory: '4Gi' }),
        node('cpu-heavy', { cpu: '4', memory: '4Gi' }),
        node('memory-heavy', { cpu: '4', memory: '4Gi' }),
      ],
      {
        'cpu-heavy': [pod('a', { requests: { cpu: '2' } })],
        'memory-heavy': [pod('b', { requests: { memory: '2Gi' } })],
      },
    );
    const even = attempt(cache, pod('x', { requests: { cpu: '1', memory: '1Gi' } }));
    expect(even.scores['NodeResourcesBalancedAllocation']).toEqual({
      even: 75,
      'cpu-heavy': 75,
      'memory-heavy': 75,
    });
    // One more GiB: even 100 -> 87, cpu-heavy 75 -> 87, memory-heavy 75 -> 62.
    const skewed = attempt(cache, pod('x', { requests: { memory: '1Gi' } }));
    expect(skewed.scores['NodeResourcesBalancedAllocation']).toEqual({
      even: 68,
      'cpu-heavy': 81,
      'memory-heavy': 68,
    });
  });
});
