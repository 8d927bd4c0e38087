import { expect, test } from 'vitest';
import type { Pod, Service } from '#sim/api/types.gen.ts';
import { serviceVariables } from '#sim/kubelet/environment.ts';

function service(name: string, port: number, namespace = 'default'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: '10.96.0.7', ports: [{ port }] },
  };
}

function pod(fields: Partial<Pod['spec']> = {}, namespace = 'default'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace },
    spec: { containers: [{ name: 'app' }], ...fields },
  };
}

test('the variables of a Service tell its address and its ports', () => {
  expect(serviceVariables([service('my-web', 80)], pod())).toEqual([
    ['MY_WEB_SERVICE_HOST', '10.96.0.7'],
    ['MY_WEB_SERVICE_PORT', '80'],
    ['MY_WEB_PORT', 'tcp://10.96.0.7:80'],
    ['MY_WEB_PORT_80_TCP', 'tcp://10.96.0.7:80'],
    ['MY_WEB_PORT_80_TCP_PROTO', 'tcp'],
    ['MY_WEB_PORT_80_TCP_PORT', '80'],
    ['MY_WEB_PORT_80_TCP_ADDR', '10.96.0.7'],
  ]);
});

test('a Service that has changed has other variables', () => {
  const portOf = (of: Service): string | undefined =>
    serviceVariables([of], pod()).find(([name]) => name === 'WEB_SERVICE_PORT')?.[1];
  const before = service('web', 80);
  expect([portOf(before), portOf(before), portOf(service('web', 81))]).toEqual(['80', '80', '81']);
});

test('a pod sees the Services of its namespace, in order of their names, and that of the API server', () => {
  const services = [service('web', 80), service('db', 5432), service('kubernetes', 443)];
  const hosts = (of: Pod): string[] =>
    serviceVariables(services, of)
      .map(([name]) => name)
      .filter((name) => name.endsWith('_SERVICE_HOST'));
  expect(hosts(pod())).toEqual(['DB_SERVICE_HOST', 'KUBERNETES_SERVICE_HOST', 'WEB_SERVICE_HOST']);
  expect(hosts(pod({ enableServiceLinks: false }))).toEqual(['KUBERNETES_SERVICE_HOST']);
  expect(hosts(pod({}, 'other'))).toEqual(['KUBERNETES_SERVICE_HOST']);
});
