import { describe, expect, test } from 'vitest';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import type { Namespace } from '#sim/api/types.gen.ts';
import {
  conditionsAfter,
  deletableKinds,
  finalized,
  podsEstimateSeconds,
  remainingOf,
  withConditions,
} from '#sim/controllers/namespace-deletion.ts';
import { podOf } from './control-plane.ts';

const namespace: Namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:10Z' },
  spec: { finalizers: ['kubernetes', 'example.com/hold'] },
  status: { phase: 'Terminating' },
};
const pods = builtInKindTable.byResource('', 'pods') as KindRow;

describe('how long pods may take', () => {
  const spec = (terminationGracePeriodSeconds: number) => ({
    containers: [],
    terminationGracePeriodSeconds,
  });
  const list = [
    podOf({ spec: spec(5) }),
    podOf({ spec: spec(30) }),
    podOf({ spec: spec(90), phase: 'Failed' }),
  ];
  test.each([
    [15_000, 30],
    [39_999, 30],
    [40_000, 0],
  ])('at %i ms: %i s', (nowMs, expected) => {
    expect(podsEstimateSeconds(list, namespace, nowMs)).toBe(expected);
  });
});

describe('what remains', () => {
  const held = { ...podOf({}), metadata: { ...podOf({}).metadata, finalizers: ['f'] } };

  test('is nothing, expected, held, or a failure', () => {
    expect(remainingOf(pods, 'shop', [], 30)).toMatchObject({ count: 0, estimateSeconds: 0 });
    expect(remainingOf(pods, 'shop', [podOf({})], 30)).toMatchObject({
      count: 1,
      estimateSeconds: 30,
    });
    expect(remainingOf(pods, 'shop', [held], 0)).toMatchObject({ count: 1, estimateSeconds: 15 });
    expect(remainingOf(pods, 'shop', [podOf({})], 0).error).toBe(
      'unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods',
    );
  });
});

describe('conditions', () => {
  const clean = { estimateSeconds: 0, errors: [], remaining: new Map(), finalizers: new Map() };

  test('a failed pass names its error', () => {
    const [, , failure] = conditionsAfter({ ...clean, errors: ['oops'] }, 0);
    expect(failure).toMatchObject({
      type: 'NamespaceDeletionContentFailure',
      status: 'True',
      reason: 'ContentDeletionFailed',
      message: 'Failed to delete all resource types, 1 remaining: oops',
    });
  });

  test('keep their place and their time until the status changes', () => {
    const first = withConditions(namespace, conditionsAfter({ ...clean, errors: ['oops'] }, 1000));
    const again = withConditions(first, conditionsAfter({ ...clean, errors: ['oops'] }, 9000));
    expect(again).toBe(first);
    const later = withConditions(first, conditionsAfter(clean, 9000)).status?.conditions ?? [];
    expect(later.map(({ lastTransitionTime }) => lastTransitionTime?.slice(17, 19))).toEqual([
      '01',
      '01',
      '09',
      '01',
      '01',
    ]);
  });
});

describe('kinds and finalizers', () => {
  test('what lives in a namespace is deleted, views and subresources are not', () => {
    const names = deletableKinds().map(({ plural }) => plural);
    expect(names).toContain('pods');
    expect(names).toContain('events');
    expect(names.filter((name) => name === 'events')).toHaveLength(1);
    expect(names).not.toContain('bindings');
    expect(names).not.toContain('nodes');
  });

  test('only its own finalizer is taken away', () => {
    expect(finalized(namespace).spec?.finalizers).toEqual(['example.com/hold']);
  });
});
