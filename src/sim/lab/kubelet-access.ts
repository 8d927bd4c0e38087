/**
 * The way from a client through the API server to the kubelet of a pod: `logs` and `exec`.
 *
 * Upstream: pkg/registry/core/pod/rest/log.go, pkg/registry/core/pod/rest/subresources.go; pkg/kubelet/kubelet_pods.go GetKubeletContainerLogs
 * Simplified: answered by the node's runtime at once; what a command prints comes when it has ended.
 */
import { builtInKindTable } from '../api/kinds.ts';
import { formatMicroTime } from '../api/time.ts';
import { newBadRequest, newNotFound, newUnknownError } from '../api/status-error.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Cluster, ClusterNode } from '../cluster.ts';
import { anyOf } from '../engine/any-of.ts';
import type { Process } from '../engine/process.ts';
import type { ExecRequest, KubeletAccess, LogRequest } from '../kubectl/context.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import type { ContainerStatus, LogLine } from '../runtime/runtime.ts';

/** How often a followed log is looked at. */
const followPeriodMs = 50;

interface Found {
  readonly pod: Pod;
  readonly node: ClusterNode;
  /** The container's runs, newest first. */
  readonly runs: readonly ContainerStatus[];
}

/** Makes the access for a cluster. */
export function kubeletAccess(cluster: Cluster): KubeletAccess {
  return {
    logs: (request, write) => readLog(cluster, request, write),
    *exec(request, output) {
      const { node, runs } = find(cluster, request);
      const running = runs.find(({ state }) => state === 'running');
      if (running === undefined) {
        throw newUnknownError(`container not found ("${request.container}")`);
      }
      try {
        const result = yield* node.runtime.exec(
          running.id,
          request.command,
          Infinity,
          request.stdin,
        );
        if (result.stdout !== '') output.stdout(result.stdout);
        if (result.stderr !== '') output.stderr(result.stderr);
        return result.exitCode;
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        throw newUnknownError(error.message);
      }
    },
  };
}

function find(cluster: Cluster, request: LogRequest | ExecRequest): Found {
  const pod = cluster.server.peek('Pod', request.namespace, request.pod) as Pod | undefined;
  const row = builtInKindTable.byKind('v1', 'Pod') ?? { group: '', plural: 'pods' };
  if (pod === undefined) throw newNotFound(row, request.pod);
  const node = cluster.nodes.find(({ config }) => config.name === pod.spec.nodeName);
  if (node === undefined && pod.spec.nodeName !== undefined && pod.spec.nodeName !== '') {
    // Upstream looks the node up as if it were a pod.
    throw newNotFound(row, pod.spec.nodeName);
  }
  if (node === undefined) throw newBadRequest(`pod ${request.pod} does not have a host assigned`);
  const all = node.runtime.containersOf(pod.metadata.uid ?? '');
  return { pod, node, runs: all.filter(({ config }) => config.name === request.container) };
}

function* readLog(cluster: Cluster, request: LogRequest, write: (text: string) => void): Process {
  const { engine } = cluster;
  const { node, runs, pod } = find(cluster, request);
  const { container, previous } = request;
  const previousId = previous ? previousContainer(pod, container) : undefined;
  if (previous && previousId === undefined) {
    throw newBadRequest(
      `previous terminated container "${container}" in pod "${request.pod}" not found`,
    );
  }
  const run = previous ? runs.find(({ id }) => `containerd://${id}` === previousId) : runs[0];
  if (run === undefined && previousId !== undefined) {
    // Its log went with the dead container, of which the node keeps one per name.
    write(`unable to retrieve container logs for ${previousId}`);
    return;
  }
  if (run === undefined || (run.startedAtMs === undefined && run.state !== 'exited')) {
    throw newBadRequest(
      `container "${container}" in pod "${request.pod}" is waiting to start: ${waitingReason(pod, container)}`,
    );
  }
  let lines = node.runtime.log(run.id);
  const since = request.sinceMs ?? -Infinity;
  const chosen = lines.filter(({ timeMs }) => timeMs >= since);
  const tail = request.tailLines ?? chosen.length;
  let text = (tail === 0 ? [] : chosen.slice(-tail))
    .map((line) => lineText(line, request))
    .join('');
  if (request.limitBytes !== undefined) text = text.slice(0, request.limitBytes);
  if (text !== '') write(text);
  let shownCount = lines.length;
  while (request.follow) {
    const isOver = node.runtime.containerStatus(run.id)?.state !== 'running';
    lines =
      isOver && node.runtime.containerStatus(run.id) === undefined ? [] : node.runtime.log(run.id);
    for (const line of lines.slice(shownCount)) write(lineText(line, request));
    shownCount = Math.max(shownCount, lines.length);
    if (isOver) return;
    yield* anyOf(node.runtime.exited(run.id).wait(), engine.delay(followPeriodMs));
  }
}

function lineText({ timeMs, text }: LogLine, { timestamps }: LogRequest): string {
  const line = text.endsWith('\n') ? text : `${text}\n`;
  return timestamps ? `${formatMicroTime(timeMs).replace(/Z$/, '000Z')} ${line}` : line;
}

/** The ID of the container that ran before, as the pod's status has it. */
function previousContainer({ status }: Pod, container: string): string | undefined {
  const all = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  return all.find(({ name }) => name === container)?.lastState?.terminated?.containerID;
}

function waitingReason(pod: Pod, container: string): string {
  const status = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ].find(({ name }) => name === container);
  return status?.state?.waiting?.reason ?? 'ContainerCreating';
}
