import { describe, expect, test } from 'vitest';
import { matchesNodeSelector, requiredNodeAffinity } from '#sim/api/node-affinity.ts';
import type { NodeSelectorRequirement } from '#sim/api/types.gen.ts';

const node = { name: 'node-1', labels: { disk: 'ssd', cores: '8' } };

const matches = (...terms: readonly (readonly NodeSelectorRequirement[])[]): boolean =>
  matchesNodeSelector(
    { nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })) },
    node,
  );

describe('a node selector', () => {
  test('is met by one of its terms, a term by all of its conditions', () => {
    const ssd = { key: 'disk', operator: 'In', values: ['ssd'] };
    const large = { key: 'cores', operator: 'Gt', values: ['8'] };
    expect(matches([ssd])).toBe(true);
    expect(matches([ssd, large])).toBe(false);
    expect(matches([large], [ssd])).toBe(true);
  });

  test('without conditions fits no node', () => {
    expect(matches([])).toBe(false);
    expect(matches()).toBe(false);
  });
});

describe('what a pod requires', () => {
  test('is its node selector and one of its terms', () => {
    const required = requiredNodeAffinity({
      spec: {
        containers: [],
        nodeSelector: { disk: 'ssd' },
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
              ],
            },
          },
        },
      },
    });
    expect(required?.matches(node)).toBe(true);
    expect(required?.matches({ ...node, name: 'node-2' })).toBe(false);
    expect(required?.matches({ ...node, labels: {} })).toBe(false);
  });

  test('is nothing when it selects nothing', () => {
    expect(requiredNodeAffinity({ spec: { containers: [] } })).toBeUndefined();
  });
});
