import { describe, expect, test } from 'vitest';
import type { Node, Service } from '#sim/api/types.gen.ts';
import {
  findPort,
  getEndpointPorts,
  podToEndpoint,
  portMapKey,
  shouldPodBeInEndpoints,
} from '#sim/controllers/endpointslice-endpoint.ts';
import { podOf } from './control-plane.ts';

function serviceOf(spec: Service['spec'] = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec,
  };
}
const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'zone-a' } },
} as unknown as Node;

describe('conditions (utils_test.go TestPodToEndpoint)', () => {
  test.each([
    // publishNotReady, ready, deleted → ready, serving, terminating
    [false, false, false, [false, false, false]],
    [false, true, false, [true, true, false]],
    [false, true, true, [false, true, true]],
    [false, false, true, [false, false, true]],
    [true, false, false, [true, false, false]],
    [true, true, true, [true, true, true]],
  ])('publish %s, ready %s, deleted %s', (publish, isReady, deleted, expected) => {
    const pod = podOf({ ip: '10.0.0.1', deleted, ...(isReady ? { readySince: 1 } : {}) });
    const service = serviceOf({ publishNotReadyAddresses: publish });
    const { ready, serving, terminating } =
      podToEndpoint(pod, undefined, service, 'IPv4')?.conditions ?? {};
    expect([ready, serving, terminating]).toEqual(expected);
  });

  test('an endpoint names its pod, node, zone and, in its own Service, its host name', () => {
    const spec = { hostname: 'web-0', subdomain: 'web' };
    const pod = podOf({
      ip: '10.0.0.1',
      node: 'n',
      readySince: 1,
      spec: { nodeName: 'n', ...spec },
    });
    expect(podToEndpoint(pod, node, serviceOf(), 'IPv4')).toEqual({
      addresses: ['10.0.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: 'web-0',
      targetRef: { kind: 'Pod', namespace: 'default', name: 'pod', uid: 'uid-pod' },
      nodeName: 'n',
      zone: 'zone-a',
    });
    expect(podToEndpoint(pod, node, serviceOf(), 'IPv6')).toBeUndefined();
  });

  test('traffic distribution gives a ready endpoint its own zone, and its node', () => {
    const pod = podOf({ ip: '10.0.0.1', node: 'n', readySince: 1 });
    const hints = (trafficDistribution: string) =>
      podToEndpoint(pod, node, serviceOf({ trafficDistribution }), 'IPv4')?.hints;
    expect(hints('PreferSameZone')).toEqual({ forZones: [{ name: 'zone-a' }] });
    expect(hints('PreferSameNode')).toEqual({
      forZones: [{ name: 'zone-a' }],
      forNodes: [{ name: 'n' }],
    });
  });

  test.each([
    ['no address', podOf({}), false],
    ['an address', podOf({ ip: '10.0.0.1' }), true],
    ['going, with an address', podOf({ ip: '10.0.0.1', deleted: true }), true],
    ['ended', podOf({ ip: '10.0.0.1', phase: 'Succeeded' }), false],
    ['failed', podOf({ ip: '10.0.0.1', phase: 'Failed' }), false],
  ])('a pod with %s is listed: %s', (_, pod, expected) => {
    expect(shouldPodBeInEndpoints(pod)).toBe(expected);
  });
});

describe('ports (TestFindPort, TestGetEndpointPorts)', () => {
  const container = { name: 'app', image: 'app' };
  const ports = [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ];
  const pod = podOf({ spec: { containers: [{ ...container, ports }] } });

  test.each([
    ['a number', { port: 80, targetPort: 9000 }, 9000],
    ['no target: the port itself', { port: 80 }, 80],
    ['a name', { port: 80, targetPort: 'http' }, 8080],
    ['a name of another protocol', { port: 80, targetPort: 'dns' }, undefined],
    ['a name and its protocol', { port: 53, targetPort: 'dns', protocol: 'UDP' }, 53],
    ['a name that is not there', { port: 80, targetPort: 'nope' }, undefined],
  ])('%s', (_, port, expected) => {
    expect(findPort(pod, port)).toBe(expected);
  });

  test('sidecars have ports, init containers have not', () => {
    const init = { ...container, name: 'init', ports: [{ name: 'x', containerPort: 1 }] };
    const withInit = (restartPolicy?: string) =>
      podOf({
        spec: {
          containers: [container],
          initContainers: [restartPolicy === undefined ? init : { ...init, restartPolicy }],
        },
      });
    expect(findPort(withInit(), { port: 80, targetPort: 'x' })).toBeUndefined();
    expect(findPort(withInit('Always'), { port: 80, targetPort: 'x' })).toBe(1);
  });

  test('what does not resolve is left out', () => {
    const service = serviceOf({
      ports: [
        { port: 80, targetPort: 'http', name: 'web' },
        { port: 81, targetPort: 'nope', name: 'other' },
      ],
    });
    expect(getEndpointPorts(service, pod)).toEqual([{ name: 'web', protocol: 'TCP', port: 8080 }]);
  });

  test('a set of ports is the same in any order', () => {
    const [a, b] = [
      { name: 'a', port: 1, protocol: 'TCP' },
      { name: 'b', port: 2, protocol: 'TCP' },
    ];
    expect(portMapKey([a, b])).toBe(portMapKey([b, a]));
    expect(portMapKey([a])).not.toBe(portMapKey([b]));
    expect(portMapKey(undefined)).toBe(portMapKey([]));
  });
});
