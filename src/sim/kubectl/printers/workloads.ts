/**
 * The rows of workloads: Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, ControllerRevision.
 *
 * Upstream: pkg/printers/internalversion/printers.go printDeployment and its neighbours
 */
import { controllerOf } from '../../api/owner-references.ts';
import { parseApiVersion } from '../../api/kinds.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../api/types.gen.ts';
import { age, columns, formatLabels } from './table.ts';
import type { KindPrinter } from './table.ts';

/** Names and images of a template's containers, joined by commas. */
export function containersOf(template: PodTemplateSpec | undefined): [string, string] {
  const containers = template?.spec?.containers ?? [];
  return [
    containers.map((container) => container.name).join(','),
    containers.map((container) => container.image ?? '').join(','),
  ];
}

export const deploymentPrinter: KindPrinter<Deployment> = {
  columns: columns('Name,Ready,Up-to-date,Available,Age|Containers,Images,Selector'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.template),
    formatLabelSelector(spec?.selector),
  ],
};

export const replicaSetPrinter: KindPrinter<ReplicaSet> = {
  columns: columns('Name,Desired,Current,Ready,Age|Containers,Images,Selector'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.template),
    formatLabelSelector(spec?.selector),
  ],
};

export const replicationControllerPrinter: KindPrinter<ReplicationController> = {
  columns: columns('Name,Desired,Current,Ready,Age|Containers,Images,Selector'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.template),
    formatLabels(spec?.selector),
  ],
};

export const statefulSetPrinter: KindPrinter<StatefulSet> = {
  columns: columns('Name,Ready,Age|Containers,Images'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.template),
  ],
};

export const daemonSetPrinter: KindPrinter<DaemonSet> = {
  columns: columns(
    'Name,Desired,Current,Ready,Up-to-date,Available,Node Selector,Age|Containers,Images,Selector',
  ),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec?.template.spec?.nodeSelector),
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.template),
    formatLabelSelector(spec?.selector),
  ],
};

export const controllerRevisionPrinter: KindPrinter<ControllerRevision> = {
  columns: columns('Name,Controller,Revision,Age'),
  cells(revision, nowMs) {
    const owner = controllerOf(revision);
    let controller = '<none>';
    if (owner) {
      const { group } = parseApiVersion(owner.apiVersion);
      const kind = owner.kind.toLowerCase();
      controller = `${group === '' ? kind : `${kind}.${group}`}/${owner.name}`;
    }
    const { metadata } = revision;
    return [
      metadata.name ?? '',
      controller,
      revision.revision,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
};
