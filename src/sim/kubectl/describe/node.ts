/**
 * The description of a node, with the pods on it and what they ask for.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go NodeDescriber, describeNodeResource
 */
import { compareText } from '../../api/go-format.ts';
import { isNotFound } from '../../api/status-error.ts';
import { addQuantities, formatQuantity, quantityMilliValue } from '../../api/quantity.ts';
import type { Quantity } from '../../api/quantity.ts';
import type { Lease, Node, Pod } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { nodeRoles } from '../printers/cluster.ts';
import { age } from '../printers/table.ts';
import { podLimits, podRequests } from '../pod-resources.ts';
import type { ResourceTotals } from '../pod-resources.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Describer } from './describer.ts';
import { longTime, writeAnnotations, writeLabels } from './text.ts';
import type { Description } from './text.ts';

export const describeNode: Describer<Node> = {
  *write(out, node, invocation) {
    writeHead(out, node);
    writeLease(out, yield* leaseOf(invocation, node));
    writeConditions(out, node);
    writeAddresses(out, node);
    const { status, spec } = node;
    writeList(out, 'Capacity', status?.capacity);
    writeList(out, 'Allocatable', status?.allocatable);
    writeSystem(out, node);
    if (spec?.podCIDR) out.line(0, 'PodCIDR:', spec.podCIDR);
    if (spec?.podCIDRs && spec.podCIDRs.length > 0)
      out.line(0, 'PodCIDRs:', spec.podCIDRs.join(','));
    if (spec?.providerID) out.line(0, 'ProviderID:', spec.providerID);
    const pods = yield* podsOn(invocation, node);
    writePods(out, node, pods, invocation.context.engine.nowMs);
  },
};

function writeHead(out: Description, node: Node): void {
  const { metadata, spec } = node;
  out.line(0, 'Name:', metadata.name ?? '');
  const roles = nodeRoles(node);
  out.line(0, 'Roles:', roles.join(',') || '<none>');
  writeLabels(out, 'Labels', metadata.labels);
  writeAnnotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
  const taints = [...(spec?.taints ?? [])].sort((a, b) => {
    const key = (taint: { effect: string; key: string }): string => `${taint.effect},${taint.key}`;
    return compareText(key(a), key(b));
  });
  if (taints.length === 0) out.line(0, 'Taints:', '<none>');
  for (const [index, { key, value, effect }] of taints.entries()) {
    const text = value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
    out.line(0, index === 0 ? 'Taints:' : '', text);
  }
  out.line(0, 'Unschedulable:', spec?.unschedulable ?? false);
}

function* leaseOf(invocation: Invocation, node: Node): Process<Lease | undefined> {
  const row = mapResource(invocation.context, 'leases.coordination.k8s.io');
  try {
    const name = node.metadata.name ?? '';
    return (yield* invocation.api.get(row, 'kube-node-lease', name)) as Lease;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function writeLease(out: Description, lease: Lease | undefined): void {
  const { holderIdentity, acquireTime, renewTime } = lease?.spec ?? {};
  out.line(0, 'Lease:');
  out.line(1, 'HolderIdentity:', holderIdentity || '<unset>');
  out.line(1, 'AcquireTime:', acquireTime ? longTime(acquireTime) : '<unset>');
  out.line(1, 'RenewTime:', renewTime ? longTime(renewTime) : '<unset>');
}

function writeConditions(out: Description, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  const heads = ['Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'];
  out.line(0, 'Conditions:');
  out.line(1, 'Type', ...heads);
  out.line(1, '----', ...heads.map((head) => '-'.repeat(head.length)));
  for (const condition of conditions) {
    out.line(
      1,
      `${condition.type} `,
      `${condition.status} `,
      `${longTime(condition.lastHeartbeatTime)} `,
      `${longTime(condition.lastTransitionTime)} `,
      `${condition.reason ?? ''} `,
      condition.message ?? '',
    );
  }
}

function writeAddresses(out: Description, { status }: Node): void {
  out.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) out.line(1, `${type}:`, address);
}

function writeList(
  out: Description,
  title: string,
  list: Readonly<Record<string, string>> | undefined,
): void {
  const names = Object.keys(list ?? {}).sort(compareText);
  if (names.length === 0) return;
  out.line(0, `${title}:`);
  for (const name of names) out.line(1, `${name}:`, list?.[name] ?? '');
}

function writeSystem(out: Description, { status }: Node): void {
  const info = status?.nodeInfo;
  out.line(0, 'System Info:');
  out.line(1, 'Machine ID:', info?.machineID ?? '');
  out.line(1, 'System UUID:', info?.systemUUID ?? '');
  out.line(1, 'Boot ID:', info?.bootID ?? '');
  out.line(1, 'Kernel Version:', info?.kernelVersion ?? '');
  out.line(1, 'OS Image:', info?.osImage ?? '');
  out.line(1, 'Operating System:', info?.operatingSystem ?? '');
  out.line(1, 'Architecture:', info?.architecture ?? '');
  out.line(1, 'Container Runtime Version:', info?.containerRuntimeVersion ?? '');
  out.line(1, 'Kubelet Version:', info?.kubeletVersion ?? '');
}

function* podsOn(invocation: Invocation, node: Node): Process<readonly Pod[]> {
  const row = mapResource(invocation.context, 'pods');
  const list = yield* invocation.api.list(row, '', {
    fieldSelector: `spec.nodeName=${node.metadata.name ?? ''},status.phase!=Failed,status.phase!=Succeeded`,
  });
  return list.items as unknown as readonly Pod[];
}

const mainResources = ['cpu', 'memory', 'ephemeral-storage'];

function writePods(out: Description, node: Node, pods: readonly Pod[], nowMs: number): void {
  out.line(0, 'Non-terminated Pods:', `(${pods.length} in total)`);
  const gap = '  ';
  const heads = ['CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age'];
  out.line(1, 'Namespace', 'Name', `${gap}${heads[0] ?? ''}`, ...heads.slice(1));
  out.line(
    1,
    '---------',
    '----',
    `${gap}${'-'.repeat(heads[0]?.length ?? 0)}`,
    ...heads.slice(1).map((head) => '-'.repeat(head.length)),
  );
  const allocatable = node.status?.allocatable ?? node.status?.capacity ?? {};
  const requests: ResourceTotals = new Map();
  const limits: ResourceTotals = new Map();
  for (const pod of pods) {
    const [own, bound] = [podRequests(pod), podLimits(pod)];
    addTotals(requests, own);
    addTotals(limits, bound);
    const cell = (totals: ResourceTotals, name: string): string =>
      withShare(totals.get(name), allocatable[name]);
    out.line(
      1,
      pod.metadata.namespace ?? '',
      pod.metadata.name ?? '',
      `${gap}${cell(own, 'cpu')}`,
      cell(bound, 'cpu'),
      cell(own, 'memory'),
      cell(bound, 'memory'),
      age(pod.metadata.creationTimestamp, nowMs),
    );
  }
  out.line(0, 'Allocated resources:');
  out.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line(1, 'Resource', 'Requests', 'Limits');
  out.line(1, '--------', '--------', '------');
  const others = Object.keys(allocatable).filter(
    (name) => !mainResources.includes(name) && name !== 'pods',
  );
  for (const name of mainResources) {
    out.line(
      1,
      name,
      withShare(requests.get(name), allocatable[name]),
      withShare(limits.get(name), allocatable[name]),
    );
  }
  for (const name of others.sort(compareText)) {
    if (name.startsWith('hugepages-')) {
      out.line(
        1,
        name,
        withShare(requests.get(name), allocatable[name]),
        withShare(limits.get(name), allocatable[name]),
      );
    } else {
      const text = (totals: ResourceTotals): string => {
        const total = totals.get(name);
        return total ? formatQuantity(total) : '0';
      };
      out.line(1, name, text(requests), text(limits));
    }
  }
}

function addTotals(totals: ResourceTotals, more: ResourceTotals): void {
  for (const [name, quantity] of more) {
    const before = totals.get(name);
    totals.set(name, before ? addQuantities(before, quantity) : quantity);
  }
}

/** `100m (5%)` */
function withShare(total: Quantity | undefined, of: string | undefined): string {
  const text = total ? formatQuantity(total) : '0';
  const whole = of === undefined ? 0 : quantityMilliValue(of);
  const part = quantityMilliValue(text);
  const share = whole === 0 ? 0 : Math.trunc((part / whole) * 100);
  return `${text} (${share}%)`;
}
