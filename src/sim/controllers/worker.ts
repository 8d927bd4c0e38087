/**
 * The loop that every controller runs: take a key, sync it, and on failure put it back for later.
 *
 * - Workers start when the caches which the controller reads are filled.
 * - A sync that fails is tried again after a delay that doubles; one that succeeds forgets its failures.
 * - Only what Kubernetes calls an error is caught: an answer of the API or a `SyncError`. Anything else is a
 *   mistake in this project and ends the run.
 *
 * Upstream: pkg/controller/replicaset/replica_set.go processNextWorkItem; pkg/controller/deployment/deployment_controller.go handleErr
 * Docs: /docs/concepts/architecture/controller/
 */
import { StatusError, hasStatusCause } from '../api/status-error.ts';
import type { KubeObject } from '../api/object.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';

/** A sync that cannot go on for a reason which is not an answer of the API; it is tried again. */
export class SyncError extends Error {}

/** An error after which a sync is tried again. */
export type RetryableError = StatusError | SyncError;

/** Whether the error is one that a controller handles by trying again. */
export function isRetryable(error: unknown): error is RetryableError {
  return error instanceof StatusError || error instanceof SyncError;
}

/** Returns the error itself when a controller handles it; throws everything else on. */
export function retryable(error: unknown): RetryableError {
  if (isRetryable(error)) return error;
  throw error;
}

/** Whether a request was refused because its namespace is going away. */
export function isNamespaceTerminating(error: unknown): boolean {
  return hasStatusCause(error, 'NamespaceTerminating');
}

/** How a controller works through its queue. */
export interface WorkerOptions {
  readonly queue: Workqueue;
  /** Keys synced at one time. */
  readonly workerCount: number;
  /** Caches that must be filled before the first sync. */
  readonly informers: readonly Informer<never>[];
  readonly sync: (key: string) => Process;
  /** Failures in a row after which a key is dropped until its next event; none when undefined. */
  readonly retriesMax?: number | undefined;
  /** Whether a key that fails because its namespace goes away is dropped at once. */
  readonly dropsTerminating?: boolean | undefined;
}

/** Makes the list of informers for `WorkerOptions`, whatever their kinds. */
export function caches(...informers: readonly unknown[]): readonly Informer<never>[] {
  return informers as readonly Informer<never>[];
}

/** Starts the workers of a controller. */
export function startWorkers(context: ComponentContext, options: WorkerOptions): void {
  for (let index = 0; index < options.workerCount; index += 1) {
    context.scope.spawn(`worker-${index}`, work(options));
  }
}

function* work(options: WorkerOptions): Process {
  for (const informer of options.informers as readonly unknown[] as Informer<KubeObject>[]) {
    yield* informer.synced.wait();
  }
  for (;;) {
    const key = yield* options.queue.get();
    try {
      yield* options.sync(key);
      options.queue.forget(key);
    } catch (error) {
      handleError(options, key, retryable(error));
    } finally {
      options.queue.done(key);
    }
  }
}

function handleError(options: WorkerOptions, key: string, error: RetryableError): void {
  const { queue, retriesMax, dropsTerminating } = options;
  const isDropped =
    (dropsTerminating === true && isNamespaceTerminating(error)) ||
    (retriesMax !== undefined && queue.numRequeues(key) >= retriesMax);
  if (isDropped) queue.forget(key);
  else queue.addRateLimited(key);
}

/**
 * Runs an act `count` times at once and waits for all of them. An act returns undefined or the error that it met.
 * Returns the errors in the order of the acts.
 */
export function* runAll(
  context: ComponentContext,
  name: string,
  count: number,
  act: (index: number) => Process<RetryableError | undefined>,
): Process<RetryableError[]> {
  const tasks: Task<RetryableError | undefined>[] = [];
  for (let index = 0; index < count; index += 1) {
    tasks.push(context.scope.spawn(name, act(index)));
  }
  const errors: RetryableError[] = [];
  for (const task of tasks) {
    const joined = yield* task.join();
    if (joined.state === 'returned' && joined.value !== undefined) errors.push(joined.value);
  }
  return errors;
}

/** How many a batch began and what the first of its failures was. */
export interface BatchResult {
  readonly successCount: number;
  readonly error: RetryableError | undefined;
}

/**
 * Runs an act `count` times in batches of `first`, twice that, four times that, …: when the first one fails, the
 * rest is not even tried. A batch that has begun is finished. Every act has the same cause: none is caused by the last one.
 *
 * Upstream: pkg/controller/replicaset/replica_set.go slowStartBatch
 */
export function* slowStartBatch(
  context: ComponentContext,
  name: string,
  count: number,
  first: number,
  act: (index: number) => Process<RetryableError | undefined>,
): Process<BatchResult> {
  const { cause } = context.engine;
  let remaining = count;
  let successCount = 0;
  for (let size = Math.min(remaining, first); size > 0; size = Math.min(2 * size, remaining)) {
    context.engine.cause = cause;
    const done = successCount;
    const errors = yield* runAll(context, name, size, (index) => act(done + index));
    successCount += size - errors.length;
    if (errors.length > 0) return { successCount, error: errors[0] };
    remaining -= size;
  }
  return { successCount, error: undefined };
}
