/**
 * RestartAllContainers: a container that ends with a code of such a rule takes the whole pod around again, in place:
 * all containers are removed, then everything starts from the first init container; sandbox, address and volumes stay.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/kubelet_pods.go (gate
 * RestartAllContainersOnContainerExits, on since 1.36)
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#restart-all-containers
 */
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
} from '../api/types.gen.ts';
import type { ContainerStatus as RuntimeContainer } from '../runtime/runtime.ts';
import type { PodRuntimeStatus } from './pleg.ts';
import { matchingRule, newestContainer } from './restart-policy.ts';

/** The reason of containers that were removed and not started again yet. */
export const restartingReason = 'RestartingAllContainers';

const removedMessage = 'The container is removed because RestartAllContainers in place';
const action = 'RestartAllContainers';

function hasRule({ restartPolicyRules }: Container): boolean {
  return restartPolicyRules?.some((rule) => rule.action === action) ?? false;
}

/** Whether any container of the pod has such a rule: then the condition is always shown. */
export function hasRestartAllRule({ spec }: Pod): boolean {
  return spec.containers.some(hasRule) || (spec.initContainers?.some(hasRule) ?? false);
}

/** The containers whose end asks for it. */
export function triggersOfRestartAll(pod: Pod, runtime: PodRuntimeStatus): readonly string[] {
  if (pod.metadata.deletionTimestamp !== undefined || !hasRestartAllRule(pod)) return [];
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
    .filter((container) => {
      const newest = newestContainer(runtime, container.name);
      if (newest?.state !== 'exited') return false;
      return matchingRule(container, newest.exitCode ?? 0) === action;
    })
    .map(({ name }) => name);
}

/** The containers in the order in which they are removed: apps, init containers, then those that asked for it. */
export function removalOrder(
  pod: Pod,
  runtime: PodRuntimeStatus,
  triggers: readonly string[],
): readonly RuntimeContainer[] {
  const rank = ({ config }: RuntimeContainer): number => {
    if (triggers.includes(config.name)) return 2;
    return pod.spec.containers.some(({ name }) => name === config.name) ? 0 : 1;
  };
  return [...runtime.containers].sort((a, b) => rank(a) - rank(b));
}

/** The condition that tells of it. */
export function restartAllCondition(isRestarting: boolean): PodCondition {
  const type = 'AllContainersRestarting';
  if (!isRestarting) return { type, status: 'False' };
  return {
    type,
    status: 'True',
    reason: 'RestartAllContainersStarted',
    message: 'container exited with restart policy rule',
  };
}

/** The status of a container that was removed; `old` is the one before. */
export function removedStatus(fresh: ContainerStatus, old: ContainerStatus): ContainerStatus {
  const base = old.state?.terminated === undefined ? fresh : old;
  const ended = {
    exitCode: 137,
    reason: restartingReason,
    message: removedMessage,
    startedAt: null,
    finishedAt: null,
  };
  return {
    ...base,
    state: { waiting: { reason: restartingReason, message: removedMessage } },
    lastState: { terminated: ended } as unknown as ContainerState,
    restartCount: old.restartCount + 1,
  };
}
