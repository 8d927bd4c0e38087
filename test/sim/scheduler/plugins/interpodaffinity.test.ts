import { describe, expect, test } from 'vitest';
import type { PodAffinityTerm } from '#sim/api/types.gen.ts';
import { attempt, cacheOf, node, pod } from '../objects.ts';

const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

function near(app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm {
  return { topologyKey: hostname, labelSelector: { matchLabels: { app } }, ...more };
}

const required = (...terms: PodAffinityTerm[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: terms,
});

describe('InterPodAffinity', () => {
  const nodes = [
    node('a', { labels: { [zone]: 'one' } }),
    node('b', { labels: { [zone]: 'one' } }),
    node('c', { labels: { [zone]: 'two' } }),
  ];
  const cached = () => cacheOf(nodes, { a: [pod('cache', { labels: { app: 'cache' } })] });

  test('requires a node with a matching pod, which eviction cannot bring about', () => {
    const spec = { affinity: { podAffinity: required(near('cache')) } };
    const { rejected, result, chosen } = attempt(cached(), pod('x', { spec }));
    const reason = "node(s) didn't match pod affinity rules";
    expect(rejected).toEqual({ b: reason, c: reason });
    expect([...result.rejections.values()].map(({ isResolvable }) => isResolvable)).toEqual([
      false,
      false,
    ]);
    expect(chosen).toBe('a');
  });

  test('takes a zone for near when told so', () => {
    const spec = { affinity: { podAffinity: required(near('cache', { topologyKey: zone })) } };
    const { result } = attempt(cached(), pod('x', { spec }));
    expect(result.feasible.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('lets the first of a group go anywhere', () => {
    const spec = { affinity: { podAffinity: required(near('web')) } };
    const first = pod('x', { labels: { app: 'web' }, spec });
    expect(attempt(cached(), first).result.feasible).toHaveLength(3);
    const stranger = pod('y', { labels: { app: 'other' }, spec });
    expect(attempt(cached(), stranger).result.feasible).toHaveLength(0);
  });

  test('keeps away from matching pods, which eviction can bring about', () => {
    const spec = { affinity: { podAntiAffinity: required(near('cache')) } };
    const { rejected, result } = attempt(cached(), pod('x', { spec }));
    expect(rejected).toEqual({ a: "node(s) didn't match pod anti-affinity rules" });
    expect([...result.rejections.values()][0]?.isResolvable).toBe(true);
  });

  test('respects that existing pods keep away from it', () => {
    const spec = { affinity: { podAntiAffinity: required(near('web', { topologyKey: zone })) } };
    const cache = cacheOf(nodes, { a: [pod('shy', { spec })] });
    const reason = "node(s) didn't satisfy existing pods anti-affinity rules";
    expect(attempt(cache, pod('x', { labels: { app: 'web' } })).rejected).toEqual({
      a: reason,
      b: reason,
    });
    expect(attempt(cache, pod('y', { labels: { app: 'other' } })).rejected).toEqual({});
  });

  test('looks only into the own namespace unless told otherwise', () => {
    const foreign = pod('cache', { namespace: 'shop', labels: { app: 'cache' } });
    const cache = cacheOf(nodes, { a: [foreign] });
    const of = (more: Partial<PodAffinityTerm>) => {
      const spec = { affinity: { podAffinity: required(near('cache', more)) } };
      return attempt(cache, pod('x', { spec })).chosen;
    };
    expect(of({})).toBeUndefined();
    expect(of({ namespaces: ['shop'] })).toBe('a');
    expect(of({ namespaceSelector: {} })).toBe('a');
    const name = 'kubernetes.io/metadata.name';
    expect(of({ namespaceSelector: { matchLabels: { [name]: 'shop' } } })).toBe('a');
    expect(of({ namespaceSelector: { matchLabels: { [name]: 'bar' } } })).toBeUndefined();
  });

  test('prefers by weight, and existing pods that want it near count too', () => {
    const spec = {
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 10, podAffinityTerm: near('cache') },
          ],
        },
      },
    };
    expect(attempt(cached(), pod('x', { spec })).scores['InterPodAffinity']).toEqual({
      a: 200,
      b: 0,
      c: 0,
    });
    const fond = pod('fond', { spec: { affinity: { podAffinity: required(near('web')) } } });
    const cache = cacheOf(nodes, { c: [fond] });
    const web = pod('y', { labels: { app: 'web' } });
    expect(attempt(cache, web).scores['InterPodAffinity']).toEqual({ a: 0, b: 0, c: 200 });
  });
});
