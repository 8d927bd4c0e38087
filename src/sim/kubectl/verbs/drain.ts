/**
 * `kubectl drain`: cordons a node and evicts its pods, as disruption budgets allow.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/drain/drain.go, filters.go; pkg/cmd/drain/drain.go
 * Docs: /docs/tasks/administer-cluster/safely-drain-node/
 */
import { formatGoDuration } from '../../api/go-duration.ts';
import { controllerOf } from '../../api/owner-references.ts';
import { isNotFound, isTooManyRequests, StatusError } from '../../api/status-error.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import type { Task } from '../../engine/task.ts';
import { KubectlError, throwCollected } from '../errors.ts';
import { mapResource } from '../targets.ts';
import type { Info } from '../targets.ts';
import { dryRunFlag, dryRunOf, dryRunSuffix, selectorFlag } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { nodesNamed } from './cordon.ts';

/** Virtual ms until an eviction that a budget has refused is tried again. */
const retryMs = 5_000;

/** Virtual ms between two looks at a pod that has been evicted. */
const pollMs = 1_000;

export const drain: Verb = {
  name: 'drain',
  about: 'Drain node in preparation for maintenance',
  usage: 'drain NODE',
  flags: [
    selectorFlag,
    dryRunFlag,
    { name: 'ignore-daemonsets', type: 'bool' },
    { name: 'delete-emptydir-data', type: 'bool' },
    { name: 'force', type: 'bool' },
    { name: 'grace-period', type: 'int' },
    { name: 'timeout', type: 'duration' },
    { name: 'pod-selector', type: 'string' },
    { name: 'disable-eviction', type: 'bool', unsupported: true },
    { name: 'skip-wait-for-delete-timeout', type: 'int', unsupported: true },
  ],
  *run(invocation) {
    const { out } = invocation;
    const nodes = yield* nodesNamed(invocation, 'drain');
    const errors: Error[] = [];
    for (const node of nodes) yield* cordonNode(invocation, node);
    const pending: string[] = [];
    for (const node of nodes) {
      const failures = yield* drainNode(invocation, node.name);
      if (failures.length === 0) {
        out.stdout(`node/${node.name} drained${dryRunSuffix(dryRunOf(invocation))}\n`);
        continue;
      }
      const shown = failures.length === 1 ? (failures[0] ?? '') : `[${failures.join(', ')}]`;
      out.stderr(
        `error: unable to drain node "${node.name}" due to error: ${shown}, continuing command...\n`,
      );
      pending.push(node.name);
      errors.push(...failures.map((failure) => new KubectlError(failure, { bare: true })));
    }
    if (pending.length > 0) {
      out.stderr('There are pending nodes to be drained:\n');
      for (const name of pending) out.stderr(` ${name}\n`);
    }
    throwCollected(errors);
  },
};

function* cordonNode(invocation: Invocation, { row, name, object }: Info): Process {
  const { out, api } = invocation;
  const dryRun = dryRunOf(invocation);
  if ((object as unknown as Node).spec?.unschedulable) {
    out.stdout(`node/${name} already cordoned${dryRunSuffix(dryRun)}\n`);
    return;
  }
  if (dryRun === 'none') {
    yield* api.patch(row, '', name, 'strategic', { spec: { unschedulable: true } });
  }
  out.stdout(`node/${name} cordoned${dryRunSuffix(dryRun)}\n`);
}

/** Pods by what keeps them from being evicted, or lets them go with a warning. */
interface Sorted {
  readonly pods: readonly Pod[];
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** Evicts the pods of a node and waits until they are gone. Returns what went wrong. */
function* drainNode(invocation: Invocation, node: string): Process<readonly string[]> {
  const { api, context, flags, out } = invocation;
  const row = mapResource(context, 'pods');
  const list = yield* api.list(row, '', {
    labelSelector: flags.text('pod-selector') || undefined,
    fieldSelector: `spec.nodeName=${node}`,
  });
  const sorted = sortPods(invocation, list.items as unknown as readonly Pod[]);
  if (sorted.failures.length > 0) return sorted.failures;
  if (sorted.warnings.length > 0) out.stderr(`Warning: ${sorted.warnings.join('; ')}\n`);
  if (dryRunOf(invocation) !== 'none') {
    for (const pod of sorted.pods)
      out.stdout(`evicting pod ${nameOf(pod)}${dryRunSuffix('server')}\n`);
    return [];
  }
  return yield* evictAll(invocation, node, sorted.pods);
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function sortPods({ flags }: Invocation, pods: readonly Pod[]): Sorted {
  const kept: Pod[] = [];
  const daemons: Pod[] = [];
  const local: Pod[] = [];
  const bare: Pod[] = [];
  for (const pod of pods) {
    const { metadata, spec, status } = pod;
    if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) continue;
    const owner = controllerOf(pod);
    const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    if (owner?.kind === 'DaemonSet' && !isOver) {
      daemons.push(pod);
      continue;
    }
    const hasLocal = (spec?.volumes ?? []).some((volume) => volume.emptyDir !== undefined);
    if (hasLocal && !isOver) local.push(pod);
    if (owner === undefined && !isOver) bare.push(pod);
    kept.push(pod);
  }
  const names = (list: readonly Pod[]): string => list.map(nameOf).join(', ');
  const failures: string[] = [];
  const warnings: string[] = [];
  const judge = (list: readonly Pod[], flag: string, refusal: string, warning: string): void => {
    if (list.length === 0) return;
    if (flags.bool(flag)) warnings.push(`${warning}: ${names(list)}`);
    else
      failures.push(
        `${refusal} (use --${flag} to ${flag === 'ignore-daemonsets' ? 'ignore' : 'override'}): ${names(list)}`,
      );
  };
  judge(
    daemons,
    'ignore-daemonsets',
    'cannot delete DaemonSet-managed Pods',
    'ignoring DaemonSet-managed Pods',
  );
  judge(
    local,
    'delete-emptydir-data',
    'cannot delete Pods with local storage',
    'deleting Pods with local storage',
  );
  judge(
    bare,
    'force',
    'cannot delete Pods that declare no controller',
    'deleting Pods that declare no controller',
  );
  const silent = `deleting Pods with local storage: ${names(local)}`;
  return { pods: kept, failures, warnings: warnings.filter((one) => one !== silent) };
}

/** Evicts pods side by side; the one started last speaks first, as goroutines do. */
function* evictAll(
  invocation: Invocation,
  node: string,
  pods: readonly Pod[],
): Process<readonly string[]> {
  const { context, flags, out } = invocation;
  const { engine } = context;
  const timeoutMs = flags.durationMs('timeout', 0);
  const deadlineMs = timeoutMs === 0 ? Infinity : engine.nowMs + timeoutMs;
  const last = pods.at(-1);
  const order = last ? [last, ...pods.slice(0, -1)] : [];
  const tasks: { pod: Pod; task: Task<string | undefined> }[] = order.map((pod) => ({
    pod,
    task: engine.spawn('kubectl/evict', evictPod(invocation, pod, deadlineMs, timeoutMs)),
  }));
  const failures: string[] = [];
  const left: Pod[] = [];
  try {
    for (const { pod, task } of tasks) {
      const joined = yield* task.join();
      if (joined.state === 'returned' && joined.value !== undefined) {
        failures.push(joined.value);
        left.push(pod);
      }
    }
  } finally {
    for (const { task } of tasks) task.cancel();
  }
  if (failures.length > 0) {
    const shown = failures.length === 1 ? (failures[0] ?? '') : `[${failures.join(', ')}]`;
    out.stderr(`There are pending pods in node "${node}" when an error occurred: ${shown}\n`);
    for (const pod of left) out.stderr(`pod/${pod.metadata.name ?? ''}\n`);
  }
  return failures;
}

/** Returns what went wrong, undefined when the pod is gone. */
function* evictPod(
  invocation: Invocation,
  pod: Pod,
  deadlineMs: number,
  timeoutMs: number,
): Process<string | undefined> {
  const { api, context, flags, out } = invocation;
  const { engine } = context;
  const row = mapResource(context, 'pods');
  const { name = '', namespace = '', uid } = pod.metadata;
  const about = `error when evicting pods/"${name}" -n "${namespace}"`;
  const grace = flags.int('grace-period', -1);
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    ...(grace >= 0 ? { deleteOptions: { gracePeriodSeconds: grace } } : {}),
  };
  for (;;) {
    out.stdout(`evicting pod ${nameOf(pod)}\n`);
    if (engine.nowMs >= deadlineMs)
      return `${about}: global timeout reached: ${formatGoDuration(timeoutMs)}`;
    try {
      yield* api.post(row, namespace, name, 'eviction', body);
      break;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (isNotFound(error)) break;
      if (!isTooManyRequests(error)) return `${about}: ${error.message}`;
      out.stderr(`${about} (will retry after 5s): ${error.message}\n`);
      yield* engine.delay(retryMs);
    }
  }
  for (;;) {
    try {
      const found = yield* api.get(row, namespace, name);
      if (found.metadata.uid !== uid) break;
    } catch (error) {
      if (isNotFound(error)) break;
      if (error instanceof StatusError)
        return `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${error.message}`;
      throw error;
    }
    if (engine.nowMs >= deadlineMs) {
      return `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${formatGoDuration(timeoutMs)}`;
    }
    yield* engine.delay(pollMs);
  }
  out.stdout(`pod/${name} evicted\n`);
  return undefined;
}
