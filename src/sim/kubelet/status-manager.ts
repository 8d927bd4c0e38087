/**
 * The status manager: the one place that writes pod statuses to the API, and deletes pods that have ended.
 *
 * - A write's cause is what the written status reports, not what happened to be under way when it was queued.
 * - A status is written only when something of it has changed; the newest one wins, older ones are skipped.
 * - A write is a GET and a strategic merge patch with the UID, so that conditions of others stay.
 * - A terminal phase is held back while containers may still run.
 * - A pod whose deletion was asked for is removed (grace 0, UID) when all that belonged to it on the node is gone.
 * - Every 10 s a pod gets its conditions and phase back if somebody else has written others meanwhile.
 *
 * Upstream: pkg/kubelet/status/status_manager.go
 * Simplified: that is found when the other write is seen, not by a walk over all pods.
 */
import { deepEqual } from '../api/deep-equal.ts';
import type { JsonObject } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { createTwoWayMergePatch } from '../api/strategic-merge-diff.ts';
import { formatTime } from '../api/time.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../api/types.gen.ts';
import { Channel } from '../engine/channel.ts';
import type { Process } from '../engine/process.ts';
import type { EntryId } from '../engine/trace.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { kubeletConditionTypes } from './pod-conditions.ts';
import { hasStartedApp } from './pod-phase.ts';
import { isTerminalPhase } from './status.ts';

/** How long a failed write waits for the next round, and how often statuses are looked at. Upstream: syncPeriod */
const syncPeriodMs = 10_000;

interface Entry {
  readonly pod: Pod;
  readonly status: PodStatus;
  readonly version: number;
  /** What led to this status. */
  readonly cause: EntryId;
  /** Nothing of the pod is left on the node. */
  readonly isFinished: boolean;
}

/** Writes the statuses of one node's pods. */
export class StatusManager {
  readonly #context: KubeletContext;
  readonly #mayRun: (podUid: string) => boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #written = new Map<string, number>();
  readonly #queued = new Set<string>();
  readonly #queue: Channel<string>;
  readonly #reconciled = new Set<string>();
  #startMs = 0;

  /** `mayRun` says whether containers of a pod may still run here. */
  constructor(context: KubeletContext, mayRun: (podUid: string) => boolean) {
    this.#context = context;
    this.#mayRun = mayRun;
    this.#queue = new Channel(context.engine);
  }

  start(): void {
    this.#startMs = this.#context.engine.nowMs;
    this.#context.scope.spawn('status-manager', this.#run());
  }

  /** The status set last; undefined when none was set since the kubelet started. */
  get(podUid: string): PodStatus | undefined {
    return this.#entries.get(podUid)?.status;
  }

  /** Sets the status of a pod; it is written soon if it says something new. */
  set(pod: Pod, status: PodStatus): void {
    this.#update(pod, status, false, false);
  }

  /** Sets only the condition that the sandbox is ready: nothing else is known yet. */
  setSandboxReady(pod: Pod): void {
    const entry = this.#entries.get(pod.metadata.uid ?? '');
    if (entry === undefined) return;
    const conditions = (entry.status.conditions ?? []).map((condition) =>
      condition.type === 'PodReadyToStartContainers' ? { ...condition, status: 'True' } : condition,
    );
    this.#update(entry.pod, { ...entry.status, conditions }, false, false);
  }

  /** Changes the status set last, as a probe does; nothing where none was set. */
  change(podUid: string, change: (status: PodStatus, pod: Pod) => PodStatus): void {
    const entry = this.#entries.get(podUid);
    if (entry === undefined) return;
    this.#update(entry.pod, change(entry.status, entry.pod), false, entry.isFinished);
  }

  /** Says that nothing of the pod is left; what never ended counts as failed. */
  terminate(pod: Pod): void {
    const status = this.#entries.get(pod.metadata.uid ?? '')?.status ?? pod.status ?? {};
    const { initContainerStatuses: init, containerStatuses: apps } = status;
    const started = startedInits(init ?? []);
    const initContainerStatuses = init?.map((item, index) =>
      index < started ? ended(item) : item,
    );
    const containerStatuses = isInitialized(pod, status) ? apps?.map(ended) : apps;
    const phase = isTerminalPhase(status.phase) ? status.phase : 'Failed';
    const next = {
      ...status,
      phase,
      ...(initContainerStatuses === undefined ? {} : { initContainerStatuses }),
      ...(containerStatuses === undefined ? {} : { containerStatuses }),
    };
    this.#update(pod, next, true, true);
  }

  /** Forgets a pod that is gone from the API. */
  forget(podUid: string): void {
    this.#entries.delete(podUid);
    this.#written.delete(podUid);
  }

  #update(pod: Pod, status: PodStatus, isForced: boolean, isFinished: boolean): void {
    const uid = pod.metadata.uid ?? '';
    const before = this.#entries.get(uid);
    const old = before?.status ?? pod.status;
    const next = this.#complete(pod, old, status);
    const finished = isFinished || (before?.isFinished ?? false);
    if (before !== undefined && !isForced && deepEqual(before.status, next)) {
      // The object may be newer, with a deletion that the last write did not know of.
      this.#entries.set(uid, { ...before, pod, isFinished: finished });
      return;
    }
    const version = (before?.version ?? 0) + 1;
    const { cause } = this.#context.engine;
    this.#entries.set(uid, { pod, status: next, version, cause, isFinished: finished });
    this.#enqueue(uid);
  }

  #enqueue(uid: string): void {
    if (this.#queued.has(uid)) return;
    this.#queued.add(uid);
    this.#queue.send(uid);
  }

  /** Adds start time, transition times and generations. */
  #complete(pod: Pod, old: PodStatus | undefined, status: PodStatus): PodStatus {
    const now = formatTime(this.#context.engine.nowMs);
    const conditions = (status.conditions ?? []).map((condition) => {
      if (!kubeletConditionTypes.includes(condition.type)) return condition;
      const before = old?.conditions?.find(({ type }) => type === condition.type);
      const isSame = before?.status === condition.status;
      // Only this one has no generation in upstream either.
      const observedGeneration =
        condition.type === 'AllContainersRestarting' ? undefined : pod.metadata.generation;
      if (isSame && saysTheSame(before, condition, observedGeneration)) return before;
      return {
        type: condition.type,
        ...(observedGeneration === undefined ? {} : { observedGeneration }),
        status: condition.status,
        lastProbeTime: null,
        lastTransitionTime: (isSame ? before?.lastTransitionTime : undefined) ?? now,
        ...(condition.reason === undefined ? {} : { reason: condition.reason }),
        ...(condition.message === undefined ? {} : { message: condition.message }),
      } as unknown as PodCondition;
    });
    return { ...status, conditions, startTime: old?.startTime ?? now };
  }

  *#run(): Process {
    for (;;) {
      const uid = yield* this.#queue.receive();
      if (uid === undefined) return;
      this.#queued.delete(uid);
      const entry = this.#entries.get(uid);
      if (entry === undefined) continue;
      this.#context.engine.cause = entry.cause;
      yield* this.#write(uid, entry);
    }
  }

  *#write(uid: string, entry: Entry): Process {
    const { namespace = '', name = '' } = entry.pod.metadata;
    const pods = this.#context.client.of('Pod');
    try {
      if (this.#written.get(uid) !== entry.version) {
        const current = yield* pods.get(namespace, name);
        if (current.metadata.uid !== uid) {
          this.forget(uid);
          return;
        }
        const patch = this.#patch(current, entry.status);
        if (patch !== undefined) {
          yield* pods.patch(namespace, name, 'strategic', patch, { subresource: 'status' });
        }
        this.#written.set(uid, entry.version);
        yield* this.#deleteIfDone(uid, entry, current);
        return;
      }
      yield* this.#deleteIfDone(uid, entry, entry.pod);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'NotFound') return;
      this.#context.scope.spawn('status-manager/retry', this.#retry(uid));
    }
  }

  *#retry(uid: string): Process {
    yield* this.#context.engine.delay(syncPeriodMs);
    this.#enqueue(uid);
  }

  *#deleteIfDone(uid: string, entry: Entry, current: Pod): Process {
    const isAsked =
      entry.pod.metadata.deletionTimestamp !== undefined ||
      current.metadata.deletionTimestamp !== undefined;
    if (!entry.isFinished || !isAsked) return;
    const { namespace = '', name = '' } = entry.pod.metadata;
    yield* this.#context.client.of('Pod').delete(namespace, name, {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
  }

  /** The pod's object has changed: a finished pod may wait for its deletion. */
  observe(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    const mustGo = entry.isFinished && pod.metadata.deletionTimestamp !== undefined;
    const cause = mustGo ? this.#context.engine.cause : entry.cause;
    this.#entries.set(uid, { ...entry, pod, cause });
    if (mustGo) this.#enqueue(uid);
    else if (this.#mustReconcile(uid) && !this.#reconciled.has(uid)) {
      this.#reconciled.add(uid);
      this.#context.scope.spawn('status-manager/reconcile', this.#reconcile(uid));
    }
  }

  /** Whether the API says something else of a pod than what was written last. Upstream: needsReconcile */
  #mustReconcile(uid: string): boolean {
    const { pod, status, version } = this.#entries.get(uid) ?? {};
    if (pod === undefined || this.#written.get(uid) !== version) return false;
    if (pod.status?.phase !== status?.phase) return !isTerminalPhase(status?.phase);
    return (status?.conditions ?? []).some((own) => {
      const told = pod.status?.conditions?.find(({ type }) => type === own.type);
      return told !== undefined && told.status !== own.status;
    });
  }

  *#reconcile(uid: string): Process {
    const { engine } = this.#context;
    yield* engine.delay(syncPeriodMs - ((engine.nowMs - this.#startMs) % syncPeriodMs));
    this.#reconciled.delete(uid);
    const entry = this.#entries.get(uid);
    if (entry === undefined || !this.#mustReconcile(uid)) return;
    this.#entries.set(uid, { ...entry, cause: engine.cause });
    this.#written.delete(uid);
    this.#enqueue(uid);
  }

  /** Returns the patch that makes the API's status say what the kubelet says; undefined when it does. */
  #patch(current: Pod, status: PodStatus): JsonObject | undefined {
    const uid = current.metadata.uid ?? '';
    const old = current.status ?? {};
    const foreign = (old.conditions ?? []).filter(
      ({ type }) => !kubeletConditionTypes.includes(type),
    );
    const own = (status.conditions ?? []).filter(({ type }) =>
      kubeletConditionTypes.includes(type),
    );
    let next: PodStatus = { ...old, ...status, conditions: [...foreign, ...own] };
    if (isTerminalPhase(status.phase) && !isTerminalPhase(old.phase) && this.#mayRun(uid)) {
      next = holdBack(next, old);
    }
    const diff = createTwoWayMergePatch(
      { status: old } as unknown as JsonObject,
      { status: next } as unknown as JsonObject,
      'Pod',
    );
    if (Object.keys(diff).length === 0) return undefined;
    return { metadata: { uid }, ...diff };
  }
}

/** Whether a condition with that status, as it was completed before, is what it would be completed to now. */
function saysTheSame(
  before: PodCondition,
  condition: PodCondition,
  observedGeneration: number | undefined,
): boolean {
  return (
    before.lastProbeTime === null &&
    before.lastTransitionTime !== undefined &&
    before.observedGeneration === observedGeneration &&
    before.reason === condition.reason &&
    before.message === condition.message
  );
}

function holdBack(next: PodStatus, old: PodStatus): PodStatus {
  const { reason: _reason, message: _message, ...rest } = next;
  return {
    ...rest,
    phase: old.phase ?? 'Pending',
    ...(old.reason === undefined ? {} : { reason: old.reason }),
    ...(old.message === undefined ? {} : { message: old.message }),
  };
}

/** Whether the containers of a pod were next: a container of it without a state is then one that failed. */
function isInitialized(pod: Pod, status: PodStatus): boolean {
  if ((pod.spec.initContainers ?? []).length === 0) return true;
  if (hasStartedApp(status.containerStatuses)) return true;
  const last = status.initContainerStatuses?.at(-1);
  if (last === undefined) return false;
  const spec = pod.spec.initContainers?.find(({ name }) => name === last.name);
  if (spec?.restartPolicy === 'Always')
    return last.state?.running !== undefined && last.started === true;
  const ends = [last.state?.terminated, last.lastState?.terminated];
  return ends.some((end) => end?.exitCode === 0);
}

/** How many init containers have begun: all up to the last that is not just waiting, and always the first. */
function startedInits(statuses: readonly ContainerStatus[]): number {
  const last = statuses.findLastIndex(
    ({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined,
  );
  return Math.max(last + 1, 1);
}

/** A container that has no end is one of which nothing is known any more. */
function ended(container: ContainerStatus): ContainerStatus {
  return container.state?.terminated === undefined ? lost(container) : container;
}

function lost(container: ContainerStatus): ContainerStatus {
  return {
    ...container,
    ready: false,
    started: false,
    state: {
      terminated: {
        exitCode: 137,
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was terminated',
      } as never,
    },
  };
}
