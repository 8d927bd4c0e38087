import { describe, expect, test } from 'vitest';
import { ControlPlane, object } from './control-plane.ts';

describe('the default service account', () => {
  test('is made in every namespace, and again when it is deleted', () => {
    const plane = new ControlPlane({ controllers: ['serviceaccount'] });
    plane.seed(object('v1', 'Namespace', 'shop', {}, ''));
    plane.run(100);
    for (const namespace of ['default', 'kube-system', 'shop']) {
      expect(plane.list('ServiceAccount', namespace).map(({ metadata }) => metadata.name)).toEqual([
        'default',
      ]);
    }
    plane.do(plane.client.of('ServiceAccount').delete('shop', 'default'));
    plane.run(100);
    expect(plane.list('ServiceAccount', 'shop')).toHaveLength(1);
  });

  test('is not made again in a namespace that is going away', () => {
    const plane = new ControlPlane({ controllers: ['serviceaccount'] });
    plane.seed(object('v1', 'Namespace', 'shop', {}, ''));
    plane.run(100);
    plane.do(plane.client.of('Namespace').delete('', 'shop'));
    plane.do(plane.client.of('ServiceAccount').delete('shop', 'default'));
    plane.run(100);
    expect(plane.list('ServiceAccount', 'shop')).toEqual([]);
  });
});
