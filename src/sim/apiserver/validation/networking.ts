/**
 * Validation of the networking.k8s.io group.
 *
 * Upstream: pkg/apis/networking/validation/validation.go
 */
import { child, forbidden, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import {
  isDns1035Label,
  isDns1123Subdomain,
  isValidPortName,
  regexError,
} from '../../api/names.ts';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressClass,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../api/types.gen.ts';
import {
  cidr,
  dns1123Subdomain,
  immutableMessage,
  inRange,
  ipFamily,
  labelSelector,
  portNumberOrName,
  portRange,
  textErrors,
} from './checks.ts';
import type { KindRules } from './kind-rules.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

function ingressSpec({ spec }: Ingress): FieldError[] {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec ?? {};
  if (rules.length === 0 && !defaultBackend) {
    return [invalid('spec', null, 'either `defaultBackend` or `rules` must be specified')];
  }
  const errors = defaultBackend ? backend('spec.defaultBackend', defaultBackend) : [];
  for (const [i, rule] of rules.entries()) {
    const at = index('spec.rules', i);
    if (rule.host) errors.push(...hostName(child(at, 'host'), rule.host, true));
    if (!rule.http) continue;
    const pathsPath = child(at, 'http', 'paths');
    if (rule.http.paths.length === 0) errors.push(required(pathsPath));
    for (const [j, path] of rule.http.paths.entries()) {
      errors.push(...ingressPath(index(pathsPath, j), path));
    }
  }
  for (const [i, entry] of tls.entries()) {
    const at = index('spec.tls', i);
    for (const [j, host] of (entry.hosts ?? []).entries()) {
      errors.push(...hostName(index(child(at, 'hosts'), j), host, false));
    }
    if (entry.secretName)
      errors.push(...dns1123Subdomain(child(at, 'secretName'), entry.secretName));
  }
  if (ingressClassName !== undefined) {
    errors.push(...dns1123Subdomain('spec.ingressClassName', ingressClassName));
  }
  return errors;
}

const wildcard = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function hostName(path: string, host: string, mayNotBeIp: boolean): FieldError[] {
  if (mayNotBeIp && ipFamily(host) !== undefined) {
    return [invalid(path, host, 'must be a DNS name, not an IP address')];
  }
  if (!host.includes('*')) return textErrors(path, host, isDns1123Subdomain);
  if (wildcard.test(host)) return [];
  const detail = regexError(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
      "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    wildcard.source.slice(1, -1),
    '*.example.com',
  );
  return [invalid(path, host, detail)];
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

function ingressPath(
  path: string,
  { path: text = '', pathType, backend: target }: HTTPIngressPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = child(path, 'path');
  const typePath = child(path, 'pathType');
  const types = ['Exact', 'ImplementationSpecific', 'Prefix'];
  if (!pathType) return [required(typePath, 'pathType must be specified')];
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!text.startsWith('/')) errors.push(invalid(at, text, 'must be an absolute path'));
    if (text.length > 0) {
      for (const bad of badSequences) {
        if (text.includes(bad)) errors.push(invalid(at, text, `must not contain '${bad}'`));
      }
      for (const bad of badEnds) {
        if (text.endsWith(bad)) errors.push(invalid(at, text, `cannot end with '${bad}'`));
      }
    }
  } else if (pathType === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) {
      errors.push(invalid(at, text, 'must be an absolute path'));
    }
  } else errors.push(notSupported(typePath, pathType, types));
  return [...errors, ...backend(child(path, 'backend'), target)];
}

function backend(path: string, { service, resource }: IngressBackend): FieldError[] {
  if (service && resource) {
    return [invalid(path, '', 'cannot set both resource and service backends')];
  }
  if (resource) return [];
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  const at = child(path, 'service');
  if (service.name === '') errors.push(required(child(at, 'name')));
  else errors.push(...textErrors(child(at, 'name'), service.name, isDns1035Label));
  const { name = '', number = 0 } = service.port ?? {};
  if (name !== '' && number > 0) {
    errors.push(invalid(path, '', 'cannot set both port name & port number'));
  } else if (name !== '') {
    errors.push(...textErrors(child(at, 'port', 'name'), name, isValidPortName));
  } else if (number > 0) {
    errors.push(...inRange(child(at, 'port', 'number'), number, portRange));
  } else errors.push(required(path, 'port name or number is required'));
  return errors;
}

/** Rules of Ingresses. */
export const ingressRules: KindRules<Ingress> = {
  create(ingress) {
    const errors = ingressSpec(ingress);
    const annotation = ingress.metadata.annotations?.[classAnnotation];
    const className = ingress.spec?.ingressClassName;
    if (annotation !== undefined && className !== undefined && annotation !== className) {
      const detail = 'must match `ingressClassName` when both are specified';
      errors.push(invalid(`annotations.${classAnnotation}`, annotation, detail));
    }
    return errors;
  },
  update: ingressSpec,
  warnings({ metadata }) {
    if (metadata.annotations?.[classAnnotation] === undefined) return [];
    return [
      `annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`,
    ];
  },
};

/** Rules of IngressClasses, whose controller never changes. */
export const ingressClassRules: KindRules<IngressClass> = {
  update: ({ spec }, old) =>
    spec?.controller === old.spec?.controller
      ? []
      : [invalid('spec.controller', spec?.controller ?? '', immutableMessage)],
};

function networkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const errors = labelSelector('spec.podSelector', spec?.podSelector);
  for (const [i, rule] of (spec?.ingress ?? []).entries()) {
    const at = index('spec.ingress', i);
    errors.push(...policyPorts(child(at, 'ports'), rule.ports ?? []));
    errors.push(...policyPeers(child(at, 'from'), rule.from ?? []));
  }
  for (const [i, rule] of (spec?.egress ?? []).entries()) {
    const at = index('spec.egress', i);
    errors.push(...policyPorts(child(at, 'ports'), rule.ports ?? []));
    errors.push(...policyPeers(child(at, 'to'), rule.to ?? []));
  }
  const types = ['Ingress', 'Egress'];
  for (const [i, type] of (spec?.policyTypes ?? []).entries()) {
    if (types.includes(type)) continue;
    errors.push(notSupported(index('spec.policyTypes', i), type, types));
  }
  return errors;
}

function policyPorts(path: string, ports: readonly NetworkPolicyPort[]): FieldError[] {
  return ports.flatMap(({ protocol, port, endPort }, i) => {
    const at = index(path, i);
    const protocols = ['TCP', 'UDP', 'SCTP'];
    const errors: FieldError[] = [];
    if (protocol !== undefined && !protocols.includes(protocol)) {
      errors.push(notSupported(child(at, 'protocol'), protocol, protocols));
    }
    if (port !== undefined) errors.push(...portNumberOrName(child(at, 'port'), port));
    if (endPort === undefined) return errors;
    const endPath = child(at, 'endPort');
    if (port === undefined) {
      errors.push(invalid(endPath, endPort, 'may not be specified when `port` is not specified'));
    } else if (typeof port === 'string') {
      errors.push(invalid(endPath, endPort, 'may not be specified when `port` is non-numeric'));
    } else if (endPort < port) {
      errors.push(invalid(endPath, endPort, 'must be greater than or equal to `port`'));
    } else errors.push(...inRange(endPath, endPort, portRange));
    return errors;
  });
}

function policyPeers(path: string, peers: readonly NetworkPolicyPeer[]): FieldError[] {
  return peers.flatMap(({ podSelector, namespaceSelector, ipBlock }, i) => {
    const at = index(path, i);
    const errors = [
      ...labelSelector(child(at, 'podSelector'), podSelector),
      ...labelSelector(child(at, 'namespaceSelector'), namespaceSelector),
    ];
    const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
    if (!ipBlock) return hasSelector ? errors : [...errors, required(at, 'must specify a peer')];
    errors.push(...addressBlock(child(at, 'ipBlock'), ipBlock.cidr, ipBlock.except ?? []));
    if (hasSelector) {
      errors.push(forbidden(at, 'may not specify both ipBlock and another peer'));
    }
    return errors;
  });
}

function addressBlock(path: string, block: string, except: readonly string[]): FieldError[] {
  const at = child(path, 'cidr');
  if (block === '') return [required(at)];
  const errors = cidr(at, block);
  if (errors.length > 0) return errors;
  return except.flatMap((part, i) => {
    const partPath = index(child(path, 'except'), i);
    const wrong = cidr(partPath, part);
    if (wrong.length > 0 || isStrictSubset(part, block)) return wrong;
    return [invalid(partPath, part, 'must be a strict subset of `cidr`')];
  });
}

/** Whether all addresses of one range, and not all of the other, lie in the other. */
function isStrictSubset(part: string, whole: string): boolean {
  const [partAddress = '', partBits = '0'] = part.split('/');
  const [wholeAddress = '', wholeBits = '0'] = whole.split('/');
  if (ipFamily(partAddress) !== ipFamily(wholeAddress)) return false;
  if (Number(partBits) <= Number(wholeBits)) return false;
  const bits = Number(wholeBits);
  return addressBits(partAddress).slice(0, bits) === addressBits(wholeAddress).slice(0, bits);
}

function addressBits(address: string): string {
  if (!address.includes(':')) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const end = groups(tail ?? '');
  const zeros = Array<string>(Math.max(0, 8 - groups(head).length - end.length)).fill('0');
  return [...groups(head), ...zeros, ...end]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

/** Rules of NetworkPolicies. */
export const networkPolicyRules: KindRules<NetworkPolicy> = {
  create: networkPolicy,
  update: networkPolicy,
};
