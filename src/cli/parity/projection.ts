/**
 * What of an object is compared: counts, phase, conditions with reasons, container states, deletion, readiness.
 *
 * A life is the sequence of distinct projections. Two kinds of steps are dropped from it on both sides, because whether
 * they are seen depends on which changes one write happened to carry:
 *
 * - between two states of a workload's status, those whose counts lie between them;
 * - states of a starting pod in which it is bound and no container of it has run yet: the kubelet's status manager sends
 *   what is newest when its turn comes.
 */
import { valueAt } from '#sim/api/object.ts';
import type { Json } from '#sim/api/object.ts';

/** One state of one object: `spec` must follow step by step, `status` may be merged. */
export interface Projection {
  readonly spec: string;
  readonly conditions: string;
  readonly counts: readonly number[];
}

const countFields: Readonly<Record<string, readonly string[]>> = {
  Deployment: [
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
  ],
  ReplicaSet: [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'terminatingReplicas',
  ],
  ReplicationController: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
  StatefulSet: [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
  ],
  DaemonSet: [
    'currentNumberScheduled',
    'desiredNumberScheduled',
    'numberReady',
    'numberAvailable',
    'numberUnavailable',
    'numberMisscheduled',
    'updatedNumberScheduled',
  ],
  Job: ['active', 'ready', 'succeeded', 'failed', 'terminating'],
};

/** Kinds whose objects are compared; others are machinery (Lease), compared elsewhere (Event) or were not recorded (Secret). */
export const comparedKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Pod',
  'Service',
  'EndpointSlice',
  'ConfigMap',
  'ControllerRevision',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'ResourceQuota',
  'Node',
]);

/** Projects one state of an object. */
export function project(kind: string, object: unknown): Projection {
  const spec = {
    replicas: valueAt(object, 'spec', 'replicas'),
    paused: valueAt(object, 'spec', 'paused'),
    suspend: valueAt(object, 'spec', 'suspend'),
    unschedulable: valueAt(object, 'spec', 'unschedulable'),
    revision: valueAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
    deleted: valueAt(object, 'metadata', 'deletionTimestamp') !== undefined,
    finalizers: valueAt(object, 'metadata', 'finalizers'),
    owners: ownerKinds(object),
    ...(kind === 'Pod' ? podState(object) : {}),
    ...(kind === 'EndpointSlice' ? { endpoints: endpointStates(object) } : {}),
  };
  const counts = (countFields[kind] ?? []).map((field) => {
    const value = valueAt(object, 'status', field);
    return typeof value === 'number' ? value : 0;
  });
  const conditions = kind === 'Pod' || kind === 'Node' ? '' : conditionText(object);
  return { spec: JSON.stringify(spec), conditions, counts };
}

function ownerKinds(object: unknown): string {
  const owners = valueAt(object, 'metadata', 'ownerReferences');
  if (!Array.isArray(owners)) return '';
  return owners.map((owner) => `${text(owner, 'kind')}/${text(owner, 'name')}`).join(',');
}

function text(object: unknown, ...path: string[]): string {
  const value = valueAt(object, ...path);
  return value === undefined || value === null ? '' : String(value as string | number | boolean);
}

function conditionText(object: unknown): string {
  const conditions = valueAt(object, 'status', 'conditions');
  if (!Array.isArray(conditions)) return '';
  return conditions
    .map(
      (condition) =>
        `${text(condition, 'type')}=${text(condition, 'status')} ${text(condition, 'reason')}`,
    )
    .join(', ');
}

/** Phase, readiness and container states of a pod, as far as they do not depend on merged writes. */
function podState(object: unknown): Record<string, Json | undefined> {
  return {
    phase: valueAt(object, 'status', 'phase'),
    reason: valueAt(object, 'status', 'reason'),
    qosClass: valueAt(object, 'status', 'qosClass'),
    isBound: valueAt(object, 'spec', 'nodeName') !== undefined,
    conditions: conditionText(object),
    init: containerStates(object, 'initContainerStatuses'),
    containers: containerStates(object, 'containerStatuses'),
  };
}

function containerStates(object: unknown, field: string): string {
  const statuses = valueAt(object, 'status', field);
  if (!Array.isArray(statuses)) return '';
  return statuses.map(containerState).join('; ');
}

function containerState(status: Json): string {
  const state = (name: string): string => {
    for (const kind of ['waiting', 'running', 'terminated']) {
      if (valueAt(status, name, kind) === undefined) continue;
      const reason = text(status, name, kind, 'reason');
      const code = text(status, name, kind, 'exitCode');
      return [kind, reason, code].filter((part) => part !== '').join(' ');
    }
    return 'none';
  };
  const ready = text(status, 'ready');
  const restarts = text(status, 'restartCount');
  return `${text(status, 'name')}: ${state('state')} (last ${state('lastState')}) ready ${ready} started ${text(status, 'started')} restarts ${restarts}`;
}

function endpointStates(object: unknown): string {
  const endpoints = valueAt(object, 'endpoints');
  if (!Array.isArray(endpoints)) return '';
  const states = endpoints.map((endpoint) =>
    ['ready', 'serving', 'terminating'].map((name) => text(endpoint, 'conditions', name)).join('/'),
  );
  return states.sort().join(' ');
}

/** Whether a pod is bound and nothing of it has run yet, nor failed to. */
function isStarting({ spec }: Projection): boolean {
  return (
    spec.includes('"phase":"Pending"') &&
    spec.includes('"isBound":true') &&
    spec.includes('"deleted":false') &&
    !/running|terminated|waiting (?!ContainerCreating|PodInitializing)/.test(spec)
  );
}

/** Drops what may be merged: states whose counts lie between their neighbours' and that change nothing else. */
export function turningPoints(life: readonly Projection[]): Projection[] {
  const kept: Projection[] = [];
  for (const [index, state] of life.entries()) {
    const before = kept.at(-1);
    const after = life[index + 1];
    if (isStarting(state) && after !== undefined) continue;
    const isMerged =
      before !== undefined &&
      after !== undefined &&
      state.spec === after.spec &&
      (state.conditions === before.conditions || state.conditions === after.conditions) &&
      state.counts.every((count, field) =>
        isBetween(before.counts[field], count, after.counts[field]),
      );
    if (!isMerged) kept.push(state);
  }
  return kept;
}

function isBetween(from = 0, value: number, to = 0): boolean {
  return (from <= value && value <= to) || (to <= value && value <= from);
}

/** Writes a state in one line, for comparing and for showing. */
export function lineOf({ spec, conditions, counts }: Projection): string {
  return [spec, conditions, counts.join(' ')].filter((part) => part !== '').join(' | ');
}
