import { describe, expect, test } from 'vitest';
import { deepCopy, deepFreeze, setIn, withFields, withMetadata } from '#sim/api/freeze.ts';

test('frozen data is frozen in depth', () => {
  const data = deepFreeze({ a: [{ b: 1 }], c: null });
  expect(Object.isFrozen(data.a[0])).toBe(true);
  expect(Object.isFrozen(data.a)).toBe(true);
});

describe('setIn', () => {
  const pod = deepFreeze({
    spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n' },
    status: { phase: 'Pending' },
  });

  test('shares what is not on the path', () => {
    const next = setIn(pod, ['spec', 'containers', 1, 'name'], 'c');
    expect(next.spec.containers).toEqual([{ name: 'a' }, { name: 'c' }]);
    expect(next.spec.containers[0]).toBe(pod.spec.containers[0]);
    expect(next.status).toBe(pod.status);
    expect(pod.spec.containers[1]!.name).toBe('b');
  });

  test('returns the same object when nothing changes', () => {
    expect(setIn(pod, ['spec', 'nodeName'], 'n')).toBe(pod);
  });

  test('makes what is missing on the way and removes by undefined', () => {
    expect(setIn({}, ['a', 0, 'b'], 1)).toEqual({ a: [{ b: 1 }] });
    expect('nodeName' in setIn(pod, ['spec', 'nodeName'], undefined).spec).toBe(false);
  });
});

test('fields and metadata are set on a copy', () => {
  const object = { metadata: { name: 'a', uid: 'u' }, data: 1 } as {
    metadata: { name: string; uid?: string };
    data?: number;
  };
  expect(withFields(object, { data: undefined })).toEqual({ metadata: { name: 'a', uid: 'u' } });
  expect(withMetadata(object, { uid: undefined, name: 'b' })).toEqual({
    metadata: { name: 'b' },
    data: 1,
  });
  expect(object.metadata).toEqual({ name: 'a', uid: 'u' });
});

test('a deep copy can be changed', () => {
  const frozen = deepFreeze({ a: [{ b: 1 }], n: null });
  const copy = deepCopy(frozen);
  copy.a[0]!.b = 2;
  expect(copy).toEqual({ a: [{ b: 2 }], n: null });
  expect(frozen.a[0]!.b).toBe(1);
});
