/**
 * Validation of Services, Endpoints and EndpointSlices.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidateService, ValidateEndpoints;
 * pkg/apis/discovery/validation/validation.go ValidateEndpointSlice
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../api/names.ts';
import type {
  Endpoints,
  EndpointSlice,
  EndpointSubset,
  Service,
  ServicePort,
  ServiceSpec,
} from '../../api/types.gen.ts';
import {
  cidr,
  dns1123Label,
  immutableMessage,
  inRange,
  ipAddress,
  ipFamily,
  labels,
  oneOf,
  portNumberOrName,
  portRange,
  textErrors,
} from './checks.ts';
import type { KindRules } from './kind-rules.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const families = ['IPv4', 'IPv6'];
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Seconds of the longest session affinity: a day. */
const affinitySecondsMax = 86_400;

function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None';
}

function serviceSpec({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '', ports = [] } = spec;
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  errors.push(...byType(spec));
  errors.push(...servicePorts(ports));
  errors.push(...labels('spec.selector', spec.selector));
  errors.push(...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined) {
    if (seconds <= 0 || seconds > affinitySecondsMax) {
      const at = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
      const detail = `must be greater than 0 and less than ${affinitySecondsMax}`;
      errors.push(invalid(at, seconds, detail));
    }
  }
  errors.push(...ipFamilies(spec));
  for (const [i, address] of (spec.externalIPs ?? []).entries()) {
    const at = index('spec.externalIPs', i);
    const wrong = ipAddress(at, address);
    errors.push(...(wrong.length > 0 ? wrong : specialAddress(at, address)));
  }
  errors.push(...oneOf('spec.type', type, types));
  for (const [i, port] of type === 'ClusterIP' ? ports.entries() : []) {
    if (!port.nodePort) continue;
    const detail = "may not be used when `type` is 'ClusterIP'";
    errors.push(forbidden(child(index('spec.ports', i), 'nodePort'), detail));
  }
  errors.push(...portUniqueness(ports));
  errors.push(...sourceRanges(spec));
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer') {
    const detail = "may only be used when `type` is 'LoadBalancer'";
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', detail));
  }
  if (spec.loadBalancerClass !== undefined && type !== 'LoadBalancer') {
    const detail = "may only be used when `type` is 'LoadBalancer'";
    errors.push(forbidden('spec.loadBalancerClass', detail));
  }
  errors.push(...trafficPolicies(spec));
  return errors;
}

function byType(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') {
    const errors: FieldError[] = [];
    const detail = 'may not be set for ExternalName services';
    for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
      if ((spec[field] ?? []).length > 0) errors.push(forbidden(child('spec', field), detail));
    }
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') return [...errors, required('spec.externalName')];
    return [...errors, ...textErrors('spec.externalName', name, isDns1123Subdomain)];
  }
  if (isHeadless(spec) && (spec.type === 'NodePort' || spec.type === 'LoadBalancer')) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    return [invalid('spec.clusterIPs[0]', 'None', detail)];
  }
  return [];
}

function servicePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = index('spec.ports', i);
    const name = port.name ?? '';
    if (name === '') {
      if (ports.length > 1) errors.push(required(child(at, 'name')));
    } else {
      errors.push(...dns1123Label(child(at, 'name'), name));
      if (names.has(name)) errors.push(duplicate(child(at, 'name'), name));
      names.add(name);
    }
    errors.push(...inRange(child(at, 'port'), port.port, portRange));
    errors.push(...oneOf(child(at, 'protocol'), port.protocol, protocols));
    errors.push(...portNumberOrName(child(at, 'targetPort'), port.targetPort ?? 0));
    if (port.appProtocol !== undefined) {
      errors.push(...textErrors(child(at, 'appProtocol'), port.appProtocol, isQualifiedName));
    }
  }
  return errors;
}

function portUniqueness(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = index('spec.ports', i);
    const { protocol = '' } = port;
    if (port.nodePort) {
      const id = `${protocol}/${port.nodePort}`;
      if (nodePorts.has(id)) errors.push(duplicate(child(at, 'nodePort'), port.nodePort));
      nodePorts.add(id);
    }
    const id = `${protocol}/${port.port}`;
    if (numbers.has(id)) {
      const value = { Protocol: protocol, Port: port.port };
      errors.push(
        duplicate(at, { Name: '', ...value, AppProtocol: null, TargetPort: 0, NodePort: 0 }),
      );
    }
    numbers.add(id);
  }
  return errors;
}

function ipFamilies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const at = index('spec.ipFamilies', i);
    if (!families.includes(family)) errors.push(notSupported(at, family, families));
    if (seen.has(family)) errors.push(duplicate(at, family));
    seen.add(family);
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack' && !isHeadless(spec)) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  return errors;
}

function sourceRanges(spec: ServiceSpec): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length === 0) return [];
  const detail = "may only be used when `type` is 'LoadBalancer'";
  const errors =
    spec.type === 'LoadBalancer' ? [] : [forbidden('spec.LoadBalancerSourceRanges', detail)];
  const wrong = ranges.flatMap((range, i) =>
    cidr(index('spec.LoadBalancerSourceRanges', i), range.trim()),
  );
  return [...errors, ...wrong];
}

function trafficPolicies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  const { type = '', externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  const isOutside =
    type === 'NodePort' ||
    type === 'LoadBalancer' ||
    (type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  if (isOutside) errors.push(...oneOf('spec.externalTrafficPolicy', external, policies));
  else if (external) {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', external, detail));
  }
  if (spec.healthCheckNodePort && !(type === 'LoadBalancer' && external === 'Local')) {
    const detail =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, detail));
  }
  if (type !== 'ExternalName' && internal === undefined && types.includes(type)) {
    errors.push(required('spec.internalTrafficPolicy'));
  }
  if (internal !== undefined && !policies.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, policies));
  }
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  const distribution = spec.trafficDistribution;
  if (distribution !== undefined && !distributions.includes(distribution)) {
    errors.push(notSupported('spec.trafficDistribution', distribution, distributions));
  }
  return errors;
}

/** A Service keeps its addresses while it keeps a type that has any. */
function addressChanges({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (!old.clusterIP || spec.clusterIP === old.clusterIP) return [];
  const value = [spec.clusterIP ?? ''];
  return [invalid('spec.clusterIPs[0]', value, 'may not change once set')];
}

/** Rules of Services. */
export const serviceRules: KindRules<Service> = {
  rechecksMetadata: true,
  name: isDns1123Label,
  create: serviceSpec,
  update: (service, old) => [...addressChanges(service, old), ...serviceSpec(service)],
  subresources: {
    status: ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
        ip ? ipAddress(child(index('status.loadBalancer.ingress', i), 'ip'), ip) : [],
      ),
  },
  warnings({ spec }) {
    const warnings: string[] = [];
    if ((spec.externalIPs ?? []).length > 0) {
      warnings.push(
        'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
      );
    }
    if (isHeadless(spec) && spec.sessionAffinity === 'ClientIP') {
      warnings.push('spec.SessionAffinity is ignored for headless services');
    }
    if (spec.trafficDistribution === 'PreferClose') {
      warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
    }
    return warnings;
  },
};

/** Ranges of addresses that no endpoint may have. */
function specialAddress(path: string, address: string): FieldError[] {
  const text = address.toLowerCase();
  if (text === '0.0.0.0' || text === '::') {
    return [invalid(path, address, `may not be unspecified (${address})`)];
  }
  if (/^127\./.test(text) || text === '::1') {
    return [invalid(path, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  }
  if (/^169\.254\./.test(text) || /^fe[89ab][0-9a-f]:/.test(text)) {
    const detail = 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
    return [invalid(path, address, detail)];
  }
  if (/^224\.0\.0\./.test(text) || /^ff02:/.test(text)) {
    const detail = 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)';
    return [invalid(path, address, detail)];
  }
  return [];
}

function endpointSubset(path: string, subset: EndpointSubset): FieldError[] {
  const errors: FieldError[] = [];
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const [name, list] of [
    ['addresses', addresses],
    ['notReadyAddresses', notReadyAddresses],
  ] as const) {
    for (const [i, { ip }] of list.entries()) {
      const at = child(index(child(path, name), i), 'ip');
      const wrong = ipAddress(at, ip);
      errors.push(...wrong, ...specialAddress(at, ip));
      if (wrong.length > 0) errors.push(invalid(at, ip, 'must be a valid IP address'));
    }
  }
  for (const [i, port] of ports.entries()) {
    const at = index(child(path, 'ports'), i);
    if (!port.name) {
      if (ports.length > 1) errors.push(required(child(at, 'name')));
    } else errors.push(...dns1123Label(child(at, 'name'), port.name));
    errors.push(...inRange(child(at, 'port'), port.port, portRange));
    errors.push(...oneOf(child(at, 'protocol'), port.protocol, protocols));
  }
  return errors;
}

function endpoints({ subsets }: Endpoints): FieldError[] {
  return (subsets ?? []).flatMap((subset, i) => endpointSubset(index('subsets', i), subset));
}

/** Rules of Endpoints. */
export const endpointsRules: KindRules<Endpoints> = {
  create: endpoints,
  update: endpoints,
};

const maxEndpoints = 1_000;
const maxAddresses = 100;

function endpointSlice(slice: EndpointSlice): FieldError[] {
  const { addressType, endpoints: list = [] } = slice;
  const errors = oneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']);
  if (list.length > maxEndpoints) errors.push(tooMany('endpoints', list.length, maxEndpoints));
  else {
    for (const [i, endpoint] of list.entries()) {
      const at = index('endpoints', i);
      errors.push(...endpointAddresses(child(at, 'addresses'), endpoint.addresses, addressType));
      if (endpoint.hostname) {
        errors.push(...textErrors(child(at, 'hostname'), endpoint.hostname, isDns1123Label));
      }
    }
  }
  const names = new Set<string>();
  for (const [i, port] of (slice.ports ?? []).entries()) {
    const at = index('ports', i);
    const { name = '' } = port;
    if (name !== '') errors.push(...dns1123Label(child(at, 'name'), name));
    if (names.has(name)) errors.push(duplicate(child(at, 'name'), name));
    names.add(name);
    errors.push(...oneOf(child(at, 'protocol'), port.protocol, protocols));
  }
  return errors;
}

function endpointAddresses(path: string, addresses: readonly string[], type: string): FieldError[] {
  if (addresses.length === 0) return [required(path, 'must contain at least 1 address')];
  if (addresses.length > maxAddresses) return [tooMany(path, addresses.length, maxAddresses)];
  return addresses.flatMap((address, i) => {
    const at = index(path, i);
    if (type === 'FQDN') {
      const errors = textErrors(at, address, isDns1123Subdomain);
      if (errors.length > 0 || address.includes('.')) return errors;
      const detail = 'should be a domain with at least two segments separated by dots';
      return [invalid(at, address, detail)];
    }
    if (!families.includes(type)) return [];
    const wrong = ipAddress(at, address);
    if (wrong.length > 0) return wrong;
    if (ipFamily(address) !== type) return [invalid(path, address, `must be an ${type} address`)];
    return specialAddress(at, address);
  });
}

/** Rules of EndpointSlices, whose type of address never changes. */
export const endpointSliceRules: KindRules<EndpointSlice> = {
  create: endpointSlice,
  update: (slice, old) => [
    ...endpointSlice(slice),
    ...(semanticEqual(slice.addressType, old.addressType)
      ? []
      : [invalid('addressType', slice.addressType, immutableMessage)]),
  ],
};
