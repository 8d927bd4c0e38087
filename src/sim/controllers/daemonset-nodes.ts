/**
 * On which nodes a DaemonSet has pods, and what such a pod is: the template with tolerations and the node it is for.
 *
 * - Selector, affinity and taints of the node count; its readiness, its resources and other pods do not.
 * - A taint NoSchedule keeps new pods away, NoExecute also ends those that are there.
 * - The pod is bound by the scheduler: its affinity names the one node.
 *
 * Upstream: pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod;
 *   pkg/controller/daemon/util/daemonset_util.go
 * Docs: /docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled
 */
import { deepEqual } from '../api/deep-equal.ts';
import { requiredNodeAffinity } from '../api/node-affinity.ts';
import { annotationsOf, labelsOf, nameOf } from '../api/object.ts';
import type {
  Affinity,
  DaemonSet,
  Node,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Taint,
  Toleration,
} from '../api/types.gen.ts';
import { tolerates } from './tainteviction.ts';

/** Label of pods and revisions with the hash of their template. Upstream: DefaultDaemonSetUniqueLabelKey */
export const hashLabel = 'controller-revision-hash';
/** Upstream: DaemonSetTemplateGenerationKey, DeprecatedTemplateGeneration */
const generationLabel = 'pod-template-generation';
const generationAnnotation = 'deprecated.daemonset.template.generation';

const nodeNameField = 'metadata.name';

const automaticTolerations: readonly (readonly [key: string, effect: string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];
const networkToleration = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const;

/** Returns the tolerations of a DaemonSet's pods: those of the template and the automatic ones. */
export function daemonTolerations(spec: PodSpec): Toleration[] {
  const tolerations = [...(spec.tolerations ?? [])];
  const automatic = spec.hostNetwork
    ? [...automaticTolerations, networkToleration]
    : automaticTolerations;
  for (const [key, effect] of automatic) {
    const added: Toleration = { key, operator: 'Exists', effect };
    const index = tolerations.findIndex(
      (each) =>
        each.key === key &&
        each.effect === effect &&
        each.operator === 'Exists' &&
        (each.value ?? '') === '',
    );
    if (index < 0) tolerations.push(added);
    else if (!deepEqual(tolerations[index], added)) tolerations[index] = added;
  }
  return tolerations;
}

/** Whether a DaemonSet makes a pod on a node, and whether one that is there stays. */
export interface NodeVerdict {
  readonly shouldRun: boolean;
  readonly shouldContinue: boolean;
}

const nowhere: NodeVerdict = { shouldRun: false, shouldContinue: false };

/** What was found out about a node, for the template of the set at that time. */
const known = new WeakMap<PodSpec, WeakMap<Node, NodeVerdict>>();

/** Judges a node for a DaemonSet. */
export function nodeShouldRunDaemonPod(node: Node, set: DaemonSet): NodeVerdict {
  const spec = set.spec.template.spec;
  if (spec === undefined) return nowhere;
  let verdicts = known.get(spec);
  if (verdicts === undefined) {
    verdicts = new WeakMap();
    known.set(spec, verdicts);
  }
  let verdict = verdicts.get(node);
  if (verdict === undefined) {
    verdict = judge(node, spec);
    verdicts.set(node, verdict);
  }
  return verdict;
}

function judge(node: Node, spec: PodSpec): NodeVerdict {
  if ((spec.nodeName ?? '') !== '' && spec.nodeName !== nameOf(node)) return nowhere;
  const required = requiredNodeAffinity({ spec });
  if (required?.matches({ name: nameOf(node), labels: labelsOf(node) }) === false) return nowhere;
  const tolerations = daemonTolerations(spec);
  const isFree = (effects: readonly string[]): boolean =>
    !hasUntolerated(node.spec.taints ?? [], effects, tolerations);
  return {
    shouldRun: isFree(['NoSchedule', 'NoExecute']),
    shouldContinue: isFree(['NoExecute']),
  };
}

function hasUntolerated(
  taints: readonly Taint[],
  effects: readonly string[],
  tolerations: readonly Toleration[],
): boolean {
  return taints.some(
    (taint) =>
      effects.includes(taint.effect) && !tolerations.some((each) => tolerates(each, taint)),
  );
}

/** Returns the generation of the set's template; undefined when its annotation is no number. */
export function templateGeneration(set: DaemonSet): number | undefined {
  const text = annotationsOf(set)[generationAnnotation];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether the pod was made from the set's present template. */
export function isPodUpdated(pod: Pod, set: DaemonSet, hash: string): boolean {
  const labels = labelsOf(pod);
  if (hash !== '' && labels[hashLabel] === hash) return true;
  const generation = templateGeneration(set);
  return generation !== undefined && labels[generationLabel] === String(generation);
}

/** Returns the template of the pod for one node. */
export function templateForNode(set: DaemonSet, hash: string, nodeName: string): PodTemplateSpec {
  const { template } = set.spec;
  const generation = templateGeneration(set);
  const labels = {
    ...template.metadata?.labels,
    ...(generation === undefined ? {} : { [generationLabel]: String(generation) }),
    ...(hash === '' ? {} : { [hashLabel]: hash }),
  };
  const spec = template.spec ?? { containers: [] };
  return {
    ...template,
    metadata: { ...template.metadata, labels },
    spec: {
      ...spec,
      affinity: affinityToNode(spec.affinity, nodeName),
      tolerations: daemonTolerations(spec),
    },
  };
}

/** Replaces what the affinity requires of nodes by the name of one; what it prefers, and pods' affinity, stay. */
export function affinityToNode(affinity: Affinity | undefined, nodeName: string): Affinity {
  const field = { key: nodeNameField, operator: 'In', values: [nodeName] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [field] }],
      },
    },
  };
}

/** Returns the node that a pod is on or is meant for; undefined when it does not say. */
export function targetNodeName(pod: Pod): string | undefined {
  if ((pod.spec.nodeName ?? '') !== '') return pod.spec.nodeName;
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms) {
    for (const { key, operator, values } of matchFields ?? []) {
      if (key === nodeNameField && operator === 'In' && values?.length === 1) return values[0];
    }
  }
  return undefined;
}
