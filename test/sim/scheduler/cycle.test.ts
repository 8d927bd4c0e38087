import { describe, expect, test } from 'vitest';
import { Random } from '#sim/engine/random.ts';
import { SchedulingCycle, feasibleNodesToFind } from '#sim/scheduler/cycle.ts';
import { Nominator } from '#sim/scheduler/nominator.ts';
import { PodInfo } from '#sim/scheduler/pod-info.ts';
import { attempt, cacheOf, node, pod } from './objects.ts';

describe('one attempt', () => {
  test.each([
    [0, 0],
    [3, 3],
    [99, 99],
    [100, 100],
    [250, 120],
    [1_000, 420],
    [5_000, 500],
    [6_000, 300],
  ])('looks for a share of %i nodes: %i', (nodes, wanted) => {
    expect(feasibleNodesToFind(nodes)).toBe(wanted);
  });

  test('goes on where the last search stopped', () => {
    const nodes = Array.from({ length: 150 }, (_, index) => node(`node-${index}`));
    const cycle = new SchedulingCycle(cacheOf(nodes), new Nominator(), new Random(1, 'x'));
    const first = [...cycle.attempt(new PodInfo(pod('a'))).feasible].map(({ name }) => name);
    const second = [...cycle.attempt(new PodInfo(pod('b'))).feasible].map(({ name }) => name);
    expect(first).toHaveLength(100);
    expect(first[0]).toBe('node-0');
    expect(second[0]).toBe('node-100');
    expect(second.at(-1)).toBe('node-49');
  });

  test('counts a node under the first plugin that rejects it', () => {
    const taints = [{ key: 'gpu', effect: 'NoSchedule' }];
    const cache = cacheOf([node('tainted', { cpu: '1', taints }), node('small', { cpu: '1' })]);
    const { rejected } = attempt(cache, pod('a', { requests: { cpu: '2' } }));
    expect(rejected).toEqual({
      tainted: 'node(s) had untolerated taint(s)',
      small: 'Insufficient cpu',
    });
  });

  test('scores nothing when only one node is possible', () => {
    const cache = cacheOf([node('a'), node('b', { cpu: '1' })]);
    const { chosen, scores } = attempt(cache, pod('x', { requests: { cpu: '2' } }));
    expect(chosen).toBe('a');
    expect(scores).toEqual({});
  });

  test('lets the seed decide among equals', () => {
    const cache = cacheOf([node('a'), node('b'), node('c')]);
    const chosen = new Set(
      Array.from({ length: 30 }, (_, seed) => attempt(cache, pod('x'), seed + 1).chosen),
    );
    expect([...chosen].sort()).toEqual(['a', 'b', 'c']);
    expect(attempt(cache, pod('x'), 5).chosen).toBe(attempt(cache, pod('x'), 5).chosen);
  });

  test('looks only at the node that a pod names in its affinity, as those of a DaemonSet do', () => {
    const cache = cacheOf([node('a'), node('b', { cpu: '1' }), node('c')]);
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] },
          ],
        },
      },
    };
    const { result, rejected } = attempt(
      cache,
      pod('x', { requests: { cpu: '2' }, spec: { affinity } }),
    );
    expect(rejected).toEqual({ b: 'Insufficient cpu' });
    expect(result.absentReason).toBe("node(s) didn't satisfy plugin(s) [NodeAffinity]");
    expect([...result.rejectedBy].sort()).toEqual(['NodeAffinity', 'NodeResourcesFit']);
  });

  test('leaves room for a more important pod that is expected on a node', () => {
    const cache = cacheOf([node('a', { cpu: '2' })]);
    const nominator = new Nominator();
    const cycle = new SchedulingCycle(cache, nominator, new Random(1, 'x'));
    const expected = new PodInfo(pod('high', { priority: 10, requests: { cpu: '2' } }));
    nominator.set(expected, 'a');
    const low = new PodInfo(pod('low', { requests: { cpu: '1' } }));
    expect(cycle.attempt(low).node).toBeUndefined();
    expect(cycle.attempt(expected).node?.name).toBe('a');
    nominator.delete(expected.uid);
    expect(cycle.attempt(low).node?.name).toBe('a');
  });
});
