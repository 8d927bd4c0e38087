/**
 * The row of a pod.
 *
 * Upstream: pkg/printers/internalversion/printers.go printPod
 */
import type { ContainerStatus, Pod } from '../../api/types.gen.ts';
import { findCondition } from '../../api/conditions.ts';
import { formatAge, tryParseTime } from '../../api/time.ts';
import { age, columns } from './table.ts';
import type { KindPrinter } from './table.ts';

/** READY, STATUS and RESTARTS of a pod. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** Virtual ms of the newest end of an earlier run; undefined where there was none. */
  readonly lastRestartMs: number | undefined;
}

/** Works out the summary as the API server prints it. */
export function summarizePod(pod: Pod): PodSummary {
  const { spec, status = {} } = pod;
  const sidecars = new Set(
    (spec?.initContainers ?? [])
      .filter((container) => container.restartPolicy === 'Always')
      .map((container) => container.name),
  );
  let restarts = 0;
  let lastRestartMs: number | undefined;
  let sidecarRestarts = 0;
  let lastSidecarRestartMs: number | undefined;
  let ready = 0;
  const total = (spec?.containers ?? []).length + sidecars.size;
  let reason = status.reason || status.phase || '';
  const scheduled = findCondition(status.conditions, 'PodScheduled');
  if (scheduled?.reason === 'SchedulingGated') reason = 'SchedulingGated';

  let initializing = false;
  for (const [index, container] of (status.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    restarts += container.restartCount;
    lastRestartMs = later(lastRestartMs, lastFinish(container));
    if (isSidecar) {
      sidecarRestarts += container.restartCount;
      lastSidecarRestartMs = later(lastSidecarRestartMs, lastFinish(container));
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated && terminated.exitCode === 0) continue;
    if (isSidecar && container.started === true) {
      if (container.ready) ready += 1;
      continue;
    }
    if (terminated) {
      const signal = terminated.signal ?? 0;
      if (terminated.reason) reason = `Init:${terminated.reason}`;
      else reason = signal !== 0 ? `Init:Signal:${signal}` : `Init:ExitCode:${terminated.exitCode}`;
    } else if (waiting?.reason && waiting.reason !== 'PodInitializing') {
      reason = `Init:${waiting.reason}`;
    } else reason = `Init:${index}/${(spec?.initContainers ?? []).length}`;
    initializing = true;
    break;
  }

  const initialized = findCondition(status.conditions, 'Initialized')?.status === 'True';
  if (!initializing || initialized) {
    restarts = sidecarRestarts;
    lastRestartMs = lastSidecarRestartMs;
    let hasRunning = false;
    let errorReason = '';
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount;
      lastRestartMs = later(lastRestartMs, lastFinish(container));
      const { waiting, terminated, running } = container.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated) {
        const signal = terminated.signal ?? 0;
        const named = terminated.reason ?? '';
        if (named !== '') reason = named;
        else reason = signal !== 0 ? `Signal:${signal}` : `ExitCode:${terminated.exitCode}`;
        if (terminated.exitCode !== 0) errorReason = reason;
      } else if (container.ready && running) {
        hasRunning = true;
        ready += 1;
      } else if (running) hasRunning = true;
    }
    if (reason === 'Completed') {
      const isReady = findCondition(status.conditions, 'Ready')?.status === 'True';
      if (hasRunning && isReady) reason = 'Running';
      else if (errorReason !== '') reason = errorReason;
      else if (hasRunning) reason = 'NotReady';
    }
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  return { ready, total, status: reason, restarts, lastRestartMs };
}

function lastFinish(container: ContainerStatus): number | undefined {
  const time = container.lastState?.terminated?.finishedAt;
  return time ? tryParseTime(time) : undefined;
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

function restartsText({ restarts, lastRestartMs }: PodSummary, nowMs: number): string {
  if (restarts === 0 || lastRestartMs === undefined) return String(restarts);
  const seconds = Math.trunc((nowMs - lastRestartMs) / 1_000);
  return `${restarts} (${formatAge(seconds * 1_000)} ago)`;
}

/** How many of the pod's readiness gates hold: `1/2`; `<none>` without gates. */
function gatesText(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const held = gates.filter(
    (gate) => findCondition(pod.status?.conditions, gate.conditionType)?.status === 'True',
  );
  return `${held.length}/${gates.length}`;
}

export const podPrinter: KindPrinter<Pod> = {
  columns: columns('Name,Ready,Status,Restarts,Age|IP,Node,Nominated Node,Readiness Gates'),
  cells(pod, nowMs) {
    const summary = summarizePod(pod);
    const { podIP, podIPs, nominatedNodeName } = pod.status ?? {};
    return [
      pod.metadata.name ?? '',
      `${summary.ready}/${summary.total}`,
      summary.status,
      restartsText(summary, nowMs),
      age(pod.metadata.creationTimestamp, nowMs),
      podIPs?.[0]?.ip || podIP || '<none>',
      pod.spec?.nodeName || '<none>',
      nominatedNodeName || '<none>',
      gatesText(pod),
    ];
  },
};
