/**
 * The descriptions of Service, Endpoints and EndpointSlice.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go ServiceDescriber, EndpointSliceDescriber
 */
import type {
  Endpoint,
  Endpoints,
  EndpointSlice,
  Service,
  ServicePort,
} from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { formatLabels } from '../printers/table.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Describer } from './describer.ts';
import { writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

export const describeService: Describer<Service> = {
  *write(out, service, invocation) {
    const { metadata, spec } = service;
    const namespace = metadata.namespace ?? '';
    const slices = yield* slicesOf(invocation, namespace, metadata.name ?? '');
    writeName(out, service);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Selector:', formatLabels(spec?.selector));
    out.line(0, 'Type:', spec?.type ?? '');
    if (spec?.ipFamilyPolicy) out.line(0, 'IP Family Policy:', spec.ipFamilyPolicy);
    out.line(0, 'IP Families:', (spec?.ipFamilies ?? []).join(',') || '<none>');
    out.line(0, 'IP:', spec?.clusterIP ?? '');
    out.line(0, 'IPs:', (spec?.clusterIPs ?? []).join(',') || '<none>');
    writeAddresses(out, service);
    for (const port of spec?.ports ?? []) writePort(out, port, slices);
    out.line(0, 'Session Affinity:', spec?.sessionAffinity ?? '');
    writePolicies(out, service);
  },
};

/** Lists the EndpointSlices of a Service. */
export function* slicesOf(
  { context, api }: Invocation,
  namespace: string,
  service: string,
): Process<readonly EndpointSlice[]> {
  const row = mapResource(context, 'endpointslices.discovery.k8s.io');
  const list = yield* api.list(row, namespace, {
    labelSelector: `kubernetes.io/service-name=${service}`,
  });
  return list.items as unknown as readonly EndpointSlice[];
}

function writeAddresses(out: Description, { spec, status }: Service): void {
  const external = spec?.externalIPs ?? [];
  if (external.length > 0) out.line(0, 'External IPs:', external.join(','));
  if (spec?.loadBalancerIP) out.line(0, 'Desired LoadBalancer IP:', spec.loadBalancerIP);
  if (spec?.externalName) out.line(0, 'External Name:', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    const shown = ingress.map((one) =>
      one.ip ? `${one.ip}${one.ipMode ? ` (${one.ipMode})` : ''}` : (one.hostname ?? ''),
    );
    out.line(0, 'LoadBalancer Ingress:', shown.join(', '));
  }
}

function writePolicies(out: Description, { spec }: Service): void {
  if (spec?.externalTrafficPolicy) {
    out.line(0, 'External Traffic Policy:', spec.externalTrafficPolicy);
  }
  if (spec?.internalTrafficPolicy) {
    out.line(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy);
  }
  if (spec?.healthCheckNodePort) out.line(0, 'HealthCheck NodePort:', spec.healthCheckNodePort);
  const ranges = spec?.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) out.line(0, 'LoadBalancer Source Ranges:', ranges.join(','));
  if (spec?.trafficDistribution) out.line(0, 'Traffic Distribution:', spec.trafficDistribution);
}

function writePort(out: Description, port: ServicePort, slices: readonly EndpointSlice[]): void {
  const name = port.name || '<unset>';
  const protocol = port.protocol ?? 'TCP';
  out.line(0, 'Port:', name, `${port.port}/${protocol}`);
  out.line(0, 'TargetPort:', `${port.targetPort ?? ''}/${protocol}`);
  if (port.appProtocol) out.line(0, 'AppProtocol:', port.appProtocol);
  if (port.nodePort) out.line(0, 'NodePort:', name, `${port.nodePort}/${protocol}`);
  out.line(0, 'Endpoints:', readyAddresses(slices, port.name ?? ''));
}

/** Ready addresses of a port, at most three. */
export function readyAddresses(slices: readonly EndpointSlice[], portName: string): string {
  const all: string[] = [];
  for (const slice of slices) {
    const port = (slice.ports ?? []).find((one) => (one.name ?? '') === portName);
    if (slice.ports && slice.ports.length > 0 && !port) continue;
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses) {
        all.push(port?.port ? `${address}:${port.port}` : address);
      }
    }
  }
  if (all.length <= 3) return all.join(',');
  return `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`;
}

export const describeEndpoints: Describer<Endpoints> = {
  *write(out, endpoints) {
    writeName(out, endpoints);
    writeLabels(out, 'Labels', endpoints.metadata.labels);
    writeAnnotations(out, 'Annotations', endpoints.metadata.annotations);
    out.line(0, 'Subsets:');
    for (const { addresses, notReadyAddresses, ports } of endpoints.subsets ?? []) {
      const join = (list: readonly { readonly ip: string }[] | undefined): string =>
        (list ?? []).map(({ ip }) => ip).join(',') || '<none>';
      out.line(1, 'Addresses:', join(addresses));
      out.line(1, 'NotReadyAddresses:', join(notReadyAddresses));
      if (ports && ports.length > 0) {
        out.line(1, 'Ports:');
        out.line(2, 'Name', 'Port', 'Protocol');
        out.line(2, '----', '----', '--------');
        for (const port of ports) {
          out.line(2, port.name || '<unset>', port.port, port.protocol ?? '');
        }
      }
      out.line(0);
    }
  },
};

export const describeEndpointSlice: Describer<EndpointSlice> = {
  *write(out, slice) {
    writeName(out, slice);
    writeLabels(out, 'Labels', slice.metadata.labels);
    writeAnnotations(out, 'Annotations', slice.metadata.annotations);
    out.line(0, 'AddressType:', slice.addressType);
    const ports = slice.ports ?? [];
    if (ports.length === 0) out.line(0, 'Ports: <unset>');
    else {
      out.line(0, 'Ports:');
      out.line(1, 'Name', 'Port', 'Protocol');
      out.line(1, '----', '----', '--------');
      for (const port of ports) {
        out.line(1, port.name || '<unset>', port.port ?? '<unset>', port.protocol ?? '');
      }
    }
    const endpoints = slice.endpoints ?? [];
    if (endpoints.length === 0) out.line(0, 'Endpoints: <none>');
    else {
      out.line(0, 'Endpoints:');
      for (const endpoint of endpoints) writeEndpoint(out, endpoint);
    }
  },
};

function writeEndpoint(out: Description, endpoint: Endpoint): void {
  const { addresses, conditions, hostname, targetRef, nodeName, zone } = endpoint;
  out.line(1, '- Addresses:', addresses.join(','));
  out.line(2, 'Conditions:');
  out.line(3, 'Ready:', conditions?.ready ?? '<unset>');
  out.line(2, 'Hostname:', hostname ?? '<unset>');
  if (targetRef) out.line(2, 'TargetRef:', `${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
  out.line(2, 'NodeName:', nodeName ?? '<unset>');
  out.line(2, 'Zone:', zone ?? '<unset>');
}
