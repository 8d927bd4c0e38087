import { describe, expect, test } from 'vitest';
import type { Endpoints } from '#sim/api/types.gen.ts';
import '#sim/parts/endpoints.ts';
import { ControlPlane, object, webReplicaSet } from './control-plane.ts';

const service = (spec: Readonly<Record<string, unknown>> = {}, name = 'web') =>
  object('v1', 'Service', name, {
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  });

const cluster = (): ControlPlane =>
  new ControlPlane({ controllers: ['endpoints', 'endpointslice', 'replicaset'] });

const addresses = ({ subsets = [] }: Endpoints): number =>
  subsets.flatMap((subset) => subset.addresses ?? []).length;

describe('the Endpoints of a Service', () => {
  test('are there at once under its name, and list its pods as they get ready', () => {
    const plane = cluster();
    plane.seed(service());
    plane.run(100);
    expect(plane.get('Endpoints', 'web').subsets).toBeUndefined();
    expect(plane.get('Endpoints', 'web').metadata.labels).toEqual({
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    plane.seed(webReplicaSet(3));
    plane.run(2000);
    expect(addresses(plane.get('Endpoints', 'web'))).toBe(3);
  });

  test('lose a pod when it is deleted, and go with the Service', () => {
    const plane = cluster();
    plane.seed(service(), webReplicaSet(2));
    plane.run(2000);
    const [pod] = plane.list('Pod');
    plane.do(plane.client.of('Pod').delete('default', pod?.metadata.name ?? ''));
    plane.run(100);
    const { subsets = [] } = plane.get('Endpoints', 'web');
    const names = subsets.flatMap((one) => one.addresses?.map(({ targetRef }) => targetRef?.name));
    expect(names).toHaveLength(1);
    expect(names).not.toContain(pod?.metadata.name);
    plane.do(plane.client.of('Service').delete('default', 'web'));
    plane.run(200);
    expect(plane.list('Endpoints')).toEqual([]);
  });

  test('follow the labels of the Service, with a mark for a headless one', () => {
    const plane = cluster();
    plane.seed(service({ clusterIP: 'None' }));
    plane.run(100);
    plane.patch('Service', 'web', { metadata: { labels: { team: 'shop' } } });
    plane.run(100);
    expect(plane.get('Endpoints', 'web').metadata.labels).toEqual({
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      'service.kubernetes.io/headless': '',
      team: 'shop',
    });
  });

  test('are made neither without a selector nor for an external name', () => {
    const plane = cluster();
    plane.seed(service({ selector: undefined }, 'none'));
    plane.seed(service({ type: 'ExternalName', externalName: 'example.com' }, 'outside'));
    plane.run(500);
    expect(plane.list('Endpoints')).toEqual([]);
    const written = plane.entries().filter(({ component }) => component === 'endpoints-controller');
    expect(written).toEqual([]);
  });

  test('that somebody deletes come back', () => {
    const plane = cluster();
    plane.seed(service(), webReplicaSet(1));
    plane.run(2000);
    plane.do(plane.client.of('Endpoints').delete('default', 'web'));
    plane.run(500);
    expect(addresses(plane.get('Endpoints', 'web'))).toBe(1);
  });
});
