/**
 * `kubectl exec`: runs a command in a container and ends with its exit code.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go
 * Docs: /docs/reference/kubectl/generated/kubectl_exec/
 * Simplified: no terminal; standard input is read to its end before the command starts.
 */
import { goQuote } from '../../api/go-format.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { StatusError } from '../../api/status-error.ts';
import type { ExecRequest, KubectlOutput, KubeletAccess } from '../context.ts';
import { KubectlError, notSimulated, usageError } from '../errors.ts';
import { podsBehind } from '../pods-behind.ts';
import { fetchTarget, mapResource, resolveTargets } from '../targets.ts';
import type { Invocation, Verb } from '../verb.ts';

export const exec: Verb = {
  name: 'exec',
  about: 'Execute a command in a container',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  flags: [
    { name: 'container', short: 'c', type: 'string' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'filename', short: 'f', type: 'strings' },
    { name: 'pod-running-timeout', type: 'duration' },
  ],
  *run(invocation) {
    const { args, dashAt, flags, context, out, path } = invocation;
    const [name] = args;
    if (name === undefined || dashAt === 0) {
      throw new KubectlError('pod, type/name or --filename must be specified');
    }
    const command = dashAt < 0 ? [] : args.slice(dashAt);
    if (dashAt < 0 && args.length > 1) {
      throw usageError(
        path,
        'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
      );
    }
    if (command.length === 0) {
      throw new KubectlError('you must specify at least one command for the container');
    }
    const pod = yield* podOf(invocation, name);
    const podName = pod.metadata.name ?? '';
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw new KubectlError(
        `cannot exec into a container in a completed pod; current phase is ${phase}`,
      );
    }
    const container = containerOf(invocation, pod);
    if (!context.kubelet) throw notSimulated('running commands in this cluster');
    if (flags.bool('tty')) {
      out.stderr('Unable to use a TTY - input is not a terminal or the right kind of file\n');
    }
    const code = yield* execute(context.kubelet, out, {
      namespace: pod.metadata.namespace ?? '',
      pod: podName,
      container,
      command,
      stdin: flags.bool('stdin') ? context.stdin : undefined,
    });
    if (code !== 0) out.stderr(`command terminated with exit code ${code}\n`);
    return code;
  },
};

/** Runs the command; what the kubelet or the runtime refuses is told as kubectl tells it. */
function* execute(
  kubelet: KubeletAccess,
  out: KubectlOutput,
  request: ExecRequest,
): Process<number> {
  try {
    return yield* kubelet.exec(request, out);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new KubectlError(
      error.message.startsWith('failed to exec')
        ? `Internal error occurred: Internal error occurred: error executing command in container: ${error.message}`
        : `unable to upgrade connection: ${error.message}`,
    );
  }
}

function* podOf(invocation: Invocation, name: string): Process<Pod> {
  const text = name.includes('/') ? name : `pods/${name}`;
  const { targets } = resolveTargets(invocation, { args: [text] });
  const [target] = targets;
  const [info] = target ? yield* fetchTarget(invocation, target) : [];
  if (!info) throw new KubectlError('no pod found');
  if (info.row === mapResource(invocation.context, 'pods')) return info.object as unknown as Pod;
  const [first] = yield* podsBehind(invocation, info.row, info.object, 'attach to');
  if (!first) throw new KubectlError('timed out waiting for the condition');
  return first;
}

function containerOf({ flags, out }: Invocation, pod: Pod): string {
  const { spec, metadata } = pod;
  const wanted = flags.text('container');
  const names = (list: readonly { readonly name: string }[] | undefined): string[] =>
    (list ?? []).map(({ name }) => name);
  const all = [
    ...names(spec?.containers),
    ...names(spec?.ephemeralContainers).map((name) => `${name} (ephem)`),
    ...names(spec?.initContainers).map((name) => `${name} (init)`),
  ];
  const plain = all.map((name) => name.replace(/ \(.*\)$/, ''));
  if (wanted !== '') {
    if (plain.includes(wanted)) return wanted;
    throw new KubectlError(
      `container ${wanted} is not valid for pod ${metadata.name ?? ''} out of: ${all.join(', ')}`,
    );
  }
  const marked = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (marked !== undefined && plain.includes(marked)) return marked;
  const first = plain[0] ?? '';
  if (all.length > 1 && !flags.bool('quiet')) {
    out.stderr(`Defaulted container ${goQuote(first)} out of: ${all.join(', ')}\n`);
  }
  return first;
}
