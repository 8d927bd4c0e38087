/**
 * The HorizontalPodAutoscaler controller: every 15 s as many replicas as the usage of the pods asks for, within limits.
 *
 * - Of several metrics the one that asks for most decides; with one that cannot be read it never scales down.
 * - A target of size 0 is left alone.
 * - Recommendations are in memory only: a controller that starts anew begins with the size it finds.
 *
 * Upstream: pkg/controller/podautoscaler/horizontal.go HorizontalController
 * Docs: /docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 * Simplified: several autoscalers over the same pods are not told apart.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { goQuote } from '../api/go-format.ts';
import { builtInKindTable, parseApiVersion } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { namespaceOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { matchesLabels, parseSelector } from '../api/selector.ts';
import { formatTime } from '../api/time.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricStatus,
  Pod,
  Scale,
} from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { AutoscalerHistory } from './podautoscaler-history.ts';
import { limitReplicas, longestPeriodMs } from './podautoscaler-limits.ts';
import { computeMetric } from './podautoscaler-proposal.ts';
import type { MetricProposal } from './podautoscaler-proposal.ts';
import { SyncError, caches, retryable, startWorkers } from './worker.ts';

/** Upstream: --horizontal-pod-autoscaler-sync-period */
const syncPeriodMs = 15_000;
/** Keys synced at one time. Upstream: ConcurrentHorizontalPodAutoscalerSyncs */
const workerCount = 5;

/** One sync of an autoscaler, with the status as it will be written. */
interface Sync {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly history: AutoscalerHistory;
  status: HorizontalPodAutoscalerStatus;
}

/** Where the target of an autoscaler is, and how large. */
interface Target {
  readonly row: KindRow;
  readonly scale: Scale;
  readonly current: number;
}

/** Scales the targets of every autoscaler. */
export class HorizontalController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #autoscalers: Informer<HorizontalPodAutoscaler>;
  readonly #pods: Informer<Pod>;
  readonly #histories = new Map<string, AutoscalerHistory>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#autoscalers = context.informers.of('HorizontalPodAutoscaler');
    this.#pods = context.informers.of('Pod');
  }

  start(): void {
    const enqueue = (autoscaler: HorizontalPodAutoscaler): void =>
      this.#queue.addAfter(namespacedName(autoscaler), syncPeriodMs);
    this.#autoscalers.addHandlers({
      onAdd: enqueue,
      onUpdate: (_before, after) => enqueue(after),
      onDelete: (autoscaler) => this.#histories.delete(namespacedName(autoscaler)),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#autoscalers, this.#pods),
      sync: (key) => this.#sync(key),
    });
  }

  /** Comes back after a period whatever happens; a failure is told and not tried sooner. */
  *#sync(key: string): Process {
    const autoscaler = this.#autoscalers.indexer.get(key);
    if (autoscaler === undefined) return;
    try {
      yield* this.#reconcile(key, autoscaler);
    } catch (error) {
      retryable(error);
    }
    this.#queue.addAfter(key, syncPeriodMs);
  }

  *#reconcile(key: string, autoscaler: HorizontalPodAutoscaler): Process {
    const history = this.#histories.get(key) ?? new AutoscalerHistory();
    this.#histories.set(key, history);
    const status = autoscaler.status ?? { desiredReplicas: 0 };
    const sync: Sync = { autoscaler, history, status };
    const target = yield* this.#findTarget(sync);
    const { nowMs } = this.#context.engine;
    history.begin(target.current, nowMs);
    const { minReplicas = 1, maxReplicas } = autoscaler.spec;
    if (target.current === 0 && minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.#setCondition(sync, 'ScalingActive', 'False', 'ScalingDisabled', message);
      yield* this.#writeStatus(sync, 0, 0, undefined);
    } else if (target.current > maxReplicas) {
      const reason = 'Current number of replicas above Spec.MaxReplicas';
      yield* this.#rescale(sync, target, maxReplicas, reason, undefined);
    } else if (target.current < minReplicas) {
      const reason = 'Current number of replicas below Spec.MinReplicas';
      yield* this.#rescale(sync, target, minReplicas, reason, undefined);
    } else yield* this.#scaleByMetrics(sync, target);
  }

  *#findTarget(sync: Sync): Process<Target> {
    const { autoscaler } = sync;
    const { apiVersion = '', kind, name } = autoscaler.spec.scaleTargetRef;
    const { group } = parseApiVersion(apiVersion);
    const row = builtInKindTable.rows.find((each) => each.group === group && each.kind === kind);
    try {
      if (row === undefined) {
        throw new SyncError(`no matches for kind ${goQuote(kind)} in group ${goQuote(group)}`);
      }
      const client = this.#context.client.resource(row);
      const answer = yield* client.subresource('get', namespaceOf(autoscaler), name, 'scale');
      const scale = answer as unknown as Scale;
      const message = "the HPA controller was able to get the target's current scale";
      this.#setCondition(sync, 'AbleToScale', 'True', 'SucceededGetScale', message);
      return { row, scale, current: scale.spec?.replicas ?? 0 };
    } catch (thrown) {
      const error = retryable(thrown);
      this.#warn(sync, 'FailedGetScale', error.message);
      const message = `the HPA controller was unable to get the target's current scale: ${error.message}`;
      this.#setCondition(sync, 'AbleToScale', 'False', 'FailedGetScale', message);
      yield* this.#updateStatus(sync);
      throw error;
    }
  }

  *#scaleByMetrics(sync: Sync, target: Target): Process {
    const { autoscaler, history } = sync;
    const { current } = target;
    const proposal = yield* this.#computeReplicas(sync, target);
    if (proposal === undefined) {
      const { desiredReplicas, currentMetrics } = sync.status;
      yield* this.#writeStatus(sync, current, desiredReplicas, currentMetrics);
      return;
    }
    const { replicas: desired, name, statuses } = proposal;
    const { engine, name: component } = this.#context;
    const { nowMs } = engine;
    const limited = limitReplicas({ autoscaler, history, current, desired, nowMs });
    const { ableToScale, limit, isLimited, replicas } = limited;
    this.#setCondition(sync, 'AbleToScale', 'True', ableToScale.reason, ableToScale.message);
    this.#setCondition(
      sync,
      'ScalingLimited',
      isLimited ? 'True' : 'False',
      limit.reason,
      limit.message,
    );
    engine.record(component, 'recommend', keyOf(autoscaler), {
      current,
      desired,
      replicas,
      metric: name,
      percent: proposal.percent,
      able: ableToScale.reason,
      limit: limit.reason,
    });
    if (replicas === current) {
      yield* this.#writeStatus(sync, current, current, statuses);
      return;
    }
    const reason =
      desired > current
        ? `${name} above target`
        : desired < current
          ? 'All metrics below target'
          : '';
    yield* this.#rescale(sync, target, replicas, reason, statuses);
  }

  /** Returns what the metrics ask for, or undefined where they cannot be read. */
  *#computeReplicas(
    sync: Sync,
    { scale, current }: Target,
  ): Process<(MetricProposal & { readonly statuses: readonly MetricStatus[] }) | undefined> {
    const { autoscaler } = sync;
    const namespace = namespaceOf(autoscaler);
    const selector = scale.status?.selector ?? '';
    if (selector === '') {
      this.#warn(sync, 'SelectorRequired', 'selector is required');
      const message = "the HPA target's scale is missing a selector";
      this.#setCondition(sync, 'ScalingActive', 'False', 'InvalidSelector', message);
      this.#warn(sync, 'FailedComputeMetricsReplicas', 'selector is required');
      return undefined;
    }
    const parsed = parseSelector(selector);
    const pods = this.#pods.indexer
      .list(namespace)
      .filter((pod) => matchesLabels(parsed, pod.metadata.labels));
    const specs = autoscaler.spec.metrics ?? [];
    const statuses: MetricStatus[] = [];
    let best: MetricProposal | undefined;
    const failures: { reason: string; inner: string; outer: string }[] = [];
    for (const spec of specs) {
      const input = { autoscaler, spec, current, pods, selector };
      const result = yield* computeMetric(this.#context, input);
      if ('failure' in result) {
        failures.push(result.failure);
        this.#warn(sync, result.failure.reason, result.failure.inner);
        statuses.push({ type: '' });
        continue;
      }
      statuses.push(result.status);
      if (best === undefined || result.replicas > best.replicas) best = result;
    }
    const [first] = failures;
    if (best === undefined || (first !== undefined && best.replicas < current)) {
      const { reason = '', inner = '', outer = '' } = first ?? {};
      const message = `the HPA was unable to compute the replica count: ${inner}`;
      this.#setCondition(sync, 'ScalingActive', 'False', reason, message);
      const counts = `${failures.length} invalid out of ${specs.length}`;
      const text = `invalid metrics (${counts}), first error is: ${outer}`;
      this.#warn(sync, 'FailedComputeMetricsReplicas', text);
      return undefined;
    }
    const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.#setCondition(sync, 'ScalingActive', 'True', 'ValidMetricFound', message);
    return { ...best, statuses };
  }

  *#rescale(
    sync: Sync,
    { row, scale, current }: Target,
    replicas: number,
    reason: string,
    statuses: readonly MetricStatus[] | undefined,
  ): Process {
    const { client, engine, name: component, recorder } = this.#context;
    const { autoscaler, history } = sync;
    const [namespace, name] = [namespaceOf(autoscaler), autoscaler.spec.scaleTargetRef.name];
    const what = `New size: ${replicas}; reason: ${reason}`;
    engine.record(component, 'rescale', keyOf(autoscaler), { from: current, to: replicas, reason });
    try {
      const body = { ...scale, spec: { ...scale.spec, replicas } };
      yield* client.resource(row).subresource('update', namespace, name, 'scale', body);
    } catch (thrown) {
      const error = retryable(thrown);
      this.#warn(sync, 'FailedRescale', `${what}; error: ${error.message}`);
      const message = `the HPA controller was unable to update the target scale: ${error.message}`;
      this.#setCondition(sync, 'AbleToScale', 'False', 'FailedUpdateScale', message);
      const { desiredReplicas, currentMetrics } = sync.status;
      yield* this.#writeStatus(sync, current, desiredReplicas, currentMetrics);
      throw error;
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    this.#setCondition(sync, 'AbleToScale', 'True', 'SucceededRescale', message);
    recorder.event(autoscaler, 'Normal', 'SuccessfulRescale', what);
    const { scaleUp, scaleDown } = autoscaler.spec.behavior ?? {};
    const rules = replicas > current ? scaleUp : scaleDown;
    history.scaled(current, replicas, longestPeriodMs(rules), engine.nowMs);
    sync.status = { ...sync.status, lastScaleTime: formatTime(engine.nowMs) };
    yield* this.#writeStatus(sync, current, replicas, statuses);
  }

  #warn({ autoscaler }: Sync, reason: string, message: string): void {
    this.#context.recorder.event(autoscaler, 'Warning', reason, message);
  }

  #setCondition(sync: Sync, type: string, status: string, reason: string, message: string): void {
    const conditions = sync.status.conditions ?? [];
    const old = conditions.find((each) => each.type === type);
    const now = formatTime(this.#context.engine.nowMs);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    const condition: HorizontalPodAutoscalerCondition = {
      type,
      status,
      lastTransitionTime,
      reason,
      message,
    };
    const others = conditions.map((each) => (each === old ? condition : each));
    const next = old === undefined ? [...conditions, condition] : others;
    sync.status = { ...sync.status, conditions: next };
  }

  *#writeStatus(
    sync: Sync,
    currentReplicas: number,
    desiredReplicas: number,
    currentMetrics: readonly MetricStatus[] | undefined,
  ): Process {
    // Go writes a list that is not there as null.
    const metrics = (currentMetrics ?? null) as readonly MetricStatus[];
    sync.status = { ...sync.status, currentReplicas, desiredReplicas, currentMetrics: metrics };
    yield* this.#updateStatus(sync);
  }

  *#updateStatus({ autoscaler, status }: Sync): Process {
    if (deepEqual(status, autoscaler.status)) return;
    const { client } = this.#context;
    const current = status.currentReplicas === 0 ? { currentReplicas: undefined } : {};
    const next = { ...autoscaler, status: { ...status, ...current } };
    yield* client.of('HorizontalPodAutoscaler').updateStatus(next);
  }
}
