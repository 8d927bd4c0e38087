import { describe, expect, test } from 'vitest';
import type { PodMetricsList } from '#sim/api/pod-metrics.ts';
import { StatusError } from '#sim/api/status-error.ts';
import type { HorizontalPodAutoscaler, Deployment } from '#sim/api/types.gen.ts';
import { Cluster } from '#sim/cluster.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import type { Process } from '#sim/engine/process.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import '#sim/parts/all.ts';

interface Setup {
  readonly cpuMilli: number;
  readonly cpuLimit?: string;
  readonly metricsServer?: boolean;
}

class Shop {
  readonly cluster: Cluster;
  #untilMs = 0;

  constructor({ cpuMilli, cpuLimit, metricsServer = true }: Setup) {
    this.cluster = new Cluster({
      seed: 1,
      startMs: 0,
      budgets: DEFAULT_BUDGETS,
      nodes: nodesOf({ nodes: 2 }),
      images: [{ name: 'shop', cpuMilli, memoryBytes: 8 * 1024 * 1024 }],
      metricsServer,
    });
    this.run(5);
    const limits = cpuLimit === undefined ? {} : { limits: { cpu: cpuLimit } };
    const resources = { requests: { cpu: '200m' }, ...limits };
    const labels = { app: 'shop' };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: 'shop', image: 'shop', resources }] },
    };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    this.create('Deployment', { spec });
  }

  create(kind: 'Deployment' | 'HorizontalPodAutoscaler', rest: object): void {
    const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'autoscaling/v2';
    const body = { apiVersion, kind, metadata: { name: 'shop' }, ...rest };
    this.do(this.cluster.clientOf('test').of(kind).create('default', body));
  }

  autoscale(averageUtilization: number, maxReplicas = 10, behavior?: object): void {
    this.create('HorizontalPodAutoscaler', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
        maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
          },
        ],
        ...(behavior === undefined ? {} : { behavior }),
      },
    });
  }

  run(seconds: number): void {
    this.#untilMs += seconds * 1_000;
    this.cluster.engine.run(this.#untilMs);
  }

  do(process: Process<unknown>): unknown {
    let result: unknown;
    this.cluster.engine.spawn(
      'test',
      (function* () {
        try {
          result = yield* process;
        } catch (error) {
          result = error;
        }
      })(),
    );
    this.run(1);
    return result;
  }

  metrics(): unknown {
    const client = this.cluster.clientOf('test');
    return this.do(
      (function* () {
        const response = yield* client.request({
          verb: 'list',
          group: 'metrics.k8s.io',
          version: 'v1beta1',
          resource: 'pods',
          namespace: 'default',
          name: '',
          subresource: '',
          options: { labelSelector: 'app=shop' },
        });
        return response.body;
      })(),
    );
  }

  get replicas(): number {
    return (
      (this.cluster.server.peek('Deployment', 'default', 'shop') as Deployment).spec.replicas ?? 0
    );
  }

  get autoscaler(): HorizontalPodAutoscaler {
    const found = this.cluster.server.peek('HorizontalPodAutoscaler', 'default', 'shop');
    return found as unknown as HorizontalPodAutoscaler;
  }

  conditions(): string[] {
    return (this.autoscaler.status?.conditions ?? []).map(
      ({ type, status, reason }) => `${type}=${status} ${reason}`,
    );
  }

  events(): string[] {
    const row = this.cluster.server.kinds.rows.find(({ kind }) => kind === 'Event');
    if (row === undefined) throw new Error('no row of Events');
    const all = [...this.cluster.server.stored(row, 'default')] as unknown as {
      readonly involvedObject: { readonly kind: string };
      readonly reason: string;
      readonly message: string;
    }[];
    return all
      .filter(({ involvedObject }) => involvedObject.kind === 'HorizontalPodAutoscaler')
      .map(({ reason, message }) => `${reason}: ${message}`);
  }
}

describe('the metrics server', () => {
  test('answers the mean of the last two measurements, up to half a minute late', () => {
    const shop = new Shop({ cpuMilli: 150 });
    shop.run(5);
    expect((shop.metrics() as PodMetricsList).items).toEqual([]);
    shop.run(60);
    const [item] = (shop.metrics() as PodMetricsList).items;
    expect(item?.containers).toEqual([
      { name: 'shop', usage: { cpu: '150000000n', memory: '8192Ki' } },
    ]);
    expect(Number.parseFloat(item?.window ?? '')).toBeGreaterThanOrEqual(10);
    expect(Number.parseFloat(item?.window ?? '')).toBeLessThanOrEqual(31);
  });

  test('sees no more than the limit lets a container use', () => {
    const shop = new Shop({ cpuMilli: 900, cpuLimit: '300m' });
    shop.run(70);
    const [item] = (shop.metrics() as PodMetricsList).items;
    expect(item?.containers[0]?.usage['cpu']).toBe('300000000n');
  });

  test('knows nothing of a node whose kubelet is stopped, and answers 503 when it is itself', () => {
    const shop = new Shop({ cpuMilli: 150 });
    shop.run(70);
    for (const node of ['node-1', 'node-2']) {
      for (const kubelet of shop.cluster.processesOf(`kubelet/${node}`)) kubelet.stop();
    }
    shop.run(60);
    expect((shop.metrics() as PodMetricsList).items).toEqual([]);
    for (const server of shop.cluster.processesOf('metrics-server')) server.stop();
    const error = shop.metrics();
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).code).toBe(503);
  });
});

describe('an autoscaler', () => {
  test('grows its target to what the usage asks for, and tells so', () => {
    const shop = new Shop({ cpuMilli: 300 });
    shop.autoscale(50, 3);
    // Five minutes after its start the usage of a pod that was ready all along counts, before that as well once measured.
    shop.run(120);
    expect(shop.replicas).toBe(3);
    expect(shop.events()).toContain(
      'SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request) above target',
    );
    expect(shop.conditions()).toEqual([
      'AbleToScale=True ReadyForNewScale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=True TooManyReplicas',
    ]);
    expect(shop.autoscaler.status).toMatchObject({
      currentReplicas: 3,
      desiredReplicas: 3,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 150 } } },
      ],
    });
  });

  test('shrinks its target only after five minutes of lower recommendations', () => {
    const shop = new Shop({ cpuMilli: 10 });
    shop.do(
      shop.cluster
        .clientOf('test')
        .of('Deployment')
        .patch('default', 'shop', 'merge', { spec: { replicas: 4 } }),
    );
    shop.autoscale(50);
    shop.run(200);
    expect(shop.replicas).toBe(4);
    expect(shop.conditions()).toContain('AbleToScale=True ScaleDownStabilized');
    shop.run(180);
    expect(shop.replicas).toBe(1);
    expect(shop.events()).toContain(
      'SuccessfulRescale: New size: 1; reason: All metrics below target',
    );
  });

  test('without a metrics server says what it cannot do, again and again', () => {
    const shop = new Shop({ cpuMilli: 300, metricsServer: false });
    shop.autoscale(50);
    shop.run(60);
    const asked =
      'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: ' +
      'the server could not find the requested resource (get pods.metrics.k8s.io)';
    expect(shop.events()).toEqual([
      `FailedGetResourceMetric: failed to get cpu utilization: ${asked}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: ${asked}`,
    ]);
    expect(shop.conditions()).toEqual([
      'AbleToScale=True SucceededGetScale',
      'ScalingActive=False FailedGetResourceMetric',
    ]);
    expect(shop.replicas).toBe(1);
  });

  test('leaves a target of size 0 alone and one that is not there as well', () => {
    const shop = new Shop({ cpuMilli: 300 });
    const deployments = shop.cluster.clientOf('test').of('Deployment');
    shop.do(deployments.patch('default', 'shop', 'merge', { spec: { replicas: 0 } }));
    shop.autoscale(50);
    shop.run(40);
    expect(shop.conditions()).toContain('ScalingActive=False ScalingDisabled');
    shop.do(deployments.delete('default', 'shop'));
    shop.run(40);
    expect(shop.conditions()).toContain('AbleToScale=False FailedGetScale');
    expect(shop.events()).toContain('FailedGetScale: deployments.apps "shop" not found');
  });
});
