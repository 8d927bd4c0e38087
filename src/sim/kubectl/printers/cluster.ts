/**
 * The rows of Node, Namespace, Lease, PriorityClass, RuntimeClass and Event.
 *
 * Upstream: pkg/printers/internalversion/printers.go printNode, printEvent and their neighbours
 */
import { findCondition } from '../../api/conditions.ts';
import { compareText } from '../../api/go-format.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Event, Lease, Namespace, Node, PriorityClass } from '../../api/types.gen.ts';
import { age, columns } from './table.ts';
import type { KindPrinter } from './table.ts';

/** Roles from the node's labels, sorted; empty without any. */
export function nodeRoles(node: Node): string[] {
  const roles = new Set<string>();
  const prefix = 'node-role.kubernetes.io/';
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(prefix) && key.length > prefix.length) roles.add(key.slice(prefix.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort(compareText);
}

function nodeStatus(node: Node): string {
  const ready = findCondition(node.status?.conditions, 'Ready');
  const words = [!ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (node.spec?.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeAddress(node: Node, type: string): string {
  return node.status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';
}

export const nodePrinter: KindPrinter<Node> = {
  columns: columns(
    'Name,Status,Roles,Age,Version|Internal-IP,External-IP,OS-Image,Kernel-Version,Container-Runtime',
  ),
  cells(node, nowMs) {
    const info = node.status?.nodeInfo;
    const kernel = info?.kernelVersion || '<unknown>';
    return [
      node.metadata.name ?? '',
      nodeStatus(node),
      nodeRoles(node).join(',') || '<none>',
      age(node.metadata.creationTimestamp, nowMs),
      info?.kubeletVersion ?? '',
      nodeAddress(node, 'InternalIP'),
      nodeAddress(node, 'ExternalIP'),
      info?.osImage || '<unknown>',
      info?.architecture ? `${kernel} (${info.architecture})` : kernel,
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
};

export const namespacePrinter: KindPrinter<Namespace> = {
  columns: columns('Name,Status,Age'),
  cells: ({ metadata, status }, nowMs) => [
    metadata.name ?? '',
    status?.phase ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
};

export const leasePrinter: KindPrinter<Lease> = {
  columns: columns('Name,Holder,Age'),
  cells: ({ metadata, spec }, nowMs) => [
    metadata.name ?? '',
    spec?.holderIdentity ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
};

export const priorityClassPrinter: KindPrinter<PriorityClass> = {
  columns: columns('Name,Value,Global-Default,Age,PreemptionPolicy'),
  cells: ({ metadata, value, globalDefault, preemptionPolicy }, nowMs) => [
    metadata.name ?? '',
    value ?? 0,
    String(globalDefault ?? false),
    age(metadata.creationTimestamp, nowMs),
    preemptionPolicy ?? '',
  ],
};

export const runtimeClassPrinter: KindPrinter<KubeObject & { readonly handler?: string }> = {
  columns: columns('Name,Handler,Age'),
  cells: ({ metadata, handler }, nowMs) => [
    metadata.name ?? '',
    handler ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
};

function eventSource(event: Event): string {
  const component = event.source?.component || event.reportingComponent || '';
  const host = event.source?.host || (event.source?.component ? '' : event.reportingInstance) || '';
  return host === '' ? component : `${component}, ${host}`;
}

/** Age of an event's first and last time; a series counts its own. */
export function eventAges(event: Event, nowMs: number): { first: string; last: string } {
  const first = event.firstTimestamp
    ? age(event.firstTimestamp, nowMs)
    : age(event.eventTime, nowMs);
  if (event.series) return { first, last: age(event.series.lastObservedTime, nowMs) };
  return { first, last: event.lastTimestamp ? age(event.lastTimestamp, nowMs) : first };
}

export const eventPrinter: KindPrinter<Event> = {
  columns: [
    ...columns('Last Seen,Type,Reason,Object|Subobject,Source'),
    ...columns('Message|First Seen,Count,Name'),
  ],
  cells(event, nowMs) {
    const { involvedObject } = event;
    const kind = (involvedObject.kind ?? '').toLowerCase();
    const { first, last } = eventAges(event, nowMs);
    return [
      last,
      event.type ?? '',
      event.reason ?? '',
      involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
      involvedObject.fieldPath ?? '',
      eventSource(event),
      (event.message ?? '').trim(),
      first,
      event.series?.count ?? (event.count || 1),
      event.metadata.name ?? '',
    ];
  },
};
