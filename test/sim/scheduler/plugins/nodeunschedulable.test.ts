import { expect, test } from 'vitest';
import { attempt, cacheOf, node, pod } from '../objects.ts';

test('a cordoned node takes only pods that tolerate it', () => {
  const cache = cacheOf([node('cordoned', { unschedulable: true })]);
  expect(attempt(cache, pod('x')).rejected).toEqual({ cordoned: 'node(s) were unschedulable' });
  const key = 'node.kubernetes.io/unschedulable';
  const tolerant = pod('y', { spec: { tolerations: [{ key, operator: 'Exists' }] } });
  expect(attempt(cache, tolerant).chosen).toBe('cordoned');
});
