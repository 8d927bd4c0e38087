import { describe, expect, test } from 'vitest';
import type { NodeSelectorRequirement } from '#sim/api/types.gen.ts';
import { attempt, cacheOf, node, pod } from '../objects.ts';

function required(...terms: readonly NodeSelectorRequirement[][]) {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
        },
      },
    },
  };
}

describe('NodeAffinity', () => {
  const nodes = [
    node('a', { labels: { disk: 'ssd', cores: '8' } }),
    node('b', { labels: { disk: 'hdd', cores: '16' } }),
    node('c'),
  ];

  test.each([
    ['a node selector', { nodeSelector: { disk: 'ssd' } }, ['a']],
    ['In', required([{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }]), ['a']],
    [
      'NotIn, which lacking the label satisfies',
      required([{ key: 'disk', operator: 'NotIn', values: ['ssd'] }]),
      ['b', 'c'],
    ],
    ['Exists', required([{ key: 'disk', operator: 'Exists' }]), ['a', 'b']],
    ['DoesNotExist', required([{ key: 'disk', operator: 'DoesNotExist' }]), ['c']],
    ['Gt', required([{ key: 'cores', operator: 'Gt', values: ['8'] }]), ['b']],
    ['Lt', required([{ key: 'cores', operator: 'Lt', values: ['16'] }]), ['a']],
    [
      'all expressions of one term',
      required([
        { key: 'disk', operator: 'Exists' },
        { key: 'cores', operator: 'In', values: ['16'] },
      ]),
      ['b'],
    ],
    [
      'any of several terms',
      required(
        [{ key: 'disk', operator: 'In', values: ['ssd'] }],
        [{ key: 'disk', operator: 'DoesNotExist' }],
      ),
      ['a', 'c'],
    ],
    ['a term that says nothing, which no node satisfies', required([]), []],
    [
      'selector and affinity together',
      {
        nodeSelector: { disk: 'ssd' },
        ...required([{ key: 'cores', operator: 'In', values: ['16'] }]),
      },
      [],
    ],
  ])('understands %s', (_what, spec, expected) => {
    const { result, rejected } = attempt(cacheOf(nodes), pod('x', { spec }));
    expect(result.feasible.map(({ name }) => name)).toEqual(expected);
    for (const reason of Object.values(rejected)) {
      expect(reason).toBe("node(s) didn't match Pod's node affinity/selector");
    }
  });

  test('prefers nodes by the weights of the terms that they match', () => {
    const term = (weight: number, key: string, value: string) => ({
      weight,
      preference: { matchExpressions: [{ key, operator: 'In', values: [value] }] },
    });
    const affinity = {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          term(10, 'disk', 'ssd'),
          term(30, 'cores', '16'),
        ],
      },
    };
    const { scores } = attempt(cacheOf(nodes), pod('x', { spec: { affinity } }));
    expect(scores['NodeAffinity']).toEqual({ a: 66, b: 200, c: 0 });
  });
});
