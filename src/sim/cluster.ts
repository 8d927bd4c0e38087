/**
 * One cluster: the only file that knows every component. It makes them, names them, and lets them be stopped.
 *
 * - Components meet at the API server; kubelet, runtime and network share a node's interfaces. Nobody is given another
 *   component.
 * - Adding a component does not change what the others draw: each has its own stream of chance, by its name.
 *
 * Simplified: one API server and one etcd that never fail; kube-controller-manager and kube-scheduler run once and
 * need no leader election.
 */
import { metricsGroup } from './api/pod-metrics.ts';
import type { ApiServerLatency } from './apiserver/latency.ts';
import { ApiServer } from './apiserver/server.ts';
import { Client } from './client/client.ts';
import { InformerFactory } from './client/component.ts';
import { Link } from './client/link.ts';
import { ComponentProcess } from './component-process.ts';
import type { MakeComponent } from './component-process.ts';
import { addons, controllers } from './controllers/descriptors.ts';
import type { Budgets } from './engine/budgets.ts';
import { Engine } from './engine/engine.ts';
import type { LatencyRange } from './engine/latency.ts';
import { Scope } from './engine/scope.ts';
import type { EventSource } from './client/event-recorder.ts';
import type { RateLimit } from './client/rate-limiter.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { KubeletOptions, NodeConfig } from './kubelet/kubelet-options.ts';
import type { MetricsServer } from './metrics/metrics-server.ts';
import { BackgroundChanges } from './network/background-changes.ts';
import { KubeProxy } from './network/kube-proxy.ts';
import type { LoadDeclaration } from './network/load-declaration.ts';
import type { LoadClient } from './network/load.ts';
import { ClusterNetwork } from './network/network.ts';
import type { NodeFabric } from './network/node-fabric.ts';
import { RequestLog } from './network/request-log.ts';
import { Seam } from './part.ts';
import { ContainerRuntime } from './runtime/container-runtime.ts';
import type { ImageDeclaration } from './runtime/image-declaration.ts';
import type { Registry } from './runtime/image-store.ts';
import { ImageCatalogue } from './runtime/images.ts';
import type { CatalogueOptions } from './runtime/images.ts';
import { Scheduler } from './scheduler/scheduler.ts';

/** One-way latency between a component and the API server on one machine. Chosen to lie within the recordings */
const defaultLinkLatency: LatencyRange = { lowMs: 0, highMs: 1 };

/** Client limits. Upstream: kube-scheduler --kube-api-qps, --kube-api-burst; kubelet kubeAPIQPS, kubeAPIBurst */
const schedulerRateLimit: RateLimit = { qps: 50, burst: 100 };
const kubeletRateLimit: RateLimit = { qps: 50, burst: 100 };

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What makes requests from outside: see network/load.ts. */
export const loadSeam = new Seam<typeof LoadClient>('load');

/** What measures pods and answers their metrics: see metrics/metrics-server.ts. */
export const metricsServerSeam = new Seam<typeof MetricsServer>('autoscaling');

/** The class of a kind cluster. */
const standardClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'rancher.io/local-path',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
} as const;

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly budgets: Budgets;
  readonly nodes: readonly NodeConfig[];
  /** Names of processes that do not run from the start. */
  readonly stopped?: readonly string[] | undefined;
  /** One-way latency to the API server by process; `*` for all others. */
  readonly linkLatency?: Readonly<Record<string, LatencyRange>> | undefined;
  readonly apiLatency?: ApiServerLatency | undefined;
  readonly rateLimits?: Readonly<Record<string, RateLimit>> | undefined;
  readonly kubelet?: Partial<KubeletOptions> | undefined;
  readonly images?: readonly ImageDeclaration[] | undefined;
  /** How the registry differs from the published images. */
  readonly catalogue?: CatalogueOptions | undefined;
  readonly load?: readonly LoadDeclaration[] | undefined;
  /** Whether usage of pods is measured and served. */
  readonly metricsServer?: boolean | undefined;
  /** Whether there is the class `standard`, which makes volumes on demand, as in kind clusters. */
  readonly hasStandardClass?: boolean | undefined;
  /** How often Services that are not shown change; default never. */
  readonly otherServiceChangesPerSecond?: number | undefined;
  /** Images that every node has from the start. */
  readonly preloadedImages?: readonly string[] | undefined;
}

/** One node: what outlives its kubelet. */
export interface ClusterNode {
  readonly config: NodeConfig;
  readonly fabric: NodeFabric;
  readonly runtime: ContainerRuntime;
}

/** A whole cluster, running from the moment it is made. */
export class Cluster {
  readonly engine: Engine;
  readonly server: ApiServer;
  readonly network: ClusterNetwork;
  readonly requests = new RequestLog();
  readonly nodes: readonly ClusterNode[];
  readonly #options: ClusterOptions;
  readonly #background: BackgroundChanges | undefined;
  readonly #processes = new Map<string, ComponentProcess>();

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.engine = new Engine(options.seed, options.budgets, options.startMs);
    this.server = new ApiServer({
      engine: this.engine,
      scope: new Scope(this.engine, 'kube-apiserver'),
      latency: options.apiLatency,
    });
    const rate = options.otherServiceChangesPerSecond;
    this.#background =
      rate === undefined
        ? undefined
        : new BackgroundChanges(this.engine.random('other-services'), rate);
    this.network = new ClusterNetwork(this.engine);
    const registry = new ImageCatalogue(options.images, options.catalogue);
    this.nodes = options.nodes.map((config, index) => this.#addNode(config, index, registry));
    this.#bootstrap();
    this.#addControlPlane();
    for (const node of this.nodes) this.#addNodeProcesses(node);
    if (options.metricsServer === true) this.#addMetricsServer();
    this.#startAll();
    this.#addLoad(options.load ?? []);
  }

  /** Makes a client for someone who is no component: a person's kubectl. */
  clientOf(component: string): Client {
    return new Client(this.engine, {
      component,
      transport: this.server,
      link: this.#linkOf(component),
    });
  }

  /** Returns the processes that a name stands for: one process, all of a node, or all controllers. */
  processesOf(name: string): ComponentProcess[] {
    const own = this.#processes.get(name);
    if (own !== undefined) return [own];
    const all = [...this.#processes.values()];
    if (name === 'kube-controller-manager') {
      return all.filter((process) => process.name.endsWith('-controller'));
    }
    return all.filter((process) => process.name.endsWith(`/${name}`));
  }

  /** All processes, in the order in which they were made. */
  processes(): readonly ComponentProcess[] {
    return [...this.#processes.values()];
  }

  /** Load begins at zero, when the cluster is up; a declaration that makes no sense is refused at once. */
  #addLoad(declarations: readonly LoadDeclaration[]): void {
    const { engine, network, requests } = this;
    for (const declaration of declarations) {
      const Client = loadSeam.get();
      const client = new Client(network, requests, declaration);
      engine.schedule(-engine.nowMs, () => client.start());
    }
  }

  #startAll(): void {
    const { stopped = [], linkLatency = {} } = this.#options;
    const manager = this.#managerInformers();
    const inManager = new Set(controllers.map(({ name }) => name));
    for (const process of this.#processes.values()) {
      const { name } = process;
      if (stopped.includes(name)) continue;
      const isShared = inManager.has(name) && linkLatency[name] === undefined;
      process.start(isShared ? manager : undefined);
    }
  }

  /** The informers of kube-controller-manager, which its controllers share. */
  #managerInformers(): InformerFactory {
    const { engine } = this;
    const name = 'kube-controller-manager';
    return new InformerFactory(engine, new Scope(engine, name), this.clientOf(name));
  }

  #bootstrap(): void {
    const client = this.clientOf('kube-apiserver');
    const { engine } = this;
    const { hasStandardClass } = this.#options;
    engine.spawn(
      'bootstrap',
      (function* () {
        for (const name of namespaces) {
          const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
          yield* client.of('Namespace').create('', body);
        }
        yield* client.of('Service').create('default', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: {
            name: 'kubernetes',
            labels: { component: 'apiserver', provider: 'kubernetes' },
          },
          spec: {
            clusterIP: '10.96.0.1',
            ports: [{ name: 'https', port: 443, targetPort: 6443 }],
          },
        });
        if (hasStandardClass === true) yield* client.of('StorageClass').create('', standardClass);
      })(),
    );
  }

  #addControlPlane(): void {
    const own = this.#options.hasStandardClass === true ? addons : [];
    for (const { name, eventSource, rateLimit, create } of [...controllers, ...own]) {
      this.#addProcess(name, { component: eventSource }, rateLimit, create);
    }
    this.#addProcess(
      'kube-scheduler',
      { component: 'default-scheduler' },
      schedulerRateLimit,
      (context) => {
        return new Scheduler(context, { eventClient: this.clientOf('kube-scheduler') });
      },
    );
  }

  #addMetricsServer(): void {
    const name = 'metrics-server';
    const nodes = this.nodes.map(({ config, runtime }) => ({
      name: config.name,
      measure: () =>
        this.#processes.get(`kubelet/${config.name}`)?.isRunning === true
          ? runtime.usage()
          : undefined,
    }));
    let server: MetricsServer | undefined;
    this.#addProcess(name, { component: name }, undefined, (context) => {
      const Server = metricsServerSeam.get();
      server = new Server(context, nodes);
      return server;
    });
    this.server.aggregation.register(metricsGroup, () =>
      this.#processes.get(name)?.isRunning === true ? server : undefined,
    );
  }

  #addNode(config: NodeConfig, index: number, registry: Registry): ClusterNode {
    const high = Math.floor(index / 250);
    const nodeIp = `10.99.${high}.${11 + (index % 240)}`;
    const podCidr = `10.${244 + Math.floor(index / 256)}.${index % 256}.0/24`;
    const fabric = this.network.addNode(config.name, nodeIp, podCidr);
    const runtime = new ContainerRuntime({
      engine: this.engine,
      nodeName: config.name,
      network: fabric,
      registry,
      preloaded: this.#options.preloadedImages,
    });
    return { config: { ...config, podCidr }, fabric, runtime };
  }

  #addNodeProcesses({ config, fabric, runtime }: ClusterNode): void {
    const kubelet = `kubelet/${config.name}`;
    this.#addProcess(
      kubelet,
      { component: 'kubelet', host: config.name },
      kubeletRateLimit,
      (context) => {
        return new Kubelet(context, {
          runtime,
          network: fabric,
          node: config,
          options: this.#options.kubelet,
        });
      },
    );
    const proxy = `kube-proxy/${config.name}`;
    this.#addProcess(
      proxy,
      { component: 'kube-proxy', host: config.name },
      undefined,
      (context) => {
        return new KubeProxy(context, fabric, { background: this.#background });
      },
    );
  }

  #addProcess(
    name: string,
    eventSource: EventSource,
    rateLimit: RateLimit | undefined,
    make: MakeComponent,
  ): void {
    const process = new ComponentProcess({
      engine: this.engine,
      name,
      transport: this.server,
      link: this.#linkOf(name),
      rateLimit: this.#options.rateLimits?.[name] ?? rateLimit,
      eventSource,
      make,
    });
    this.#processes.set(name, process);
  }

  #linkOf(name: string): Link {
    const { linkLatency = {} } = this.#options;
    return new Link(this.engine, name, linkLatency[name] ?? linkLatency['*'] ?? defaultLinkLatency);
  }
}
