/**
 * kube-scheduler: takes pods without a node one after the other and binds each to the node that suits it best.
 *
 * - Attempts are made one at a time, against what the scheduler's own cache says at that moment.
 * - A placed pod is assumed on its node at once; the binding is an API call in a task of its own, so that the next
 *   pod need not wait for it. If the binding fails, the assumption is taken back and the pod tried again.
 * - A pod that cannot be placed gets its condition first; then the next pod is looked at.
 *
 * Upstream: pkg/scheduler scheduler.go, schedule_one.go, eventhandlers.go
 * Docs: /docs/concepts/scheduling-eviction/kube-scheduler/
 * Simplified: one profile with the default plugins, no extenders, no opportunistic batching of equal pods.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { keyOf } from '../api/object-key.ts';
import { labelsOf, nameOf, namespacedName, uidOf } from '../api/object.ts';
import { getPodCondition, isPodTerminal } from '../api/pod.ts';
import { StatusError } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { PersistentVolumeClaim, Pod, PodCondition } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import type { ComponentContext } from '../client/component.ts';
import { SeriesEventRecorder } from '../client/series-event-recorder.ts';
import type { Process } from '../engine/process.ts';
import { Cache } from './cache.ts';
import { conditionPatch } from '../api/condition-patch.ts';
import { SchedulingCycle } from './cycle.ts';
import type { Attempt } from './attempt.ts';
import { DecisionLog } from './decision.ts';
import { defaultSelector } from './default-selector.ts';
import { attemptMessage, noNodesAvailable } from './fit-error.ts';
import { isNodeChangeRelevant } from './node-info.ts';
import { Nominator } from './nominator.ts';
import { PodInfo } from './pod-info.ts';
import { queueingHints } from './plugins.ts';
import { findPreemption } from './plugins/defaultpreemption.ts';
import type { Preemption } from './plugins/defaultpreemption.ts';
import { schedulingGates } from './plugins/schedulinggates.ts';
import { Preemptor } from './preemptor.ts';
import { SchedulingQueue } from './queue.ts';
import type { QueuedPod } from './queue.ts';
import { VolumeBinder } from './volume-binder.ts';

/** How long an attempt takes; upstream's median is below this on small clusters. */
const attemptMs = 1;

/** What distinguishes one scheduler from another. */
export interface SchedulerOptions {
  /** The client that writes Events; upstream's has a rate limit of its own. Default: the context's client. */
  readonly eventClient?: Client | undefined;
  /** The machine it runs on, as Events name it. */
  readonly host?: string | undefined;
  /** Pods that name this scheduler are its own. */
  readonly schedulerName?: string | undefined;
}

/** The scheduler as a component. */
export class Scheduler {
  readonly #context: ComponentContext;
  readonly #schedulerName: string;
  readonly #recorder: SeriesEventRecorder;
  readonly #cache: Cache;
  readonly #nominator = new Nominator();
  readonly #queue: SchedulingQueue;
  readonly #cycle: SchedulingCycle;
  readonly #decisions = new DecisionLog();
  readonly #preemptor: Preemptor;
  readonly #volumes: VolumeBinder;

  constructor(context: ComponentContext, options: SchedulerOptions = {}) {
    const { engine, scope, client, informers } = context;
    this.#context = context;
    this.#schedulerName = options.schedulerName ?? 'default-scheduler';
    this.#recorder = new SeriesEventRecorder(engine, scope, options.eventClient ?? client, {
      controller: this.#schedulerName,
      instance: `${this.#schedulerName}-${options.host ?? 'control-plane'}`,
      action: 'Scheduling',
    });
    this.#preemptor = new Preemptor(engine, client, this.#recorder, context.name);
    const namespaces = informers.of('Namespace');
    informers.of('PodDisruptionBudget');
    const owners = {
      services: informers.of('Service').indexer,
      replicaSets: informers.of('ReplicaSet').indexer,
      statefulSets: informers.of('StatefulSet').indexer,
      replicationControllers: informers.of('ReplicationController').indexer,
    };
    this.#volumes = new VolumeBinder({
      claims: informers.of('PersistentVolumeClaim').indexer,
      volumes: informers.of('PersistentVolume').indexer,
      classes: informers.of('StorageClass').indexer,
    });
    this.#cache = new Cache({
      volumes: this.#volumes,
      namespaceLabels: (namespace) => {
        const object = namespaces.indexer.get(namespace);
        return object === undefined ? undefined : labelsOf(object);
      },
      namespacesVersion: () => namespaces.resourceVersion,
      defaultSelector: (pod) => defaultSelector(pod, owners),
    });
    this.#queue = new SchedulingQueue(engine, {
      preEnqueue: [schedulingGates, this.#preemptor.preEnqueue],
      hints: queueingHints,
    });
    this.#cycle = new SchedulingCycle(this.#cache, this.#nominator, context.random);
  }

  /** How many pods wait: to be tried, in back-off, rejected or gated. */
  get queueSizes(): SchedulingQueue['sizes'] {
    return this.#queue.sizes;
  }

  /** Begins to watch and to schedule. */
  start(): void {
    const { informers, scope } = this.#context;
    informers.of('Node').addHandlers({
      onAdd: (node) => {
        this.#cache.setNode(node);
        this.#queue.moveAll({ type: 'node-added', node });
      },
      onUpdate: (before, node) => {
        this.#cache.setNode(node);
        if (isNodeChangeRelevant(before, node)) {
          this.#queue.moveAll({ type: 'node-updated', before, node });
        }
      },
      onDelete: (node) => {
        this.#cache.deleteNode(node);
        this.#queue.moveAll({ type: 'node-deleted', node });
      },
    });
    informers.of('Pod').addHandlers({
      onAdd: (pod) => this.#onPod(undefined, pod),
      onUpdate: (before, pod) => this.#onPod(before, pod),
      onDelete: (pod) => this.#onPod(pod, undefined),
    });
    const onVolume = (): void => this.#queue.moveAll({ type: 'volume-changed' });
    const onClaim = (claim: PersistentVolumeClaim): void =>
      this.#queue.moveAll({ type: 'claim-changed', claim });
    informers.of('PersistentVolumeClaim').addHandlers({
      onAdd: onClaim,
      onUpdate: (_, claim) => onClaim(claim),
    });
    for (const kind of ['PersistentVolume', 'StorageClass'] as const) {
      informers.of(kind).addHandlers({ onAdd: onVolume, onUpdate: onVolume });
    }
    scope.spawn('schedule', this.#run());
  }

  /** Sorts a change of a pod into cache and queue. A pod that has come to its end counts as gone. */
  #onPod(before: Pod | undefined, after: Pod | undefined): void {
    const was = this.#placeOf(before);
    const is = this.#placeOf(after);
    if (before !== undefined && was === 'queue' && is !== 'queue') {
      this.#queue.delete(uidOf(before));
      this.#nominator.delete(uidOf(before));
    }
    if (before !== undefined && was === 'node' && is !== 'node') {
      this.#cache.deletePod(uidOf(before));
      this.#queue.moveAll({ type: 'assigned-pod-deleted', pod: before });
    }
    if (after === undefined) return;
    if (is === 'node') this.#onAssignedPod(was === 'node' ? before : undefined, after);
    if (is === 'queue' && !this.#cache.isAssumed(uidOf(after))) {
      if (before !== undefined && was === 'queue') this.#queue.update(before, after);
      else this.#onWaitingPod(after);
    }
  }

  #placeOf(pod: Pod | undefined): 'queue' | 'node' | undefined {
    if (pod === undefined || isPodTerminal(pod)) return undefined;
    if (pod.spec.nodeName) return 'node';
    return (pod.spec.schedulerName ?? this.#schedulerName) === this.#schedulerName
      ? 'queue'
      : undefined;
  }

  #onAssignedPod(before: Pod | undefined, pod: Pod): void {
    this.#cache.setPod(pod);
    if (before === undefined) {
      this.#queue.moveAll({ type: 'assigned-pod-added', pod });
    } else if (
      !deepEqual(before.metadata.labels, pod.metadata.labels) ||
      !deepEqual(before.spec.containers, pod.spec.containers)
    ) {
      this.#queue.moveAll({ type: 'assigned-pod-updated', before, pod });
    }
  }

  #onWaitingPod(pod: Pod): void {
    const nominated = pod.status?.nominatedNodeName ?? '';
    if (nominated !== '') this.#nominator.set(new PodInfo(pod), nominated);
    this.#queue.add(pod);
  }

  *#run(): Process {
    for (const informer of this.#context.informers.all()) yield* informer.synced.wait();
    for (;;) {
      const queued = yield* this.#queue.pop();
      yield* this.#scheduleOne(queued);
    }
  }

  *#scheduleOne(queued: QueuedPod): Process {
    const { engine, scope } = this.#context;
    const { info } = queued;
    if (info.isDeleting) {
      const note = `skip schedule deleting pod: ${namespacedName(info.pod)}`;
      this.#recorder.event(info.pod, 'Warning', 'FailedScheduling', note);
      this.#queue.done(queued.uid);
      return;
    }
    yield* engine.delay(attemptMs);
    const attempt = this.#cycle.attempt(info);
    const { node } = attempt;
    if (node === undefined) {
      yield* this.#reject(queued, attempt);
      return;
    }
    this.#cache.assume(info, node);
    const hasVolumesToBind = this.#volumes.assume(info.pod, node);
    this.#queue.done(queued.uid);
    engine.record(this.#context.name, 'scheduled', podKey(info.pod), {
      node: node.name,
      ...this.#decisions.describe(queued.attempts, attempt),
    });
    const binding = hasVolumesToBind
      ? this.#bindWithVolumes(queued, info, node.name)
      : this.#bind(queued, info, node.name);
    scope.spawn(`bind/${namespacedName(info.pod)}`, binding);
  }

  /** Binds the pod's claims first; the node is told beforehand, since that takes a while. */
  *#bindWithVolumes(queued: QueuedPod, info: PodInfo, node: string): Process {
    const { engine, client, name } = this.#context;
    const { namespace, pod, uid } = info;
    let failure: string | undefined;
    try {
      const body = { status: { nominatedNodeName: node } };
      const options = { subresource: 'status' };
      yield* client.of('Pod').patch(namespace, nameOf(pod), 'strategic', body, options);
      engine.record(name, 'bind-volumes', podKey(pod), { node });
      failure = yield* this.#volumes.bind(engine, client, pod, node);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      failure = error.message;
    }
    if (failure === undefined) {
      yield* this.#bind(queued, info, node);
      return;
    }
    this.#volumes.forget(pod);
    this.#cache.forget(uid);
    this.#queue.moveAll({ type: 'assigned-pod-deleted', pod });
    this.#putBack(queued, []);
    const message = `running PreBind plugin "VolumeBinding": ${failure}`;
    yield* this.#report(info, 'SchedulerError', message, undefined);
  }

  *#bind(queued: QueuedPod, info: PodInfo, node: string): Process {
    const { namespace, pod, uid } = info;
    const name = nameOf(pod);
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { kind: 'Node', name: node },
    };
    try {
      const pods = this.#context.client.of('Pod');
      yield* pods.subresource('create', namespace, name, 'binding', binding);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#cache.forget(uid);
      this.#queue.moveAll({ type: 'assigned-pod-deleted', pod });
      const message = `running Bind plugin "DefaultBinder": ${error.message}`;
      this.#putBack(queued, []);
      yield* this.#report(info, 'SchedulerError', message, undefined);
      return;
    }
    this.#nominator.delete(uid);
    const note = `Successfully assigned ${namespacedName(pod)} to ${node}`;
    this.#recorder.event(pod, 'Normal', 'Scheduled', note, 'Binding');
  }

  /** Ends an attempt that found no node: looks for a preemption, puts the pod back and says why. */
  *#reject(queued: QueuedPod, attempt: Attempt): Process {
    const { engine, scope } = this.#context;
    const { info } = queued;
    if (attempt.nodesTotal === 0) {
      engine.record(this.#context.name, 'unschedulable', podKey(info.pod), {
        message: noNodesAvailable,
        ...this.#decisions.describe(queued.attempts, attempt),
      });
      this.#nominator.delete(info.uid);
      // No plugin has rejected it, so it counts as an error and is tried again after its back-off.
      this.#putBack(queued, []);
      yield* this.#report(info, 'Unschedulable', noNodesAvailable, '');
      return;
    }
    const preemption = this.#findPreemption(info, attempt);
    const message = attemptMessage(attempt, preemption.message);
    engine.record(this.#context.name, 'unschedulable', podKey(info.pod), {
      message,
      ...(preemption.node === undefined
        ? {}
        : { nominatedNode: preemption.node.name, victims: preemption.victims.map(nameOfInfo) }),
      ...this.#decisions.describe(queued.attempts, attempt),
    });
    const outranked =
      preemption.node === undefined ? [] : this.#nominator.podsAfter(info, preemption.node.name);
    let nominated: string | undefined;
    if (preemption.node !== undefined) {
      nominated = preemption.node.name;
      for (const other of outranked) this.#nominator.delete(other.uid);
      this.#preemptor.begin(info);
    } else if (preemption.isNominationVoid) {
      nominated = '';
    }
    if (nominated !== undefined) this.#nominator.set(info, nominated);
    this.#putBack(queued, attempt.rejectedBy);
    yield* this.#report(info, 'Unschedulable', message, nominated);
    if (preemption.node !== undefined) {
      const { node, victims } = preemption;
      scope.spawn(`preempt/${node.name}`, this.#preempt(info, node.name, victims, outranked));
    }
  }

  #findPreemption(info: PodInfo, attempt: Attempt): Preemption {
    return findPreemption(info, attempt, {
      cache: this.#cache,
      nominator: this.#nominator,
      budgets: this.#context.informers.of('PodDisruptionBudget').indexer.list(),
      random: this.#context.random,
      nowMs: this.#context.engine.nowMs,
    });
  }

  *#preempt(
    info: PodInfo,
    node: string,
    victims: readonly PodInfo[],
    outranked: readonly PodInfo[],
  ): Process {
    const isDone = yield* this.#preemptor.preempt(info, node, victims, outranked);
    if (!isDone) this.#queue.activate(info.uid);
  }

  /** Gives a pod back to the queue, unless it is gone or has a node meanwhile. */
  #putBack(queued: QueuedPod, rejectedBy: Iterable<string>): void {
    const pods = this.#context.informers.of('Pod').indexer;
    const pod = pods.get(namespacedName(queued.info.pod));
    if (pod !== undefined && uidOf(pod) === queued.uid && this.#placeOf(pod) === 'queue') {
      this.#queue.addUnschedulable(queued, pod, rejectedBy);
    } else {
      this.#queue.done(queued.uid);
    }
  }

  /** Writes the Event and the pod's condition; `nominated` undefined leaves the nomination as it is. */
  *#report(
    { pod, namespace }: PodInfo,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    nominated: string | undefined,
  ): Process {
    const before = getPodCondition(pod.status, 'PodScheduled');
    const nominatedBefore = pod.status?.nominatedNodeName ?? '';
    const isConditionSame =
      before?.status === 'False' && before.reason === reason && before.message === message;
    const isNominationSame = nominated === undefined || nominated === nominatedBefore;
    this.#recorder.event(pod, 'Warning', 'FailedScheduling', message);
    if (isConditionSame && isNominationSame) return;
    const condition: PodCondition = {
      type: 'PodScheduled',
      status: 'False',
      observedGeneration: pod.metadata.generation,
      lastTransitionTime:
        before?.status === 'False' && before.lastTransitionTime !== undefined
          ? before.lastTransitionTime
          : formatTime(this.#context.engine.nowMs),
      reason,
      message,
    };
    const status = {
      ...(isConditionSame ? {} : conditionPatch(pod, condition)),
      ...(isNominationSame ? {} : { nominatedNodeName: nominated === '' ? null : nominated }),
    };
    const options = { subresource: 'status' };
    try {
      const pods = this.#context.client.of('Pod');
      yield* pods.patch(namespace, nameOf(pod), 'strategic', { status }, options);
    } catch (error) {
      // The pod may be gone; whether it is tried again does not depend on what its status says.
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

function podKey(pod: Pod): string {
  return keyOf({ kind: 'Pod', metadata: pod.metadata });
}

function nameOfInfo(info: PodInfo): string {
  return namespacedName(info.pod);
}
