/**
 * The probe workers of one kubelet and what they have found out.
 *
 * - Probes belong to app containers and sidecars.
 * - When a pod is stopped, liveness and startup of its app containers end; readiness goes on until all is dead.
 * - A new verdict about readiness or startup changes the status at once; each verdict that matters syncs the pod.
 *
 * Upstream: pkg/kubelet/prober/prober_manager.go, results/results_manager.go
 */
import { parseTime } from '../api/time.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from '../api/types.gen.ts';
import { Seam } from '../part.ts';
import { recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { ProbeResult } from './probe-counter.ts';
import type { ProbeHost, ProbeKind, ProbeWorker } from './probe-worker.ts';
import { isSidecar } from './restart-policy.ts';

/** What runs one probe: see probe-worker.ts. */
export const probeWorkerSeam = new Seam<typeof ProbeWorker>('probes');

type Verdict = ProbeResult | 'unknown';

/** What the manager tells and asks the kubelet. */
export interface ProbeListener {
  status(podUid: string): PodStatus | undefined;
  pod(podUid: string): Pod | undefined;
  podIp(podUid: string): string;
  /** A verdict has changed. */
  onVerdict(podUid: string, containerId: string, kind: ProbeKind, verdict: Verdict): void;
  readonly startedMs: number;
}

const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness'];

/** All workers of a node. */
export class ProbeManager implements ProbeHost {
  readonly #context: KubeletContext;
  readonly #listener: ProbeListener;
  readonly #workers = new Map<string, ProbeWorker>();
  readonly #verdicts = new Map<string, Verdict>();

  constructor(context: KubeletContext, listener: ProbeListener) {
    this.#context = context;
    this.#listener = listener;
  }

  get startedMs(): number {
    return this.#listener.startedMs;
  }

  status(podUid: string): PodStatus | undefined {
    return this.#listener.status(podUid);
  }

  pod(podUid: string): Pod | undefined {
    return this.#listener.pod(podUid);
  }

  podIp(podUid: string): string {
    return this.#listener.podIp(podUid);
  }

  /** Whether nothing of the node was ever probed: then nobody need be asked about anything. */
  get #isIdle(): boolean {
    return this.#workers.size === 0 && this.#verdicts.size === 0;
  }

  /** Starts the workers that a pod has not yet. */
  add(pod: Pod): void {
    for (const container of probed(pod)) {
      for (const kind of kinds) {
        const probe = container[`${kind}Probe`];
        if (probe === undefined) continue;
        const key = workerKey(pod.metadata.uid ?? '', container.name, kind);
        if (this.#workers.has(key)) continue;
        const Worker = probeWorkerSeam.get();
        const worker = new Worker(this.#context, this, pod, container, kind, probe);
        this.#workers.set(key, worker);
        this.#context.scope.spawn(`probe/${key}`, worker.run());
      }
    }
  }

  /** Ends the probes that could restart an app container: the pod is being stopped. */
  stopLivenessAndStartup(pod: Pod): void {
    for (const { name } of pod.spec.containers) {
      this.#stop(workerKey(pod.metadata.uid ?? '', name, 'liveness'));
      this.#stop(workerKey(pod.metadata.uid ?? '', name, 'startup'));
    }
  }

  /** Ends all probes of a pod. */
  remove(pod: Pod): void {
    for (const { name } of probed(pod)) {
      for (const kind of kinds) this.#stop(workerKey(pod.metadata.uid ?? '', name, kind));
    }
  }

  #stop(key: string): void {
    const worker = this.#workers.get(key);
    worker?.stop();
    this.#workers.delete(key);
  }

  /** The last verdict of a probe about a container; `containerId` without `containerd://`. */
  verdict(kind: ProbeKind, containerId: string): Verdict | undefined {
    if (this.#verdicts.size === 0) return undefined;
    return this.#verdicts.get(`${kind}/containerd://${containerId}`);
  }

  /** Whether a running container counts as started. */
  isStarted(podUid: string, status: ContainerStatus): boolean {
    if (this.#isIdle) return true;
    const verdict = this.#verdicts.get(`startup/${status.containerID}`);
    if (verdict !== undefined) return verdict === 'success';
    if (!this.#workers.has(workerKey(podUid, status.name, 'startup'))) return true;
    return this.#found(podUid, status)?.started ?? false;
  }

  /** Whether a started container counts as ready; one that does not is probed at once. */
  isReady(podUid: string, status: ContainerStatus): boolean {
    if (this.#isIdle) return true;
    const verdict = this.#verdicts.get(`readiness/${status.containerID}`);
    if (verdict === 'success') return true;
    const worker = this.#workers.get(workerKey(podUid, status.name, 'readiness'));
    if (worker === undefined) return true;
    if (verdict === undefined && this.#found(podUid, status)?.ready === true) return true;
    worker.trigger();
    return false;
  }

  /** What was published of a container that ran before this kubelet: it is believed until probed. */
  #found(podUid: string, status: ContainerStatus): ContainerStatus | undefined {
    const startedAt = status.state?.running?.startedAt;
    if (startedAt === undefined || parseTime(startedAt) >= this.startedMs) return undefined;
    const published = this.#listener.status(podUid) ?? this.#listener.pod(podUid)?.status;
    const { containerStatuses = [], initContainerStatuses = [] } = published ?? {};
    return [...containerStatuses, ...initContainerStatuses].find(
      ({ containerID }) => containerID === status.containerID,
    );
  }

  report(worker: ProbeWorker, containerId: string, verdict: Verdict): void {
    const key = `${worker.kind}/${containerId}`;
    const before = this.#verdicts.get(key);
    if (before === verdict) return;
    this.#verdicts.set(key, verdict);
    const pod = this.#listener.pod(worker.podUid);
    if (before !== undefined && pod !== undefined) {
      recordPod(this.#context, 'probe-threshold', pod, {
        container: worker.container.name,
        probe: worker.kind,
        result: verdict,
      });
    }
    this.#listener.onVerdict(worker.podUid, containerId, worker.kind, verdict);
  }

  ended(worker: ProbeWorker): void {
    const key = workerKey(worker.podUid, worker.container.name, worker.kind);
    if (this.#workers.get(key) === worker) this.#workers.delete(key);
  }

  forget(worker: ProbeWorker, containerId: string): void {
    this.#verdicts.delete(`${worker.kind}/${containerId}`);
  }
}

function probed(pod: Pod): readonly Container[] {
  if (pod.spec.initContainers === undefined) return pod.spec.containers;
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)];
}

function workerKey(podUid: string, container: string, kind: ProbeKind): string {
  return `${podUid}/${container}/${kind}`;
}
