/**
 * The pod lifecycle event generator: how a kubelet learns what has become of its containers.
 *
 * - All pods are looked at once per period, at moments of the kubelet's own phase; what happens in between is seen
 *   at the next one. After a sync that did something the pod is looked at on demand.
 * - One event for each container or sandbox that has started or died since the last look.
 * - A worker gets a pod's state only when it was looked at after the worker's last sync.
 *
 * No timer runs while nothing has changed and nobody waits: the moments are computed.
 *
 * Upstream: pkg/kubelet/pleg/generic.go GenericPLEG; pkg/kubelet/container/cache.go GetNewerThan
 * Simplified: a look at all pods takes no time; the runtime never fails to answer.
 */
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import { Signal } from '../engine/signal.ts';
import { NO_ENTRY } from '../engine/trace.ts';
import type { EntryId } from '../engine/trace.ts';
import type { ContainerStatus, RuntimeService, SandboxStatus } from '../runtime/runtime.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** What the runtime knows of a pod at the moment of a look. Newest first. */
export interface PodRuntimeStatus {
  readonly sandboxes: readonly SandboxStatus[];
  readonly containers: readonly ContainerStatus[];
  /** The pod's address; kept after the sandbox has stopped; '' before there is one. */
  readonly ip: string;
}

/** What an event says of a pod: a container or its sandbox has started or died. */
export interface PlegEvent {
  readonly podUid: string;
  readonly type: 'started' | 'died';
  /** The container's name; '' for a sandbox. */
  readonly container: string;
}

/** The state of a pod that the runtime does not know. */
export const emptyRuntimeStatus: PodRuntimeStatus = { sandboxes: [], containers: [], ip: '' };

/** Reads what the runtime knows of a pod now. `ip` is given for a pod whose sandboxes are gone already. */
export function readRuntime(runtime: RuntimeService, podUid: string, ip = ''): PodRuntimeStatus {
  const sandboxes = runtime.sandboxesOf(podUid);
  return {
    sandboxes,
    containers: runtime.containersOf(podUid),
    ip: sandboxes[0]?.ip ?? ip,
  };
}

type SeenState = 'running' | 'exited' | 'unknown';

interface SeenPod {
  readonly states: ReadonlyMap<string, { readonly state: SeenState; readonly name: string }>;
  readonly status: PodRuntimeStatus;
}

interface Waiter {
  readonly podUid: string;
  readonly newerThanMs: number;
  readonly seen: Signal;
}

/** The generator of one kubelet. */
export class Pleg {
  readonly #context: KubeletContext;
  readonly #phaseMs: number;
  readonly #onEvent: (event: PlegEvent) => void;
  readonly #pods = new Map<string, SeenPod>();
  readonly #observedMs = new Map<string, number>();
  readonly #changed = new Map<string, EntryId>();
  readonly #causes = new Map<string, EntryId>();
  #waiters: Waiter[] = [];
  #isArmed = false;

  constructor(context: KubeletContext, onEvent: (event: PlegEvent) => void) {
    this.#context = context;
    this.#onEvent = onEvent;
    const { relistPeriodMs } = context.options;
    this.#phaseMs = (context.engine.nowMs + context.random.int(relistPeriodMs)) % relistPeriodMs;
  }

  /** Looks at all pods once and from then on at those that change; gives the way to stop. */
  start(): () => void {
    for (const uid of this.#context.runtime.podUids()) this.#look(uid);
    return this.#context.runtime.onChange((uid) => {
      this.#changed.set(uid, this.#context.engine.cause);
      this.#arm();
    });
  }

  /** What was seen of the pod when it was last looked at. */
  status(podUid: string): PodRuntimeStatus {
    return this.#pods.get(podUid)?.status ?? emptyRuntimeStatus;
  }

  /** The cause of what was seen to have changed last, NO_ENTRY where nothing was seen. */
  causeOf(podUid: string): EntryId {
    return this.#causes.get(podUid) ?? NO_ENTRY;
  }

  /** Waits until the pod has been looked at after `timeMs`, then gives what was seen. */
  *newerThan(podUid: string, timeMs: number): Process<PodRuntimeStatus> {
    while (!this.isNewer(podUid, timeMs)) {
      const waiter = { podUid, newerThanMs: timeMs, seen: new Signal(this.#context.engine) };
      this.#waiters.push(waiter);
      this.#arm();
      try {
        yield* waiter.seen.wait();
      } finally {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
      }
    }
    return this.status(podUid);
  }

  /** Looks at one pod soon, out of turn. */
  requestRelist(podUid: string): void {
    const { engine, scope, random, options } = this.#context;
    const requestedMs = engine.nowMs;
    const pleg = this;
    scope.spawn(
      'relist',
      (function* (): Process {
        yield* engine.delay(drawMs(random, options.latencies.relist));
        if (pleg.#lastLookMs() <= requestedMs) pleg.#lookNow(podUid);
      })(),
    );
  }

  /** Looks at one pod at once: its object is gone, nothing is worth waiting for. */
  lookNow(podUid: string): void {
    this.#lookNow(podUid);
  }

  /** Forgets a pod that is gone from the node. */
  forget(podUid: string): void {
    this.#pods.delete(podUid);
    this.#observedMs.delete(podUid);
    this.#causes.delete(podUid);
    this.#changed.delete(podUid);
  }

  #lookNow(podUid: string): void {
    const { engine } = this.#context;
    // A kubelet that has just started a container knows more than the runtime said of it before.
    const cause = Math.max(engine.cause, this.#changed.get(podUid) ?? NO_ENTRY);
    this.#changed.delete(podUid);
    engine.withCause(cause, () => this.#look(podUid));
    this.#observedMs.set(podUid, this.#context.engine.nowMs);
    this.#wake();
  }

  /** Whether the pod has been looked at after `timeMs`. */
  isNewer(podUid: string, timeMs: number): boolean {
    return this.#lastLookMs() > timeMs || (this.#observedMs.get(podUid) ?? -Infinity) > timeMs;
  }

  /** The last moment at which all pods were looked at. */
  #lastLookMs(): number {
    const { engine, options } = this.#context;
    const period = options.relistPeriodMs;
    return Math.floor((engine.nowMs - this.#phaseMs) / period) * period + this.#phaseMs;
  }

  /** Sets the timer for the next look at all pods, when there is a reason for one. */
  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    const { engine, scope, options } = this.#context;
    const ms = this.#lastLookMs() + options.relistPeriodMs - engine.nowMs;
    const pleg = this;
    scope.spawn(
      'relist',
      (function* (): Process {
        yield* engine.delay(ms);
        pleg.#isArmed = false;
        pleg.#lookAtAll();
      })(),
    );
  }

  #lookAtAll(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [uid, cause] of changed) {
      this.#context.engine.withCause(cause, () => this.#look(uid));
    }
    this.#wake();
    if (this.#waiters.length > 0) this.#arm();
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) {
      if (this.isNewer(waiter.podUid, waiter.newerThanMs)) waiter.seen.give();
    }
  }

  /** Compares the pod with what was seen last and sends the events. */
  #look(podUid: string): void {
    const before = this.#pods.get(podUid);
    const status = readRuntime(this.#context.runtime, podUid, before?.status.ip);
    const { sandboxes, containers } = status;
    const states = new Map<string, { state: SeenState; name: string }>();
    for (const { id, state, config } of containers) {
      states.set(id, { state: state === 'created' ? 'unknown' : state, name: config.name });
    }
    for (const { id, state } of sandboxes) {
      states.set(id, { state: state === 'ready' ? 'running' : 'exited', name: '' });
    }
    if (states.size === 0) {
      this.#pods.delete(podUid);
    } else {
      this.#pods.set(podUid, { states, status });
    }
    for (const [id, { state, name }] of states) {
      if (before?.states.get(id)?.state === state || state === 'unknown') continue;
      const type = state === 'running' ? 'started' : 'died';
      this.#tell({ podUid, type, container: name });
    }
    for (const [id, { state, name }] of before?.states ?? []) {
      if (states.has(id) || state === 'exited') continue;
      this.#tell({ podUid, type: 'died', container: name });
    }
  }

  #tell(event: PlegEvent): void {
    this.#causes.set(event.podUid, this.#context.engine.cause);
    this.#onEvent(event);
  }
}
