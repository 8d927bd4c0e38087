import { expect, test } from 'vitest';
import { sizeRemarks } from '#sim/lab/size-remarks.ts';

const object = (kind: string, spec: Readonly<Record<string, unknown>>) =>
  ({ apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec }) as never;

test('a million replicas are told of at their field', () => {
  const [remark] = sizeRemarks(object('Deployment', { replicas: 1_000_000 }));
  expect(remark?.path).toBe('spec.replicas');
  expect(remark?.message).toMatch(/^1000000 pods are more than a lab can hold/);
});

test('what a lab can hold is not remarked on', () => {
  expect(sizeRemarks(object('ReplicaSet', { replicas: 300 }))).toEqual([]);
  expect(sizeRemarks(object('ReplicaSet', {}))).toEqual([]);
  expect(sizeRemarks(object('Service', { replicas: 1_000_000 }))).toEqual([]);
});
