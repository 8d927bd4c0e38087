/**
 * Who is started again: the rules of restart policies of pods and of containers.
 *
 * Upstream: pkg/api/v1/pod/util.go ContainerShouldRestart; pkg/kubelet/container/helpers.go ShouldContainerBeRestarted
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
import type { Container, Pod } from '../api/types.gen.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import type { ContainerStatus as RuntimeContainer } from '../runtime/runtime.ts';

/** Whether an init container is a sidecar: it runs as long as the pod. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Whether a container that ended with that code is started again. */
export function restartsAfterExit(container: Container, pod: Pod, exitCode: number): boolean {
  const action = matchingRule(container, exitCode);
  if (action !== undefined) return true;
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Always') return true;
  return policy === 'OnFailure' && exitCode !== 0;
}

/** Whether a container that a probe has failed is started again: there is no exit code yet, so rules do not count. */
export function restartsAfterKill(container: Container, pod: Pod): boolean {
  return (container.restartPolicy ?? pod.spec.restartPolicy) !== 'Never';
}

/** The action of the first rule that matches the exit code; undefined when none does. */
export function matchingRule(container: Container, exitCode: number): string | undefined {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    if (exitCodes === undefined) continue;
    const isListed = exitCodes.values?.includes(exitCode) ?? false;
    if (isListed === (exitCodes.operator === 'In')) return action;
  }
  return undefined;
}

/** The newest container of a name, dead or alive. */
export function newestContainer(
  runtime: PodRuntimeStatus,
  name: string,
): RuntimeContainer | undefined {
  return runtime.containers.find((container) => container.config.name === name);
}

/** Whether the next sync should start the container (again). Never for a pod that is being deleted. */
export function shouldBeStarted(
  container: Container,
  pod: Pod,
  runtime: PodRuntimeStatus,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const newest = newestContainer(runtime, container.name);
  if (newest === undefined || newest.state === 'created') return true;
  if (newest.state === 'running') return false;
  return restartsAfterExit(container, pod, newest.exitCode ?? 0);
}
