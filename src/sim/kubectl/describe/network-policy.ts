/**
 * The description of a NetworkPolicy: which traffic it lets through, rule by rule.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go NetworkPolicyDescriber
 */
import { formatLabelSelector } from '../../api/selector.ts';
import type {
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../api/types.gen.ts';
import type { Describer } from './describer.ts';
import { writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

/** One direction of traffic: what a rule names, and the words for what it leaves open. */
interface Rule {
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
}

export const describeNetworkPolicy: Describer<NetworkPolicy> = {
  hasEvents: false,
  *write(out, policy) {
    const { metadata, spec } = policy;
    writeName(out, policy);
    const created = (metadata.creationTimestamp ?? '').replace('T', ' ').replace('Z', ' +0000 UTC');
    out.line(0, 'Created on:', created);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Spec:');
    const chosen = isEverything(spec?.podSelector)
      ? '<none> (Allowing the specific traffic to all pods in this namespace)'
      : selectorText(spec?.podSelector);
    out.line(1, `PodSelector:     ${chosen}`);
    const types = spec?.policyTypes ?? ['Ingress'];
    const ingress = (spec?.ingress ?? []).map(({ ports = [], from = [] }) => ({
      ports,
      peers: from,
    }));
    const egress = (spec?.egress ?? []).map(({ ports = [], to = [] }) => ({ ports, peers: to }));
    writeDirection(out, types.includes('Ingress'), 'ingress', ingress);
    writeDirection(out, types.includes('Egress'), 'egress', egress);
    out.line(1, `Policy Types: ${types.join(', ')}`);
  },
};

function writeDirection(
  out: Description,
  isAffected: boolean,
  direction: 'ingress' | 'egress',
  rules: readonly Rule[],
): void {
  if (!isAffected) {
    out.line(1, `Not affecting ${direction} traffic`);
    return;
  }
  out.line(1, `Allowing ${direction} traffic:`);
  if (rules.length === 0) {
    out.line(2, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  }
  const [word, end] = direction === 'ingress' ? ['From', 'source'] : ['To', 'destination'];
  for (const [index, { ports, peers }] of rules.entries()) {
    if (ports.length === 0) out.line(2, 'To Port: <any> (traffic allowed to all ports)');
    for (const port of ports) out.line(2, portText(port));
    if (peers.length === 0) out.line(2, `${word}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers) {
      out.line(2, `${word}:`);
      writePeer(out, peer);
    }
    if (index < rules.length - 1) out.line(2, '----------');
  }
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  const shown = port ?? '<nil>';
  if (endPort === undefined) return `To Port: ${shown}/${protocol}`;
  return `To Port Range: ${shown}-${endPort}/${protocol}`;
}

function writePeer(out: Description, peer: NetworkPolicyPeer): void {
  const { namespaceSelector, podSelector, ipBlock } = peer;
  if (namespaceSelector) out.line(3, `NamespaceSelector: ${selectorText(namespaceSelector)}`);
  if (podSelector) out.line(3, `PodSelector: ${selectorText(podSelector)}`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  out.line(3, 'IPBlock:');
  out.line(4, `CIDR: ${ipBlock.cidr}`);
  out.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}

function isEverything(selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function selectorText(selector: LabelSelector | undefined): string {
  return isEverything(selector) ? '<none>' : formatLabelSelector(selector ?? {});
}
