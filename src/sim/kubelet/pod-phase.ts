/**
 * The phase of a pod, computed from its containers.
 *
 * Upstream: pkg/kubelet/kubelet_pods.go getPhase
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
import type { Container, ContainerStatus, Pod } from '../api/types.gen.ts';
import { restartingReason } from './restart-all.ts';
import { isSidecar, restartsAfterExit } from './restart-policy.ts';

/** The phases that a kubelet gives. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

interface Counts {
  pendingInit: number;
  failedInit: number;
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  stoppedForGood: number;
  unknown: number;
}

/** Whether an app container was ever started: from then on the pod counts as initialized. */
export function hasStartedApp(statuses: readonly ContainerStatus[] | undefined): boolean {
  return (statuses ?? []).some(
    ({ state, lastState }) =>
      state?.running !== undefined ||
      state?.terminated !== undefined ||
      lastState?.terminated !== undefined,
  );
}

/**
 * Returns the phase. `isTerminal` says that the kubelet has stopped everything: what could be started again will not be.
 */
export function podPhase(
  pod: Pod,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  isTerminal: boolean,
): PodPhase {
  const isInitialized = hasStartedApp(statuses);
  const counts = newCounts();
  for (const container of pod.spec.initContainers ?? []) {
    const status = initStatuses.find(({ name }) => name === container.name);
    if (status?.state?.waiting?.reason === restartingReason) continue;
    if (isSidecar(container)) countSidecar(counts, status, isInitialized);
    else countInit(counts, container, pod, status);
  }
  for (const container of pod.spec.containers) {
    countApp(
      counts,
      container,
      pod,
      statuses.find(({ name }) => name === container.name),
    );
  }
  if (counts.failedInit > 0) return 'Failed';
  if (counts.pendingInit > 0 || counts.waiting > 0) return 'Pending';
  if (counts.unknown > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  const hasEnded = isTerminal || counts.stopped === counts.stoppedForGood;
  if (!hasEnded) return 'Running';
  return counts.succeeded === counts.stopped ? 'Succeeded' : 'Failed';
}

function newCounts(): Counts {
  return {
    pendingInit: 0,
    failedInit: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    succeeded: 0,
    stoppedForGood: 0,
    unknown: 0,
  };
}

function countInit(
  counts: Counts,
  container: Container,
  pod: Pod,
  status: ContainerStatus | undefined,
): void {
  const ended = status?.state?.terminated ?? waitingAfterEnd(status);
  if (ended === undefined) counts.pendingInit += 1;
  else if (ended.exitCode !== 0) {
    if (restartsAfterExit(container, pod, ended.exitCode)) counts.pendingInit += 1;
    else counts.failedInit += 1;
  }
}

function countSidecar(
  counts: Counts,
  status: ContainerStatus | undefined,
  isInitialized: boolean,
): void {
  const state = status?.state;
  if (state?.running !== undefined) {
    counts.running += 1;
    if (status?.started !== true && !isInitialized) counts.pendingInit += 1;
  } else if (state?.terminated === undefined && waitingAfterEnd(status) === undefined) {
    if (!isInitialized) counts.pendingInit += 1;
  }
}

function countApp(
  counts: Counts,
  container: Container,
  pod: Pod,
  status: ContainerStatus | undefined,
): void {
  const state = status?.state;
  if (status === undefined) counts.unknown += 1;
  else if (state?.running !== undefined) counts.running += 1;
  else {
    const ended = state?.terminated ?? waitingAfterEnd(status);
    if (ended === undefined) {
      counts.waiting += 1;
      return;
    }
    counts.stopped += 1;
    // One that waits for its next start is not known to have ended for good.
    if (state?.terminated === undefined) return;
    if (ended.exitCode === 0) counts.succeeded += 1;
    if (!restartsAfterExit(container, pod, ended.exitCode)) counts.stoppedForGood += 1;
  }
}

function waitingAfterEnd(
  status: ContainerStatus | undefined,
): { readonly exitCode: number } | undefined {
  return status?.state?.waiting === undefined ? undefined : status.lastState?.terminated;
}
