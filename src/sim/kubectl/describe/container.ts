/**
 * Containers in a description.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go describeContainers
 */
import { compareText } from '../../api/go-format.ts';
import { parseQuantity, quantityMilliValue, quantityValue } from '../../api/quantity.ts';
import { isQuantity } from '../../api/quantity.ts';
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
} from '../../api/types.gen.ts';
import { longTime } from './text.ts';
import type { Description } from './text.ts';

/** Writes containers under a title; `space` is two blanks inside a pod template. */
export function writeContainers(
  out: Description,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  space: string,
  pod?: Pod,
): void {
  out.raw(`${space}${title}:${containers.length === 0 ? '\t<none>' : ''}\n`);
  const indent = space === '' ? '' : ' ';
  for (const container of containers) {
    const status = statuses.find((one) => one.name === container.name);
    out.line(1, `${indent}${container.name}:`);
    writeBasics(out, container, status);
    writeWords(out, 'Command', container.command);
    writeWords(out, 'Args', container.args);
    if (status) writeState(out, status);
    writeResources(out, container.resources, 2);
    writeProbe(out, 'Liveness', container.livenessProbe);
    writeProbe(out, 'Readiness', container.readinessProbe);
    writeProbe(out, 'Startup', container.startupProbe);
    writeEnvironmentSources(out, container);
    writeEnvironment(out, container, pod);
    writeMounts(out, container);
  }
}

function writeBasics(
  out: Description,
  container: Container,
  status: ContainerStatus | undefined,
): void {
  if (status) out.line(2, 'Container ID:', status.containerID ?? '');
  out.line(2, 'Image:', container.image ?? '');
  if (status) out.line(2, 'Image ID:', status.imageID);
  const ports = container.ports ?? [];
  writePorts(out, 'Port', ports, (port) => port.containerPort);
  writePorts(out, 'Host Port', ports, (port) => port.hostPort ?? 0);
}

function writePorts(
  out: Description,
  title: string,
  ports: readonly ContainerPort[],
  numberOf: (port: ContainerPort) => number,
): void {
  const texts = ports.map((port) => {
    const text = `${numberOf(port)}/${port.protocol ?? 'TCP'}`;
    return port.name ? `${text} (${port.name})` : text;
  });
  out.line(2, texts.length > 1 ? `${title}s:` : `${title}:`, texts.join(', ') || '<none>');
}

function writeWords(out: Description, title: string, words: readonly string[] | undefined): void {
  if (!words || words.length === 0) return;
  out.line(2, `${title}:`);
  for (const word of words) for (const part of word.split('\n')) out.line(3, part);
}

function writeState(out: Description, status: ContainerStatus): void {
  writeOneState(out, 'State', status.state);
  if (status.lastState?.terminated) writeOneState(out, 'Last State', status.lastState);
  out.line(2, 'Ready:', status.ready ? 'True' : 'False');
  out.line(2, 'Restart Count:', status.restartCount);
}

function writeOneState(out: Description, title: string, state: ContainerState | undefined): void {
  const { running, waiting, terminated } = state ?? {};
  if (running) {
    out.line(2, `${title}:`, 'Running');
    out.line(3, 'Started:', longTime(running.startedAt));
  } else if (terminated) {
    out.line(2, `${title}:`, 'Terminated');
    if (terminated.reason) out.line(3, 'Reason:', terminated.reason);
    if (terminated.message) out.line(3, 'Message:', terminated.message);
    out.line(3, 'Exit Code:', terminated.exitCode);
    if ((terminated.signal ?? 0) > 0) out.line(3, 'Signal:', terminated.signal ?? 0);
    out.line(3, 'Started:', longTime(terminated.startedAt));
    out.line(3, 'Finished:', longTime(terminated.finishedAt));
  } else {
    out.line(2, `${title}:`, 'Waiting');
    if (waiting?.reason) out.line(3, 'Reason:', waiting.reason);
  }
}

/** Limits and requests, where there are any. */
export function writeResources(
  out: Description,
  resources: ResourceRequirements | undefined,
  level: number,
): void {
  for (const [title, map] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const names = Object.keys(map ?? {}).sort(compareText);
    if (names.length === 0) continue;
    out.line(level, `${title}:`);
    for (const name of names) out.line(level + 1, `${name}:`, map?.[name] ?? '');
  }
}

function writeProbe(out: Description, title: string, probe: Probe | undefined): void {
  if (probe) out.line(2, `${title}:`, formatProbe(probe));
}

/** A probe in one line. */
export function formatProbe(probe: Probe): string {
  const attributes =
    `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s ` +
    `#success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${attributes}`;
  if (httpGet) {
    const scheme = (httpGet.scheme ?? '').toLowerCase();
    return `http-get ${scheme}://${httpGet.host ?? ''}:${httpGet.port}${escapePath(httpGet.path ?? '')} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

/** Escapes a path as Go prints URLs: a question mark belongs to the path here. */
function escapePath(path: string): string {
  return encodeURI(path).replace(
    /[?!'()*#]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function writeEnvironmentSources(out: Description, { envFrom }: Container): void {
  if (!envFrom || envFrom.length === 0) return;
  out.line(2, 'Environment Variables from:');
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const from = configMapRef ? 'ConfigMap' : 'Secret';
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const shown = prefix ? `${from} with prefix '${prefix}'` : from;
    out.line(3, name, shown, `Optional: ${optional}`);
  }
}

function writeEnvironment(out: Description, container: Container, pod: Pod | undefined): void {
  const variables = container.env ?? [];
  if (variables.length === 0) out.line(2, 'Environment:', '<none>');
  else out.line(2, 'Environment:');
  for (const variable of variables) {
    if (!variable.valueFrom) {
      const [first = '', ...rest] = (variable.value ?? '').split('\n');
      out.line(3, `${variable.name}:`, first);
      for (const part of rest) out.line(3, '', part);
    } else writeReference(out, container, variable, pod);
  }
}

function writeReference(
  out: Description,
  container: Container,
  { name, valueFrom }: EnvVar,
  pod: Pod | undefined,
): void {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  const optional = (isOptional: boolean | undefined): string => `Optional: ${isOptional ?? false}`;
  if (fieldRef) {
    const value = pod ? ownField(pod, fieldRef.fieldPath) : '';
    out.line(3, `${name}:`, `${value} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`);
  } else if (resourceFieldRef) {
    const { resource, divisor } = resourceFieldRef;
    out.line(3, `${name}:`, `${resourceValue(container, resource, divisor)} (${resource})`);
  } else if (secretKeyRef) {
    const text = `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>`;
    out.line(3, `${name}:`, text, optional(secretKeyRef.optional));
  } else if (configMapKeyRef) {
    const text = `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>`;
    out.line(3, `${name}:`, text, optional(configMapKeyRef.optional));
  }
}

/** kubectl resolves the name and the namespace only. */
function ownField({ metadata }: Pod, path: string): string {
  if (path === 'metadata.name') return metadata.name ?? '';
  return path === 'metadata.namespace' ? (metadata.namespace ?? '') : '';
}

/** The value in whole units of the divisor, rounded up. */
function resourceValue(
  container: Container,
  resource: string,
  divisor: string | undefined,
): string {
  const [kind = '', name = ''] = resource.split(/\.(.*)/);
  const map = kind === 'limits' ? container.resources?.limits : container.resources?.requests;
  const text = map?.[name] ?? '0';
  const unit = divisor && isQuantity(divisor) && divisor !== '0' ? divisor : '1';
  if (name === 'cpu') {
    return String(Math.ceil(quantityMilliValue(text) / quantityMilliValue(unit)));
  }
  return String(
    Math.ceil(quantityValue(text) / quantityValue(String(parseQuantity(unit) ? unit : '1'))),
  );
}

function writeMounts(out: Description, { volumeMounts, volumeDevices }: Container): void {
  const mounts = [...(volumeMounts ?? [])].sort((a, b) => compareText(a.mountPath, b.mountPath));
  if (mounts.length === 0) out.line(2, 'Mounts:', '<none>');
  else out.line(2, 'Mounts:');
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    out.line(3, `${mountPath} from ${name} (${flags.join(',')})`);
  }
  if (!volumeDevices || volumeDevices.length === 0) return;
  out.line(2, 'Devices:');
  for (const { devicePath, name } of volumeDevices) out.line(3, `${devicePath} from ${name}`);
}
