/**
 * What metrics.k8s.io answers: the resource usage of pods and nodes as they were measured a little while ago.
 *
 * Upstream: staging/src/k8s.io/metrics/pkg/apis/metrics/v1beta1/types.go
 * Docs: /docs/tasks/debug/debug-cluster/resource-metrics-pipeline/
 */
import type { KubeList, KubeObject } from './object.ts';

/** The API group of resource metrics, and its version. */
export const metricsGroup = 'metrics.k8s.io';
export const metricsVersion = 'v1beta1';

/** Usage by resource, as quantities: `cpu` in nano-CPUs, `memory` in Ki. */
export type Usage = Readonly<Record<string, string>>;

/** The usage of one pod. */
export interface PodMetrics extends KubeObject {
  /** When the measurement ended. */
  readonly timestamp: string;
  /** How long it took: `15.012s`. */
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

/** A list of them. */
export type PodMetricsList = KubeList<PodMetrics>;
