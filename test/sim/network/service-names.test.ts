import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '#sim/api/types.gen.ts';
import { Indexer } from '#sim/client/indexer.ts';
import { Random } from '#sim/engine/random.ts';
import { ServiceNames } from '#sim/network/service-names.ts';

const service = (name: string, clusterIP: string, namespace = 'shop') =>
  ({ kind: 'Service', metadata: { namespace, name }, spec: { clusterIP } }) as unknown as Service;
const endpoint = (hostname: string, address: string, ready = true) => ({
  hostname,
  addresses: [address],
  conditions: { ready },
});

/** A namespace `shop` with the Service `web` and the headless Service `db` of two pods, one of them not ready. */
function names(): ServiceNames {
  const services = new Indexer<Service>();
  const slices = new Indexer<EndpointSlice>();
  slices.addIndex('service', (slice) => [
    `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name']}`,
  ]);
  services.set(service('web', '10.96.0.7'));
  services.set(service('db', 'None'));
  slices.set({
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: 'db-x', labels: { 'kubernetes.io/service-name': 'db' } },
    endpoints: [endpoint('db-0', '10.244.0.2'), endpoint('db-1', '10.244.1.2', false)],
  } as unknown as EndpointSlice);
  return new ServiceNames(services, slices, new Random(1, 'names'));
}

describe('names of Services', () => {
  test.each(['web', 'web.shop', 'web.shop.svc', 'web.shop.svc.cluster.local'])(
    'know %s',
    (name) => {
      expect(names().resolve(name, 'shop')).toBe('10.96.0.7');
    },
  );

  test('are searched in the namespace of the asker', () => {
    expect(names().resolve('web', 'default')).toBeUndefined();
    expect(names().resolve('web.shop', 'default')).toBe('10.96.0.7');
  });

  test.each(['', 'nobody', 'web.shop.svc.example.com', 'a.b.c.d', 'web.svc.cluster.local'])(
    'do not know "%s"',
    (name) => {
      expect(names().resolve(name, 'shop')).toBeUndefined();
    },
  );

  test('give the address of a ready pod for a headless Service', () => {
    expect(names().resolve('db', 'shop')).toBe('10.244.0.2');
  });
});

describe('names of pods', () => {
  test.each(['db-0.db', 'db-0.db.shop', 'db-0.db.shop.svc.cluster.local'])('know %s', (name) => {
    expect(names().resolve(name, 'shop')).toBe('10.244.0.2');
  });

  test('are there only behind a headless Service, and only for a ready pod', () => {
    expect(names().resolve('db-0.web', 'shop')).toBeUndefined();
    expect(names().resolve('db-1.db', 'shop')).toBeUndefined();
    expect(names().resolve('db-2.db', 'shop')).toBeUndefined();
  });
});
