/**
 * Services: addresses and ports are given out when they are created and kept while they live.
 *
 * Upstream: pkg/registry/core/service/storage/alloc.go Allocators, pkg/registry/core/service/strategy.go
 */
import type { Service, ServicePort } from '../../api/types.gen.ts';
import { dropTypeDependentFields } from '../defaults/service-type-change.ts';
import type { Strategy, StrategyContext } from '../strategy.ts';

const typesWithNodePorts: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

/** How Services are stored. */
export const serviceStrategy: Strategy<Service> = {
  initialStatus: () => ({ loadBalancer: {} }),
  prepareForCreate: (service, context) => allocate(service, undefined, context),
  prepareForUpdate: (service, old, context) =>
    allocate(dropTypeDependentFields(service, old), old, context),
  afterDelete: (service, { allocator }) => allocator.release(service),
};

function allocate(
  service: Service,
  old: Service | undefined,
  { allocator }: StrategyContext,
): Service {
  const { spec } = service;
  if (spec === undefined || spec.type === 'ExternalName') return service;
  const clusterIP = spec.clusterIP || (old?.spec?.clusterIP ?? '');
  const isHeadless = clusterIP === 'None';
  const isKept = clusterIP !== '' && clusterIP === old?.spec?.clusterIP;
  const address = isHeadless || isKept ? clusterIP : allocator.clusterIp(clusterIP);
  const ports = spec.ports?.map((port, index) =>
    withNodePort(port, old?.spec?.ports?.[index], spec.type ?? '', allocator),
  );
  return {
    ...service,
    spec: {
      ...spec,
      ...(ports === undefined ? {} : { ports }),
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: spec.ipFamilies ?? ['IPv4'],
      ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
    },
  };
}

function withNodePort(
  port: ServicePort,
  old: ServicePort | undefined,
  type: string,
  allocator: StrategyContext['allocator'],
): ServicePort {
  if (!typesWithNodePorts.has(type)) return port;
  if (port.nodePort !== undefined && port.nodePort === old?.nodePort) return port;
  return { ...port, nodePort: port.nodePort ?? old?.nodePort ?? allocator.nodePort(port.nodePort) };
}
