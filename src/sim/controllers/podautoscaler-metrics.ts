/**
 * Usage of pods as the autoscaler knows it, and the ratio of usage to what is wanted.
 *
 * Upstream: pkg/controller/podautoscaler/metrics/client.go, utilization.go
 * Simplified: resource metrics only; custom and external metrics have no server here.
 */
import { metricsGroup, metricsVersion } from '../api/pod-metrics.ts';
import type { PodMetricsList } from '../api/pod-metrics.ts';
import { nameOf } from '../api/object.ts';
import { parseQuantity, scaledValue } from '../api/quantity.ts';
import { parseTime } from '../api/time.ts';
import { StatusError } from '../api/status-error.ts';
import type { Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import { SyncError } from './worker.ts';

/** What a pod used. Values are thousandths: milli-CPUs, thousandths of a byte. */
export interface PodMetric {
  readonly value: number;
  /** When the measurement ended, in virtual ms. */
  readonly timeMs: number;
  readonly windowMs: number;
}

/** Usage by pod. */
export type PodMetricsInfo = ReadonlyMap<string, PodMetric>;

/** Asks for the usage of the pods that a selector matches. `container` '' is the whole pod. Throws SyncError. */
export function* getResourceMetric(
  { client }: ComponentContext,
  resource: string,
  namespace: string,
  labelSelector: string,
  container: string,
): Process<PodMetricsInfo> {
  let list: PodMetricsList;
  try {
    const response = yield* client.request({
      verb: 'list',
      group: metricsGroup,
      version: metricsVersion,
      resource: 'pods',
      namespace,
      name: '',
      subresource: '',
      options: { labelSelector },
    });
    list = response.body as unknown as PodMetricsList;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // A server that knows nothing of the path answers without details; the client adds what it asked for.
    const asked = error.status.details?.kind === undefined ? ` (get pods.${metricsGroup})` : '';
    const what = 'unable to fetch metrics from resource metrics API';
    throw new SyncError(`${what}: ${error.message}${asked}`);
  }
  if (list.items.length === 0) {
    throw new SyncError('no metrics returned from resource metrics API');
  }
  const result = new Map<string, PodMetric>();
  for (const item of list.items) {
    const all = item.containers.filter(({ name }) => container === '' || name === container);
    // A pod of which some container was not measured counts as one without metrics.
    if (all.length === 0 || all.some(({ usage }) => usage[resource] === undefined)) continue;
    const value = all.reduce((sum, { usage }) => sum + milliOf(usage[resource] ?? '0'), 0);
    const windowMs = Math.round(Number.parseFloat(item.window) * 1000);
    result.set(nameOf(item), { value, timeMs: parseTime(item.timestamp), windowMs });
  }
  return result;
}

/** Returns a quantity in thousandths, rounded up. */
export function milliOf(quantity: string): number {
  return scaledValue(parseQuantity(quantity), -3);
}

/** Returns the requests of each pod in thousandths. Throws where a container has none. */
export function podRequests(
  pods: readonly Pod[],
  resource: string,
  container: string,
): ReadonlyMap<string, number> {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    const sidecars = (pod.spec?.initContainers ?? []).filter(
      ({ restartPolicy }) => restartPolicy === 'Always',
    );
    const all = [...(pod.spec?.containers ?? []), ...sidecars].filter(
      ({ name }) => container === '' || name === container,
    );
    let sum = 0;
    for (const { name, resources } of all) {
      const request = resources?.requests?.[resource];
      if (request === undefined) {
        throw new SyncError(
          `missing request for ${resource} in container ${name} of Pod ${nameOf(pod)}`,
        );
      }
      sum += milliOf(request);
    }
    requests.set(nameOf(pod), sum);
  }
  return requests;
}

/** Usage against what is wanted. */
export interface Utilization {
  /** Above 1 there are too few pods, below 1 too many. */
  readonly ratio: number;
  /** Percent of the requests; undefined for a target that is a plain value. */
  readonly percent: number | undefined;
  /** Average of a pod, in thousandths. */
  readonly average: number;
}

/** Compares usage with a part of the requests. Throws where no measured pod has a request. */
export function resourceUtilization(
  metrics: PodMetricsInfo,
  requests: ReadonlyMap<string, number>,
  targetPercent: number,
): Utilization {
  let [used, requested, count] = [0, 0, 0];
  for (const [pod, { value }] of metrics) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += value;
    requested += request;
    count += 1;
  }
  if (requested === 0) throw new SyncError('no metrics returned matched known pods');
  const percent = Math.trunc((used * 100) / requested);
  return { ratio: percent / targetPercent, percent, average: Math.trunc(used / count) };
}

/** Compares usage with a value. */
export function plainUtilization(metrics: PodMetricsInfo, target: number): Utilization {
  let used = 0;
  for (const { value } of metrics.values()) used += value;
  const average = Math.trunc(used / metrics.size);
  return { ratio: average / target, percent: undefined, average };
}
