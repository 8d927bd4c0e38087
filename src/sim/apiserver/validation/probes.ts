/**
 * Checks of probes, hooks and the handlers they share.
 *
 * Upstream: pkg/apis/core/validation/validation.go validateHandler, validateProbe, validateLifecycle
 */
import { child, forbidden, invalid, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { regexError } from '../../api/names.ts';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../api/types.gen.ts';
import { nonNegative, oneOf, portNumberOrName } from './checks.ts';

/** What a probe or a hook does; a probe has no sleep, a hook no gRPC. */
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> &
  Pick<LifecycleHandler, 'sleep'>;

/** Checks that there is one handler, and what it says. */
function handler(path: string, action: Handler, gracePeriodSeconds: number): FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  const take = (name: string, check: (at: string) => FieldError[]): void => {
    const at = child(path, name);
    if (handlers > 0) errors.push(forbidden(at, 'may not specify more than 1 handler type'));
    else errors.push(...check(at));
    handlers += 1;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = action;
  if (exec) {
    take('exec', (at) =>
      (exec.command ?? []).length === 0 ? [required(child(at, 'command'))] : [],
    );
  }
  if (httpGet) take('httpGet', (at) => httpGetAction(at, httpGet));
  if (tcpSocket) take('tcpSocket', (at) => portNumberOrName(child(at, 'port'), tcpSocket.port));
  if (grpc) take('grpc', (at) => portNumberOrName(child(at, 'port'), grpc.port));
  if (sleep) take('sleep', (at) => sleepAction(at, sleep.seconds, gracePeriodSeconds));
  if (handlers === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function httpGetAction(path: string, action: HTTPGetAction): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(child(path, 'path')));
  errors.push(...portNumberOrName(child(path, 'port'), action.port));
  errors.push(...oneOf(child(path, 'scheme'), action.scheme, ['HTTP', 'HTTPS']));
  for (const { name } of action.httpHeaders ?? []) {
    if (/^[-A-Za-z0-9]+$/.test(name)) continue;
    const detail = regexError(
      "a valid HTTP header must consist of alphanumeric characters or '-'",
      '[-A-Za-z0-9]+',
      'X-Header-Name',
    );
    errors.push(invalid(child(path, 'httpHeaders'), name, detail));
  }
  return errors;
}

function sleepAction(path: string, seconds: number, gracePeriodSeconds: number): FieldError[] {
  if (seconds >= 0 && seconds <= gracePeriodSeconds) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`;
  return [invalid(path, seconds, detail)];
}

/** The three probes of a container. */
export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** Checks a probe of a container. */
export function validateProbe(
  path: string,
  name: ProbeName,
  probe: Probe | undefined,
  gracePeriodSeconds: number,
): FieldError[] {
  if (!probe) return [];
  const at = child(path, name);
  const errors = handler(at, probe, gracePeriodSeconds);
  const numbers = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  for (const field of numbers) errors.push(...nonNegative(child(at, field), probe[field]));
  const grace = probe.terminationGracePeriodSeconds;
  const gracePath = child(at, 'terminationGracePeriodSeconds');
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(gracePath, grace, 'must be greater than 0'));
  }
  if (name === 'readinessProbe') {
    if (grace !== undefined) {
      errors.push(invalid(gracePath, grace, 'must not be set for readinessProbes'));
    }
  } else if (probe.successThreshold !== 1) {
    const threshold = probe.successThreshold ?? 0;
    errors.push(invalid(child(at, 'successThreshold'), threshold, 'must be 1'));
  }
  return errors;
}

/** Checks the hooks of a container. */
export function validateLifecycle(
  path: string,
  lifecycle: Lifecycle | undefined,
  gracePeriodSeconds: number,
): FieldError[] {
  if (!lifecycle) return [];
  const { postStart, preStop } = lifecycle;
  return [
    ...(postStart ? handler(child(path, 'postStart'), postStart, gracePeriodSeconds) : []),
    ...(preStop ? handler(child(path, 'preStop'), preStop, gracePeriodSeconds) : []),
  ];
}
