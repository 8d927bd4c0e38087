/**
 * One attempt of a probe, and what it says: the texts of events come from here.
 *
 * - httpGet succeeds with 200–399, tcpSocket with a connection, exec with exit code 0, grpc with SERVING.
 * - `error` means that the probe could not be run; such an attempt is not counted.
 *
 * Upstream: pkg/kubelet/prober/prober.go; pkg/probe/http/http.go, tcp/tcp.go, exec/exec.go, grpc/grpc.go
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#container-probes
 */
import type {
  Container,
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  Probe,
  TCPSocketAction,
} from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import type { HttpOutcome } from '../runtime/node-network.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { resolvePort } from './ports.ts';

/** What one attempt has shown. `warning` counts as success. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'error';
  /** What the event says after `Readiness probe failed: `. */
  readonly output: string;
}

/** The most of a command's output that an event shows. Upstream: pkg/probe/exec maxReadLength */
const maxOutputLength = 10_240;
/** How many redirects on the same host are followed. */
const maxRedirects = 10;

/** Runs a probe once. */
export function* runProbe(
  context: KubeletContext,
  probe: Probe,
  container: Container,
  containerId: string,
  podIp: string,
): Process<ProbeOutcome> {
  const timeoutSeconds = probe.timeoutSeconds ?? 1;
  if (probe.exec !== undefined) {
    return yield* execProbe(context, probe.exec, containerId, timeoutSeconds);
  }
  if (probe.httpGet !== undefined) {
    return yield* httpProbe(context, probe.httpGet, container, podIp, timeoutSeconds);
  }
  if (probe.tcpSocket !== undefined) {
    return yield* tcpProbe(context, probe.tcpSocket, container, podIp, timeoutSeconds);
  }
  if (probe.grpc !== undefined) {
    return yield* grpcProbe(context, probe.grpc, podIp, timeoutSeconds);
  }
  return { result: 'error', output: 'missing probe handler' };
}

function* execProbe(
  context: KubeletContext,
  action: ExecAction,
  containerId: string,
  timeoutSeconds: number,
): Process<ProbeOutcome> {
  const command = action.command ?? [];
  try {
    const result = yield* context.runtime.exec(containerId, command, timeoutSeconds * 1_000);
    if (result.timedOut) {
      const output = `command timed out: "${command.join(' ')}" timed out after ${timeoutSeconds}s`;
      return { result: 'failure', output };
    }
    const output = result.output.slice(0, maxOutputLength);
    return { result: result.exitCode === 0 ? 'success' : 'failure', output };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return { result: 'error', output: `rpc error: code = ${error.code} desc = ${error.message}` };
  }
}

function* httpProbe(
  context: KubeletContext,
  action: HTTPGetAction,
  container: Container,
  podIp: string,
  timeoutSeconds: number,
): Process<ProbeOutcome> {
  const port = resolvePort(action.port, container);
  if (typeof port === 'string') return { result: 'error', output: port };
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host || podIp;
  const headers: Record<string, string> = {
    'user-agent': 'kube-probe/1.36',
    accept: '*/*',
    connection: 'close',
  };
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  let path = action.path ?? '/';
  if (!path.startsWith('/')) path = `/${path}`;
  const untilMs = context.engine.nowMs + timeoutSeconds * 1_000;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const outcome = yield* context.network.httpGet({
      host,
      port,
      scheme: scheme === 'https' ? 'HTTPS' : 'HTTP',
      method: 'GET',
      path,
      headers,
      timeoutMs: Math.max(untilMs - context.engine.nowMs, 1),
    });
    const url = `${scheme}://${host}:${port}${path}`;
    if (outcome.kind !== 'response') {
      return { result: 'failure', output: httpError(outcome, url, `${host}:${port}`) };
    }
    const { status, body, headers: answer } = outcome.response;
    const location = answer['location'];
    const next = status >= 300 && status < 400 ? sameHostPath(location, host, port) : undefined;
    if (next !== undefined) {
      path = next;
      continue;
    }
    if (status >= 300 && status < 400) {
      return {
        result: 'warning',
        output: `Probe terminated redirects, Response body: ${body.slice(0, maxOutputLength)}`,
      };
    }
    if (status >= 200 && status < 300) return { result: 'success', output: body };
    return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  }
  const url = `${scheme}://${host}:${port}${path}`;
  return { result: 'failure', output: `Get "${url}": stopped after ${maxRedirects} redirects` };
}

/** Returns the path of a redirect that stays on the host; undefined for one that leads elsewhere. */
function sameHostPath(
  location: string | undefined,
  host: string,
  port: number,
): string | undefined {
  if (location === undefined) return undefined;
  if (location.startsWith('/') && !location.startsWith('//')) return location;
  const match = /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(location);
  if (match === null || match[1] !== host || Number(match[2] ?? port) !== port) return undefined;
  return match[3] ?? '/';
}

function httpError(
  outcome: Exclude<HttpOutcome, { kind: 'response' }>,
  url: string,
  address: string,
): string {
  switch (outcome.kind) {
    case 'refused':
      return `Get "${url}": dial tcp ${address}: connect: connection refused`;
    case 'no-route':
      return `Get "${url}": dial tcp ${address}: connect: no route to host`;
    case 'unknown-host':
      return `Get "${url}": dial tcp: lookup ${address.split(':')[0]}: no such host`;
    case 'timeout':
    case 'response-timeout':
      return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    case 'reset':
      return `Get "${url}": read tcp ${address}: read: connection reset by peer`;
    case 'eof':
      return `Get "${url}": EOF`;
    case 'wrong-scheme':
      return url.startsWith('https')
        ? `Get "${url}": http: server gave HTTP response to HTTPS client`
        : `HTTP probe failed with statuscode: 400`;
  }
}

function* tcpProbe(
  context: KubeletContext,
  action: TCPSocketAction,
  container: Container,
  podIp: string,
  timeoutSeconds: number,
): Process<ProbeOutcome> {
  const port = resolvePort(action.port, container);
  if (typeof port === 'string') return { result: 'error', output: port };
  const host = action.host || podIp;
  const outcome = yield* context.network.connect(host, port, timeoutSeconds * 1_000);
  if (outcome === 'connected') return { result: 'success', output: '' };
  const reasons = {
    refused: 'connect: connection refused',
    timeout: 'i/o timeout',
    'no-route': 'connect: no route to host',
    'unknown-host': 'no such host',
  };
  return { result: 'failure', output: `dial tcp ${host}:${port}: ${reasons[outcome]}` };
}

function* grpcProbe(
  context: KubeletContext,
  action: GRPCAction,
  podIp: string,
  timeoutSeconds: number,
): Process<ProbeOutcome> {
  const { port, service = '' } = action;
  const timeoutMs = timeoutSeconds * 1_000;
  const startMs = context.engine.nowMs;
  const outcome = yield* context.network.grpcHealth(podIp, port, service, timeoutMs);
  const address = `${podIp}:${port}`;
  switch (outcome.kind) {
    case 'status':
      return outcome.status === 'SERVING'
        ? { result: 'success', output: 'service healthy' }
        : { result: 'failure', output: `service unhealthy (responded with "${outcome.status}")` };
    case 'unknown-service':
      return {
        result: 'failure',
        output: 'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
      };
    case 'response-timeout':
      return {
        result: 'failure',
        output: `timeout: health rpc did not complete within ${timeoutSeconds}s`,
      };
    default: {
      // The gRPC client dials until its time is over, also where something answers that does not speak gRPC.
      yield* context.engine.delay(startMs + timeoutMs - context.engine.nowMs);
      const output = `timeout: failed to connect service "${address}" within ${timeoutSeconds}s: context deadline exceeded`;
      return { result: 'failure', output };
    }
  }
}
