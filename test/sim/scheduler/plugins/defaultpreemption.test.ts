import { describe, expect, test } from 'vitest';
import type { Pod, PodDisruptionBudget } from '#sim/api/types.gen.ts';
import { Random } from '#sim/engine/random.ts';
import { SchedulingCycle } from '#sim/scheduler/cycle.ts';
import { Nominator } from '#sim/scheduler/nominator.ts';
import { PodInfo } from '#sim/scheduler/pod-info.ts';
import { findPreemption } from '#sim/scheduler/plugins/defaultpreemption.ts';
import { cacheOf, node, pod } from '../objects.ts';
import type { NodeFields, PodFields } from '../objects.ts';

function low(name: string, cpu: string, fields: PodFields = {}) {
  return pod(name, { priority: 1, requests: { cpu }, ...fields });
}

/** Lets a pod of priority 100 that wants `cpu` look for victims. */
function preempt(
  placed: Readonly<Record<string, readonly Pod[]>>,
  cpu: string,
  options: {
    budgets?: readonly PodDisruptionBudget[];
    fields?: PodFields;
    nodeFields?: NodeFields;
  } = {},
) {
  const nodes = Object.keys(placed).map((name) => node(name, options.nodeFields));
  const cache = cacheOf(nodes, placed);
  const nominator = new Nominator();
  const random = new Random(1, 'test');
  const preemptor = pod('high', { priority: 100, requests: { cpu }, ...options.fields });
  const info = new PodInfo(preemptor);
  const attempt = new SchedulingCycle(cache, nominator, random).attempt(info);
  const { budgets = [] } = options;
  const found = findPreemption(info, attempt, { cache, nominator, budgets, random, nowMs: 0 });
  return {
    node: found.node?.name,
    victims: found.victims.map((victim) => victim.pod.metadata.name),
    message: found.message,
  };
}

describe('preemption', () => {
  test('takes only as many pods as it must, the least important ones', () => {
    const placed = {
      n: [low('a', '1', { priority: 3 }), low('b', '1', { priority: 2 }), low('c', '2')],
    };
    expect(preempt(placed, '2')).toEqual({ node: 'n', victims: ['c'], message: '' });
    expect(preempt(placed, '3')).toEqual({ node: 'n', victims: ['b', 'c'], message: '' });
  });

  test('takes no pod of equal priority', () => {
    const placed = { n: [low('a', '4', { priority: 100 })] };
    expect(preempt(placed, '2').message).toBe(
      '0/1 nodes are available: 1 No preemption victims found for incoming pod',
    );
  });

  test('tells nodes that cannot help from nodes without victims', () => {
    const placed = { a: [low('a', '4', { priority: 100 })], b: [low('b', '4', { priority: 100 })] };
    expect(preempt(placed, '5').message).toBe(
      '0/2 nodes are available: 2 Preemption is not helpful for scheduling',
    );
  });

  test('is not for pods that do not want to preempt', () => {
    const fields = { spec: { preemptionPolicy: 'Never' } };
    expect(preempt({ n: [low('a', '4')] }, '2', { fields }).message).toBe(
      'not eligible due to preemptionPolicy=Never',
    );
  });

  test('waits for a victim that is still terminating on the node it was promised', () => {
    const victim = low('a', '4', {
      deletionTimestamp: '2026-01-01T00:00:30Z',
      status: {
        conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }],
      },
    });
    const fields = { status: { nominatedNodeName: 'n' } };
    expect(preempt({ n: [victim], m: [low('b', '4')] }, '2', { fields }).message).toBe(
      'not eligible due to a terminating pod on the nominated node',
    );
  });

  test('picks the node whose most important victim is least important', () => {
    const placed = {
      a: [low('a', '4', { priority: 5 })],
      b: [low('b', '4', { priority: 4 })],
      c: [low('c', '4', { priority: 6 })],
    };
    expect(preempt(placed, '2')).toMatchObject({ node: 'b', victims: ['b'] });
  });

  test('picks the node with fewer victims of equal priority', () => {
    const placed = { a: [low('a1', '2'), low('a2', '2')], b: [low('b', '4')] };
    expect(preempt(placed, '4')).toMatchObject({ node: 'b', victims: ['b'] });
  });

  test('picks the node whose victims were started last', () => {
    const started = (startTime: string) => ({ status: { startTime } });
    const placed = {
      a: [low('a', '4', started('2026-01-01T00:00:00Z'))],
      b: [low('b', '4', started('2026-01-01T00:05:00Z'))],
    };
    expect(preempt(placed, '2')).toMatchObject({ node: 'b', victims: ['b'] });
  });

  test('breaks a disruption budget only when it must', () => {
    const labels = { app: 'guarded' };
    const budget: PodDisruptionBudget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'guard', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
      status: { disruptionsAllowed: 0 },
    };
    const budgets = [budget];
    const both = { a: [low('a', '4', { labels })], b: [low('b', '4')] };
    expect(preempt(both, '2', { budgets })).toMatchObject({ node: 'b' });
    const guarded = { a: [low('a', '4', { labels })] };
    expect(preempt(guarded, '2', { budgets })).toMatchObject({ node: 'a', victims: ['a'] });
  });

  test('frees a host port and a spot away from others', () => {
    const spec = {
      containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 80, hostPort: 80 }] }],
    };
    const placed = { n: [pod('there', { priority: 1, spec })] };
    expect(preempt(placed, '0', { fields: { spec } })).toMatchObject({ victims: ['there'] });
  });

  test('leaves the filters as they were when it tries pods out', () => {
    const labels = { app: 'web' };
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
        ],
      },
    };
    const placed = {
      a: [pod('a', { priority: 100, labels })],
      b: [pod('b', { priority: 1, labels })],
    };
    const fields = { labels, spec: { affinity } };
    expect(preempt(placed, '1', { fields })).toMatchObject({ node: 'b', victims: ['b'] });
  });
});
