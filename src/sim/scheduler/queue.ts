/**
 * The pods that wait for a node: those to be tried now, those in back-off, and those that nothing can be done for.
 *
 * - Higher priority goes first, then whoever has waited longer.
 * - A pod that was rejected waits until something happens that one of the rejecting plugins finds worth another
 *   attempt, or five minutes. Nothing else makes it try again.
 * - What happens while a pod is being tried counts too: it is replayed when the pod comes back.
 * - While there is nothing else to do, pods are taken out of back-off before their time.
 *
 * Upstream: pkg/scheduler/backend/queue scheduling_queue.go, backoff_queue.go, active_queue.go
 * Docs: /docs/concepts/scheduling-eviction/scheduling-framework/#queuesort
 */
import { deepEqual } from '../api/deep-equal.ts';
import { uidOf } from '../api/object.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import { Signal } from '../engine/signal.ts';
import type { Timer } from '../engine/timer-queue.ts';
import type { EntryId } from '../engine/trace.ts';
import type { ClusterEvent, PreEnqueuePlugin, QueueingHints } from './framework.ts';
import { Heap } from './heap.ts';
import { PodInfo } from './pod-info.ts';

/** The first back-off; doubles with each rejection. Upstream: DefaultPodInitialBackoffDuration */
const backoffInitialMs = 1_000;
/** The longest back-off. Upstream: DefaultPodMaxBackoffDuration */
const backoffMaxMs = 10_000;
/** Back-off ends only at whole windows, and pods whose back-off is over are moved this often. Upstream: backoffQOrderingWindowDuration */
const backoffWindowMs = 1_000;
/** How long a rejected pod waits when nothing happens. Upstream: DefaultPodMaxInUnschedulablePodsDuration */
const unschedulableMaxMs = 5 * 60_000;
/** How often pods that have waited too long are looked for. Upstream: SchedulingQueue.Run */
const leftoverPeriodMs = 30_000;

/** A pod in the queue with the story of its attempts. */
export interface QueuedPod {
  info: PodInfo;
  readonly uid: string;
  /** Orders pods that came at the same millisecond. */
  readonly sequence: number;
  /** When it entered the queue, for the first time or after its last attempt. */
  sinceMs: number;
  attempts: number;
  /** Attempts that ended in a rejection. */
  rejections: number;
  /** Attempts in a row that ended in an error. */
  errors: number;
  /** Plugins that rejected it in its last attempt, or that keep it out of the queue. */
  readonly rejectedBy: Set<string>;
  /** What led to the next attempt. */
  cause: EntryId;
}

function isTriedBefore(left: QueuedPod, right: QueuedPod): boolean {
  if (left.info.priority !== right.info.priority) return left.info.priority > right.info.priority;
  if (left.sinceMs !== right.sinceMs) return left.sinceMs < right.sinceMs;
  return left.sequence < right.sequence;
}

/** Returns the virtual moment at which the back-off of a pod ends. */
function backoffEndMs(queued: QueuedPod): number {
  const count = queued.errors > 0 ? queued.errors : queued.rejections;
  if (count === 0) return queued.sinceMs;
  const backoffMs = Math.min(backoffInitialMs * 2 ** (count - 1), backoffMaxMs);
  return Math.floor((queued.sinceMs + backoffMs) / backoffWindowMs) * backoffWindowMs;
}

function isBackoffOverBefore(left: QueuedPod, right: QueuedPod): boolean {
  const [leftMs, rightMs] = [backoffEndMs(left), backoffEndMs(right)];
  return leftMs === rightMs ? isTriedBefore(left, right) : leftMs < rightMs;
}

function uidOfQueued(queued: QueuedPod): string {
  return queued.uid;
}

/** Whether the change could matter to scheduling. Upstream: PodSchedulingPropertiesChange */
function hasSchedulingChange(before: Pod, after: Pod): boolean {
  return !(
    deepEqual(before.metadata.labels, after.metadata.labels) &&
    deepEqual(before.spec.tolerations, after.spec.tolerations) &&
    deepEqual(before.spec.schedulingGates, after.spec.schedulingGates) &&
    deepEqual(before.spec.nodeSelector, after.spec.nodeSelector) &&
    (before.spec.containers === after.spec.containers ||
      deepEqual(
        before.spec.containers.map(({ resources }) => resources),
        after.spec.containers.map(({ resources }) => resources),
      ))
  );
}

/** What the queue asks of plugins. */
export interface QueuePlugins {
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly hints: ReadonlyMap<string, QueueingHints>;
}

/** The scheduling queue. */
export class SchedulingQueue {
  readonly #engine: Engine;
  readonly #plugins: QueuePlugins;
  readonly #startMs: number;
  readonly #active = new Heap<QueuedPod>(uidOfQueued, isTriedBefore);
  readonly #backoff = new Heap<QueuedPod>(uidOfQueued, isBackoffOverBefore);
  readonly #errorBackoff = new Heap<QueuedPod>(uidOfQueued, isBackoffOverBefore);
  readonly #unschedulable = new Map<string, QueuedPod>();
  /** Pods being tried, with what has happened since they were taken. */
  readonly #inFlight = new Map<string, { event: ClusterEvent; cause: EntryId }[]>();
  #sequence = 0;
  #ready: Signal | undefined;
  #backoffTimer: Timer | undefined;
  #leftoverTimer: Timer | undefined;

  constructor(engine: Engine, plugins: QueuePlugins) {
    this.#engine = engine;
    this.#plugins = plugins;
    this.#startMs = engine.nowMs;
  }

  /** How many pods are in each part: to be tried, in back-off, rejected or gated. */
  get sizes(): {
    readonly active: number;
    readonly backoff: number;
    readonly unschedulable: number;
  } {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size + this.#errorBackoff.size,
      unschedulable: this.#unschedulable.size,
    };
  }

  /** Adds a pod that is new, or new to this scheduler. */
  add(pod: Pod): void {
    const uid = uidOf(pod);
    if (this.#find(uid) !== undefined || this.#inFlight.has(uid)) return;
    this.#sequence += 1;
    const queued: QueuedPod = {
      info: new PodInfo(pod),
      uid,
      sequence: this.#sequence,
      sinceMs: this.#engine.nowMs,
      attempts: 0,
      rejections: 0,
      errors: 0,
      rejectedBy: new Set(),
      cause: this.#engine.cause,
    };
    this.#enqueue(queued, this.#active);
  }

  /** Takes over a new version of a waiting pod. */
  update(before: Pod, pod: Pod): void {
    const uid = uidOf(pod);
    const event: ClusterEvent = { type: 'target-pod-updated', before, pod };
    const isRelevant = hasSchedulingChange(before, pod);
    const inFlight = this.#inFlight.get(uid);
    if (inFlight !== undefined) {
      if (isRelevant) inFlight.push({ event, cause: this.#engine.cause });
      return;
    }
    const queued = this.#find(uid);
    if (queued === undefined) {
      this.add(pod);
      return;
    }
    queued.info = new PodInfo(pod);
    if (isRelevant && this.#unschedulable.has(uid)) this.#moveIfWorthTrying(queued, event);
  }

  /** Forgets a pod: it is gone or has a node. */
  delete(uid: string): void {
    this.#active.remove(uid);
    this.#backoff.remove(uid);
    this.#errorBackoff.remove(uid);
    this.#unschedulable.delete(uid);
  }

  /** Waits for the next pod to try and takes it; `done` or `addUnschedulable` must follow. */
  *pop(): Process<QueuedPod> {
    for (;;) {
      const queued = this.#active.take() ?? this.#backoff.take();
      if (queued !== undefined) {
        queued.attempts += 1;
        this.#inFlight.set(queued.uid, []);
        this.#engine.cause = queued.cause;
        return queued;
      }
      this.#ready = new Signal(this.#engine);
      yield* this.#ready.wait();
    }
  }

  /** Ends an attempt for good: the pod is being bound, or no longer wants to be. */
  done(uid: string): void {
    this.#inFlight.delete(uid);
  }

  /**
   * Ends an attempt that failed and puts the pod back. `rejectedBy` empty means that it ended in an error, after which
   * the pod is tried again when its back-off is over.
   */
  addUnschedulable(queued: QueuedPod, pod: Pod, rejectedBy: Iterable<string>): void {
    const happened = this.#inFlight.get(queued.uid) ?? [];
    this.#inFlight.delete(queued.uid);
    if (this.#find(queued.uid) !== undefined) return;
    queued.info = new PodInfo(pod);
    queued.sinceMs = this.#engine.nowMs;
    queued.cause = this.#engine.cause;
    queued.rejectedBy.clear();
    for (const plugin of rejectedBy) queued.rejectedBy.add(plugin);
    if (queued.rejectedBy.size === 0) {
      queued.errors += 1;
      this.#enqueue(queued, this.#errorBackoff);
      return;
    }
    queued.rejections += 1;
    queued.errors = 0;
    const worthy = happened.find(({ event }) => this.#isWorthTrying(queued, event));
    if (worthy === undefined) {
      this.#park(queued);
    } else {
      queued.cause = worthy.cause;
      this.#enqueue(queued, this.#backoff);
    }
  }

  /** Tells of something that happened; pods for which it is worth another attempt leave the waiting room. */
  moveAll(event: ClusterEvent): void {
    const cause = this.#engine.cause;
    for (const happened of this.#inFlight.values()) happened.push({ event, cause });
    for (const queued of [...this.#unschedulable.values()]) this.#moveIfWorthTrying(queued, event);
  }

  /** Tries a pod again now, whatever rejected it, unless it is kept out of the queue. */
  activate(uid: string): void {
    const queued = this.#unschedulable.get(uid) ?? this.#backoff.get(uid);
    if (queued === undefined) return;
    this.delete(uid);
    queued.cause = this.#engine.cause;
    this.#enqueue(queued, this.#active);
  }

  #find(uid: string): QueuedPod | undefined {
    return (
      this.#active.get(uid) ??
      this.#backoff.get(uid) ??
      this.#errorBackoff.get(uid) ??
      this.#unschedulable.get(uid)
    );
  }

  #moveIfWorthTrying(queued: QueuedPod, event: ClusterEvent): void {
    if (!this.#isWorthTrying(queued, event)) return;
    this.#unschedulable.delete(queued.uid);
    queued.cause = this.#engine.cause;
    const isOver = backoffEndMs(queued) <= this.#windowMs();
    this.#enqueue(queued, isOver ? this.#active : this.#backoff);
  }

  #isWorthTrying(queued: QueuedPod, event: ClusterEvent): boolean {
    if (event.type === 'unschedulable-timeout') return true;
    for (const plugin of queued.rejectedBy) {
      if (this.#plugins.hints.get(plugin)?.isWorthTrying(queued.info, event) === true) return true;
    }
    return false;
  }

  /** The start of the present back-off window. */
  #windowMs(): number {
    return Math.floor(this.#engine.nowMs / backoffWindowMs) * backoffWindowMs;
  }

  /** Puts a pod into a heap, or into the waiting room when a plugin keeps it out. */
  #enqueue(queued: QueuedPod, heap: Heap<QueuedPod>): void {
    const gate = this.#plugins.preEnqueue.find((plugin) => !plugin.isReady(queued.info.pod));
    if (gate !== undefined) {
      queued.rejectedBy.clear();
      queued.rejectedBy.add(gate.name);
      this.#park(queued);
      return;
    }
    heap.add(queued);
    if (heap === this.#active) this.#wake();
    else if (heap === this.#backoff) this.#wake();
    if (heap !== this.#active) this.#setBackoffTimer();
  }

  #park(queued: QueuedPod): void {
    this.#unschedulable.set(queued.uid, queued);
    if (this.#leftoverTimer !== undefined) return;
    const sinceStartMs = this.#engine.nowMs - this.#startMs;
    const waitMs = leftoverPeriodMs - (sinceStartMs % leftoverPeriodMs);
    this.#leftoverTimer = this.#engine.schedule(waitMs, () => this.#moveLeftover());
  }

  #moveLeftover(): void {
    this.#leftoverTimer = undefined;
    const { nowMs } = this.#engine;
    const waiting = [...this.#unschedulable.values()];
    for (const queued of waiting) {
      if (nowMs - queued.sinceMs <= unschedulableMaxMs) continue;
      this.#moveIfWorthTrying(queued, { type: 'unschedulable-timeout' });
    }
    const next = [...this.#unschedulable.values()][0];
    if (next !== undefined) this.#park(next);
  }

  #setBackoffTimer(): void {
    if (this.#backoffTimer !== undefined) return;
    const sinceStartMs = this.#engine.nowMs - this.#startMs;
    const waitMs = backoffWindowMs - (sinceStartMs % backoffWindowMs);
    this.#backoffTimer = this.#engine.schedule(waitMs, () => this.#moveBackedOff());
  }

  #moveBackedOff(): void {
    this.#backoffTimer = undefined;
    const windowMs = this.#windowMs();
    for (const heap of [this.#backoff, this.#errorBackoff]) {
      for (;;) {
        const queued = heap.peek();
        if (queued === undefined || backoffEndMs(queued) > windowMs) break;
        heap.take();
        this.#enqueue(queued, this.#active);
      }
    }
    if (this.#backoff.size + this.#errorBackoff.size > 0) this.#setBackoffTimer();
  }

  #wake(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.give();
  }
}
