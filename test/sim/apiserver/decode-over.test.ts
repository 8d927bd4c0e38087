import { describe, expect, test } from 'vitest';
import { deepFreeze } from '#sim/api/freeze.ts';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import { decodeOver } from '#sim/apiserver/decode-over.ts';

const pods = builtInKindTable.byResource('', 'pods') as KindRow;

/** A body with what decoding changes wherever it looks: a time with a fraction and a field that does not exist. */
const condition = {
  type: 'Ready',
  status: 'True',
  lastTransitionTime: '2026-01-01T00:00:05.9Z',
  unheardOf: 1,
};

function stored(): Pod {
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nginx', command: ['nginx'] }] },
    status: { conditions: [condition, { ...condition, type: 'Initialized' }] },
  }) as unknown as Pod;
}

function decoded(body: unknown, over: KubeObject | undefined) {
  const { object, warnings } = decodeOver(pods, body, over, { fieldValidation: 'Warn' });
  return { pod: object as Pod, warnings };
}

describe('decodeOver', () => {
  test('takes what stands in the same place of the stored object as it is, at any depth', () => {
    const old = stored();
    const first = old.status?.conditions?.[0];
    const body = { ...old, status: { ...old.status, conditions: [first, { ...condition }] } };
    const { pod, warnings } = decoded(body, old);
    expect(pod.spec).toBe(old.spec);
    expect(pod.status?.conditions?.[0]).toBe(first);
    // Only the second was decoded.
    expect(pod.status?.conditions?.[1]).toEqual({
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:05Z',
    });
    expect(warnings).toEqual(['unknown field "status.conditions[1].unheardOf"']);
  });

  test('knows an element of a stored list again after its place has changed', () => {
    const old = stored();
    const [first, second] = old.status?.conditions ?? [];
    const body = { ...old, status: { conditions: [second, first] } };
    const { pod, warnings } = decoded(body, old);
    expect(pod.status?.conditions?.[0]).toBe(second);
    expect(pod.status?.conditions?.[1]).toBe(first);
    expect(warnings).toEqual([]);
  });

  test('decodes what is equal to the stored data but not the same', () => {
    const old = stored();
    const body = { ...old, status: { conditions: [{ ...condition }, { ...condition }] } };
    expect(decoded(body, old).warnings).toHaveLength(2);
  });

  test('decodes what is the same as data in another place', () => {
    const old = stored();
    const body = { ...old, status: { ...old.status, initContainerStatuses: old.spec.containers } };
    const { warnings } = decoded(body, old);
    expect(warnings).toContain('unknown field "status.initContainerStatuses[0].command"');
  });

  test('applies defaults where anything but metadata and status has changed, and not otherwise', () => {
    const old = stored();
    const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
    expect(decoded(labelled, old).pod.spec).toBe(old.spec);
    const { pod } = decoded({ ...old, spec: { ...old.spec, hostNetwork: true } }, old);
    expect(pod.spec.restartPolicy).toBe('Always');
  });

  test('decodes everything of an object that takes no other place', () => {
    const { pod, warnings } = decoded(stored(), undefined);
    expect(pod.spec.restartPolicy).toBe('Always');
    expect(warnings).toHaveLength(2);
  });
});
