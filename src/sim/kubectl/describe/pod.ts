/**
 * The description of a pod.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go PodDescriber
 */
import { findCondition } from '../../api/conditions.ts';
import type { Container, Pod } from '../../api/types.gen.ts';
import { age } from '../printers/table.ts';
import { writeContainers, writeResources } from './container.ts';
import type { Describer } from './describer.ts';
import { writeSpread } from './template.ts';
import {
  controllerText,
  longTime,
  writeAnnotations,
  writeLabels,
  writeName,
  writeTolerations,
} from './text.ts';
import type { Description } from './text.ts';
import { writeVolumes } from './volumes.ts';

export const describePod: Describer<Pod> = {
  *write(out, pod, invocation) {
    writeHead(out, pod, invocation.context.engine.nowMs);
    const { spec, status } = pod;
    if (spec?.resources) {
      out.line(0, 'Resources:');
      writeResources(out, spec.resources, 1);
    }
    const init = spec?.initContainers ?? [];
    if (init.length > 0) {
      writeContainers(out, 'Init Containers', init, status?.initContainerStatuses ?? [], '', pod);
    }
    writeContainers(
      out,
      'Containers',
      spec?.containers ?? [],
      status?.containerStatuses ?? [],
      '',
      pod,
    );
    const ephemeral = (spec?.ephemeralContainers ?? []) as readonly Container[];
    if (ephemeral.length > 0) {
      const statuses = status?.ephemeralContainerStatuses ?? [];
      writeContainers(out, 'Ephemeral Containers', ephemeral, statuses, '', pod);
    }
    writeConditions(out, pod);
    writeVolumes(out, spec?.volumes, '');
    out.line(0, 'QoS Class:', status?.qosClass ?? 'BestEffort');
    writeLabels(out, 'Node-Selectors', spec?.nodeSelector);
    writeTolerations(out, 'Tolerations', spec?.tolerations);
    writeSpread(out, spec?.topologySpreadConstraints, '');
  },
};

function writeHead(out: Description, pod: Pod, nowMs: number): void {
  const { metadata, spec, status } = pod;
  writeName(out, pod);
  if (spec?.priority !== undefined) out.line(0, 'Priority:', spec.priority);
  if (spec?.priorityClassName) out.line(0, 'Priority Class Name:', spec.priorityClassName);
  if (spec?.runtimeClassName) out.line(0, 'Runtime Class Name:', spec.runtimeClassName);
  if (spec?.serviceAccountName) out.line(0, 'Service Account:', spec.serviceAccountName);
  out.line(0, 'Node:', spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) out.line(0, 'Start Time:', longTime(status.startTime));
  writeLabels(out, 'Labels', metadata.labels);
  writeAnnotations(out, 'Annotations', metadata.annotations);
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (metadata.deletionTimestamp && !isOver) {
    out.line(0, 'Status:', `Terminating (lasts ${age(metadata.deletionTimestamp, nowMs)})`);
    out.line(0, 'Termination Grace Period:', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else out.line(0, 'Status:', status?.phase ?? '');
  if (status?.reason) out.line(0, 'Reason:', status.reason);
  if (status?.message) out.line(0, 'Message:', status.message);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp) {
    out.line(0, 'SeccompProfile:', seccomp.type);
    if (seccomp.type === 'Localhost')
      out.line(0, 'LocalhostProfile:', seccomp.localhostProfile ?? '');
  }
  out.line(0, 'IP:', status?.podIP ?? '');
  const addresses = status?.podIPs ?? [];
  if (addresses.length === 0) out.line(0, 'IPs:', '<none>');
  else {
    out.line(0, 'IPs:');
    for (const { ip } of addresses) out.line(1, 'IP:', ip);
  }
  const controller = controllerText(pod);
  if (controller) out.line(0, 'Controlled By:', controller);
  if (status?.nominatedNodeName) out.line(0, 'NominatedNodeName:', status.nominatedNodeName);
}

function writeConditions(out: Description, { spec, status }: Pod): void {
  const gates = spec?.readinessGates ?? [];
  if (gates.length > 0) {
    out.line(0, 'Readiness Gates:');
    out.line(1, 'Type', 'Status');
    for (const { conditionType } of gates) {
      const condition = findCondition(status?.conditions, conditionType);
      out.line(1, `${conditionType} `, `${condition?.status ?? '<none>'} `);
    }
  }
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type', 'Status');
  for (const condition of conditions) out.line(1, `${condition.type} `, `${condition.status} `);
}
