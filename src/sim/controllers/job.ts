/**
 * The Job controller: pods that run to their end, as many as have to succeed, each counted once.
 *
 * - Changes of pods and of the status are gathered for a second; a new Job and a changed spec are acted on at once.
 * - Pods carry a finalizer until they are counted. Pods that no Job counts any more are freed of it.
 * - A Job that has ended is not touched again.
 *
 * Upstream: pkg/controller/job/job_controller.go Controller
 * Docs: /docs/concepts/workloads/controllers/job/
 * Simplified: a selector queue is not kept for pods of finished Jobs, they are looked up by owner; no metrics.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { matchesLabels, selectorFromLabelSelector } from '../api/selector.ts';
import { isNotFound } from '../api/status-error.ts';
import { parseTime } from '../api/time.ts';
import type { Job, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Expectations } from '../client/expectations.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { ConsistencyStore } from './consistency.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { BackoffStore } from './job-backoff.ts';
import { FinalizerExpectations, removeTrackingFinalizer } from './job-finalizers.ts';
import { batchPeriodMs, newJobSync } from './job-state.ts';
import type { JobTools } from './job-state.ts';
import { syncJob } from './job-sync.ts';
import {
  hasTrackingFinalizer,
  isJobFinished,
  isManagedElsewhere,
  jobTrackingFinalizer,
} from './job-util.ts';
import { addOwnerIndex, orphansIn, ownedBy } from './owner-index.ts';
import { caches, startWorkers } from './worker.ts';

/** Upstream: DefaultJobApiBackOff, MaxJobApiBackOff */
const [apiBackoffMs, apiBackoffMaxMs] = [1_000, 60_000];
/** Keys synced at one time. Upstream: ConcurrentJobSyncs */
const workerCount = 5;

/** Runs every Job. */
export class JobController {
  readonly #context: ComponentContext;
  readonly #tools: JobTools;
  readonly #jobs: Informer<Job>;
  readonly #pods: Informer<Pod>;
  /** Pods that may have a finalizer which no Job is going to take away. */
  readonly #orphans: Workqueue;
  /** UIDs of Jobs whose end was written while the cache does not show it yet. */
  readonly #finished = new Set<string>();

  constructor(context: ComponentContext) {
    const { engine, informers, name } = context;
    this.#context = context;
    this.#jobs = informers.of('Job');
    this.#pods = informers.of('Pod');
    this.#orphans = new Workqueue(engine, `${name}/orphans`, apiBackoffMs, apiBackoffMaxMs);
    this.#tools = {
      context,
      queue: new Workqueue(engine, name, apiBackoffMs, apiBackoffMaxMs),
      expectations: new Expectations(engine),
      finalizers: new FinalizerExpectations(),
      consistency: new ConsistencyStore([
        ['Job', this.#jobs],
        ['Pod', this.#pods],
      ]),
      backoff: new BackoffStore(),
    };
  }

  start(): void {
    addOwnerIndex(this.#pods.indexer);
    this.#jobs.addHandlers({
      onAdd: (job) => this.#tools.queue.add(namespacedName(job)),
      onUpdate: (before, after) => this.#updateJob(before, after),
      onDelete: (job) => this.#deleteJob(job),
    });
    this.#pods.addHandlers({
      onAdd: (pod) => this.#addPod(pod),
      onUpdate: (before, after) => this.#updatePod(before, after),
      onDelete: (pod) => this.#deletePod(pod, true),
    });
    const informers = caches(this.#jobs, this.#pods);
    startWorkers(this.#context, {
      queue: this.#tools.queue,
      workerCount,
      informers,
      sync: (key) => this.#sync(key),
    });
    startWorkers(this.#context, {
      queue: this.#orphans,
      workerCount,
      informers,
      sync: (key) => this.#syncOrphan(key),
    });
  }

  *#sync(key: string): Process {
    const { backoff, consistency, expectations, finalizers } = this.#tools;
    consistency.ensureReady(key);
    const job = this.#jobs.indexer.get(key);
    if (job === undefined) {
      expectations.delete(key);
      finalizers.delete(key);
      consistency.clear(key);
      backoff.delete(key);
      return;
    }
    if (isManagedElsewhere(job)) return;
    if (isJobFinished(job)) {
      backoff.delete(key);
      consistency.clear(key);
      this.#finished.delete(uidOf(job));
      return;
    }
    if (this.#finished.has(uidOf(job))) return;
    const isSatisfied = expectations.isSatisfied(key);
    const pods = yield* this.#claimPods(job);
    const sync = newJobSync(this.#tools, key, job, pods);
    if (yield* syncJob(this.#tools, sync, isSatisfied)) this.#finished.add(uidOf(job));
  }

  *#claimPods(job: Job): Process<readonly Pod[]> {
    const { client } = this.#context;
    const selector = selectorFromLabelSelector(job.spec.selector);
    const owned = ownedBy(this.#pods.indexer, uidOf(job));
    const orphans = orphansIn(this.#pods.indexer, namespaceOf(job)).filter((pod) =>
      matchesLabels(selector, pod.metadata.labels),
    );
    const claim = {
      controller: job,
      reference: newControllerRef(job),
      selector,
      controllers: client.of('Job') as never,
      children: client.of('Pod'),
      finalizers: [jobTrackingFinalizer],
    };
    const pods = yield* claimObjects(this.#context, claim, [...owned, ...orphans]);
    return pods.map((pod) => (controllerOf(pod) === undefined ? adopted(pod) : pod));
  }

  /** Frees a pod of its finalizer when no Job that is still under way owns it. */
  *#syncOrphan(key: string): Process {
    const pod = this.#pods.indexer.get(key);
    if (pod === undefined || !hasTrackingFinalizer(pod)) return;
    const reference = controllerOf(pod);
    if (reference !== undefined && reference.kind !== 'Job') return;
    const job = this.#ownerOf(pod);
    if (job !== undefined && (isManagedElsewhere(job) || !isJobFinished(job))) return;
    try {
      yield* removeTrackingFinalizer(this.#tools, key, pod);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #updateJob(before: Job, after: Job): void {
    const { queue } = this.#tools;
    const key = namespacedName(after);
    if (isJobFinished(after)) {
      this.#freePodsOf(after);
      return;
    }
    const isSpecChanged = before.metadata.generation !== after.metadata.generation;
    queue.addAfter(key, isSpecChanged ? 0 : batchPeriodMs);
    const { startTime } = after.status ?? {};
    const deadline = after.spec.activeDeadlineSeconds;
    if (startTime === undefined || deadline === undefined) return;
    if (before.spec.activeDeadlineSeconds === deadline) return;
    queue.addAfter(key, parseTime(startTime) + deadline * 1000 - this.#context.engine.nowMs);
  }

  #deleteJob(job: Job): void {
    const key = namespacedName(job);
    this.#tools.consistency.clear(key);
    this.#tools.backoff.delete(key);
    this.#finished.delete(uidOf(job));
    this.#tools.queue.add(key);
    this.#freePodsOf(job);
  }

  #freePodsOf(job: Job): void {
    for (const pod of ownedBy(this.#pods.indexer, uidOf(job))) {
      if (hasTrackingFinalizer(pod)) this.#orphans.add(namespacedName(pod));
    }
  }

  #addPod(pod: Pod): void {
    if (isBeingDeleted(pod)) {
      this.#deletePod(pod, false);
      return;
    }
    if (controllerOf(pod) === undefined) {
      this.#handleOrphan(pod, true);
      return;
    }
    const job = this.#ownerOf(pod);
    if (job === undefined) return;
    this.#tools.expectations.creationObserved(namespacedName(job));
    this.#enqueueBatched(job);
  }

  #updatePod(before: Pod, after: Pod): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    if (isBeingDeleted(after)) {
      this.#deletePod(after, false);
      return;
    }
    const isReleased = !hasTrackingFinalizer(after);
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    const owners = hasNewOwner
      ? [this.#ownerOf(before), this.#ownerOf(after)]
      : [this.#ownerOf(after)];
    for (const job of owners) {
      if (job === undefined) continue;
      if (isReleased) this.#tools.finalizers.observed(namespacedName(job), uidOf(after));
      this.#enqueueBatched(job);
    }
    if (controllerOf(after) !== undefined) return;
    const hasNewLabels = !deepEqual(before.metadata.labels, after.metadata.labels);
    this.#handleOrphan(after, hasNewLabels || hasNewOwner);
  }

  /** Notes that a pod is going or, when `isFinal`, gone. */
  #deletePod(pod: Pod, isFinal: boolean): void {
    const job = this.#ownerOf(pod);
    const isTracked = hasTrackingFinalizer(pod);
    if (job === undefined || isJobFinished(job)) {
      if (isTracked) this.#orphans.add(namespacedName(pod));
      return;
    }
    const key = namespacedName(job);
    this.#tools.expectations.deletionObserved(key, namespacedName(pod));
    if (isFinal || !isTracked) this.#tools.finalizers.observed(key, uidOf(pod));
    this.#enqueueBatched(job);
  }

  #handleOrphan(pod: Pod, mayBeAdopted: boolean): void {
    if (hasTrackingFinalizer(pod)) this.#orphans.add(namespacedName(pod));
    if (!mayBeAdopted) return;
    for (const job of this.#jobs.indexer.list(namespaceOf(pod))) {
      const selector = selectorFromLabelSelector(job.spec.selector);
      if (matchesLabels(selector, pod.metadata.labels)) this.#enqueueBatched(job);
    }
  }

  #enqueueBatched(job: Job): void {
    this.#tools.queue.addAfter(namespacedName(job), batchPeriodMs);
  }

  /** Finds the owner of a pod by name, and believes it only when the UID is the same. */
  #ownerOf(pod: Pod): Job | undefined {
    const reference = controllerOf(pod);
    if (reference === undefined || reference.kind !== 'Job') return undefined;
    const job = this.#jobs.indexer.get(`${namespaceOf(pod)}/${reference.name}`);
    return job !== undefined && uidOf(job) === reference.uid ? job : undefined;
  }
}

/** A pod that was just adopted has its finalizer, although the cache does not show it yet. */
function adopted(pod: Pod): Pod {
  if (hasTrackingFinalizer(pod)) return pod;
  const finalizers = [...(pod.metadata.finalizers ?? []), jobTrackingFinalizer];
  return { ...pod, metadata: { ...pod.metadata, finalizers } };
}
