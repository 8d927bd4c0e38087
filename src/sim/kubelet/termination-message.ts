/**
 * Last words of containers that failed: with FallbackToLogsOnError, the end of the log stands in for an empty
 * termination message.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go getTerminationMessage, readLastStringFromContainerLogs
 * Docs: /docs/tasks/debug/debug-application/determine-reason-pod-failure/#customizing-the-termination-message
 */
import type { Pod } from '../api/types.gen.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import { findContainer } from './container-kill.ts';
import type { PodRuntimeStatus } from './pleg.ts';

/** Upstream: kubecontainer.MaxContainerTerminationMessageLogLines, MaxContainerTerminationMessageLogLength */
const maxLines = 80;
const maxLength = 2_048;

/** Returns the state with the messages that the containers' policies give. */
export function withLastWords(
  pod: Pod,
  runtime: PodRuntimeStatus,
  service: RuntimeService,
): PodRuntimeStatus {
  if (!runtime.containers.some(({ config }) => fallsBack(pod, config.name))) return runtime;
  const containers = runtime.containers.map((container) => {
    const hasFailed = container.state === 'exited' && container.exitCode !== 0;
    if (!hasFailed || container.message !== '') return container;
    if (!fallsBack(pod, container.config.name)) return container;
    if (service.containerStatus(container.id) === undefined) return container;
    return { ...container, message: endOfLog(service, container.id) };
  });
  return { ...runtime, containers };
}

function fallsBack(pod: Pod, name: string): boolean {
  return findContainer(pod, name)?.terminationMessagePolicy === 'FallbackToLogsOnError';
}

function endOfLog(service: RuntimeService, containerId: string): string {
  const lines = service.log(containerId).slice(-maxLines);
  const text = lines.map((line) => (line.partial === true ? line.text : `${line.text}\n`)).join('');
  return text.slice(-maxLength);
}
