import { describe, expect, test } from 'vitest';
import type { TopologySpreadConstraint } from '#sim/api/types.gen.ts';
import { attempt, cacheOf, node, pod } from '../objects.ts';

const labels = { app: 'web' };
const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

function spread(constraint: Partial<TopologySpreadConstraint>) {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: hostname,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: labels },
        ...constraint,
      },
    ],
  };
}

describe('PodTopologySpread', () => {
  const three = [node('a'), node('b'), node('c')];
  const web = (name: string, fields = {}) => pod(name, { labels, ...fields });

  test('rejects nodes on which the pod would make the skew too large', () => {
    const cache = cacheOf(three, { a: [web('1')], b: [web('2')] });
    const { rejected, chosen } = attempt(cache, web('x', { spec: spread({}) }));
    const reason = "node(s) didn't match pod topology spread constraints";
    expect(rejected).toEqual({ a: reason, b: reason });
    expect(chosen).toBe('c');
  });

  test('does not count pods that are being deleted', () => {
    const deleted = web('1', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    const cache = cacheOf(three, { a: [deleted], b: [web('2')] });
    expect(Object.keys(attempt(cache, web('x', { spec: spread({}) })).rejected)).toEqual(['b']);
  });

  test('counts other namespaces for nothing', () => {
    const cache = cacheOf(three, { a: [web('1', { namespace: 'other' })] });
    expect(attempt(cache, web('x', { spec: spread({}) })).rejected).toEqual({});
  });

  test('rejects nodes without the label for good', () => {
    const cache = cacheOf([node('a', { labels: { [zone]: 'z1' } }), node('b')]);
    const { rejected, result } = attempt(cache, web('x', { spec: spread({ topologyKey: zone }) }));
    expect(rejected).toEqual({
      b: "node(s) didn't match pod topology spread constraints (missing required label)",
    });
    expect([...result.rejections.values()][0]?.isResolvable).toBe(false);
  });

  test('takes the least to be none while there are fewer domains than asked for', () => {
    const cache = cacheOf(three, { a: [web('1')], b: [web('2')], c: [web('3')] });
    expect(attempt(cache, web('x', { spec: spread({ minDomains: 3 }) })).rejected).toEqual({});
    const { rejected } = attempt(cache, web('x', { spec: spread({ minDomains: 4 }) }));
    expect(Object.keys(rejected)).toEqual(['a', 'b', 'c']);
  });

  test('leaves out nodes that the pod cannot choose, and keeps tainted ones unless told otherwise', () => {
    const nodes = [
      node('a', { labels: { pool: 'web' } }),
      node('b', { labels: { pool: 'web' } }),
      node('other'),
      node('tainted', {
        labels: { pool: 'web' },
        taints: [{ key: 'k', effect: 'NoSchedule' }],
      }),
    ];
    const cache = cacheOf(nodes, { a: [web('1')], b: [web('2')] });
    const of = (constraint: Partial<TopologySpreadConstraint>) =>
      attempt(cache, web('x', { spec: { nodeSelector: { pool: 'web' }, ...spread(constraint) } }));
    expect(Object.keys(of({}).rejected).sort()).toEqual(['a', 'b', 'other', 'tainted']);
    expect(of({ nodeTaintsPolicy: 'Honor' }).result.feasible.map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
  });

  test('counts only pods of the same revision when told to by matchLabelKeys', () => {
    const old = pod('1', { labels: { ...labels, 'pod-template-hash': 'old' } });
    const cache = cacheOf(three, { a: [old] });
    const young = pod('x', {
      labels: { ...labels, 'pod-template-hash': 'new' },
      spec: spread({ matchLabelKeys: ['pod-template-hash'] }),
    });
    expect(attempt(cache, young).rejected).toEqual({});
  });

  test('prefers emptier nodes for pods without constraints, by what selects them', () => {
    const cache = cacheOf(three, { a: [web('1'), web('2')], b: [web('3')] });
    // Counts 2, 1, 0 times ln(5), plus maxSkew - 1 = 2: 5, 4, 2; then 100 * (5 + 2 - score) / 5, times 2.
    expect(attempt(cache, web('x')).scores['PodTopologySpread']).toEqual({ a: 80, b: 120, c: 200 });
  });

  test('has no say about a pod that nothing selects', () => {
    expect(attempt(cacheOf(three), pod('x')).scores).not.toHaveProperty('PodTopologySpread');
  });

  test('weighs zones and nodes together', () => {
    const zoned = [
      node('a1', { labels: { [zone]: 'a' } }),
      node('a2', { labels: { [zone]: 'a' } }),
      node('b1', { labels: { [zone]: 'b' } }),
    ];
    const cache = cacheOf(zoned, { a1: [web('1')] });
    const scores = attempt(cache, web('x')).scores['PodTopologySpread'] ?? {};
    expect(scores['b1']).toBeGreaterThan(scores['a2'] ?? 0);
    expect(scores['a2']).toBeGreaterThan(scores['a1'] ?? 0);
  });

  test('gives nothing to nodes without the labels of explicit constraints', () => {
    const cache = cacheOf([node('a', { labels: { [zone]: 'z' } }), node('b')]);
    const spec = spread({ topologyKey: zone, whenUnsatisfiable: 'ScheduleAnyway' });
    const { scores, chosen } = attempt(cache, web('x', { spec }));
    expect(scores['PodTopologySpread']).toEqual({ a: 200, b: 0 });
    expect(chosen).toBe('a');
  });
});
