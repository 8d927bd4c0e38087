/**
 * Names as the pods of a node would have them resolved: of Services (`web`, `web.shop`, `web.shop.svc.cluster.local`) and
 * of the pods behind a headless one (`db-0.db`, `db-0.db.shop.svc.cluster.local`).
 *
 * Ours: names in labs before there is a DNS server
 * Docs: /docs/concepts/services-networking/dns-pod-service/
 * Simplified: answered from the caches of the node's kube-proxy, at once, instead of by a DNS server with a cache of its own; no
 * names made of addresses (`10-244-1-2.shop.pod`).
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
    for (const candidate of candidates(name, namespace)) {
      const address = this.#addressOf(candidate);
      if (address !== undefined) return address;
    }
    return undefined;
  }

  #addressOf({ host, service: name, namespace }: Candidate): string | undefined {
    const key = `${namespace}/${name}`;
    const service = this.#services.get(key);
    if (service === undefined) return undefined;
    const clusterIp = service.spec?.clusterIP ?? '';
    const isHeadless = clusterIp === '' || clusterIp === 'None';
    if (!isHeadless) return host === undefined ? clusterIp : undefined;
    const addresses = this.#slices
      .byIndex('service', key)
      .flatMap((slice) => slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .filter((endpoint) => host === undefined || endpoint.hostname === host)
      .flatMap((endpoint) => endpoint.addresses.slice(0, 1));
    return addresses.length === 0 ? undefined : this.#random.pick(addresses);
  }
}

/** What a name may stand for: a Service, or the pod of that host name behind it. */
interface Candidate {
  readonly host: string | undefined;
  readonly service: string;
  readonly namespace: string;
}

/** Returns what a name may stand for, in the order of the search list of a pod's resolv.conf. */
function candidates(name: string, namespace: string): Candidate[] {
  const isFull = name.endsWith(suffix);
  const short = isFull ? name.slice(0, -suffix.length) : name.replace(/\.svc$/, '');
  const [first = '', second, third, ...rest] = short.split('.');
  if (first === '' || rest.length > 0) return [];
  if (second === undefined) return isFull ? [] : [{ host: undefined, service: first, namespace }];
  if (third !== undefined) return [{ host: first, service: second, namespace: third }];
  const ofNamespace: Candidate = { host: undefined, service: first, namespace: second };
  const isSearched = !isFull && short === name;
  return isSearched ? [{ host: first, service: second, namespace }, ofNamespace] : [ofNamespace];
}
