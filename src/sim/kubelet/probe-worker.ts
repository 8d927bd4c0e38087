/**
 * A probe worker: one container's readiness, liveness or startup probe, attempt after attempt.
 *
 * - The first attempt comes at once, the next ones a period apart, counted from the worker's start.
 * - Attempts do nothing before the container runs, within the initial delay, and (but for startup) before it started.
 * - After a liveness or startup verdict the worker rests until there is a new container.
 *
 * Upstream: pkg/kubelet/prober/worker.go
 */
import { parseTime } from '../api/time.ts';
import type { Container, ContainerStatus, Pod, PodStatus, Probe } from '../api/types.gen.ts';
import { anyOf } from '../engine/any-of.ts';
import { Channel } from '../engine/channel.ts';
import type { Process } from '../engine/process.ts';
import { containerEvent, recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { ProbeCounter } from './probe-counter.ts';
import type { ProbeResult } from './probe-counter.ts';
import { runProbe } from './probe-run.ts';
import { isSidecar, restartsAfterExit } from './restart-policy.ts';
import { isTerminalPhase } from './status.ts';

/** The three kinds of probes. */
export type ProbeKind = 'readiness' | 'liveness' | 'startup';

/** How often an attempt that could not be made is made again at once. Upstream: prober.go maxProbeRetries */
const attemptsMax = 3;

const titles = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' } as const;

/** What a worker needs of its manager. */
export interface ProbeHost {
  /** The pod's status as published last. */
  status(podUid: string): PodStatus | undefined;
  /** The pod's object as it is now. */
  pod(podUid: string): Pod | undefined;
  podIp(podUid: string): string;
  /** Publishes a verdict about a container. */
  report(worker: ProbeWorker, containerId: string, result: ProbeResult | 'unknown'): void;
  /** Forgets the verdict about a container. */
  forget(worker: ProbeWorker, containerId: string): void;
  /** The worker has ended. */
  ended(worker: ProbeWorker): void;
  /** When this kubelet started, in ms; it may lie before the run. */
  readonly startedMs: number;
}

/** One worker. */
export class ProbeWorker {
  readonly kind: ProbeKind;
  readonly podUid: string;
  readonly container: Container;
  readonly probe: Probe;
  readonly #context: KubeletContext;
  readonly #host: ProbeHost;
  readonly #pod: Pod;
  readonly #poke: Channel<true>;
  readonly #counter: ProbeCounter;
  #containerId = '';
  #isOnHold = false;
  #isStopped = false;

  constructor(
    context: KubeletContext,
    host: ProbeHost,
    pod: Pod,
    container: Container,
    kind: ProbeKind,
    probe: Probe,
  ) {
    this.#context = context;
    this.#host = host;
    this.#pod = pod;
    this.podUid = pod.metadata.uid ?? '';
    this.container = container;
    this.kind = kind;
    this.probe = probe;
    this.#poke = new Channel(context.engine);
    this.#counter = new ProbeCounter(probe);
  }

  /** Asks for an attempt now; the period begins anew. */
  trigger(): void {
    if (this.#poke.length === 0) this.#poke.send(true);
  }

  /** Ends the worker before its next attempt. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#poke.close();
  }

  /** Makes attempts until the container or the worker has ended. */
  *run(): Process {
    const { engine, random } = this.#context;
    const periodMs = (this.probe.periodSeconds ?? 10) * 1_000;
    const { cause } = engine;
    try {
      // Probes of pods that a new kubelet finds do not all start at one moment.
      if (engine.nowMs - this.#host.startedMs < periodMs) {
        yield* this.#pause(random.int(periodMs));
      }
      let tickMs = engine.nowMs;
      while (!this.#isStopped && (yield* this.#attempt())) {
        tickMs += periodMs;
        if (tickMs <= engine.nowMs) {
          // One missed tick waits in the ticker; more are lost.
          tickMs += Math.floor((engine.nowMs - tickMs) / periodMs) * periodMs;
          continue;
        }
        const isPoked = yield* this.#pause(tickMs - engine.nowMs);
        if (isPoked) tickMs = engine.nowMs;
        // A probe is due to its period, not to the probe before it.
        engine.cause = cause;
      }
    } finally {
      if (this.#containerId !== '') this.#host.forget(this, this.#containerId);
      this.#host.ended(this);
    }
  }

  *#pause(ms: number): Process<boolean> {
    const first = yield* anyOf(this.#context.engine.delay(ms), this.#poke.receive());
    return first.index === 1;
  }

  /** Makes one attempt; false when there will be no more. */
  *#attempt(): Process<boolean> {
    const { engine } = this.#context;
    const status = this.#host.status(this.podUid);
    if (status === undefined) return true;
    if (isTerminalPhase(status.phase)) return false;
    const container = this.#find(status);
    if (container?.containerID === undefined) return true;
    if (this.#containerId !== container.containerID) this.#begin(container);
    if (this.#isOnHold) return true;
    const running = container.state?.running;
    if (running === undefined) return this.#notRunning(container);
    const runsForMs = engine.nowMs - parseTime(running.startedAt ?? '');
    if (Math.floor(runsForMs / 1_000) < (this.probe.initialDelaySeconds ?? 0)) return true;
    if ((container.started === true) === (this.kind === 'startup')) return true;
    const id = this.#containerId;
    const result = yield* this.#probe(id.slice('containerd://'.length));
    if (this.#isStopped) return false;
    if (result === undefined || id !== this.#containerId) return true;
    const isVerdict = this.#counter.count(result);
    recordPod(this.#context, 'probe', this.#pod, {
      container: this.container.name,
      probe: this.kind,
      result,
      run: this.#counter.run,
      threshold: this.#counter.threshold(result),
    });
    if (!isVerdict) return true;
    this.#host.report(this, id, result);
    if (this.kind === 'startup' || (this.kind === 'liveness' && result === 'failure')) {
      this.#isOnHold = true;
      this.#counter.reset();
    }
    return true;
  }

  #find(status: PodStatus): ContainerStatus | undefined {
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    return all.find(({ name }) => name === this.container.name);
  }

  /** Takes up a new container. */
  #begin(container: ContainerStatus): void {
    if (this.#containerId !== '') this.#host.forget(this, this.#containerId);
    this.#containerId = container.containerID ?? '';
    this.#isOnHold = false;
    const startedAt = container.state?.running?.startedAt;
    const isOlder = startedAt !== undefined && parseTime(startedAt) < this.#host.startedMs;
    if (this.kind === 'liveness') this.#host.report(this, this.#containerId, 'success');
    else if (this.kind === 'readiness') {
      // A kubelet that finds a ready container believes it until its probe says otherwise.
      const result = isOlder && container.ready ? 'success' : 'failure';
      this.#host.report(this, this.#containerId, result);
    } else {
      const result = isOlder && container.started === true ? 'success' : 'unknown';
      this.#host.report(this, this.#containerId, result);
    }
  }

  #notRunning(container: ContainerStatus): boolean {
    this.#host.report(this, this.#containerId, 'failure');
    const ended = container.state?.terminated;
    const pod = this.#host.pod(this.podUid);
    if (ended === undefined || pod === undefined) return true;
    if (pod.metadata.deletionTimestamp !== undefined) return false;
    return isSidecar(this.container) || restartsAfterExit(this.container, pod, ended.exitCode);
  }

  /** Probes, again at once when that was not possible; undefined when it never was. */
  *#probe(containerId: string): Process<ProbeResult | undefined> {
    const title = titles[this.kind];
    const warn = (reason: string, message: string): void =>
      containerEvent(
        this.#context,
        this.#pod,
        this.container.name,
        'Warning',
        reason,
        `${title} probe ${message}`,
      );
    for (let attempt = 1; ; attempt += 1) {
      const { result, output } = yield* runProbe(
        this.#context,
        this.probe,
        this.container,
        containerId,
        this.#host.podIp(this.podUid),
      );
      if (this.#isStopped) return undefined;
      if (result === 'success') return 'success';
      if (result === 'warning') {
        warn('ProbeWarning', `warning: ${output}`);
        return 'success';
      }
      if (result === 'failure') {
        warn('Unhealthy', `failed: ${output}`);
        return 'failure';
      }
      if (attempt < attemptsMax) continue;
      warn('Unhealthy', `errored and resulted in unknown state: ${output}`);
      return undefined;
    }
  }
}
