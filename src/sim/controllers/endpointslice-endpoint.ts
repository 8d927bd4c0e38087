/**
 * What a pod contributes to a Service's EndpointSlices: one endpoint with its conditions, and ports. Pure.
 *
 * Upstream: staging/src/k8s.io/endpointslice/utils.go podToEndpoint, getEndpointPorts; util/controller_utils.go ShouldPodBeInEndpoints
 * Docs: /docs/concepts/services-networking/endpoint-slices/#conditions
 * Simplified: the hints of the annotation `service.kubernetes.io/topology-mode: Auto` are not computed.
 */
import { isBeingDeleted, labelsOf, nameOf, namespaceOf } from '../api/object.ts';
import { isPodReady, isPodTerminal } from '../api/pod.ts';
import type {
  Container,
  DiscoveryEndpointPort,
  Endpoint,
  Node,
  Pod,
  Service,
  ServicePort,
} from '../api/types.gen.ts';

/** Label of a node's zone. Upstream: LabelTopologyZone */
const zoneLabel = 'topology.kubernetes.io/zone';

/** The families of addresses that a slice may hold. */
export type AddressType = 'IPv4' | 'IPv6';

/** Whether the address is of the family. */
function isOfFamily(address: string, addressType: AddressType): boolean {
  return address.includes(':') === (addressType === 'IPv6');
}

/** Returns the pod's addresses of one family. */
function addressesOf(pod: Pod, addressType: AddressType): readonly string[] {
  const status = pod.status;
  const all = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP ?? ''];
  return all.filter((ip) => ip !== '' && isOfFamily(ip, addressType));
}

/** Whether the pod is listed at all: it has an address, and its containers have not all ended. */
export function shouldPodBeInEndpoints(pod: Pod): boolean {
  if (isPodTerminal(pod)) return false;
  return (pod.status?.podIP ?? '') !== '' || (pod.status?.podIPs ?? []).length > 0;
}

/** Makes the endpoint of a pod; undefined when it has no address of the family. */
export function podToEndpoint(
  pod: Pod,
  node: Node | undefined,
  service: Service,
  addressType: AddressType,
): Endpoint | undefined {
  const addresses = addressesOf(pod, addressType);
  if (addresses.length === 0) return undefined;
  const serving = isPodReady(pod);
  const terminating = isBeingDeleted(pod);
  // With publishNotReadyAddresses even an endpoint that is going away is ready.
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const nodeName = pod.spec?.nodeName ?? '';
  const zone = node === undefined ? '' : (labelsOf(node)[zoneLabel] ?? '');
  const hostname = pod.spec?.hostname ?? '';
  const hasHostname =
    hostname !== '' &&
    pod.spec?.subdomain === nameOf(service) &&
    namespaceOf(pod) === namespaceOf(service);
  const hints = ready ? hintsOf(service, nodeName, zone) : undefined;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hasHostname ? { hostname } : {}),
    targetRef: {
      kind: 'Pod',
      namespace: namespaceOf(pod),
      name: nameOf(pod),
      uid: pod.metadata.uid,
    },
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === '' ? {} : { zone }),
    ...(hints === undefined ? {} : { hints }),
  };
}

/** Returns for whom an endpoint is meant first, by the Service's traffic distribution. */
function hintsOf(service: Service, nodeName: string, zone: string): Endpoint['hints'] {
  const distribution = service.spec?.trafficDistribution ?? '';
  if (distribution === '' || zone === '') return undefined;
  const forZones = [{ name: zone }];
  if (distribution === 'PreferSameNode') return { forZones, forNodes: [{ name: nodeName }] };
  return { forZones };
}

/** Returns what tells one endpoint of a slice from another: its addresses and its pod. */
export function endpointIdentity(endpoint: Endpoint): string {
  const { namespace = '', name = '' } = endpoint.targetRef ?? {};
  return `${[...endpoint.addresses].sort().join(',')}|${namespace}/${name}`;
}

/**
 * Resolves the Service's ports for a pod; a named target port that the pod does not have is left out. Different pods
 * may have a name at different numbers.
 */
export function getEndpointPorts(service: Service, pod: Pod): DiscoveryEndpointPort[] {
  const ports: DiscoveryEndpointPort[] = [];
  for (const servicePort of service.spec?.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    ports.push({
      name: servicePort.name ?? '',
      protocol: servicePort.protocol ?? 'TCP',
      port,
      ...(servicePort.appProtocol === undefined ? {} : { appProtocol: servicePort.appProtocol }),
    });
  }
  return ports;
}

/** Returns the number of a pod's port that a Service's port leads to; undefined when it has none of that name. */
export function findPort(pod: Pod, servicePort: ServicePort): number | undefined {
  const target = servicePort.targetPort ?? servicePort.port;
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  const protocol = servicePort.protocol ?? 'TCP';
  return (
    portByName(pod.spec?.containers ?? [], target, protocol) ??
    portByName(sidecars, target, protocol)
  );
}

function portByName(
  containers: readonly Container[],
  name: string,
  protocol: string,
): number | undefined {
  for (const container of containers) {
    for (const port of container.ports ?? []) {
      if (port.name === name && (port.protocol ?? 'TCP') === protocol) return port.containerPort;
    }
  }
  return undefined;
}

/** Returns what tells one set of ports from another: endpoints of different sets go to different slices. */
export function portMapKey(ports: readonly DiscoveryEndpointPort[] | undefined): string {
  return (ports ?? [])
    .map((port) => `${port.name}|${port.port}|${port.protocol}|${port.appProtocol ?? ''}`)
    .sort()
    .join(',');
}
