/**
 * kube-proxy on one node: keeps the node's rules like what its own watch says of Services and EndpointSlices.
 *
 * - Each node hears of a change by itself and is late in its own way.
 * - After rules were loaded, at least a second passes until they are loaded again; changes meanwhile wait together.
 * - Open connections are not touched by new rules.
 *
 * Upstream: pkg/proxy/iptables/proxier.go; pkg/proxy/config
 * Docs: /docs/concepts/architecture/#kube-proxy
 * Simplified: iptables mode only; health check ports are not served; no conntrack entries to clean up.
 */
import { objectKey } from '../api/object-key.ts';
import { labelsOf, namespacedName, splitNamespacedName } from '../api/object.ts';
import type { EndpointSlice, Node, Service } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Informer } from '../client/informer.ts';
import type { LatencyRange } from '../engine/latency.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import type { EntryId } from '../engine/trace.ts';
import { NO_ENTRY } from '../engine/trace.ts';
import type { BackgroundChanges } from './background-changes.ts';
import { BoundedFrequencyRunner } from './bounded-frequency-runner.ts';
import { formatEndpoint, readEndpoints, tellEndpoints } from './endpoint-choice.ts';
import type { NodeFabric } from './node-fabric.ts';
import { ServiceNames } from './service-names.ts';
import { ServiceRules, portRules, serviceAddresses } from './service-rules.ts';
import type { PortRules } from './service-rules.ts';

const serviceNameLabel = 'kubernetes.io/service-name';
const zoneLabel = 'topology.kubernetes.io/zone';
const byService = 'service';

/** Settings of kube-proxy. */
export interface KubeProxyOptions {
  /** The least time between two loads of rules. Upstream: --iptables-min-sync-period */
  readonly minSyncPeriodMs: number;
  /** How long loading the rules takes. */
  readonly syncTime: LatencyRange;
  /** What else happens in the cluster; default nothing. */
  readonly background?: BackgroundChanges | undefined;
}

/** As upstream's defaults, on a node that is not busy. */
export const defaultKubeProxyOptions: KubeProxyOptions = {
  minSyncPeriodMs: 1_000,
  syncTime: { lowMs: 8, highMs: 35 },
};

/** Rules are loaded anew at least so often. Upstream: FullSyncPeriod */
const fullSyncPeriodMs = 3600_000;

/** One node's kube-proxy. */
export class KubeProxy {
  readonly #context: ComponentContext;
  readonly #node: NodeFabric;
  readonly #options: KubeProxyOptions;
  readonly #rules: ServiceRules;
  readonly #runner: BoundedFrequencyRunner;
  /** Services to look at, with what happened first. */
  readonly #changed = new Map<string, EntryId>();
  /** What the rules of each Service are now, as texts: the endpoints of all nodes, and what is this node's own. */
  readonly #inForce = new Map<string, { readonly shared: string; readonly own: string }>();
  #zone: string | undefined;

  constructor(
    context: ComponentContext,
    node: NodeFabric,
    options: Partial<KubeProxyOptions> = {},
  ) {
    this.#context = context;
    this.#node = node;
    this.#options = { ...defaultKubeProxyOptions, ...options };
    this.#rules = new ServiceRules(context.engine, context.random, node.nodeIp);
    this.#runner = new BoundedFrequencyRunner(context.engine, () => this.#sync(), {
      minIntervalMs: this.#options.minSyncPeriodMs,
      maxIntervalMs: fullSyncPeriodMs,
      notBeforeMs: () => this.#freeAgainMs(),
    });
  }

  /** Begins to watch, and loads rules from then on. */
  start(): void {
    const { informers, scope, random } = this.#context;
    const services = informers.of('Service');
    const slices = informers.of('EndpointSlice');
    slices.indexer.addIndex(byService, (slice) => [serviceOf(slice)]);
    const onService = (service: Service): void => this.#change(namespacedName(service));
    const onSlice = (slice: EndpointSlice): void => this.#change(serviceOf(slice));
    services.addHandlers({
      onAdd: onService,
      onUpdate: (_before, service) => onService(service),
      onDelete: onService,
    });
    slices.addHandlers({
      onAdd: onSlice,
      onUpdate: (_before, slice) => onSlice(slice),
      onDelete: onSlice,
    });
    scope.spawn('informer/node', this.#watchOwnNode().run());
    this.#node.names = new ServiceNames(services.indexer, slices.indexer, random);
    scope.spawn('rules', this.#run());
  }

  /** Watches the one node object that matters here: its labels say in which zone this proxy is. */
  #watchOwnNode(): Informer<Node> {
    const { engine, client, name } = this.#context;
    const fieldSelector = `metadata.name=${this.#node.name}`;
    const informer = new Informer(engine, name, client.of('Node'), { fieldSelector });
    informer.addHandlers({
      onAdd: (node) => this.#onZone(labelsOf(node)[zoneLabel]),
      onUpdate: (_before, node) => this.#onZone(labelsOf(node)[zoneLabel]),
    });
    return informer;
  }

  *#run(): Process {
    const { informers } = this.#context;
    yield* informers.of('Service').synced.wait();
    yield* informers.of('EndpointSlice').synced.wait();
    this.#runner.run();
    yield* this.#runner.loop();
  }

  /** When the load that the last background change has caused lets another one begin. */
  #freeAgainMs(): number {
    const { background, syncTime, minSyncPeriodMs } = this.#options;
    if (background === undefined) return 0;
    const lastMs = background.lastBefore(this.#context.engine.nowMs);
    return lastMs + drawMs(this.#context.random, syncTime) + minSyncPeriodMs;
  }

  #change(service: string): void {
    if (!this.#changed.has(service)) this.#changed.set(service, this.#context.engine.cause);
    this.#runner.run();
  }

  #onZone(zone: string | undefined): void {
    if (zone === this.#zone) return;
    this.#zone = zone;
    const services = this.#context.informers.of('Service').indexer;
    for (const service of services.list()) this.#change(namespacedName(service));
  }

  /** Loads rules: what has changed until now is in force when that is done. */
  *#sync(): Process {
    const { engine, random } = this.#context;
    const changed = [...this.#changed];
    this.#changed.clear();
    const prepared = changed.map(([service, cause]) => ({
      service,
      cause,
      ...this.#prepare(service),
    }));
    yield* engine.delay(drawMs(random, this.#options.syncTime));
    for (const { service, cause, addresses, ports } of prepared) {
      engine.cause = cause;
      const entry = this.#record(service, ports);
      this.#rules.replace(service, addresses, ports, entry);
    }
    // A proxy that was started again has left the old rules alone until now.
    this.#node.rules = this.#rules;
    engine.cause = NO_ENTRY;
  }

  #prepare(key: string): {
    readonly addresses: ReturnType<typeof serviceAddresses>;
    readonly ports: readonly PortRules[];
  } {
    const { informers } = this.#context;
    const service = informers.of('Service').indexer.get(key);
    if (service === undefined || service.spec?.type === 'ExternalName') {
      return { addresses: { internal: [], external: [] }, ports: [] };
    }
    const slices = informers.of('EndpointSlice').indexer.byIndex(byService, key);
    const addresses = serviceAddresses(service);
    if (addresses.internal.length === 0) return { addresses, ports: [] };
    const { name } = this.#node;
    const ports = (service.spec?.ports ?? [])
      .filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')
      .map((port) => {
        const endpoints = readEndpoints(slices, port.name ?? '');
        return portRules(service, port, endpoints.choose(name, this.#zone));
      });
    return { addresses, ports };
  }

  /** Records rules that differ from those before; returns the entry that explains the rules in force. */
  #record(service: string, ports: readonly PortRules[]): EntryId {
    const { engine, name } = this.#context;
    const { text, endpoints, pods, isFallback } = tellEndpoints(
      ports.map(({ choice }) => choice.cluster),
    );
    const own = JSON.stringify([
      ports.map(({ choice }) => choice.local.map(formatEndpoint)),
      ports.map(({ choice, ...rest }) => [choice.hasAny, rest]),
    ]);
    const before = this.#inForce.get(service);
    if (before?.shared === text && before.own === own) return engine.cause;
    if (ports.length === 0) {
      if (!this.#inForce.delete(service)) return engine.cause;
    } else {
      this.#inForce.set(service, { shared: text, own });
    }
    const { namespace, name: serviceName } = splitNamespacedName(service);
    return engine.record(name, 'rules', objectKey('Service', namespace, serviceName), {
      node: this.#node.name,
      endpoints,
      pods,
      isFallback,
    });
  }
}

function serviceOf(slice: EndpointSlice): string {
  const { namespace = '' } = slice.metadata;
  return `${namespace}/${labelsOf(slice)[serviceNameLabel] ?? ''}`;
}
