import { expect, test } from 'vitest';
import { attempt, cacheOf, node, pod } from '../objects.ts';

test('a node that has a large image already is preferred, the more the more nodes have it', () => {
  const images = [{ names: ['registry.k8s.io/app:1'], sizeBytes: 500 * 1024 * 1024 }];
  const of = (nodes: Parameters<typeof cacheOf>[0]) =>
    attempt(cacheOf(nodes), pod('x', { image: 'registry.k8s.io/app:1' })).scores['ImageLocality'];
  // 500 MB on one of two nodes counts half: 100 * (250 - 23) / (1000 - 23).
  expect(of([node('has', { images }), node('has-not')])).toEqual({ has: 23, 'has-not': 0 });
  expect(of([node('has', { images }), node('too', { images })])).toEqual({ has: 48, too: 48 });
});

test('an image without a tag is the latest one', () => {
  const images = [{ names: ['registry.k8s.io/app:latest'], sizeBytes: 900 * 1024 * 1024 }];
  const cache = cacheOf([node('has', { images }), node('has-not')]);
  const { chosen } = attempt(cache, pod('x', { image: 'registry.k8s.io/app' }));
  expect(chosen).toBe('has');
});
