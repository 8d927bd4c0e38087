/**
 * The node lifecycle controller: notices nodes that no longer report, and says so by conditions and taints.
 *
 * - A node that has not renewed its Lease or written its status for 50 s becomes Unknown.
 * - Conditions become NoSchedule taints at once; Ready False or Unknown becomes a NoExecute taint with the next pass.
 * - Pods of a node that is not Ready become not ready, so that no traffic is sent to them.
 * - Time is measured from when this controller saw a heartbeat, never by the node's clock.
 *
 * Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go Controller
 * Docs: /docs/concepts/architecture/nodes/
 * Simplified: one zone, and NoExecute taints are not rate limited unless every node is down.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { keyOf } from '../api/object-key.ts';
import { nameOf, namespaceOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import type { Node, NodeCondition, Pod, Taint } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { StatusError } from '../api/status-error.ts';
import { caches, startWorkers } from './worker.ts';

/** How often every node is looked at. Upstream: NodeMonitorPeriod */
const monitorPeriodMs = 5_000;
/** Silence after which a node is Unknown. Upstream: NodeMonitorGracePeriod */
const monitorGraceMs = 50_000;
/** The same for a node that was never heard of. Upstream: NodeStartupGracePeriod */
const startupGraceMs = 60_000;
/** Keys synced at one time. Upstream: UpdateWorkerSize */
const workerCount = 8;

const leaseNamespace = 'kube-node-lease';
const prefix = 'node.kubernetes.io/';

/** Conditions that become Unknown with the node, in upstream's order. */
const watchedConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** Which status of which condition makes which NoSchedule taint. Upstream: nodeConditionToTaintKeyStatusMap */
const taintKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: `${prefix}not-ready`, Unknown: `${prefix}unreachable` },
  MemoryPressure: { True: `${prefix}memory-pressure` },
  DiskPressure: { True: `${prefix}disk-pressure` },
  NetworkUnavailable: { True: `${prefix}network-unavailable` },
  PIDPressure: { True: `${prefix}pid-pressure` },
};
const unschedulableKey = `${prefix}unschedulable`;
const ownNoScheduleKeys: ReadonlySet<string> = new Set([
  ...Object.values(taintKeys).flatMap((byStatus) => Object.values(byStatus)),
  unschedulableKey,
]);
const noExecuteKeys: ReadonlySet<string> = new Set([`${prefix}not-ready`, `${prefix}unreachable`]);

/** What this controller remembers of a node's heartbeat. */
interface Health {
  /** When it was last seen to be alive. */
  aliveMs: number;
  renewTime: string;
  status: string;
}

/** Watches over the nodes. */
export class NodeLifecycleController {
  readonly #context: ComponentContext;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  readonly #queue: Workqueue;
  readonly #health = new Map<string, Health>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#nodes = context.informers.of('Node');
    this.#pods = context.informers.of('Pod');
    context.informers.of('Lease');
    this.#queue = new Workqueue(context.engine, context.name);
    this.#pods.indexer.addIndex('spec.nodeName', (pod) => [pod.spec.nodeName ?? '']);
  }

  start(): void {
    this.#nodes.addHandlers({
      onAdd: (node) => this.#queue.add(nameOf(node)),
      onUpdate: (_before, node) => this.#queue.add(nameOf(node)),
      onDelete: (node) => this.#health.delete(nameOf(node)),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#nodes),
      sync: (name) => this.#syncTaints(name),
    });
    this.#context.scope.spawn('monitor', this.#monitor());
  }

  /** Makes the NoSchedule taints of a node what its conditions say. */
  *#syncTaints(name: string): Process {
    const node = this.#nodes.indexer.get(name);
    if (node === undefined) return;
    const wanted: Taint[] = [];
    for (const { type, status } of node.status?.conditions ?? []) {
      const key = taintKeys[type]?.[status];
      if (key !== undefined) wanted.push({ key, effect: 'NoSchedule' });
    }
    if (node.spec.unschedulable === true) {
      wanted.push({ key: unschedulableKey, effect: 'NoSchedule' });
    }
    const isOwn = (taint: Taint) =>
      taint.effect === 'NoSchedule' && ownNoScheduleKeys.has(taint.key);
    yield* this.#replaceTaints(node, isOwn, wanted);
  }

  /** Puts `wanted` in the place of the taints that are `isOwn`; writes only when that changes anything. */
  *#replaceTaints(node: Node, isOwn: (taint: Taint) => boolean, wanted: readonly Taint[]): Process {
    const taints = node.spec.taints ?? [];
    const isWanted = (taint: Taint) =>
      wanted.some(({ key, effect }) => key === taint.key && effect === taint.effect);
    const kept = taints.filter((taint) => !isOwn(taint) || isWanted(taint));
    const timeAdded = formatTime(this.#context.engine.nowMs);
    const added = wanted
      .filter(({ key, effect }) => !taints.some((t) => t.key === key && t.effect === effect))
      .map((taint) => ({ ...taint, timeAdded }));
    if (added.length === 0 && kept.length === taints.length) return;
    const { engine, name, client } = this.#context;
    const removed = taints.filter((taint) => !kept.includes(taint)).map(({ key }) => key);
    engine.record(name, 'taint', keyOf(node), { added: added.map(({ key }) => key), removed });
    const next = [...kept, ...added];
    const body = { spec: { taints: next.length === 0 ? null : next } };
    yield* client.of('Node').patch('', nameOf(node), 'strategic', body);
  }

  *#monitor(): Process {
    const { engine } = this.#context;
    yield* this.#nodes.synced.wait();
    for (;;) {
      const nodes = this.#nodes.indexer.list();
      for (const node of nodes) {
        try {
          yield* this.#check(node);
        } catch (error) {
          // A conflict or a node that is gone: the next pass looks again.
          if (!(error instanceof StatusError)) throw error;
        }
      }
      yield* engine.delay(monitorPeriodMs);
    }
  }

  *#check(cached: Node): Process {
    const health = this.#observe(cached);
    const { nowMs } = this.#context.engine;
    const before = conditionOf(cached, 'Ready');
    const graceMs = before === undefined ? startupGraceMs : monitorGraceMs;
    let node = cached;
    if (nowMs > health.aliveMs + graceMs) node = yield* this.#markUnknown(cached);
    const ready = conditionOf(node, 'Ready')?.status ?? 'Unknown';
    if (before?.status === 'True' && ready !== 'True') yield* this.#markPodsNotReady(node);
    yield* this.#syncNoExecute(node, ready);
  }

  /** Notes a heartbeat: a Lease or a status that differs from the last one seen. */
  #observe(node: Node): Health {
    const name = nameOf(node);
    const { nowMs } = this.#context.engine;
    const lease = this.#context.informers.of('Lease').indexer.get(`${leaseNamespace}/${name}`);
    const renewTime = lease?.spec?.renewTime ?? '';
    const status = conditionOf(node, 'Ready')?.lastHeartbeatTime ?? '';
    let health = this.#health.get(name);
    if (health === undefined) {
      health = { aliveMs: nowMs, renewTime, status };
      this.#health.set(name, health);
    } else if (renewTime !== health.renewTime || status !== health.status) {
      health.aliveMs = nowMs;
      health.renewTime = renewTime;
      health.status = status;
    }
    return health;
  }

  *#markUnknown(node: Node): Process<Node> {
    const now = formatTime(this.#context.engine.nowMs);
    const conditions = [...(node.status?.conditions ?? [])];
    for (const type of watchedConditions) {
      const index = conditions.findIndex((condition) => condition.type === type);
      const old = conditions[index];
      if (old?.status === 'Unknown') continue;
      const unknown: NodeCondition = {
        type,
        status: 'Unknown',
        reason: old === undefined ? 'NodeStatusNeverUpdated' : 'NodeStatusUnknown',
        message:
          old === undefined
            ? 'Kubelet never posted node status.'
            : 'Kubelet stopped posting node status.',
        lastHeartbeatTime: old?.lastHeartbeatTime ?? node.metadata.creationTimestamp,
        lastTransitionTime: now,
      };
      if (index < 0) conditions.push(unknown);
      else conditions[index] = unknown;
    }
    if (deepEqual(conditions, node.status?.conditions ?? [])) return node;
    const { engine, name, client } = this.#context;
    engine.record(name, 'node-unknown', keyOf(node), { graceSeconds: monitorGraceMs / 1000 });
    return yield* client
      .of('Node')
      .updateStatus({ ...node, status: { ...node.status, conditions } });
  }

  *#markPodsNotReady(node: Node): Process {
    const { client, recorder, engine } = this.#context;
    const nodeName = nameOf(node);
    recorder.event(node, 'Normal', 'NodeNotReady', `Node ${nodeName} status is now: NodeNotReady`);
    for (const pod of this.#pods.indexer.byIndex('spec.nodeName', nodeName)) {
      const conditions = (pod.status?.conditions ?? []).map((condition) => {
        if (condition.type !== 'Ready' || condition.status !== 'True') return condition;
        const lastTransitionTime = formatTime(engine.nowMs);
        return { ...condition, status: 'False', lastTransitionTime };
      });
      if (deepEqual(conditions, pod.status?.conditions ?? [])) continue;
      recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      const body = { status: { conditions } };
      const options = { subresource: 'status' };
      const name = nameOf(pod);
      yield* client.of('Pod').patch(namespaceOf(pod), name, 'strategic', body, options);
    }
  }

  *#syncNoExecute(node: Node, ready: string): Process {
    const isOwn = (taint: Taint) => taint.effect === 'NoExecute' && noExecuteKeys.has(taint.key);
    const key = taintKeys['Ready']?.[ready];
    const isFullyDown = this.#nodes.indexer
      .list()
      .every((other) => conditionOf(other, 'Ready')?.status !== 'True');
    const isWanted = key !== undefined && !isFullyDown;
    yield* this.#replaceTaints(node, isOwn, isWanted ? [{ key, effect: 'NoExecute' }] : []);
  }
}

function conditionOf(node: Node, type: string): NodeCondition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}
