import { describe, expect, test } from 'vitest';
import type { DaemonSet, Pod } from '#sim/api/types.gen.ts';
import {
  planRollingUpdate,
  surgeCount,
  unavailableCount,
  updateLimits,
} from '#sim/controllers/daemonset-update.ts';
import { object, podOf } from './control-plane.ts';

const set = (rollingUpdate: Record<string, unknown>, type = 'RollingUpdate'): DaemonSet =>
  object('apps/v1', 'DaemonSet', 'agent', {
    metadata: { annotations: { 'deprecated.daemonset.template.generation': '2' } },
    spec: {
      template: { spec: { containers: [] } },
      updateStrategy: { type, rollingUpdate },
    },
  }) as unknown as DaemonSet;

const node = (name: string) => object('v1', 'Node', name, { spec: {} }, '') as never;
const nodes = (count: number) => Array.from({ length: count }, (_, index) => node(`n${index}`));

const pod = (name: string, hash: string, isReady = true): Pod =>
  podOf({
    name,
    labels: { 'controller-revision-hash': hash },
    ...(isReady ? { readySince: 1 } : {}),
  });

const plan = (rolling: Record<string, unknown>, pods: readonly (readonly Pod[])[]) => {
  const made = planRollingUpdate({
    set: set(rolling),
    hash: 'new',
    limits: updateLimits(set(rolling), nodes(pods.length)),
    byNode: pods.map((own, index) => [`n${index}`, own] as const),
    nodeOf: node,
    nowMs: 60_000,
  });
  return [made.toDelete.map(({ metadata }) => metadata.name), made.nodesNeedingPods];
};

describe('the limits of a DaemonSet rollout (daemon_controller_test.go TestGetUnavailableNumbers)', () => {
  test.each([
    [{ maxUnavailable: 1, maxSurge: 0 }, 3, 1, 0],
    [{ maxUnavailable: '50%', maxSurge: 0 }, 3, 2, 0],
    [{ maxUnavailable: '1%', maxSurge: 0 }, 200, 2, 0],
    [{ maxUnavailable: 0, maxSurge: '10%' }, 15, 0, 2],
    [{ maxUnavailable: 0, maxSurge: 0 }, 3, 1, 0],
  ])('%j of %i nodes', (rolling, count, maxUnavailable, maxSurge) => {
    const desired = count;
    expect(updateLimits(set(rolling), nodes(count))).toEqual({ desired, maxSurge, maxUnavailable });
  });

  test('are nothing with OnDelete', () => {
    const onDelete = set({ maxUnavailable: 3, maxSurge: 2 }, 'OnDelete');
    expect([unavailableCount(onDelete, 5), surgeCount(onDelete, 5)]).toEqual([0, 0]);
  });
});

describe('a rollout without surge', () => {
  const rolling = { maxUnavailable: 2, maxSurge: 0 };

  test('deletes as many available old pods as may be unavailable', () => {
    expect(plan(rolling, [[pod('a', 'old')], [pod('b', 'old')], [pod('c', 'old')]])).toEqual([
      ['a', 'b'],
      [],
    ]);
  });

  test('counts new pods that are not available yet, and nodes without a live pod', () => {
    const going = podOf({ name: 'd', deleted: true });
    const all = [[pod('a', 'old')], [pod('b', 'new', false)], [pod('c', 'old')], [going]];
    expect(plan(rolling, all)).toEqual([[], []]);
  });

  test('replaces old pods that are not available outside of the budget', () => {
    const all = [[pod('a', 'old', false)], [pod('b', 'old', false)], [pod('c', 'old', false)]];
    expect(plan(rolling, all)).toEqual([['a', 'b', 'c'], []]);
  });
});

describe('a rollout with surge', () => {
  const rolling = { maxUnavailable: 0, maxSurge: 1 };

  test('makes new pods on as many nodes as may have two', () => {
    expect(plan(rolling, [[pod('a', 'old')], [pod('b', 'old')]])).toEqual([[], ['n0']]);
  });

  test('deletes the old pod when the new one is available, and goes on', () => {
    const all = [[pod('a', 'old'), pod('x', 'new')], [pod('b', 'old')]];
    expect(plan(rolling, all)).toEqual([['a'], ['n1']]);
    const waiting = [[pod('a', 'old'), pod('x', 'new', false)], [pod('b', 'old')]];
    expect(plan(rolling, waiting)).toEqual([[], []]);
  });

  test('makes a new pod beside an old one that is not available, outside of the limit', () => {
    const all = [[pod('a', 'old', false)], [pod('b', 'old', false)]];
    expect(plan(rolling, all)).toEqual([[], ['n0', 'n1']]);
  });
});
