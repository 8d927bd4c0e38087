/**
 * What the API server accepts and a reader should be told at its line: settings that defeat themselves.
 *
 * Each rule looks at one object alone, as it was written or with its defaults, and says what will happen.
 *
 * Ours: markers in the editor. Nothing here refuses an object.
 */
import { child, index } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import { valueAt } from '../../api/object.ts';
import type {
  Container,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Lifecycle,
  PodDisruptionBudget,
  PodSpec,
  Probe,
  Service,
  StatefulSet,
} from '../../api/types.gen.ts';
import { defaultTerminationGracePeriodSeconds } from '../defaults/pod-spec.ts';
import { isRestartableInit } from '../resource-lists.ts';
import { asSelector } from './selectors.ts';
import { matchesLabels } from '../../api/selector.ts';
import { podSpecPath } from './not-simulated.ts';
import type { Remark } from './not-simulated.ts';

/** Seconds that a container is given after its hook, whatever is left of its grace. Upstream: minimumGracePeriodInSeconds */
const minimumGraceSeconds = 2;

/** Returns what a reader should know about an object that may be perfectly valid. */
export function semanticDiagnostics(object: KubeObject): readonly Remark[] {
  const path = podSpecPath(object.kind);
  const spec = path === undefined ? undefined : valueAt(object, ...path.split('.'));
  const labelsPath =
    path === 'spec' ? ['metadata'] : (path ?? '').split('.').slice(0, -1).concat('metadata');
  const labels = valueAt(object, ...labelsPath, 'labels') as Record<string, string> | undefined;
  const podRemarks =
    path !== undefined && spec ? podSpec(path, spec as unknown as PodSpec, labels ?? {}) : [];
  return [...(byKind[object.kind]?.(object) ?? []), ...podRemarks];
}

const byKind: Readonly<Record<string, (object: KubeObject) => Remark[]>> = {
  Deployment: (object) => deployment(object as Deployment),
  HorizontalPodAutoscaler: (object) => autoscaler(object as HorizontalPodAutoscaler),
  Job: (object) => job(object as Job),
  PodDisruptionBudget: (object) => budget(object as PodDisruptionBudget),
  Service: (object) => service(object as Service),
  StatefulSet: (object) => statefulSet(object as StatefulSet),
};

function deployment({ spec }: Deployment): Remark[] {
  const remarks: Remark[] = [];
  const deadline = spec.progressDeadlineSeconds ?? 600;
  const delays = (spec.template.spec.containers ?? []).map(
    ({ readinessProbe }) => readinessProbe?.initialDelaySeconds ?? 0,
  );
  const earliest = Math.max(0, ...delays) + (spec.minReadySeconds ?? 0);
  if (earliest >= deadline) {
    const message = `A Pod is available ${earliest} s after its start at the earliest, so every rollout is first reported as failed.`;
    remarks.push({ path: 'spec.progressDeadlineSeconds', message });
  }
  if (spec.revisionHistoryLimit === 0) {
    const message =
      'No old ReplicaSet is kept, so `kubectl rollout undo` has nothing to go back to.';
    remarks.push({ path: 'spec.revisionHistoryLimit', message });
  }
  const { maxUnavailable, maxSurge } = spec.strategy?.rollingUpdate ?? {};
  const replicas = spec.replicas ?? 1;
  if (replicas > 0 && isZero(maxUnavailable, replicas) && maxSurge === undefined) {
    const message = 'A rollout only goes on where there is room for additional Pods (maxSurge).';
    remarks.push({ path: 'spec.strategy.rollingUpdate.maxUnavailable', message });
  }
  return remarks;
}

function isZero(value: number | string | undefined, replicas: number): boolean {
  if (typeof value === 'number') return value === 0;
  return value !== undefined && Math.floor((Number.parseInt(value, 10) * replicas) / 100) === 0;
}

function statefulSet({ spec }: StatefulSet): Remark[] {
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const last = (spec.ordinals?.start ?? 0) + (spec.replicas ?? 1);
  if (partition === 0 || partition < last) return [];
  const message = `Only Pods from ordinal ${partition} on are updated, and there is none.`;
  return [{ path: 'spec.updateStrategy.rollingUpdate.partition', message }];
}

function job({ spec }: Job): Remark[] {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined || completions >= parallelism || completions === 0) return [];
  const message = `Only ${completions} Pods run at a time, because no more completions are wanted.`;
  return [{ path: 'spec.parallelism', message }];
}

function budget({ spec }: PodDisruptionBudget): Remark[] {
  const message = 'No Pod may ever be evicted: draining its node waits without end.';
  const { maxUnavailable, minAvailable } = spec ?? {};
  if (maxUnavailable === 0 || maxUnavailable === '0%') {
    return [{ path: 'spec.maxUnavailable', message }];
  }
  return minAvailable === '100%' ? [{ path: 'spec.minAvailable', message }] : [];
}

function autoscaler({ spec }: HorizontalPodAutoscaler): Remark[] {
  if ((spec.minReplicas ?? 1) !== spec.maxReplicas) return [];
  const message = 'The number of Pods never changes, because the least and the most are the same.';
  return [{ path: 'spec.maxReplicas', message }];
}

function service({ spec }: Service): Remark[] {
  const hasSelector = Object.keys(spec?.selector ?? {}).length > 0;
  if (spec?.type === 'ExternalName') {
    const message = 'An ExternalName Service is only a DNS alias: its selector selects nothing.';
    return hasSelector ? [{ path: 'spec.selector', message }] : [];
  }
  if (hasSelector) return [];
  const message = 'Without a selector it gets no endpoints, unless somebody writes them.';
  return [{ path: 'spec', message }];
}

function podSpec(path: string, spec: PodSpec, labels: Readonly<Record<string, string>>): Remark[] {
  const grace = spec.terminationGracePeriodSeconds ?? defaultTerminationGracePeriodSeconds;
  const remarks: Remark[] = [];
  if (spec.terminationGracePeriodSeconds === 0) {
    const message = 'Containers are killed at once: no hook runs and no SIGTERM is sent.';
    remarks.push({ path: child(path, 'terminationGracePeriodSeconds'), message });
  }
  if (spec.nodeName) {
    const message =
      'The Pod goes to this node without the scheduler, whether there is room or not.';
    remarks.push({ path: child(path, 'nodeName'), message });
  }
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const selector = asSelector(constraint.labelSelector);
    if (!constraint.labelSelector || !selector || matchesLabels(selector, labels)) continue;
    const at = child(index(child(path, 'topologySpreadConstraints'), i), 'labelSelector');
    remarks.push({
      path: at,
      message: 'It does not select the Pod itself, which is then not spread.',
    });
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) {
      const at = index(child(path, list), i);
      const isLongRunning = list === 'containers' || isRestartableInit(container);
      if (isLongRunning) remarks.push(...hooks(child(at, 'lifecycle'), container.lifecycle, grace));
      remarks.push(...probes(at, container, spec));
      remarks.push(...mounts(at, container, spec));
    }
  }
  return remarks;
}

function hooks(path: string, lifecycle: Lifecycle | undefined, grace: number): Remark[] {
  const remarks: Remark[] = [];
  for (const name of ['postStart', 'preStop'] as const) {
    if (!lifecycle?.[name]?.tcpSocket) continue;
    const message = 'A tcpSocket hook is accepted and always fails when it is run.';
    remarks.push({ path: child(path, name, 'tcpSocket'), message });
  }
  const preStop = lifecycle?.preStop;
  const seconds = preStop?.sleep?.seconds ?? sleepOf(preStop?.exec?.command ?? []);
  if (seconds === undefined || grace === 0 || seconds < grace) return remarks;
  const message =
    `The hook takes all of the ${grace} s of terminationGracePeriodSeconds; ` +
    `the container then has ${minimumGraceSeconds} s from SIGTERM to SIGKILL.`;
  const at = preStop?.sleep ? child(path, 'preStop', 'sleep') : child(path, 'preStop', 'exec');
  return [...remarks, { path: at, message }];
}

/** Returns the seconds of a `sleep` command, alone or first in a shell's line. */
function sleepOf(command: readonly string[]): number | undefined {
  const match = /^(?:\/bin\/)?(?:(?:ba)?sh -c )?(?:\/bin\/)?sleep (\d+)(s?)(?: |;|$)/.exec(
    command.join(' '),
  );
  return match ? Number(match[1]) : undefined;
}

function probes(path: string, container: Container, spec: PodSpec): Remark[] {
  const remarks: Remark[] = [];
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name];
    if (!probe) continue;
    const at = child(path, name);
    remarks.push(...probePort(at, probe, container));
    const [timeout, period] = [probe.timeoutSeconds ?? 1, probe.periodSeconds ?? 10];
    if (timeout > period) {
      const message = `A check may take ${timeout} s, which is longer than the ${period} s until the next one is due.`;
      remarks.push({ path: child(at, 'timeoutSeconds'), message });
    }
  }
  if (container.livenessProbe && spec.restartPolicy === 'Never') {
    const message =
      'With restartPolicy Never a container that fails this probe is killed and not started again.';
    remarks.push({ path: child(path, 'livenessProbe'), message });
  }
  return remarks;
}

function probePort(path: string, probe: Probe, container: Container): Remark[] {
  const handler = probe.httpGet ? 'httpGet' : 'tcpSocket';
  const port = probe[handler]?.port;
  const ports = container.ports ?? [];
  const at = child(path, handler, 'port');
  if (typeof port === 'string' && !ports.some(({ name }) => name === port)) {
    const message = `No port of this container is named "${port}", so the probe can never succeed.`;
    return [{ path: at, message }];
  }
  const numbers = ports.map(({ containerPort }) => containerPort);
  if (typeof port !== 'number' || port === 0 || ports.length === 0 || numbers.includes(port))
    return [];
  if (probe[handler]?.host) return [];
  const message = `The container declares port ${numbers.join(', ')} and not ${port}: does anything listen there?`;
  return [{ path: at, message }];
}

function mounts(path: string, container: Container, spec: PodSpec): Remark[] {
  return (container.volumeMounts ?? []).flatMap((mount, i) => {
    const volume = spec.volumes?.find(({ name }) => name === mount.name);
    const isProjected = volume?.configMap ?? volume?.secret ?? volume?.projected;
    if (!isProjected || !(mount.subPath || mount.subPathExpr)) return [];
    const at = child(
      index(child(path, 'volumeMounts'), i),
      mount.subPath ? 'subPath' : 'subPathExpr',
    );
    return [{ path: at, message: 'A subPath mount does not follow later changes of its source.' }];
  });
}
