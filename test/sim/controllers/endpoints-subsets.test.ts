import { describe, expect, test } from 'vitest';
import type { Pod, Service } from '#sim/api/types.gen.ts';
import { endpointSubsets } from '#sim/controllers/endpoints-subsets.ts';

interface PodOptions {
  readonly isReady?: boolean;
  readonly isDeleted?: boolean;
  readonly port?: { readonly name: string; readonly containerPort: number };
}

function pod(name: string, ip: string, options: PodOptions = {}): Pod {
  const { isReady = true, isDeleted = false, port } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      ...(isDeleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'main', ports: port === undefined ? [] : [port] }],
    },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    },
  } as Pod;
}

const service = (spec: NonNullable<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP: '10.96.0.7', ipFamilies: ['IPv4'], ...spec },
});
const web = service({ ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] });

describe('the subsets of a Service', () => {
  test('have addresses in the order of their text, those that are not ready apart', () => {
    const pods = [
      pod('b', '10.244.2.9'),
      pod('a', '10.244.0.25'),
      pod('c', '10.244.1.1', { isReady: false }),
    ];
    const [subset, ...others] = endpointSubsets(web, pods);
    expect(others).toEqual([]);
    expect(subset?.addresses?.map(({ ip }) => ip)).toEqual(['10.244.0.25', '10.244.2.9']);
    expect(subset?.notReadyAddresses?.map(({ targetRef }) => targetRef?.name)).toEqual(['c']);
    expect(subset?.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  });

  test('leave out what is being deleted, unless addresses are wanted before they are ready', () => {
    const pods = [pod('a', '10.244.0.2', { isDeleted: true, isReady: false })];
    expect(endpointSubsets(web, pods)).toEqual([]);
    const early = service({ ...web.spec, publishNotReadyAddresses: true });
    expect(endpointSubsets(early, pods)[0]?.addresses).toHaveLength(1);
  });

  test('put ports together that the same addresses have', () => {
    const named = service({
      ports: [
        { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' },
        { name: 'admin', port: 81, targetPort: 'admin', protocol: 'TCP' },
      ],
    });
    const admin = { name: 'admin', containerPort: 9000 };
    const both = [pod('a', '10.244.0.2', { port: admin }), pod('b', '10.244.0.3', { port: admin })];
    expect(endpointSubsets(named, both).map(({ ports }) => ports?.length)).toEqual([2]);
    const one = [pod('a', '10.244.0.2', { port: admin }), pod('b', '10.244.0.3')];
    const subsets = endpointSubsets(named, one);
    expect(subsets.map(({ ports }) => ports?.map(({ name }) => name))).toEqual([
      ['admin'],
      ['http'],
    ]);
    expect(subsets.map(({ addresses }) => addresses?.length)).toEqual([1, 2]);
  });

  test('of a headless Service without ports name no port', () => {
    const headless = service({ clusterIP: 'None' });
    const [subset] = endpointSubsets(headless, [pod('a', '10.244.0.2')]);
    expect(subset).toMatchObject({ addresses: [{ ip: '10.244.0.2', nodeName: 'node-1' }] });
    expect(subset).not.toHaveProperty('ports');
  });
});
