/**
 * Pod workers: one task per pod, through which everything that is done to the pod goes, one thing after another.
 *
 * - A pod is synced, then terminating, then terminated; it never goes back.
 * - Updates that come while the worker is busy are merged: it goes on with the newest.
 * - Before each sync the worker waits until the runtime was looked at after its last sync (PLEG).
 * - Once a pod is terminating, its grace period only gets shorter.
 * - A failed sync is tried again after 10–15 s, one that waits for a crash back-off when that is over; the queue of
 *   pods that wait is looked at once a second.
 *
 * Upstream: pkg/kubelet/pod_workers.go
 */
import { anyOf } from '../engine/any-of.ts';
import { Channel } from '../engine/channel.ts';
import { Signal } from '../engine/signal.ts';
import type { Process } from '../engine/process.ts';
import type { Timer } from '../engine/timer-queue.ts';
import type { EntryId } from '../engine/trace.ts';
import type { Pod } from '../api/types.gen.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { Pleg, PodRuntimeStatus } from './pleg.ts';
import { isTerminalPhase } from './status.ts';

/** The wait after a sync that failed. Upstream: kubelet.go backOffPeriod */
const retryMs = 10_000;
/** The longest wait for a back-off that ends later. Upstream: pod_workers.go completeWork */
const backoffCheckMs = 60_000;
/** Upstream: workerResyncIntervalJitterFactor, workerBackOffPeriodJitterFactor */
const jitterFactor = 0.5;

/** How a sync ended. `retryAtMs` is when a crash back-off of it ends. */
export type SyncOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'terminal' }
  | { readonly kind: 'failed'; readonly retryAtMs?: number | undefined };

/** What is done with a pod in each of its three ages. */
export interface PodSyncer {
  /** `terminating` is given when the pod is to be stopped: only the wait for volumes is cut short by it. */
  syncPod(pod: Pod, runtime: PodRuntimeStatus, terminating: Signal): Process<SyncOutcome>;
  syncTerminatingPod(pod: Pod, runtime: PodRuntimeStatus, graceSeconds: number): Process;
  syncTerminatedPod(pod: Pod, runtime: PodRuntimeStatus): Process;
  /** Nothing of the pod is left to be done. */
  onFinished(pod: Pod): void;
}

type WorkType = 'sync' | 'terminating' | 'terminated';

interface Worker {
  readonly uid: string;
  pod: Pod;
  /** The pod that waits to be synced; undefined when nothing new is known. */
  pending: Pod | undefined;
  /** What the waiting sync is caused by: the end of the pod before anything else, else the newest change. */
  pendingCause: EntryId;
  /** The cause of what the worker knows of its containers. */
  seenCause: EntryId;
  readonly wakeUps: Channel<true>;
  terminatingAtMs: number | undefined;
  terminatedAtMs: number | undefined;
  isFinished: boolean;
  isRemoved: boolean;
  graceSeconds: number;
  lastSyncMs: number;
  resync: Timer | undefined;
  readonly removed: Signal;
  readonly terminating: Signal;
}

/** The workers of one kubelet. */
export class PodWorkers {
  readonly #context: KubeletContext;
  readonly #pleg: Pleg;
  readonly #syncer: PodSyncer;
  readonly #workers = new Map<string, Worker>();
  readonly #tickPhaseMs: number;

  constructor(context: KubeletContext, pleg: Pleg, syncer: PodSyncer) {
    this.#context = context;
    this.#pleg = pleg;
    this.#syncer = syncer;
    const { syncTickMs } = context.options;
    this.#tickPhaseMs = (context.engine.nowMs + context.random.int(syncTickMs)) % syncTickMs;
  }

  /** Whether containers of the pod may still run: it was never seen, or has not terminated yet. */
  mayRun(podUid: string): boolean {
    const worker = this.#workers.get(podUid);
    return worker !== undefined && worker.terminatedAtMs === undefined && !worker.isFinished;
  }

  /** Whether the pod is being stopped or has been. */
  isTerminating(podUid: string): boolean {
    return this.#workers.get(podUid)?.terminatingAtMs !== undefined;
  }

  /** Whether everything of the pod is gone. */
  isFinished(podUid: string): boolean {
    return this.#workers.get(podUid)?.isFinished ?? false;
  }

  /** The UIDs of all pods that have a worker, in order of arrival. */
  podUids(): readonly string[] {
    return [...this.#workers.keys()];
  }

  /** Hands a pod to its worker because it, or something about it, has changed. */
  update(pod: Pod): void {
    this.#update(pod, undefined);
  }

  /** Takes note of a newer object that asks for no sync of its own: the next sync works on it. */
  observe(pod: Pod): void {
    const worker = this.#workers.get(pod.metadata.uid ?? '');
    if (worker === undefined) return;
    worker.pod = pod;
    if (worker.pending !== undefined) worker.pending = pod;
  }

  /** Stops a pod: its object is gone, or the node needs the room. */
  kill(pod: Pod, graceSeconds?: number): void {
    this.#update(pod, graceSeconds ?? pod.metadata.deletionGracePeriodSeconds ?? 0);
    const worker = this.#workers.get(pod.metadata.uid ?? '');
    if (worker !== undefined && !worker.isRemoved) {
      worker.isRemoved = true;
      worker.removed.give();
    }
  }

  /** Syncs a pod again with what is known of it. */
  resync(podUid: string): void {
    const worker = this.#workers.get(podUid);
    if (worker !== undefined) this.#update(worker.pod, undefined);
  }

  /** Forgets a pod that has finished and whose object is gone. */
  forget(podUid: string): void {
    const worker = this.#workers.get(podUid);
    if (worker === undefined || !worker.isFinished) return;
    this.#cancelResync(worker);
    worker.wakeUps.close();
    this.#workers.delete(podUid);
  }

  #update(pod: Pod, killGrace: number | undefined): void {
    const worker = this.#workers.get(pod.metadata.uid ?? '') ?? this.#add(pod);
    if (worker.isFinished) return;
    const isEnd =
      killGrace !== undefined ||
      pod.metadata.deletionTimestamp !== undefined ||
      isTerminalPhase(pod.status?.phase);
    const becomesTerminating = isEnd && worker.terminatingAtMs === undefined;
    if (becomesTerminating) worker.terminatingAtMs = this.#context.engine.nowMs;
    if (worker.terminatingAtMs !== undefined && worker.terminatedAtMs === undefined) {
      worker.graceSeconds = effectiveGrace(worker.graceSeconds, pod, killGrace);
    }
    const isFirst = worker.pending === undefined;
    if (becomesTerminating || isFirst || worker.terminatingAtMs === undefined) {
      worker.pendingCause = this.#context.engine.cause;
    }
    worker.pod = pod;
    worker.pending = pod;
    worker.wakeUps.send(true);
    if (becomesTerminating) worker.terminating.give();
  }

  #add(pod: Pod): Worker {
    const { engine, scope } = this.#context;
    const uid = pod.metadata.uid ?? '';
    const worker: Worker = {
      uid,
      pod,
      pending: undefined,
      pendingCause: engine.cause,
      seenCause: this.#pleg.causeOf(uid),
      wakeUps: new Channel(engine),
      terminatingAtMs: undefined,
      terminatedAtMs: undefined,
      isFinished: false,
      isRemoved: false,
      graceSeconds: 0,
      lastSyncMs: -Infinity,
      resync: undefined,
      removed: new Signal(engine),
      terminating: new Signal(engine),
    };
    // A pod that had ended before the kubelet started has nothing left to stop.
    if (isTerminalPhase(pod.status?.phase) && !this.#hasRunning(uid)) {
      worker.terminatingAtMs = engine.nowMs;
      worker.terminatedAtMs = engine.nowMs;
    }
    this.#workers.set(uid, worker);
    scope.spawn(`worker/${pod.metadata.namespace}/${pod.metadata.name}`, this.#work(worker));
    return worker;
  }

  #hasRunning(podUid: string): boolean {
    const { containers, sandboxes } = this.#pleg.status(podUid);
    return (
      containers.some(({ state }) => state === 'running') ||
      sandboxes.some(({ state }) => state === 'ready')
    );
  }

  *#work(worker: Worker): Process {
    for (;;) {
      if ((yield* worker.wakeUps.receive()) === undefined) return;
      const pod = worker.pending;
      if (pod === undefined) continue;
      worker.pending = undefined;
      const type = workType(worker);
      this.#cancelResync(worker);
      const cause = worker.pendingCause;
      const runtime = yield* this.#newerStatus(worker);
      this.#context.engine.cause = this.#causeOf(worker, type, cause);
      const outcome = yield* this.#sync(worker, type, pod, runtime);
      worker.lastSyncMs = this.#context.engine.nowMs;
      if (type === 'terminated') {
        worker.isFinished = true;
        this.#syncer.onFinished(worker.pod);
        return;
      }
      this.#complete(worker, type, pod, outcome);
    }
  }

  /** A sync that learns of its containers is caused by what befell them, whoever asked for it; but an end stays one. */
  #causeOf(worker: Worker, type: WorkType, asked: EntryId): EntryId {
    const seen = this.#pleg.causeOf(worker.uid);
    if (type !== 'sync' || seen === worker.seenCause) return asked;
    worker.seenCause = seen;
    return seen;
  }

  *#newerStatus(worker: Worker): Process<PodRuntimeStatus> {
    if (worker.lastSyncMs === -Infinity || this.#pleg.isNewer(worker.uid, worker.lastSyncMs)) {
      return this.#pleg.status(worker.uid);
    }
    if (!worker.isRemoved) {
      const waiting = this.#context.scope.spawn(
        `status/${worker.uid}`,
        this.#pleg.newerThan(worker.uid, worker.lastSyncMs),
      );
      const first = yield* anyOf(waiting.join(), worker.removed.wait());
      if (first.index === 0) return this.#pleg.status(worker.uid);
      waiting.cancel();
    }
    // The object is gone from the API: its containers are killed without waiting for the next look.
    this.#pleg.lookNow(worker.uid);
    return this.#pleg.status(worker.uid);
  }

  *#sync(
    worker: Worker,
    type: WorkType,
    pod: Pod,
    runtime: PodRuntimeStatus,
  ): Process<SyncOutcome> {
    switch (type) {
      case 'sync':
        return yield* this.#syncer.syncPod(pod, runtime, worker.terminating);
      case 'terminating':
        yield* this.#syncer.syncTerminatingPod(pod, runtime, worker.graceSeconds);
        return { kind: 'done' };
      case 'terminated':
        yield* this.#syncer.syncTerminatedPod(pod, runtime);
        return { kind: 'done' };
    }
  }

  /** Moves the pod on, or plans the next sync. */
  #complete(worker: Worker, type: WorkType, pod: Pod, outcome: SyncOutcome): void {
    const { engine, random, options } = this.#context;
    if (type === 'terminating') {
      worker.terminatedAtMs = engine.nowMs;
      this.#requeue(worker, pod);
    } else if (outcome.kind === 'terminal') {
      worker.terminatingAtMs ??= engine.nowMs;
      worker.graceSeconds = effectiveGrace(worker.graceSeconds, pod, undefined);
      this.#requeue(worker, pod);
    } else if (outcome.kind === 'done') {
      this.#resyncIn(worker, random.jitter(options.syncFrequencyMs, jitterFactor));
    } else if (outcome.retryAtMs === undefined) {
      this.#resyncIn(worker, random.jitter(retryMs, jitterFactor));
    } else {
      const waitMs = Math.min(Math.max(outcome.retryAtMs - engine.nowMs, 0), backoffCheckMs);
      this.#resyncIn(worker, random.jitter(waitMs, jitterFactor));
    }
  }

  /** Goes on at once with the pod as it was, unless something newer waits. */
  #requeue(worker: Worker, pod: Pod): void {
    if (worker.pending !== undefined) return;
    worker.pending = pod;
    worker.pendingCause = this.#context.engine.cause;
    worker.wakeUps.send(true);
  }

  /** Plans a sync at the first tick of the sync loop that is at least `ms` away. */
  #resyncIn(worker: Worker, ms: number): void {
    const { engine, options } = this.#context;
    const period = options.syncTickMs;
    const dueMs = engine.nowMs + ms;
    const tick = Math.ceil((dueMs - this.#tickPhaseMs) / period) * period + this.#tickPhaseMs;
    worker.resync = engine.schedule(tick - engine.nowMs, () => {
      worker.resync = undefined;
      if (worker.pending === undefined) {
        worker.pending = worker.pod;
        worker.pendingCause = engine.cause;
      }
      worker.wakeUps.send(true);
    });
  }

  #cancelResync(worker: Worker): void {
    if (worker.resync !== undefined) this.#context.engine.cancel(worker.resync);
    worker.resync = undefined;
  }
}

function workType(worker: Worker): WorkType {
  if (worker.terminatedAtMs !== undefined) return 'terminated';
  return worker.terminatingAtMs === undefined ? 'sync' : 'terminating';
}

/**
 * Returns the grace period of a pod that is being stopped, in seconds: what the kill or the deletion asks for, never
 * longer than before, at least 1.
 */
export function effectiveGrace(before: number, pod: Pod, killGrace: number | undefined): number {
  let grace = before;
  const shorten = (seconds: number | undefined): void => {
    if (seconds !== undefined && (grace === 0 || seconds < grace)) grace = seconds;
  };
  if (killGrace !== undefined) shorten(Math.max(killGrace, 1));
  else if (pod.metadata.deletionGracePeriodSeconds !== undefined) {
    shorten(Math.max(pod.metadata.deletionGracePeriodSeconds, 1));
  }
  if (grace === 0) grace = pod.spec.terminationGracePeriodSeconds ?? 0;
  return Math.max(grace, 1);
}
