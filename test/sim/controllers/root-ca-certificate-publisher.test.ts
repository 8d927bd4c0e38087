import { describe, expect, test } from 'vitest';
import { ControlPlane } from './control-plane.ts';

const name = 'kube-root-ca.crt';

describe('the root certificate', () => {
  test('is in every namespace, and is mended', () => {
    const plane = new ControlPlane({ controllers: ['root-ca-certificate-publisher'] });
    const before = plane.get('ConfigMap', name).data;
    expect(before?.['ca.crt']).toContain('BEGIN CERTIFICATE');
    plane.patch('ConfigMap', name, { data: { 'ca.crt': 'broken' } });
    plane.run(100);
    expect(plane.get('ConfigMap', name).data).toEqual(before);
    plane.do(plane.client.of('ConfigMap').delete('default', name));
    plane.run(100);
    expect(plane.get('ConfigMap', name).data).toEqual(before);
  });

  test('leaves other ConfigMaps alone', () => {
    const plane = new ControlPlane({ controllers: ['root-ca-certificate-publisher'] });
    plane.seed({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine', namespace: 'default' },
      data: { key: 'value' },
    });
    plane.run(100);
    expect(plane.get('ConfigMap', 'mine').data).toEqual({ key: 'value' });
  });
});
