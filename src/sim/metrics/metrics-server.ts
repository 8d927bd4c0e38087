/**
 * The metrics server: what pods use, measured on their nodes and gathered from the kubelets, as metrics.k8s.io answers it.
 *
 * - A node measures its containers every ten to fifteen seconds; the server fetches the last measurement every 15 s.
 * - Usage is the mean between the last two measurements, so it is up to half a minute old. A container that was
 *   measured once is answered only when it had run for ten seconds.
 * - A node whose kubelet does not answer has no metrics.
 *
 * Upstream: kubernetes-sigs/metrics-server pkg/storage/pod.go, pkg/scraper; cAdvisor housekeeping
 * Docs: /docs/tasks/debug/debug-cluster/resource-metrics-pipeline/
 * Simplified: pods only, no NodeMetrics; the way from a kubelet takes no time.
 */
import { metricsGroup, metricsVersion } from '../api/pod-metrics.ts';
import type { PodMetrics } from '../api/pod-metrics.ts';
import { labelsOf, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { matchesLabels, parseSelector } from '../api/selector.ts';
import { newNotFound } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { Pod } from '../api/types.gen.ts';
import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Process } from '../engine/process.ts';

/** Upstream: --metric-resolution */
const resolutionMs = 15_000;
/** Upstream: cAdvisor --housekeeping-interval, --max-housekeeping-interval of the kubelet */
const housekeepingMs = { low: 10_000, high: 15_000 };
/** Upstream: freshContainerMinMetricsResolution */
const freshContainerMs = 10_000;

/** What a container has used since it started. */
export interface ContainerUsage {
  readonly podUid: string;
  readonly container: string;
  readonly startedAtMs: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** A node as it is measured: undefined while its kubelet does not run. */
export interface MeasuredNode {
  readonly name: string;
  readonly measure: () => readonly ContainerUsage[] | undefined;
}

interface Point extends ContainerUsage {
  readonly timeMs: number;
}

interface Points {
  readonly last: Point;
  readonly previous: Point | undefined;
}

/** Answers the group metrics.k8s.io. */
export class MetricsServer {
  readonly #context: ComponentContext;
  readonly #nodes: readonly MeasuredNode[];
  readonly #pods: Informer<Pod>;
  /** The last measurement of each node. */
  readonly #measured = new Map<string, readonly Point[]>();
  /** The last two fetched points of each container, by pod and name. */
  #points = new Map<string, Map<string, Points>>();

  constructor(context: ComponentContext, nodes: readonly MeasuredNode[]) {
    this.#context = context;
    this.#nodes = nodes;
    this.#pods = context.informers.of('Pod');
  }

  start(): void {
    const { scope } = this.#context;
    for (const node of this.#nodes) scope.spawn(`measure/${node.name}`, this.#measure(node));
    scope.spawn('scrape', this.#scrape());
  }

  *#measure(node: MeasuredNode): Process {
    const { engine } = this.#context;
    const random = engine.random(`cadvisor/${node.name}`);
    yield* engine.delay(random.int(housekeepingMs.low));
    for (;;) {
      const timeMs = engine.nowMs;
      const usage = node.measure();
      if (usage === undefined) this.#measured.delete(node.name);
      else
        this.#measured.set(
          node.name,
          usage.map((each) => ({ ...each, timeMs })),
        );
      yield* engine.delay(random.between(housekeepingMs.low, housekeepingMs.high));
    }
  }

  *#scrape(): Process {
    const { engine } = this.#context;
    for (;;) {
      yield* engine.delay(resolutionMs);
      const next = new Map<string, Map<string, Points>>();
      for (const points of this.#measured.values()) {
        for (const point of points) {
          let pod = next.get(point.podUid);
          if (pod === undefined) {
            pod = new Map();
            next.set(point.podUid, pod);
          }
          pod.set(point.container, this.#joined(point));
        }
      }
      this.#points = next;
    }
  }

  /** Puts a new point behind the one before it; the same point again changes nothing. */
  #joined(point: Point): Points {
    const known = this.#points.get(point.podUid)?.get(point.container);
    if (known === undefined || known.last.startedAtMs !== point.startedAtMs) {
      const isFresh = point.timeMs - point.startedAtMs >= freshContainerMs;
      const start = { ...point, timeMs: point.startedAtMs, cpuMs: 0 };
      return { last: point, previous: isFresh ? start : undefined };
    }
    return known.last.timeMs === point.timeMs ? known : { last: point, previous: known.last };
  }

  /** Answers a request to the group. Throws StatusError. */
  *serve({ verb, namespace, name, options }: ApiRequest): Process<ApiResponse> {
    const selector = parseSelector(options.labelSelector ?? '');
    const pods = this.#pods.indexer
      .list(namespace)
      .filter((pod) => matchesLabels(selector, pod.metadata.labels));
    const items = pods.flatMap((pod) => this.#metricsOf(pod) ?? []);
    if (verb === 'get') {
      const found = items.find((item) => nameOf(item) === name);
      if (found === undefined) throw newNotFound({ group: metricsGroup, plural: 'pods' }, name);
      return { code: 200, body: found, warnings: [] };
    }
    const body = {
      apiVersion: `${metricsGroup}/${metricsVersion}`,
      kind: 'PodMetricsList',
      metadata: {},
      items,
    };
    return { code: 200, body, warnings: [] };
  }

  #metricsOf(pod: Pod): PodMetrics | undefined {
    const points = this.#points.get(uidOf(pod));
    if (points === undefined) return undefined;
    const containers: PodMetrics['containers'][number][] = [];
    let [timeMs, windowMs] = [Infinity, 0];
    for (const [name, { last, previous }] of points) {
      // A pod of which a container has no metrics yet has none.
      if (previous === undefined) return undefined;
      const spanMs = last.timeMs - previous.timeMs;
      const nanos = Math.round(((last.cpuMs - previous.cpuMs) / spanMs) * 1e9);
      const memory = `${Math.round(last.memoryBytes / 1024)}Ki`;
      containers.push({ name, usage: { cpu: `${nanos}n`, memory } });
      if (last.timeMs < timeMs) [timeMs, windowMs] = [last.timeMs, spanMs];
    }
    if (containers.length === 0) return undefined;
    const labels = labelsOf(pod);
    return {
      apiVersion: `${metricsGroup}/${metricsVersion}`,
      kind: 'PodMetrics',
      metadata: {
        name: nameOf(pod),
        namespace: namespaceOf(pod),
        creationTimestamp: formatTime(this.#context.engine.nowMs),
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
      },
      timestamp: formatTime(timeMs),
      window: `${(windowMs / 1000).toFixed(3)}s`,
      containers,
    };
  }
}
