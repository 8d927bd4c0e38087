/**
 * The rules that kube-proxy has put into force on one node: address and port of a Service → endpoints.
 *
 * - One endpoint is drawn per connection, each as likely as the others.
 * - Without endpoints anywhere a connection is rejected; when there are some, but not on this node although policy
 *   asks for one here, it is dropped.
 * - With ClientIP affinity a client keeps its endpoint as long as that is there and the client comes often enough.
 *
 * Upstream: pkg/proxy/iptables/proxier.go syncProxyRules
 * Docs: /docs/reference/networking/virtual-ips/
 */
import type { Service } from '../api/types.gen.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { EntryId } from '../engine/trace.ts';
import type { Choice, EndpointInfo } from './endpoint-choice.ts';
import type { Flow, PacketRules, RuleAnswer } from './packet-rules.ts';

/** How long a client keeps its endpoint by default. Upstream: DefaultClientIPServiceAffinitySeconds */
const affinityDefaultSeconds = 10_800;

/** The rules of one port of a Service. */
export interface PortRules {
  readonly choice: Choice;
  readonly port: number;
  readonly nodePort: number;
  readonly isInternalLocal: boolean;
  readonly isExternalLocal: boolean;
  /** How long a client keeps its endpoint; 0 means that it does not. */
  readonly affinityMs: number;
}

interface ActiveRules extends PortRules {
  readonly entry: EntryId;
  /** Clients and their endpoints, when there is affinity. */
  readonly affinity: Map<string, { readonly endpoint: string; readonly seenMs: number }>;
}

/** Reads what a Service says about one of its ports. */
export function portRules(
  service: Service,
  port: { readonly port: number; readonly nodePort?: number | undefined },
  choice: Choice,
): PortRules {
  const { spec } = service;
  const hasAffinity = spec?.sessionAffinity === 'ClientIP';
  const seconds = spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? affinityDefaultSeconds;
  return {
    choice,
    port: port.port,
    nodePort: port.nodePort ?? 0,
    isInternalLocal: spec?.internalTrafficPolicy === 'Local',
    isExternalLocal: spec?.externalTrafficPolicy === 'Local',
    affinityMs: hasAffinity ? seconds * 1000 : 0,
  };
}

/** The addresses under which a Service is reached from inside, and those meant for outside. */
export function serviceAddresses(service: Service): {
  readonly internal: readonly string[];
  readonly external: readonly string[];
} {
  const { spec, status } = service;
  const clusterIp = spec?.clusterIP ?? '';
  return {
    internal: clusterIp === '' || clusterIp === 'None' ? [] : [clusterIp],
    external: [
      ...(spec?.externalIPs ?? []),
      ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip])),
    ],
  };
}

/** The rules of one node. */
export class ServiceRules implements PacketRules {
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #nodeIp: string;
  readonly #byService = new Map<string, readonly string[]>();
  readonly #byAddress = new Map<string, { rules: ActiveRules; isExternal: boolean }>();

  constructor(engine: Engine, random: Random, nodeIp: string) {
    this.#engine = engine;
    this.#random = random;
    this.#nodeIp = nodeIp;
  }

  /** Puts the rules of a Service into force in place of those before; `ports` empty removes them. */
  replace(
    service: string,
    addresses: ReturnType<typeof serviceAddresses>,
    ports: readonly PortRules[],
    entry: EntryId,
  ): void {
    const affinities = new Map<string, ActiveRules['affinity']>();
    for (const key of this.#byService.get(service) ?? []) {
      const before = this.#byAddress.get(key);
      if (before !== undefined) affinities.set(key, before.rules.affinity);
      this.#byAddress.delete(key);
    }
    const keys: string[] = [];
    for (const port of ports) {
      const add = (key: string, isExternal: boolean): void => {
        const affinity = affinities.get(key) ?? new Map();
        this.#byAddress.set(key, { rules: { ...port, entry, affinity }, isExternal });
        keys.push(key);
      };
      for (const ip of addresses.internal) add(`${ip}:${port.port}`, false);
      for (const ip of addresses.external) add(`${ip}:${port.port}`, true);
      if (port.nodePort > 0) add(`${this.#nodeIp}:${port.nodePort}`, true);
    }
    if (keys.length === 0) this.#byService.delete(service);
    else this.#byService.set(service, keys);
  }

  answer(flow: Flow): RuleAnswer | undefined {
    const found = this.#byAddress.get(`${flow.ip}:${flow.port}`);
    if (found === undefined) return undefined;
    const { rules, isExternal } = found;
    const { choice, entry } = rules;
    const isLocal = isExternal ? rules.isExternalLocal && flow.isExternal : rules.isInternalLocal;
    const endpoints = isLocal ? choice.local : choice.cluster;
    if (endpoints.length === 0) return { kind: choice.hasAny ? 'drop' : 'reject', entry };
    const backend = this.#pick(rules, endpoints, flow.clientIp);
    return { kind: 'forward', backend, entry };
  }

  #pick(rules: ActiveRules, endpoints: readonly EndpointInfo[], clientIp: string): EndpointInfo {
    if (rules.affinityMs === 0) return this.#random.pick(endpoints);
    const { nowMs } = this.#engine;
    const kept = rules.affinity.get(clientIp);
    const isFresh = kept !== undefined && nowMs - kept.seenMs <= rules.affinityMs;
    const known = isFresh
      ? endpoints.find(({ ip, port }) => `${ip}:${port}` === kept.endpoint)
      : undefined;
    const endpoint = known ?? this.#random.pick(endpoints);
    rules.affinity.set(clientIp, { endpoint: `${endpoint.ip}:${endpoint.port}`, seenMs: nowMs });
    return endpoint;
  }
}
