/**
 * One metric of an autoscaler: what it measures, what it asks for, and how it is told.
 *
 * Upstream: pkg/controller/podautoscaler/horizontal.go computeReplicasForMetric and what it calls
 * Simplified: resources of pods and containers are measured; there is no server of custom or external metrics.
 */
import { namespaceOf } from '../api/object.ts';
import { formatQuantity, parseQuantity, quantityFromMilli, scaledValue } from '../api/quantity.ts';
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
  Pod,
} from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import { getResourceMetric, milliOf } from './podautoscaler-metrics.ts';
import type { PodMetricsInfo } from './podautoscaler-metrics.ts';
import { proposeReplicas } from './podautoscaler-replicas.ts';
import type { ReplicaProposal, Tolerances } from './podautoscaler-replicas.ts';
import { SyncError, retryable } from './worker.ts';

/** Upstream: --horizontal-pod-autoscaler-tolerance */
const defaultTolerance = 0.1;

/** What a metric asks for. */
export interface MetricProposal {
  readonly replicas: number;
  /** As events and conditions name it. */
  readonly name: string;
  readonly status: MetricStatus;
  /** Percent of the requests in use, where that is what is compared. */
  readonly percent: number | undefined;
}

/** Why a metric says nothing: the reason of the condition, its text, and the text with what was asked before it. */
export interface MetricFailure {
  readonly failure: { readonly reason: string; readonly inner: string; readonly outer: string };
}

/** What a metric is computed from. */
export interface MetricInput {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly spec: MetricSpec;
  readonly current: number;
  readonly pods: readonly Pod[];
  /** The pods' selector as text. */
  readonly selector: string;
}

/** Computes what a metric asks for. */
export function* computeMetric(
  context: ComponentContext,
  input: MetricInput,
): Process<MetricProposal | MetricFailure> {
  const { spec } = input;
  const { resource, containerResource } = spec;
  if (resource !== undefined) {
    const { name, target } = resource;
    return yield* computeResource(context, input, name, '', target);
  }
  if (containerResource !== undefined) {
    const { name, container, target } = containerResource;
    return yield* computeResource(context, input, name, container, target);
  }
  return unavailable(input);
}

function* computeResource(
  context: ComponentContext,
  input: MetricInput,
  resource: string,
  container: string,
  target: MetricTarget,
): Process<MetricProposal | MetricFailure> {
  const { autoscaler, selector } = input;
  const { averageUtilization: percent, averageValue } = target;
  try {
    const namespace = namespaceOf(autoscaler);
    let metrics: PodMetricsInfo;
    try {
      metrics = yield* getResourceMetric(context, resource, namespace, selector, container);
    } catch (thrown) {
      const error = retryable(thrown);
      throw new SyncError(`unable to get metrics for resource ${resource}: ${error.message}`);
    }
    const value = averageValue === undefined ? undefined : milliOf(averageValue);
    const wanted =
      value === undefined ? { resource, container, percent } : { resource, container, value };
    const { pods, current } = input;
    const { nowMs } = context.engine;
    const tolerances = tolerancesOf(autoscaler);
    const proposal = proposeReplicas(current, pods, metrics, wanted, tolerances, nowMs);
    return proposalOf(proposal, resource, container);
  } catch (thrown) {
    const error = retryable(thrown);
    const inner = `failed to get ${resource} utilization: ${error.message}`;
    const isContainer = container !== '';
    return {
      failure: {
        reason: isContainer ? 'FailedGetContainerResourceMetric' : 'FailedGetResourceMetric',
        inner,
        outer: `failed to get ${resource} ${isContainer ? 'container' : 'resource'} metric value: ${inner}`,
      },
    };
  }
}

function proposalOf(
  { replicas, utilization }: ReplicaProposal,
  resource: string,
  container: string,
): MetricProposal {
  const { percent, average } = utilization;
  const averageValue = formatQuantity(quantityFromMilli(average));
  const current: MetricValueStatus =
    percent === undefined ? { averageValue } : { averageUtilization: percent, averageValue };
  const kind = container === '' ? 'resource' : 'container resource';
  const name = `${resource} ${kind}${percent === undefined ? '' : ' utilization (percentage of request)'}`;
  const status: MetricStatus =
    container === ''
      ? { type: 'Resource', resource: { name: resource, current } }
      : { type: 'ContainerResource', containerResource: { name: resource, container, current } };
  return { replicas, name, status, percent };
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const read = (text: string | undefined): number =>
    text === undefined ? defaultTolerance : scaledValue(parseQuantity(text), -3) / 1000;
  return {
    up: read(spec.behavior?.scaleUp?.tolerance),
    down: read(spec.behavior?.scaleDown?.tolerance),
  };
}

/** Metrics that need a server of their own, which is not there. */
function unavailable({ spec, autoscaler }: MetricInput): MetricFailure {
  const registered =
    'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  const { pods, object, external } = spec;
  if (pods !== undefined) {
    const inner = `unable to get metric ${pods.metric.name}: ${registered}`;
    const outer = `failed to get pods metric value: ${inner}`;
    return { failure: { reason: 'FailedGetPodsMetric', inner, outer } };
  }
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    const where = `${kind} ${namespaceOf(autoscaler)}/${name}`;
    const inner = `unable to get metric ${object.metric.name}: ${where}: ${registered}`;
    const outer = `failed to get object metric value: ${inner}`;
    return { failure: { reason: 'FailedGetObjectMetric', inner, outer } };
  }
  const metric = external?.metric.name ?? '';
  const what = `${namespaceOf(autoscaler)}/${metric}/nil`;
  const inner =
    `unable to get external metric ${what}: unable to fetch metrics from external metrics API: ` +
    `the server could not find the requested resource (get ${metric}.external.metrics.k8s.io)`;
  const outer = `failed to get ${metric} external metric value: ${inner}`;
  return { failure: { reason: 'FailedGetExternalMetric', inner, outer } };
}
