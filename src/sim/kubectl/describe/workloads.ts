/**
 * The descriptions of Deployment, ReplicaSet, ReplicationController, StatefulSet and DaemonSet.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go DeploymentDescriber and its neighbours
 */
import {
  formatLabelSelector,
  formatSelector,
  selectorFromLabelSelector,
  selectorFromSet,
} from '../../api/selector.ts';
import type { Selector } from '../../api/selector.ts';
import type {
  DaemonSet,
  Deployment,
  Pod,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../api/types.gen.ts';
import type { KubeObject } from '../../api/object.ts';
import { controllerOf } from '../../api/owner-references.ts';
import type { Process } from '../../engine/process.ts';
import { formatLabels } from '../printers/table.ts';
import { replicaSetsOf } from '../replica-sets.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Describer } from './describer.ts';
import { writeTemplate } from './template.ts';
import { controllerText, longTime, writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

interface ConditionRow {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
}

function writeConditions(out: Description, conditions: readonly ConditionRow[] | undefined): void {
  if (!conditions || conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type', 'Status', 'Reason');
  out.line(1, '----', '------', '------');
  for (const { type, status, reason } of conditions) {
    out.line(1, `${type} `, status, reason ?? '');
  }
}

export const describeDeployment: Describer<Deployment> = {
  *write(out, deployment, invocation) {
    const { metadata, spec, status } = deployment;
    writeName(out, deployment);
    out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Selector:', formatLabelSelector(spec?.selector));
    out.line(
      0,
      'Replicas:',
      `${spec?.replicas ?? 0} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ` +
        `${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
    );
    out.line(0, 'StrategyType:', spec?.strategy?.type ?? '');
    out.line(0, 'MinReadySeconds:', spec?.minReadySeconds ?? 0);
    const rolling = spec?.strategy?.rollingUpdate;
    if (rolling) {
      out.line(
        0,
        'RollingUpdateStrategy:',
        `${rolling.maxUnavailable ?? ''} max unavailable, ${rolling.maxSurge ?? ''} max surge`,
      );
    }
    writeTemplate(out, spec?.template);
    writeConditions(out, status?.conditions);
    const { allOld, current } = yield* replicaSetsOf(invocation, deployment);
    out.line(0, 'OldReplicaSets:', replicaSetsText(allOld));
    out.line(0, 'NewReplicaSet:', replicaSetsText(current ? [current] : []));
  },
};

function replicaSetsText(sets: readonly ReplicaSet[]): string {
  const shown = sets.map(
    ({ metadata, spec, status }) =>
      `${metadata.name ?? ''} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
  );
  return shown.length === 0 ? '<none>' : shown.join(', ');
}

/** Counts a controller's own pods by phase. */
function* podsStatus(
  invocation: Invocation,
  owner: KubeObject,
  selector: Selector,
): Process<string> {
  const row = mapResource(invocation.context, 'pods');
  const labelSelector = formatSelector(selector);
  const list = yield* invocation.api.list(row, owner.metadata.namespace ?? '', { labelSelector });
  const counts = new Map<string, number>();
  for (const pod of list.items as unknown as readonly Pod[]) {
    if (controllerOf(pod)?.uid !== owner.metadata.uid) continue;
    const phase = pod.status?.phase ?? '';
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  const count = (phase: string): number => counts.get(phase) ?? 0;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

export const describeReplicaSet: Describer<ReplicaSet> = {
  *write(out, set, invocation) {
    const { metadata, spec, status } = set;
    writeName(out, set);
    out.line(0, 'Selector:', formatLabelSelector(spec?.selector));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    const controller = controllerText(set);
    if (controller) out.line(0, 'Controlled By:', controller);
    out.line(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
    const selector = selectorFromLabelSelector(spec?.selector);
    out.line(0, 'Pods Status:', yield* podsStatus(invocation, set, selector));
    writeTemplate(out, spec?.template);
    writeConditions(out, status?.conditions);
  },
};

export const describeReplicationController: Describer<ReplicationController> = {
  *write(out, controller, invocation) {
    const { metadata, spec, status } = controller;
    writeName(out, controller);
    out.line(0, 'Selector:', formatLabels(spec?.selector));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Replicas:', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
    const selector = selectorFromSet(spec?.selector);
    out.line(0, 'Pods Status:', yield* podsStatus(invocation, controller, selector));
    writeTemplate(out, spec?.template);
    writeConditions(out, status?.conditions);
  },
};

export const describeStatefulSet: Describer<StatefulSet> = {
  *write(out, set, invocation) {
    const { metadata, spec, status } = set;
    writeName(out, set);
    out.line(0, 'CreationTimestamp:', longTime(metadata.creationTimestamp));
    out.line(0, 'Selector:', formatLabelSelector(spec?.selector));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Replicas:', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
    out.line(0, 'Update Strategy:', spec?.updateStrategy?.type ?? '');
    const rolling = spec?.updateStrategy?.rollingUpdate;
    if (rolling?.partition !== undefined) out.line(1, 'Partition:', rolling.partition);
    const selector = selectorFromLabelSelector(spec?.selector);
    out.line(0, 'Pods Status:', yield* podsStatus(invocation, set, selector));
    writeTemplate(out, spec?.template);
    writeClaims(out, set);
  },
};

function writeClaims(out: Description, { spec }: StatefulSet): void {
  const claims = spec?.volumeClaimTemplates ?? [];
  if (claims.length === 0) {
    out.line(0, 'Volume Claims:', '<none>');
    return;
  }
  out.line(0, 'Volume Claims:');
  for (const { metadata, spec: claim } of claims) {
    out.line(1, 'Name:', metadata.name ?? '');
    out.line(1, 'StorageClass:', claim?.storageClassName ?? '');
    writeLabels(out, '  Labels', metadata.labels);
    writeAnnotations(out, '  Annotations', metadata.annotations);
    const capacity = claim?.resources?.requests?.storage;
    out.line(1, 'Capacity:', capacity ?? '<default>');
    out.line(1, 'Access Modes:', `[${(claim?.accessModes ?? []).join(' ')}]`);
  }
}

export const describeDaemonSet: Describer<DaemonSet> = {
  *write(out, set, invocation) {
    const { metadata, spec, status } = set;
    writeName(out, set);
    out.line(0, 'Selector:', formatLabelSelector(spec?.selector));
    out.line(0, 'Node-Selector:', formatLabels(spec?.template.spec?.nodeSelector));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    const count = (title: string, value: number | undefined): void =>
      out.line(0, `${title}: ${value ?? 0}`);
    count('Desired Number of Nodes Scheduled', status?.desiredNumberScheduled);
    count('Current Number of Nodes Scheduled', status?.currentNumberScheduled);
    count('Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled);
    count('Number of Nodes Scheduled with Available Pods', status?.numberAvailable);
    count('Number of Nodes Misscheduled', status?.numberMisscheduled);
    const selector = selectorFromLabelSelector(spec?.selector);
    out.line(0, 'Pods Status:', yield* podsStatus(invocation, set, selector));
    writeTemplate(out, spec?.template);
  },
};
