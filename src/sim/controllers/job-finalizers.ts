/**
 * The tracking finalizers of a Job's pods: how they are taken away, and which removals the cache has not shown yet.
 *
 * Upstream: pkg/controller/job/tracking_utils.go uidTrackingExpectations; job_controller.go removeTrackingFinalizerFromPods
 * Docs: /docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers
 */
import { nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { isNotFound } from '../api/status-error.ts';
import type { Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import type { ConsistencyStore } from './consistency.ts';
import { removeFinalizerPatch } from './job-util.ts';
import { retryable, runAll } from './worker.ts';
import type { RetryableError } from './worker.ts';

const none: ReadonlySet<string> = new Set();

/** UIDs of pods whose finalizer was taken away and whose update has not arrived, by the key of their Job. */
export class FinalizerExpectations {
  readonly #expected = new Map<string, Set<string>>();

  /** Returns the UIDs as they are now; the set does not change later. */
  expected(key: string): ReadonlySet<string> {
    const uids = this.#expected.get(key);
    return uids === undefined || uids.size === 0 ? none : new Set(uids);
  }

  expect(key: string, uids: readonly string[]): void {
    let known = this.#expected.get(key);
    if (known === undefined) {
      known = new Set();
      this.#expected.set(key, known);
    }
    for (const uid of uids) known.add(uid);
  }

  observed(key: string, uid: string): void {
    this.#expected.get(key)?.delete(uid);
  }

  delete(key: string): void {
    this.#expected.delete(key);
  }
}

/** What taking a finalizer away needs. */
interface FinalizerTools {
  readonly context: ComponentContext;
  readonly finalizers: FinalizerExpectations;
  readonly consistency: ConsistencyStore;
}

/** Takes the finalizer off one pod. Throws what the API answered. */
export function* removeTrackingFinalizer(
  { context, consistency }: Omit<FinalizerTools, 'finalizers'>,
  key: string,
  pod: Pod,
): Process {
  const pods = context.client.of('Pod');
  const patched = yield* pods.patch(
    namespaceOf(pod),
    nameOf(pod),
    'strategic',
    removeFinalizerPatch,
  );
  consistency.wroteAt(key, patched);
}

/** What came of taking finalizers away. */
export interface FinalizerRemoval {
  /** UIDs of the pods that have no finalizer any more. */
  readonly removed: ReadonlySet<string>;
  readonly error: RetryableError | undefined;
}

/** Takes the finalizers off these pods at once. */
export function* removeTrackingFinalizers(
  tools: FinalizerTools,
  key: string,
  pods: readonly Pod[],
): Process<FinalizerRemoval> {
  const { context, finalizers } = tools;
  finalizers.expect(key, pods.map(uidOf));
  const removed = new Set<string>();
  const removeOne = function* (pod: Pod): Process<RetryableError | undefined> {
    try {
      yield* removeTrackingFinalizer(tools, key, pod);
    } catch (thrown) {
      const error = retryable(thrown);
      // No update of the pod will tell of a removal that did not happen here.
      finalizers.observed(key, uidOf(pod));
      if (!isNotFound(error)) return error;
    }
    removed.add(uidOf(pod));
    return undefined;
  };
  const errors = yield* runAll(context, 'untrack', pods.length, (index) =>
    removeOne(pods[index] as Pod),
  );
  return { removed, error: errors[0] };
}
