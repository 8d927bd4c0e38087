/**
 * The rows of Service, Endpoints, EndpointSlice, Ingress, IngressClass and NetworkPolicy.
 *
 * Upstream: pkg/printers/internalversion/printers.go printService, formatEndpoints, formatDiscoveryEndpoints
 */
import { formatLabelSelector } from '../../api/selector.ts';
import type {
  Endpoints,
  EndpointSlice,
  Ingress,
  IngressClass,
  NetworkPolicy,
  Service,
  ServicePort,
} from '../../api/types.gen.ts';
import { age, columns, formatLabels } from './table.ts';
import type { KindPrinter } from './table.ts';

function externalAddress({ spec, status }: Service): string {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'LoadBalancer': {
      const given = (status?.loadBalancer?.ingress ?? []).map(
        (ingress) => ingress.ip || ingress.hostname || '',
      );
      const all = [...given, ...own].filter((address) => address !== '');
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return own.length > 0 ? own.join(',') : '<none>';
  }
}

function portsText(ports: readonly ServicePort[] | undefined): string {
  if (!ports || ports.length === 0) return '<none>';
  return ports
    .map(
      ({ port, nodePort, protocol }) =>
        `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`,
    )
    .join(',');
}

export const servicePrinter: KindPrinter<Service> = {
  columns: columns('Name,Type,Cluster-IP,External-IP,Port(s),Age|Selector'),
  cells: (service, nowMs) => [
    service.metadata.name ?? '',
    service.spec?.type ?? '',
    service.spec?.clusterIPs?.[0] || service.spec?.clusterIP || '<none>',
    externalAddress(service),
    portsText(service.spec?.ports),
    age(service.metadata.creationTimestamp, nowMs),
    formatLabels(service.spec?.selector),
  ],
};

/** The first three and how many more there are. */
function firstThree(items: readonly string[]): string {
  if (items.length <= 3) return items.join(',');
  return `${items.slice(0, 3).join(',')} + ${items.length - 3} more...`;
}

/** Addresses with ports, as Endpoints have them. */
export function formatEndpoints(endpoints: Endpoints): string {
  const all: string[] = [];
  for (const subset of endpoints.subsets ?? []) {
    const ports = subset.ports ?? [];
    if (ports.length === 0) all.push(...(subset.addresses ?? []).map((address) => address.ip));
    for (const port of ports) {
      for (const { ip } of subset.addresses ?? []) all.push(`${ip}:${port.port}`);
    }
  }
  return all.length === 0 ? '<none>' : firstThree(all);
}

export const endpointsPrinter: KindPrinter<Endpoints> = {
  columns: columns('Name,Endpoints,Age'),
  cells: (endpoints, nowMs) => [
    endpoints.metadata.name ?? '',
    formatEndpoints(endpoints),
    age(endpoints.metadata.creationTimestamp, nowMs),
  ],
};

function slicePorts({ ports }: EndpointSlice): string {
  const shown = (ports ?? []).map((port) =>
    port.port === undefined || port.port === null ? '*' : String(port.port),
  );
  return shown.length === 0 ? '<unset>' : firstThree(shown);
}

export const endpointSlicePrinter: KindPrinter<EndpointSlice> = {
  columns: columns('Name,AddressType,Ports,Endpoints,Age'),
  cells: (slice, nowMs) => {
    const addresses = (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
    return [
      slice.metadata.name ?? '',
      slice.addressType,
      slicePorts(slice),
      addresses.length === 0 ? '<unset>' : firstThree(addresses),
      age(slice.metadata.creationTimestamp, nowMs),
    ];
  },
};

export const ingressPrinter: KindPrinter<Ingress> = {
  columns: columns('Name,Class,Hosts,Address,Ports,Age'),
  cells: ({ metadata, spec, status }, nowMs) => {
    const hosts = (spec?.rules ?? []).map((rule) => rule.host ?? '').filter((host) => host !== '');
    const addresses = (status?.loadBalancer?.ingress ?? [])
      .map((ingress) => ingress.ip || ingress.hostname || '')
      .filter((address) => address !== '');
    return [
      metadata.name ?? '',
      spec?.ingressClassName ?? '<none>',
      hosts.length === 0 ? '*' : firstThree(hosts),
      addresses.join(','),
      (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
      age(metadata.creationTimestamp, nowMs),
    ];
  },
};

export const ingressClassPrinter: KindPrinter<IngressClass> = {
  columns: columns('Name,Controller,Parameters,Age'),
  cells: ({ metadata, spec }, nowMs) => {
    const { parameters } = spec ?? {};
    const kind = parameters?.apiGroup
      ? `${parameters.kind}.${parameters.apiGroup}`
      : parameters?.kind;
    return [
      metadata.name ?? '',
      spec?.controller ?? '',
      parameters ? `${kind ?? ''}/${parameters.name}` : '<none>',
      age(metadata.creationTimestamp, nowMs),
    ];
  },
};

export const networkPolicyPrinter: KindPrinter<NetworkPolicy> = {
  columns: columns('Name,Pod-Selector,Age'),
  cells: ({ metadata, spec }, nowMs) => [
    metadata.name ?? '',
    formatLabelSelector(spec?.podSelector),
    age(metadata.creationTimestamp, nowMs),
  ],
};
