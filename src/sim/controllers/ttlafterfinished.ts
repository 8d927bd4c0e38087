/**
 * The TTL-after-finished controller: deletes Jobs some time after they have ended, with their pods.
 *
 * - The time counts from the moment at which the Job became Complete or Failed; 0 means at once.
 * - Before the deletion the Job is read anew: someone may have given it more time.
 *
 * Upstream: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
 * Docs: /docs/concepts/workloads/controllers/ttlafterfinished/
 */
import {
  isBeingDeleted,
  nameOf,
  namespacedName,
  splitNamespacedName,
  uidOf,
} from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isNotFound } from '../api/status-error.ts';
import { tryParseTime } from '../api/time.ts';
import type { Job } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { finishedConditionOf } from './job-util.ts';
import { caches, startWorkers } from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentTTLSyncs */
const workerCount = 5;

/** Returns when a Job may be deleted, or undefined for one that has not ended or may stay for ever. */
export function expiryMs(job: Job): number | undefined {
  const seconds = job.spec.ttlSecondsAfterFinished;
  const finished = finishedConditionOf(job);
  if (seconds === undefined || finished === undefined || isBeingDeleted(job)) return undefined;
  const finishedMs = tryParseTime(finished.lastTransitionTime ?? '');
  return finishedMs === undefined ? undefined : finishedMs + seconds * 1000;
}

/** Deletes finished Jobs whose time is over. */
export class TTLAfterFinishedController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #jobs: Informer<Job>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#jobs = context.informers.of('Job');
  }

  start(): void {
    this.#jobs.addHandlers({
      onAdd: (job) => this.#enqueue(job),
      onUpdate: (_before, job) => this.#enqueue(job),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#jobs),
      sync: (key) => this.#sync(key),
    });
  }

  #enqueue(job: Job): void {
    if (expiryMs(job) !== undefined) this.#queue.add(namespacedName(job));
  }

  *#sync(key: string): Process {
    const cached = this.#jobs.indexer.get(key);
    if (cached === undefined || !this.#isExpired(key, cached)) return;
    const { client, engine, name: component } = this.#context;
    const { namespace, name } = splitNamespacedName(key);
    const jobs = client.of('Job');
    try {
      const fresh = yield* jobs.get(namespace, name);
      if (!this.#isExpired(key, fresh)) return;
      const ttlSeconds = fresh.spec.ttlSecondsAfterFinished;
      engine.record(component, 'expire-job', keyOf(fresh), { ttlSeconds });
      const preconditions = { uid: uidOf(fresh) };
      yield* jobs.delete(namespace, nameOf(fresh), {
        propagationPolicy: 'Foreground',
        preconditions,
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Whether the Job's time is over; if it will be, the key comes back then. */
  #isExpired(key: string, job: Job): boolean {
    const untilMs = expiryMs(job);
    if (untilMs === undefined) return false;
    const leftMs = untilMs - this.#context.engine.nowMs;
    if (leftMs > 0) this.#queue.addAfter(key, leftMs);
    return leftMs <= 0;
  }
}
