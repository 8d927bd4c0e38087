/**
 * `kubectl logs`: what containers have written.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go
 * Docs: /docs/reference/kubectl/generated/kubectl_logs/
 */
import type { KubeObject } from '../../api/object.ts';
import { goQuote } from '../../api/go-format.ts';
import { tryParseTime } from '../../api/time.ts';
import { StatusError } from '../../api/status-error.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import type { KubeletAccess, LogRequest } from '../context.ts';
import { isReported, KubectlError, notSimulated, usageError } from '../errors.ts';
import { fetchTarget, mapResource, resolveTargets } from '../targets.ts';
import { selectorFlag } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { podsBehind } from '../pods-behind.ts';

export const logs: Verb = {
  name: 'logs',
  aliases: [],
  about: 'Print the logs for a container in a pod',
  usage: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  flags: [
    selectorFlag,
    { name: 'container', short: 'c', type: 'string' },
    { name: 'follow', short: 'f', type: 'bool' },
    { name: 'previous', short: 'p', type: 'bool' },
    { name: 'tail', type: 'int' },
    { name: 'since', type: 'duration' },
    { name: 'since-time', type: 'string' },
    { name: 'timestamps', type: 'bool' },
    { name: 'limit-bytes', type: 'int' },
    { name: 'all-containers', type: 'bool' },
    { name: 'all-pods', type: 'bool' },
    { name: 'prefix', type: 'bool' },
    { name: 'max-log-requests', type: 'int' },
    { name: 'ignore-errors', type: 'bool' },
    { name: 'pod-running-timeout', type: 'duration' },
  ],
  *run(invocation) {
    const { flags } = invocation;
    checkArguments(invocation);
    const pods = yield* podsOf(invocation);
    const streams = pods.flatMap((pod) =>
      containersOf(invocation, pod).map((container) => ({ pod, container })),
    );
    if (!flags.bool('follow') || streams.length === 1) {
      for (const { pod, container } of streams) yield* printLog(invocation, pod, container);
      return;
    }
    const most = flags.int('max-log-requests', 5);
    if (streams.length > most) {
      throw new KubectlError(
        `you are attempting to follow ${streams.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      );
    }
    yield* followAll(invocation, streams);
  },
};

/** Follows several logs at the same time; stops all of them with the first that fails. */
function* followAll(
  invocation: Invocation,
  streams: readonly { readonly pod: Pod; readonly container: string }[],
): Process {
  const { engine } = invocation.context;
  const attempt = function* (pod: Pod, container: string): Process<Error | undefined> {
    try {
      yield* printLog(invocation, pod, container);
      return undefined;
    } catch (error) {
      if (isReported(error)) return error;
      throw error;
    }
  };
  const tasks = streams.map(({ pod, container }) =>
    engine.spawn('kubectl/logs', attempt(pod, container)),
  );
  try {
    for (const task of tasks) {
      const joined = yield* task.join();
      if (joined.state === 'returned' && joined.value) throw joined.value;
    }
  } finally {
    for (const task of tasks) task.cancel();
  }
}

function checkArguments(invocation: Invocation): void {
  const { args, flags, path } = invocation;
  const selector = flags.text('selector');
  const problem =
    args.length === 0 && selector === ''
      ? "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
      : args.length > 2
        ? "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
        : undefined;
  if (problem !== undefined) throw usageError(path, problem);
  if (args.length > 0 && selector !== '') {
    throw usageError(path, 'only a selector (-l) or a POD name is allowed');
  }
  if (flags.has('since') && flags.has('since-time')) {
    throw new KubectlError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.bool('all-containers') && flags.text('container') !== '') {
    const name = flags.text('container');
    throw new KubectlError(
      `--all-containers=true should not be specified with container name ${name}`,
    );
  }
  if (flags.has('limit-bytes') && flags.int('limit-bytes', 0) < 1) {
    throw new KubectlError('--limit-bytes must be greater than 0');
  }
  if (flags.has('since') && Math.round(flags.durationMs('since', 0) / 1_000) < 1) {
    throw new KubectlError(
      `The PodLogOptions ${goQuote(args[0] ?? '')} is invalid: sinceSeconds: Invalid value: ${Math.round(flags.durationMs('since', 0) / 1_000)}: must be greater than 0`,
      { bare: true },
    );
  }
  if (flags.int('tail', -1) < -1) {
    throw new KubectlError('--tail must be greater than or equal to -1');
  }
}

function* podsOf(invocation: Invocation): Process<readonly Pod[]> {
  const { args, flags, api, namespace, context, out } = invocation;
  const row = mapResource(context, 'pods');
  const selector = flags.text('selector');
  if (selector !== '') {
    const list = yield* api.list(row, namespace, { labelSelector: selector });
    if (list.items.length === 0) {
      out.stderr(`No resources found in ${namespace} namespace.\n`);
    }
    return list.items as unknown as readonly Pod[];
  }
  const [name = ''] = args;
  const text = name.includes('/') ? name : `pods/${name}`;
  const { targets } = resolveTargets(invocation, { args: [text] });
  const [target] = targets;
  if (!target) return [];
  let object: KubeObject;
  try {
    const [info] = yield* fetchTarget(invocation, target);
    if (!info) return [];
    object = info.object;
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    throw new KubectlError(
      `error from server (NotFound): ${error.message} in namespace ${goQuote(namespace)}`,
    );
  }
  if (target.row === row) return [object as unknown as Pod];
  const pods = yield* podsBehind(invocation, target.row, object);
  if (flags.bool('all-pods')) return pods;
  const [first] = pods;
  if (!first) throw new KubectlError('timed out waiting for the condition');
  if (pods.length > 1) {
    out.stderr(`Found ${pods.length} pods, using pod/${first.metadata.name ?? ''}\n`);
  }
  return [first];
}

function allContainers({ spec }: Pod): { name: string; kind: '' | ' (init)' | ' (ephem)' }[] {
  const names = (
    list: readonly { readonly name: string }[] | undefined,
    kind: '' | ' (init)' | ' (ephem)',
  ): { name: string; kind: '' | ' (init)' | ' (ephem)' }[] =>
    (list ?? []).map(({ name }) => ({ name, kind }));
  return [
    ...names(spec?.containers, ''),
    ...names(spec?.ephemeralContainers, ' (ephem)'),
    ...names(spec?.initContainers, ' (init)'),
  ];
}

function containersOf(invocation: Invocation, pod: Pod): readonly string[] {
  const { flags, args, out } = invocation;
  const all = allContainers(pod);
  if (flags.bool('all-containers')) {
    return [
      ...all.filter(({ kind }) => kind === ' (init)'),
      ...all.filter(({ kind }) => kind !== ' (init)'),
    ].map(({ name }) => name);
  }
  const wanted = flags.text('container') || (args[1] ?? '');
  const podName = pod.metadata.name ?? '';
  if (wanted !== '') {
    if (all.some(({ name }) => name === wanted)) return [wanted];
    throw new KubectlError(
      `container ${wanted} is not valid for pod ${podName} out of: ${all.map(({ name, kind }) => name + kind).join(', ')}`,
    );
  }
  const marked = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (marked !== undefined && all.some(({ name }) => name === marked)) return [marked];
  const first = all[0]?.name ?? '';
  if (all.length > 1) {
    out.stderr(
      `Defaulted container ${goQuote(first)} out of: ${all.map(({ name, kind }) => name + kind).join(', ')}\n`,
    );
  }
  return [first];
}

function* printLog(invocation: Invocation, pod: Pod, container: string): Process {
  const { flags, context, out } = invocation;
  const withPrefix = flags.bool('prefix', flags.bool('all-pods'));
  if (!context.kubelet) throw notSimulated('reading logs from this cluster');
  if (!pod.spec?.nodeName) return;
  const name = pod.metadata.name ?? '';
  const prefix = withPrefix ? `[pod/${name}/${container}] ` : '';
  let isLineStart = true;
  const write = (text: string): void => {
    if (prefix === '') {
      out.stdout(text);
      return;
    }
    for (const part of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      out.stdout(isLineStart ? prefix + part : part);
      isLineStart = part.endsWith('\n');
    }
  };
  const isSelected = flags.text('selector') !== '';
  const tail = flags.has('tail') ? flags.int('tail', -1) : isSelected ? 10 : -1;
  const request: LogRequest = {
    namespace: pod.metadata.namespace ?? '',
    pod: name,
    container,
    follow: flags.bool('follow'),
    previous: flags.bool('previous'),
    timestamps: flags.bool('timestamps'),
    tailLines: tail < 0 ? undefined : tail,
    limitBytes: flags.int('limit-bytes', 0) || undefined,
    sinceMs: sinceOf(invocation),
  };
  yield* readLog(invocation, context.kubelet, request, write);
}

/** Reads a log; with `--follow`, waits for a container that has not started yet. */
function* readLog(
  { flags, context, out }: Invocation,
  kubelet: KubeletAccess,
  request: LogRequest,
  write: (text: string) => void,
): Process {
  const { engine } = context;
  const deadlineMs = engine.nowMs + flags.durationMs('pod-running-timeout', 20_000);
  let isTold = false;
  for (;;) {
    try {
      yield* kubelet.logs(request, write);
      return;
    } catch (error) {
      const isEarly =
        error instanceof StatusError &&
        error.reason === 'BadRequest' &&
        error.message.includes('is waiting to start') &&
        !error.message.includes('pull');
      if (!request.follow || !isEarly || engine.nowMs >= deadlineMs) throw error;
      if (!isTold) out.stderr(`${error.message}\n`);
      isTold = true;
      yield* engine.delay(1_000);
    }
  }
}

function sinceOf({ flags, context }: Invocation): number | undefined {
  if (flags.has('since')) return context.engine.nowMs - flags.durationMs('since', 0);
  const text = flags.text('since-time');
  if (text === '') return undefined;
  const ms = tryParseTime(text);
  if (ms === undefined) {
    throw new KubectlError(
      `parsing time ${goQuote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(text)} as "2006"`,
    );
  }
  return ms;
}
