/**
 * Lifecycle hooks: a command in the container, a GET, or a sleep that the kubelet does itself.
 *
 * - An exec hook fails when its command cannot be run or does not exit with 0; it has no time limit of its own.
 * - A GET fails only when there is no answer; its status does not matter.
 *
 * Upstream: pkg/kubelet/lifecycle/handlers.go
 * Docs: /docs/concepts/containers/container-lifecycle-hooks/
 */
import type { Container, HTTPGetAction, LifecycleHandler, Pod } from '../api/types.gen.ts';
import { goQuote, goValue } from '../api/go-format.ts';
import type { Process } from '../engine/process.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import { resolvePort } from './ports.ts';
import { formatPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** The GETs of hooks and probes say who asks. */
export const hookUserAgent = 'kube-lifecycle/1.36';

/** Runs hooks on one node. */
export class HookRunner {
  readonly #context: KubeletContext;
  readonly #podIp: (podUid: string) => string;

  constructor(context: KubeletContext, podIp: (podUid: string) => string) {
    this.#context = context;
    this.#podIp = podIp;
  }

  /** Runs a hook to its end; returns why it failed, or undefined when it did not. */
  *run(
    pod: Pod,
    container: Container,
    containerId: string,
    handler: LifecycleHandler,
  ): Process<string | undefined> {
    if (handler.exec !== undefined) {
      return yield* this.#exec(pod, container, containerId, handler.exec.command ?? []);
    }
    if (handler.httpGet !== undefined) return yield* this.#get(pod, container, handler.httpGet);
    if (handler.sleep !== undefined) {
      yield* this.#context.engine.delay(handler.sleep.seconds * 1_000);
      return undefined;
    }
    return 'invalid handler';
  }

  *#exec(
    pod: Pod,
    container: Container,
    containerId: string,
    command: readonly string[],
  ): Process<string | undefined> {
    const fail = (error: string, output: string): string =>
      `Exec lifecycle hook (${goValue(command)}) for Container "${container.name}" in Pod "${formatPod(pod)}" failed - error: ${error}, message: ${goQuote(output)}`;
    try {
      const result = yield* this.#context.runtime.exec(containerId, command, Infinity);
      if (result.exitCode === 0) return undefined;
      const error = `command '${command.join(' ')}' exited with ${result.exitCode}: ${result.stderr}`;
      return fail(error, result.output);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return fail(error.message, '');
    }
  }

  *#get(pod: Pod, container: Container, action: HTTPGetAction): Process<string | undefined> {
    const port = resolvePort(action.port, container);
    if (typeof port === 'string') return port;
    const headers: Record<string, string> = { 'user-agent': hookUserAgent };
    for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value;
    const outcome = yield* this.#context.network.httpGet({
      host: action.host || this.#podIp(pod.metadata.uid ?? ''),
      port,
      scheme: action.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP',
      method: 'GET',
      path: action.path ?? '/',
      headers,
      timeoutMs: Infinity,
    });
    return outcome.kind === 'response' ? undefined : outcome.kind;
  }
}
