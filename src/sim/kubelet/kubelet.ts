/**
 * The kubelet: the component that runs a node's pods.
 *
 * - It watches the pods bound to its node and hands each change to the pod's worker.
 * - It hears of its containers from the PLEG and of their health from the probes, and syncs the pod then.
 * - It registers its Node, keeps the Node's status true and renews its Lease.
 * - It can be stopped (its scope cancelled) and started again; containers live on meanwhile.
 *
 * Upstream: pkg/kubelet/kubelet.go Kubelet, syncLoop
 * Docs: /docs/concepts/architecture/#kubelet
 * Simplified: no static pods, no eviction under pressure, no resize in place.
 */
import { semanticEqual } from '../api/deep-equal.ts';
import { isPodReady } from '../api/pod.ts';
import type { Node, Pod, PodStatus, Service } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Informer } from '../client/informer.ts';
import { Channel } from '../engine/channel.ts';
import type { Process } from '../engine/process.ts';
import type { NodeNetwork } from '../runtime/node-network.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import { admitPod } from './admission.ts';
import { recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { defaultKubeletOptions } from './kubelet-options.ts';
import type { KubeletOptions, NodeConfig } from './kubelet-options.ts';
import { renewLease } from './node-lease.ts';
import { registerNode, reportNodeStatus } from './node-status.ts';
import { Pleg, readRuntime } from './pleg.ts';
import type { PlegEvent } from './pleg.ts';
import { podConditions } from './pod-conditions.ts';
import { PodSync } from './pod-sync.ts';
import { PodWorkers } from './pod-workers.ts';
import { ProbeManager } from './probe-manager.ts';
import type { ProbeKind } from './probe-worker.ts';
import { StatusManager } from './status-manager.ts';
import { isTerminalPhase } from './status.ts';

/** The grace period of containers whose pod is unknown to the API. Upstream: kubelet_pods.go HandlePodCleanups */
const orphanGraceMs = 2_000;
/**
 * How often, of five times, a worker wakes before the loop tells it the next event of one look. Recorded: 4 of 11 pods that
 * crash at once are synced again a second later, and so are about half of those that are deleted a second after they started.
 */
const workerWinsOfFive = 2;
/** How long a kubelet counts as running already when the simulation starts with it. */
const initialUptimeMs = 3_600_000;

/** What a kubelet runs on. */
export interface KubeletParts {
  readonly runtime: RuntimeService;
  readonly network: NodeNetwork;
  readonly node: NodeConfig;
  readonly options?: Partial<KubeletOptions> | undefined;
}

/** One node's kubelet. */
export class Kubelet {
  readonly #component: ComponentContext;
  readonly #context: KubeletContext;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #services: Informer<Service>;
  readonly #byUid = new Map<string, Pod>();
  readonly #rejected = new Set<string>();
  readonly #events: Channel<PlegEvent>;
  readonly #pleg: Pleg;
  readonly #workers: PodWorkers;
  readonly #statuses: StatusManager;
  readonly #probes: ProbeManager;
  readonly #sync: PodSync;

  constructor(component: ComponentContext, parts: KubeletParts) {
    const { engine, scope, client, recorder, random, name } = component;
    const { runtime, network, node } = parts;
    const options = { ...defaultKubeletOptions, ...parts.options };
    const context = {
      name,
      engine,
      scope,
      random,
      client,
      recorder,
      runtime,
      network,
      node,
      options,
    };
    this.#component = component;
    this.#context = context;
    this.#pods = new Informer<Pod>(engine, name, client.of('Pod'), {
      fieldSelector: `spec.nodeName=${node.name}`,
    });
    this.#nodes = new Informer<Node>(engine, name, client.of('Node'), {
      fieldSelector: `metadata.name=${node.name}`,
    });
    this.#services = component.informers.of('Service');
    this.#events = new Channel<PlegEvent>(engine);
    this.#pleg = new Pleg(context, (event) => this.#events.send(event));
    this.#statuses = new StatusManager(context, (uid) => this.#workers.mayRun(uid));
    this.#probes = new ProbeManager(context, {
      status: (uid) => this.#statuses.get(uid),
      pod: (uid) => this.#byUid.get(uid),
      podIp: (uid) => readRuntime(runtime, uid).ip,
      onVerdict: (uid, id, kind, verdict) => this.#onVerdict(uid, id, kind, verdict === 'success'),
      startedMs: engine.steps === 0 ? engine.nowMs - initialUptimeMs : engine.nowMs,
    });
    this.#sync = new PodSync(context, {
      pleg: this.#pleg,
      probes: this.#probes,
      statuses: this.#statuses,
      services: () => this.#services.indexer.list(),
      resync: (uid) => this.#workers.resync(uid),
      onFinished: (pod) => this.#onFinished(pod),
    });
    this.#workers = new PodWorkers(context, this.#pleg, this.#sync);
  }

  /** Registers the node and begins to run its pods. */
  start(): void {
    this.#context.scope.spawn('main', this.#run());
  }

  *#run(): Process {
    const { scope } = this.#context;
    const stopPleg = this.#pleg.start();
    try {
      this.#statuses.start();
      const isNew = yield* registerNode(this.#context);
      scope.spawn('nodes', this.#nodes.run());
      yield* this.#nodes.synced.wait();
      const node = (): Node | undefined => this.#nodes.indexer.list()[0];
      scope.spawn('lease', renewLease(this.#context, node));
      scope.spawn('node-status', reportNodeStatus(this.#context, node, isNew));
      yield* this.#services.synced.wait();
      this.#pods.addHandlers({
        onAdd: (pod) => this.#onAdd(pod),
        onUpdate: (before, after) => this.#onUpdate(before, after),
        onDelete: (pod) => this.#onDelete(pod),
      });
      scope.spawn('pods', this.#pods.run());
      yield* this.#pods.synced.wait();
      this.#killOrphans();
      yield* this.#followRuntime();
    } finally {
      stopPleg();
    }
  }

  /** Syncs pods whose containers have started or died. */
  *#followRuntime(): Process {
    for (;;) {
      const event = yield* this.#events.receive();
      if (event === undefined) return;
      this.#follow(event);
      // A worker mostly takes longer to wake than the loop to read on: then events of one look ask for one sync.
      while (this.#events.length > 0 && this.#context.random.int(5) >= workerWinsOfFive) {
        const next = this.#events.tryReceive();
        if (next !== undefined) this.#follow(next);
      }
    }
  }

  #follow({ podUid, type, container }: PlegEvent): void {
    if (this.#byUid.has(podUid) && !this.#rejected.has(podUid)) this.#workers.resync(podUid);
    if (type !== 'died' || container === '') return;
    this.#context.scope.spawn(`gc/${podUid}`, this.#removeOldContainers(podUid, container));
  }

  /** Keeps one dead container of a name, as upstream's garbage collection does. */
  *#removeOldContainers(podUid: string, name: string): Process {
    const { runtime } = this.#context;
    const dead = runtime
      .containersOf(podUid)
      .filter(({ config, state }) => config.name === name && state === 'exited');
    for (const { id } of dead.slice(1)) yield* runtime.removeContainer(id);
  }

  #onAdd(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const others: Pod[] = [];
    for (const [otherUid, other] of this.#byUid) {
      if (isTerminalPhase(other.status?.phase) || this.#rejected.has(otherUid)) continue;
      others.push(other);
    }
    this.#byUid.set(uid, pod);
    const isNew = this.#context.runtime.sandboxesOf(uid).length === 0;
    if (
      isNew &&
      pod.metadata.deletionTimestamp === undefined &&
      !isTerminalPhase(pod.status?.phase)
    ) {
      const refusal = admitPod(pod, others, this.#context.node);
      if (refusal !== undefined) {
        this.#reject(pod, refusal.reason, refusal.message);
        return;
      }
    }
    this.#workers.update(pod);
    this.#watchDeadline(pod);
  }

  #reject(pod: Pod, reason: string, message: string): void {
    this.#rejected.add(pod.metadata.uid ?? '');
    recordPod(this.#context, 'rejected', pod, { reason, message });
    this.#context.recorder.event(pod, 'Warning', reason, message);
    const { qosClass } = pod.status ?? {};
    this.#statuses.set(pod, {
      ...(pod.metadata.generation === undefined
        ? {}
        : { observedGeneration: pod.metadata.generation }),
      phase: 'Failed',
      reason,
      message: `Pod was rejected: ${message}`,
      ...(qosClass === undefined ? {} : { qosClass }),
    });
  }

  #onUpdate(before: Pod, after: Pod): void {
    const uid = after.metadata.uid ?? '';
    if (before.metadata.uid !== uid) {
      this.#onDelete(before);
      this.#onAdd(after);
      return;
    }
    this.#byUid.set(uid, after);
    this.#statuses.observe(after);
    this.#workers.observe(after);
    if (this.#rejected.has(uid)) return;
    if (differs(before, after) || this.#mustReconcile(after)) {
      this.#workers.update(after);
      if (before.spec.activeDeadlineSeconds !== after.spec.activeDeadlineSeconds) {
        this.#watchDeadline(after);
      }
    }
  }

  /** Whether a readiness gate that others have written asks for another Ready condition. */
  #mustReconcile(pod: Pod): boolean {
    if ((pod.spec.readinessGates ?? []).length === 0 || pod.status === undefined) return false;
    const ready = this.#conditionsOf(pod, pod.status).find(({ type }) => type === 'Ready');
    return (ready?.status === 'True') !== isPodReady(pod);
  }

  #onDelete(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    this.#byUid.delete(uid);
    if (this.#rejected.delete(uid) || this.#workers.isFinished(uid)) this.#forget(uid);
    else this.#workers.kill(pod);
  }

  #onFinished(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    if (!this.#byUid.has(uid)) this.#forget(uid);
  }

  /** Forgets a pod of which neither an object nor a process is left, and its dead containers. */
  #forget(uid: string): void {
    this.#workers.forget(uid);
    this.#statuses.forget(uid);
    this.#sync.forget(uid);
    this.#context.scope.spawn(`cleanup/${uid}`, this.#removeSandboxes(uid));
  }

  *#removeSandboxes(uid: string): Process {
    for (const { id } of this.#context.runtime.sandboxesOf(uid)) {
      yield* this.#context.runtime.removePodSandbox(id);
    }
    this.#pleg.forget(uid);
  }

  /** Kills what runs here for pods that the API does not know: deleted while this kubelet was away. */
  #killOrphans(): void {
    for (const uid of this.#context.runtime.podUids()) {
      if (!this.#byUid.has(uid)) {
        this.#context.scope.spawn(`orphan/${uid}`, this.#killOrphan(uid));
      }
    }
  }

  *#killOrphan(uid: string): Process {
    const { runtime } = this.#context;
    for (const { id, state } of runtime.containersOf(uid)) {
      if (state === 'running') yield* runtime.stopContainer(id, orphanGraceMs);
    }
    for (const { id } of runtime.sandboxesOf(uid)) yield* runtime.stopPodSandbox(id);
    runtime.removeVolumes(uid);
    yield* this.#removeSandboxes(uid);
  }

  #onVerdict(uid: string, containerId: string, kind: ProbeKind, isSuccess: boolean): void {
    if (kind === 'readiness') {
      this.#publish(uid, containerId, 'ready', isSuccess);
      this.#workers.resync(uid);
    } else if (kind === 'startup') {
      this.#publish(uid, containerId, 'started', isSuccess);
      this.#workers.resync(uid);
    } else if (!isSuccess) {
      this.#workers.resync(uid);
    }
  }

  /** Writes a verdict into the status, with the conditions that follow from it. */
  #publish(uid: string, containerId: string, field: 'ready' | 'started', value: boolean): void {
    this.#statuses.change(uid, (status, pod) => {
      const put = (list: PodStatus['containerStatuses']): PodStatus['containerStatuses'] =>
        list?.map((container) =>
          container.containerID === containerId ? { ...container, [field]: value } : container,
        );
      const { containerStatuses, initContainerStatuses } = status;
      const next: PodStatus = {
        ...status,
        ...(containerStatuses === undefined ? {} : { containerStatuses: put(containerStatuses) }),
        ...(initContainerStatuses === undefined
          ? {}
          : { initContainerStatuses: put(initContainerStatuses) }),
      };
      const current = this.#byUid.get(uid) ?? pod;
      const verdicts = this.#conditionsOf(current, next);
      const conditions = (status.conditions ?? []).map((condition) => {
        if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') return condition;
        return verdicts.find(({ type }) => type === condition.type) ?? condition;
      });
      return { ...next, conditions };
    });
  }

  #conditionsOf(pod: Pod, status: PodStatus): ReturnType<typeof podConditions> {
    return podConditions(
      pod,
      this.#pleg.status(pod.metadata.uid ?? ''),
      status.phase ?? 'Pending',
      status.initContainerStatuses ?? [],
      status.containerStatuses ?? [],
      pod.status?.conditions ?? [],
    );
  }

  /** Syncs the pod when its active deadline is over. */
  #watchDeadline(pod: Pod): void {
    if (pod.spec.activeDeadlineSeconds === undefined) return;
    this.#context.scope.spawn(`deadline/${pod.metadata.name}`, this.#awaitDeadline(pod));
  }

  *#awaitDeadline(pod: Pod): Process {
    const { engine, options } = this.#context;
    const uid = pod.metadata.uid ?? '';
    for (;;) {
      const current = this.#byUid.get(uid);
      if (current === undefined || this.#workers.isTerminating(uid)) return;
      // Until the pod has a start time, the end is not known.
      const deadlineMs = this.#sync.deadlineMs(current);
      const leftMs = deadlineMs === undefined ? options.syncTickMs : deadlineMs - engine.nowMs;
      if (leftMs <= 0) break;
      yield* engine.delay(leftMs);
    }
    this.#workers.resync(uid);
  }

  /** The component in whose name this kubelet acts. */
  get name(): string {
    return this.#component.name;
  }
}

/** Whether a change of the object is one for the worker, and not only the status that comes back. */
function differs(before: Pod, after: Pod): boolean {
  return (
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.deletionGracePeriodSeconds !== after.metadata.deletionGracePeriodSeconds ||
    !semanticEqual(before.metadata.labels, after.metadata.labels) ||
    !semanticEqual(before.metadata.annotations, after.metadata.annotations) ||
    (before.spec !== after.spec && !semanticEqual(before.spec, after.spec))
  );
}
