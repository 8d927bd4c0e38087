/**
 * Admission on the node: whether a pod that was bound here fits, as the scheduler's own checks would say.
 *
 * A refused pod fails for good; it is never tried again.
 *
 * Upstream: pkg/kubelet/lifecycle/predicate.go; pkg/scheduler/framework/plugins AdmissionCheck
 * Simplified: CPU, memory, pods and host ports; node selectors are left to the scheduler.
 */
import { parseQuantity, scaledValue } from '../api/quantity.ts';
import type { Pod } from '../api/types.gen.ts';
import type { NodeConfig } from './kubelet-options.ts';
import { podResources } from './pod-resources.ts';

/** Why a pod may not run on the node. */
export interface Refusal {
  /** `OutOfcpu`, `OutOfmemory`, `OutOfpods`, `NodePorts`. */
  readonly reason: string;
  readonly message: string;
}

/** Returns why the pod does not fit beside the others; undefined when it does. */
export function admitPod(pod: Pod, others: readonly Pod[], node: NodeConfig): Refusal | undefined {
  const limit = Number(node.allocatable['pods'] ?? Infinity);
  if (others.length + 1 > limit) return lacking('pods', 1, others.length, limit);
  const requests = podResources(pod).requests ?? {};
  for (const [name, text] of Object.entries(requests)) {
    const wanted = amount(name, text);
    const available = node.allocatable[name];
    if (wanted === 0) continue;
    const capacity = available === undefined ? 0 : amount(name, available);
    const used = others.reduce(
      (sum, other) => sum + amount(name, podResources(other).requests?.[name] ?? '0'),
      0,
    );
    if (used + wanted > capacity) return lacking(name, wanted, used, capacity);
  }
  const ports = hostPorts(pod);
  if (ports.length > 0 && others.some((other) => hostPorts(other).some((p) => ports.includes(p)))) {
    return {
      reason: 'NodePorts',
      message:
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    };
  }
  return undefined;
}

function amount(resource: string, text: string): number {
  return scaledValue(parseQuantity(text), resource === 'cpu' ? -3 : 0);
}

function lacking(name: string, wanted: number, used: number, capacity: number): Refusal {
  return {
    reason: `OutOf${name}`,
    message: `Node didn't have enough resource: ${name}, requested: ${wanted}, used: ${used}, capacity: ${capacity}`,
  };
}

function hostPorts(pod: Pod): readonly string[] {
  const found: string[] = [];
  for (const container of pod.spec.containers) {
    for (const { hostPort = 0, protocol = 'TCP', hostIP = '' } of container.ports ?? []) {
      if (hostPort !== 0) found.push(`${protocol}/${hostIP}/${hostPort}`);
    }
  }
  return found;
}
