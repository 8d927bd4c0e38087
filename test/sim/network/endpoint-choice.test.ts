import { describe, expect, test } from 'vitest';
import type { Endpoint, EndpointSlice } from '#sim/api/types.gen.ts';
import { readEndpoints, tellEndpoints } from '#sim/network/endpoint-choice.ts';

type Conditions = 'ready' | 'not-ready' | 'draining' | 'ending';

const conditionsOf: Record<Conditions, Endpoint['conditions']> = {
  ready: { ready: true, serving: true, terminating: false },
  'not-ready': { ready: false, serving: false, terminating: false },
  draining: { ready: false, serving: true, terminating: true },
  ending: { ready: false, serving: false, terminating: true },
};

/** Endpoints written as `node/conditions` or `node/conditions/zone`; each is named by its place. */
function slice(...endpoints: readonly string[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1' },
    addressType: 'IPv4',
    ports: [
      { name: 'http', port: 8080 },
      { name: 'admin', port: 9090 },
    ],
    endpoints: endpoints.map((text, index) => {
      const [nodeName = '', conditions = '', zone] = text.split('/');
      return {
        addresses: [`10.0.0.${index}`],
        nodeName,
        conditions: conditionsOf[conditions as Conditions],
        ...(zone === undefined ? {} : { hints: { forZones: [{ name: zone }] } }),
      };
    }),
  };
}

describe('the endpoints that a node uses', () => {
  test.each([
    ['the ready ones', ['here/ready', 'there/not-ready', 'there/ready'], [0, 2], [0], true],
    ['no draining ones while one is ready', ['here/draining', 'there/ready'], [1], [0], true],
    ['draining ones when none is ready', ['here/draining', 'there/ending'], [0], [0], true],
    ['none', ['here/ending', 'there/not-ready'], [], [], false],
    ['for local traffic only local ones', ['there/ready', 'there/draining'], [0], [], true],
    ['those of its zone', ['there/ready/a', 'there/ready/b'], [0], [], true],
    ['all when one has no hint', ['there/ready/a', 'there/ready'], [0, 1], [], true],
    ['all when none is for its zone', ['there/ready/b', 'there/ready/c'], [0, 1], [], true],
    [
      'draining ones anywhere when its zone has nothing ready',
      ['there/draining/a', 'there/ready/b'],
      [1],
      [],
      true,
    ],
  ])('are %s', (_what, endpoints, cluster, local, hasAny) => {
    const choice = readEndpoints([slice(...endpoints)], 'http').choose('here', 'a');
    const places = (chosen: readonly { readonly ip: string }[]) =>
      chosen.map(({ ip }) => Number(ip.slice('10.0.0.'.length)));
    expect(places(choice.cluster)).toEqual(cluster);
    expect(places(choice.local)).toEqual(local);
    expect(choice.hasAny).toBe(hasAny);
  });

  test('are read by the name of the port, each address once', () => {
    const slices = [slice('here/ready'), slice('here/ready')];
    expect(readEndpoints(slices, 'admin').all.map(({ port }) => port)).toEqual([9090]);
    expect(readEndpoints(slices, 'other').all).toEqual([]);
  });

  test('count as ready where a condition is not known', () => {
    const unknown = { ...slice('here/ready'), endpoints: [{ addresses: ['10.0.0.7'] }] };
    const [info] = readEndpoints([unknown], 'http').all;
    expect(info).toMatchObject({ isReady: true, isServing: true, isTerminating: false });
  });

  test('are those of its own node for local traffic, whoever else asks', () => {
    const endpoints = readEndpoints([slice('here/ready', 'there/ready', 'here/draining')], 'http');
    const localOf = (node: string) => endpoints.choose(node, undefined).local.map(({ ip }) => ip);
    expect(localOf('here')).toEqual(['10.0.0.0']);
    expect(localOf('there')).toEqual(['10.0.0.1']);
    expect(localOf('elsewhere')).toEqual([]);
  });
});

describe('what is read', () => {
  test('is shared by all who have the same slices, and read anew for others', () => {
    const [one, other] = [slice('here/ready'), slice('here/ready', 'there/ready')];
    const first = readEndpoints([one, other], 'http');
    expect(readEndpoints([one, other], 'http')).toBe(first);
    expect(readEndpoints([one, other], 'admin')).not.toBe(first);
    expect(readEndpoints([one], 'http').all).toHaveLength(1);
    expect(readEndpoints([one, { ...other }], 'http')).not.toBe(first);
  });

  test('is told in the order of the slices for comparing, and sorted for reading', () => {
    const told = tellEndpoints([
      readEndpoints([slice('here/draining')], 'http').choose('here', undefined).cluster,
      readEndpoints([slice('here/ready', 'there/ready')], 'admin').choose('here', undefined)
        .cluster,
    ]);
    expect(told).toEqual({
      text: '["10.0.0.0:8080","10.0.0.0:9090","10.0.0.1:9090"]',
      endpoints: ['10.0.0.0:8080', '10.0.0.0:9090', '10.0.0.1:9090'],
      pods: [''],
      isFallback: true,
    });
  });
});
