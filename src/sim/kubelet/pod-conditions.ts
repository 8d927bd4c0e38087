/**
 * The conditions that a kubelet keeps in a pod's status.
 *
 * Upstream: pkg/kubelet/status/generate.go
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
 */
import { findCondition } from '../api/conditions.ts';
import type { ContainerStatus, Pod, PodCondition } from '../api/types.gen.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { hasStartedApp } from './pod-phase.ts';
import { isSidecar } from './restart-policy.ts';

/** The part of a condition that is decided here; times and generation are added when it is published. */
export interface ConditionVerdict {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** Condition types that the kubelet owns; all others in a status belong to somebody else and stay. */
export const kubeletConditionTypes: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'AllContainersRestarting',
];

/** Returns the kubelet's conditions in the order in which they are published. */
export function podConditions(
  pod: Pod,
  runtime: PodRuntimeStatus,
  phase: string,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  foreign: readonly PodCondition[],
): ConditionVerdict[] {
  const containersReady = containersReadyCondition(pod, phase, initStatuses, statuses);
  return [
    { type: 'PodReadyToStartContainers', status: hasReadySandbox(runtime) ? 'True' : 'False' },
    initializedCondition(pod, phase, initStatuses, statuses),
    readyCondition(pod, containersReady, foreign),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
}

/** Whether the newest sandbox is alive with an address. */
export function hasReadySandbox(runtime: PodRuntimeStatus): boolean {
  const [newest] = runtime.sandboxes;
  return newest?.state === 'ready' && newest.ip !== '';
}

function containersReadyCondition(
  pod: Pod,
  phase: string,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): ConditionVerdict {
  const type = 'ContainersReady';
  const unknown: string[] = [];
  const unready: string[] = [];
  const check = (name: string, list: readonly ContainerStatus[]): void => {
    const status = list.find((other) => other.name === name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const container of pod.spec.initContainers ?? []) {
    if (isSidecar(container)) check(container.name, initStatuses);
  }
  for (const { name } of pod.spec.containers) check(name, statuses);
  if (unknown.length === 0 && phase === 'Succeeded') {
    return { type, status: 'False', reason: 'PodCompleted' };
  }
  if (unknown.length === 0 && phase === 'Failed') {
    return { type, status: 'False', reason: 'PodFailed' };
  }
  if (unknown.length === 0 && unready.length === 0) return { type, status: 'True' };
  return {
    type,
    status: 'False',
    reason: 'ContainersNotReady',
    message: problems(unknown, 'unready', unready),
  };
}

function readyCondition(
  pod: Pod,
  containersReady: ConditionVerdict,
  foreign: readonly PodCondition[],
): ConditionVerdict {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = findCondition(foreign, conditionType);
    if (condition === undefined) {
      messages.push(
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      );
    } else if (condition.status !== 'True') {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
      );
    }
  }
  if (messages.length === 0) return { type: 'Ready', status: 'True' };
  return {
    type: 'Ready',
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: messages.join(', '),
  };
}

function initializedCondition(
  pod: Pod,
  phase: string,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): ConditionVerdict {
  const type = 'Initialized';
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const status = initStatuses.find(({ name }) => name === container.name);
    if (status === undefined) unknown.push(container.name);
    else if (isSidecar(container) ? status.started !== true : !status.ready) {
      incomplete.push(container.name);
    }
  }
  if (phase === 'Succeeded' && unknown.length === 0) {
    return { type, status: 'True', reason: 'PodCompleted' };
  }
  if (hasStartedApp(statuses)) return { type, status: 'True' };
  if (unknown.length === 0 && incomplete.length === 0) return { type, status: 'True' };
  return {
    type,
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: problems(unknown, 'incomplete', incomplete),
  };
}

function problems(unknown: readonly string[], word: string, names: readonly string[]): string {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`containers with unknown status: [${unknown.join(' ')}]`);
  if (names.length > 0) parts.push(`containers with ${word} status: [${names.join(' ')}]`);
  return parts.join(', ');
}
