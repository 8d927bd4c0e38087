/**
 * Names of Services as the pods of a node would have them resolved: `web`, `web.shop`, `web.shop.svc.cluster.local`.
 *
 * Ours: names in labs before there is a DNS server
 * Docs: /docs/concepts/services-networking/dns-pod-service/
 * Simplified: answered from the caches of the node's kube-proxy, at once, instead of by a DNS server with a cache of its own; no
 * names of pods.
 */
import type { EndpointSlice, Service } from '../api/types.gen.ts';
import type { Indexer } from '../client/indexer.ts';
import type { Random } from '../engine/random.ts';
import type { NameService } from './packet-rules.ts';

const suffix = '.svc.cluster.local';

/** Resolves the names of Services. */
export class ServiceNames implements NameService {
  readonly #services: Indexer<Service>;
  readonly #slices: Indexer<EndpointSlice>;
  readonly #random: Random;

  /** `slices` must have an index `service` by `namespace/name` of the Service. */
  constructor(services: Indexer<Service>, slices: Indexer<EndpointSlice>, random: Random) {
    this.#services = services;
    this.#slices = slices;
    this.#random = random;
  }

  resolve(name: string, namespace: string): string | undefined {
    const key = serviceKey(name, namespace);
    const service = key === undefined ? undefined : this.#services.get(key);
    if (key === undefined || service === undefined) return undefined;
    const clusterIp = service.spec?.clusterIP ?? '';
    if (clusterIp !== '' && clusterIp !== 'None') return clusterIp;
    const addresses = this.#slices
      .byIndex('service', key)
      .flatMap((slice) => slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .flatMap((endpoint) => endpoint.addresses.slice(0, 1));
    return addresses.length === 0 ? undefined : this.#random.pick(addresses);
  }
}

/** Returns `namespace/name` of the Service that a name stands for; undefined when it can be none. */
function serviceKey(name: string, namespace: string): string | undefined {
  const short = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name.replace(/\.svc$/, '');
  const [service = '', ofNamespace = namespace, ...rest] = short.split('.');
  return rest.length > 0 || service === '' ? undefined : `${ofNamespace}/${service}`;
}
