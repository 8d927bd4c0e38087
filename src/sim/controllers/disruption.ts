/**
 * The disruption controller: keeps the numbers of each PodDisruptionBudget, by which evictions are allowed or refused.
 *
 * - A budget is looked at when it or one of its pods changes, not when the size of a controller does.
 * - A pod under several budgets wakes only one of them, whichever; the others keep old numbers.
 * - A budget whose numbers cannot be known allows no eviction.
 * - A pod that was to be disturbed and is still there after two minutes loses its condition DisruptionTarget.
 *
 * Upstream: pkg/controller/disruption/disruption.go DisruptionController
 * Docs: /docs/concepts/workloads/pods/disruptions/#how-disruption-budgets-work
 */
import { deepEqual } from '../api/deep-equal.ts';
import {
  isConditionUpToDate,
  selectsPod,
  withBudgetCondition,
  withDisruptionCondition,
} from '../api/disruption-budget.ts';
import { goQuote } from '../api/go-format.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { getPodCondition, isPodTerminal } from '../api/pod.ts';
import { isConflict } from '../api/status-error.ts';
import { formatTime, tryParseTime } from '../api/time.ts';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { expectedScale, scaledKinds } from './disruption-scale.ts';
import type { ScaledInformers } from './disruption-scale.ts';
import {
  asksForScale,
  countHealthy,
  disruptedPodsOf,
  goSelector,
  wantedOf,
} from './disruption-status.ts';
import type { Wanted } from './disruption-status.ts';
import { caches, retryable, startWorkers } from './worker.ts';

/** A condition DisruptionTarget without a deletion is taken back after so long. Upstream: stalePodDisruptionTimeout */
const staleConditionMs = 120_000;

/** Keeps the status of every budget. */
export class DisruptionController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  /** Budgets that wait until a disturbed pod is overdue. */
  readonly #recheck: Workqueue;
  /** Pods whose condition may be stale. */
  readonly #stale: Workqueue;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #pods: Informer<Pod>;
  readonly #scaled: ScaledInformers;

  constructor(context: ComponentContext) {
    const { engine, informers, name } = context;
    this.#context = context;
    this.#queue = new Workqueue(engine, name);
    this.#recheck = new Workqueue(engine, `${name}/recheck`);
    this.#stale = new Workqueue(engine, `${name}/stale`);
    this.#budgets = informers.of('PodDisruptionBudget');
    this.#pods = informers.of('Pod');
    this.#scaled = new Map(scaledKinds.map((kind) => [kind, informers.of(kind) as never]));
  }

  start(): void {
    const enqueue = (budget: PodDisruptionBudget): void => this.#queue.add(namespacedName(budget));
    this.#budgets.addHandlers({
      onAdd: enqueue,
      onUpdate: (_before, budget) => enqueue(budget),
      onDelete: enqueue,
    });
    const note = (pod: Pod): void => {
      this.#wakeBudget(pod);
      const staleAfterMs = this.#staleAfterMs(pod);
      if (staleAfterMs !== undefined) this.#stale.addAfter(namespacedName(pod), staleAfterMs);
    };
    this.#pods.addHandlers({
      onAdd: note,
      onUpdate: (_before, pod) => note(pod),
      onDelete: (pod) => this.#wakeBudget(pod),
    });
    const informers = caches(this.#budgets, this.#pods, ...this.#scaled.values());
    const queues = [
      [this.#queue, (key: string) => this.#sync(key)],
      [this.#recheck, (key: string) => this.#lookAgain(key)],
      [this.#stale, (key: string) => this.#syncStale(key)],
    ] as const;
    for (const [queue, sync] of queues) {
      startWorkers(this.#context, { queue, workerCount: 1, informers, sync });
    }
  }

  #wakeBudget(pod: Pod): void {
    const all = this.#budgets.indexer.list(namespaceOf(pod));
    const matching = all.filter((budget) => selectsPod(budget, pod));
    const [first] = matching;
    if (first === undefined) return;
    const chosen = matching.length > 1 ? this.#context.random.pick(matching) : first;
    if (matching.length > 1) {
      const which = `Pod ${goQuote(namespaceOf(pod))}/${goQuote(nameOf(pod))}`;
      const text = `${which} matches multiple PodDisruptionBudgets.  Chose ${goQuote(nameOf(chosen))} arbitrarily.`;
      this.#context.recorder.event(pod, 'Warning', 'MultiplePodDisruptionBudgets', text);
    }
    this.#queue.add(namespacedName(chosen));
  }

  *#sync(key: string): Process {
    const budget = this.#budgets.indexer.get(key);
    if (budget === undefined) return;
    try {
      yield* this.#trySync(key, budget);
    } catch (thrown) {
      const error = retryable(thrown);
      if (isConflict(error)) throw error;
      yield* this.#failSafe(budget, error.message);
    }
  }

  *#lookAgain(key: string): Process {
    this.#queue.addRateLimited(key);
  }

  *#trySync(key: string, budget: PodDisruptionBudget): Process {
    const { engine, recorder } = this.#context;
    const pods = this.#pods.indexer
      .list(namespaceOf(budget))
      .filter((pod) => selectsPod(budget, pod));
    if (pods.length === 0) {
      recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    }
    const wanted = yield* this.#wanted(budget, pods);
    const { nowMs } = engine;
    const { disrupted, overdue, recheckAfterMs } = disruptedPodsOf(budget, pods, nowMs);
    const namespace = namespaceOf(budget);
    for (const pod of overdue) {
      // Upstream prints the namespace where the budget's name is meant.
      const text = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      recorder.event(pod, 'Warning', 'NotDeleted', text);
    }
    const currentHealthy = countHealthy(pods, disrupted, nowMs);
    yield* this.#updateStatus(budget, wanted, currentHealthy, disrupted);
    if (recheckAfterMs !== undefined) this.#recheck.addAfter(key, recheckAfterMs);
  }

  *#wanted(budget: PodDisruptionBudget, pods: readonly Pod[]): Process<Wanted> {
    const { recorder } = this.#context;
    if (!asksForScale(budget)) return wantedOf(budget, 0, pods.length);
    try {
      const { expected, unmanaged } = yield* expectedScale(this.#context, this.#scaled, pods);
      if (unmanaged.length > 0) {
        const selector = goSelector(budget.spec.selector ?? {});
        const text =
          `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. ` +
          'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
          'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
        recorder.event(budget, 'Warning', 'UnmanagedPods', text);
      }
      return wantedOf(budget, expected, pods.length);
    } catch (thrown) {
      const error = retryable(thrown);
      const text = `Failed to calculate the number of expected pods: ${error.message}`;
      recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', text);
      throw error;
    }
  }

  *#updateStatus(
    budget: PodDisruptionBudget,
    { expected, desiredHealthy }: Wanted,
    currentHealthy: number,
    disrupted: Readonly<Record<string, string>>,
  ): Process {
    const { engine, name } = this.#context;
    const allowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    const { status = {}, metadata } = budget;
    const isSame =
      (status.currentHealthy ?? 0) === currentHealthy &&
      (status.desiredHealthy ?? 0) === desiredHealthy &&
      (status.expectedPods ?? 0) === expected &&
      (status.disruptionsAllowed ?? 0) === allowed &&
      deepEqual(status.disruptedPods ?? {}, disrupted) &&
      isConditionUpToDate(budget);
    if (isSame) return;
    const next: PodDisruptionBudgetStatus = {
      observedGeneration: metadata.generation,
      ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
      disruptionsAllowed: allowed,
      currentHealthy,
      desiredHealthy,
      expectedPods: expected,
      ...(status.conditions === undefined ? {} : { conditions: status.conditions }),
    };
    const detail = { expected, desiredHealthy, currentHealthy, allowed };
    engine.record(name, 'count-budget', keyOf(budget), detail);
    yield* this.#write(budget, withDisruptionCondition(next, engine.nowMs));
  }

  /** Lets nobody be evicted as long as the numbers are not known. */
  *#failSafe(budget: PodDisruptionBudget, message: string): Process {
    const { engine, name } = this.#context;
    const status: PodDisruptionBudgetStatus = {
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
      ...budget.status,
      disruptionsAllowed: 0,
    };
    const told = { status: 'False', reason: 'SyncFailed', message };
    const next = withBudgetCondition(status, engine.nowMs, told);
    if (deepEqual(next, budget.status)) return;
    engine.record(name, 'budget-unknown', keyOf(budget), { message });
    yield* this.#write(budget, next);
  }

  *#write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Process {
    yield* this.#context.client.of('PodDisruptionBudget').updateStatus({ ...budget, status });
  }

  /** Returns until when the pod's condition may stand; undefined for a pod without one, or that goes. */
  #staleAfterMs(pod: Pod): number | undefined {
    const condition = getPodCondition(pod.status, 'DisruptionTarget');
    if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet')
      return undefined;
    if (isBeingDeleted(pod) || isPodTerminal(pod)) return undefined;
    const sinceMs = tryParseTime(condition.lastTransitionTime ?? '') ?? 0;
    return Math.max(0, sinceMs + staleConditionMs - this.#context.engine.nowMs);
  }

  *#syncStale(key: string): Process {
    const pod = this.#pods.indexer.get(key);
    const leftMs = pod && this.#staleAfterMs(pod);
    if (pod === undefined || leftMs === undefined) return;
    if (leftMs > 0) {
      this.#stale.addAfter(key, leftMs);
      return;
    }
    const { client, engine, name } = this.#context;
    engine.record(name, 'disruption-stale', keyOf(pod), {});
    const lastTransitionTime = formatTime(engine.nowMs);
    const conditions = (pod.status?.conditions ?? []).map((each) =>
      each.type === 'DisruptionTarget'
        ? { type: each.type, status: 'False', lastTransitionTime }
        : each,
    );
    yield* client.of('Pod').updateStatus({ ...pod, status: { ...pod.status, conditions } });
  }
}
