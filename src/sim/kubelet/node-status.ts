/**
 * The Node object of a kubelet: it registers itself, and keeps the status true.
 *
 * - The status is computed every 10 s and sent when it differs from what the API has, else every 5 minutes.
 * - Conditions of others (NetworkUnavailable …), spec and labels of others stay.
 *
 * Upstream: pkg/kubelet/kubelet_node_status.go; pkg/kubelet/nodestatus/setters.go
 * Docs: /docs/reference/node/node-status/
 * Simplified: no pressure of memory, disk or processes; a new node is ready a moment after it has registered.
 */
import { deepEqual } from '../api/deep-equal.ts';
import type { JsonObject } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { createTwoWayMergePatch } from '../api/strategic-merge-diff.ts';
import { formatTime } from '../api/time.ts';
import { KUBERNETES_VERSION } from '../api/version.ts';
import type { Node, NodeCondition, NodeStatus } from '../api/types.gen.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import { hashString } from '../engine/random.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** Upstream: kubelet_node_status.go registerWithAPIServer */
const firstRetryMs = 100;
const maxRetryMs = 7_000;
/** The most images that a node's status lists. Upstream: NodeStatusMaxImages */
const maxImages = 50;

type ConditionRow = readonly [
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
];

const healthy: readonly ConditionRow[] = [
  [
    'MemoryPressure',
    'False',
    'KubeletHasSufficientMemory',
    'kubelet has sufficient memory available',
  ],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

/** What a node says of itself when it registers. Recorded: nodes/node-object-deleted, Ready 318 ms later */
const notReadyYet = [
  'Ready',
  'False',
  'KubeletNotReady',
  'CSINode is not yet initialized',
] as const;

const eventReasons: Readonly<Record<string, string>> = {
  MemoryPressure: 'NodeHasSufficientMemory',
  DiskPressure: 'NodeHasNoDiskPressure',
  PIDPressure: 'NodeHasSufficientPID',
  Ready: 'NodeReady',
};

/** Registers the node, again and again until that succeeds; returns whether it was not there before. */
export function* registerNode(context: KubeletContext): Process<boolean> {
  const nodes = context.client.of('Node');
  const { name } = context.node;
  nodeEvent(context, 'Starting', 'Starting kubelet.');
  for (const [type] of healthy) {
    const reason = eventReasons[type];
    if (type === 'Ready' || reason === undefined) continue;
    nodeEvent(context, reason, `Node ${name} status is now: ${reason}`);
  }
  const enforced = 'Updated Node Allocatable limit across pods';
  nodeEvent(context, 'NodeAllocatableEnforced', enforced);
  for (let failures = 0; ; failures += 1) {
    try {
      const body = initialNode(context);
      try {
        yield* nodes.create('', body);
        return true;
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
      }
      const existing = yield* nodes.get('', name);
      const labels = { ...existing.metadata.labels, ...body.metadata.labels };
      if (!deepEqual(labels, existing.metadata.labels)) {
        yield* nodes.update({ ...existing, metadata: { ...existing.metadata, labels } });
      }
      return false;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      yield* context.engine.delay(Math.min(firstRetryMs * 2 ** failures, maxRetryMs));
    }
  }
}

/** Keeps the node's status true for ever. `cached` is the object as the kubelet last saw it; `isNew` that it has just
 * registered. */
export function* reportNodeStatus(
  context: KubeletContext,
  cached: () => Node | undefined,
  isNew: boolean,
): Process {
  const { engine, random, options } = context;
  let lastReportMs = -Infinity;
  if (isNew) yield* engine.delay(drawMs(random, options.latencies.nodeReady));
  for (;;) {
    const node = cached();
    if (node !== undefined) {
      const isDue = engine.nowMs - lastReportMs >= options.nodeStatusReportFrequencyMs;
      if (isDue || differs(context, node)) {
        try {
          yield* sendStatus(context, node);
          lastReportMs = engine.nowMs;
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
        }
      }
    }
    yield* engine.delay(random.jitter(options.nodeStatusUpdateFrequencyMs, 0.04));
  }
}

function* sendStatus(context: KubeletContext, node: Node): Process {
  const status = nextStatus(context, node);
  for (const condition of status.conditions ?? []) {
    const before = node.status?.conditions?.find(({ type }) => type === condition.type);
    const reason = eventReasons[condition.type];
    if (reason === undefined || before?.status === condition.status) continue;
    nodeEvent(context, reason, `Node ${context.node.name} status is now: ${reason}`);
  }
  const labels = { ...node.metadata.labels, ...defaultLabels(context.node.name) };
  const patch = createTwoWayMergePatch(
    { metadata: { labels: node.metadata.labels }, status: node.status } as unknown as JsonObject,
    { metadata: { labels }, status } as unknown as JsonObject,
    'Node',
  );
  yield* context.client
    .of('Node')
    .patch('', context.node.name, 'strategic', patch, { subresource: 'status' });
}

/** Whether anything but heartbeat times has changed. */
function differs(context: KubeletContext, node: Node): boolean {
  const withoutBeats = (status: NodeStatus | undefined): unknown => ({
    ...status,
    conditions: status?.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest),
  });
  const labels = node.metadata.labels ?? {};
  for (const [name, value] of Object.entries(defaultLabels(context.node.name))) {
    if (labels[name] !== value) return true;
  }
  return !deepEqual(withoutBeats(nextStatus(context, node)), withoutBeats(node.status));
}

/** Labels that a kubelet gives its node and puts back when somebody takes them off. */
function defaultLabels(name: string): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  };
}

function initialNode(context: KubeletContext): Node {
  const { name, taints, podCidr } = context.node;
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { ...defaultLabels(name), ...context.node.labels },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {
      ...(podCidr === undefined ? {} : { podCIDR: podCidr, podCIDRs: [podCidr] }),
      ...(taints.length === 0 ? {} : { taints }),
    },
  };
  const [memory, disk, processes] = healthy;
  const conditions = [memory, disk, processes, notReadyYet].filter((row) => row !== undefined);
  return { ...node, status: nextStatus(context, node, conditions) };
}

function nextStatus(
  context: KubeletContext,
  node: Node,
  conditions: readonly ConditionRow[] = healthy,
): NodeStatus {
  const { name, capacity, allocatable } = context.node;
  const old = node.status;
  const now = formatTime(context.engine.nowMs);
  const own = conditions.map(([type, status, reason, message]): NodeCondition => {
    const before = old?.conditions?.find((condition) => condition.type === type);
    const since = before?.status === status ? before.lastTransitionTime : now;
    return {
      type,
      status,
      lastHeartbeatTime: now,
      lastTransitionTime: since ?? now,
      reason,
      message,
    };
  });
  const foreign = (old?.conditions ?? []).filter(
    ({ type }) => !healthy.some(([ownType]) => ownType === type),
  );
  const images = [...context.runtime.images()]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1))
    .slice(0, maxImages)
    .map(({ name: image, id, sizeBytes }) => ({ names: [id, image], sizeBytes }));
  return {
    ...old,
    capacity,
    allocatable,
    conditions: [...foreign, ...own],
    addresses: [
      { type: 'InternalIP', address: context.network.nodeIp },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: nodeInfo(name),
    ...(images.length === 0 ? {} : { images }),
  };
}

/** Identities of a node are made from its name, so that they are the same in every run. */
function nodeInfo(name: string): NonNullable<NodeStatus['nodeInfo']> {
  const parts = [0, 1, 2, 3].map((part) =>
    hashString(`${name}/${part}`).toString(16).padStart(8, '0'),
  );
  const id = parts.join('');
  const bootID = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    machineID: id,
    systemUUID: id,
    bootID,
    kernelVersion: '6.18.44',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    containerRuntimeVersion: 'containerd://2.3.4',
    kubeletVersion: KUBERNETES_VERSION,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
}

/** Sends an event about the node; its UID in events is its name. */
export function nodeEvent(context: KubeletContext, reason: string, message: string): void {
  const { name } = context.node;
  context.recorder.event(
    { kind: 'Node', name, uid: name, apiVersion: '' },
    'Normal',
    reason,
    message,
  );
}
