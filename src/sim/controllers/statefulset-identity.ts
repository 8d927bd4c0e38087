/**
 * Who a pod of a StatefulSet is: its name and number, the labels that carry them, its host name, and its claims.
 *
 * A pod that is replaced gets the same name, number, host name and claims; only its UID, its address and its node are new.
 *
 * Upstream: pkg/controller/statefulset/stateful_set_utils.go
 * Docs: /docs/concepts/workloads/controllers/statefulset/#pod-identity
 */
import { labelsOf, nameOf, namespaceOf } from '../api/object.ts';
import { newControllerRef } from '../api/owner-references.ts';
import type { PersistentVolumeClaim, Pod, PodSpec, StatefulSet, Volume } from '../api/types.gen.ts';
import { podFromTemplate, podsPrefix } from './pod-control.ts';

/** Label with the name of the revision that a pod was made from. Upstream: StatefulSetRevisionLabel */
export const revisionLabel = 'controller-revision-hash';
/** Upstream: StatefulSetPodNameLabel, PodIndexLabel */
const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

const int32Max = 2_147_483_647;

/** Reads a pod's name as that of its set and its number; the number is -1 where the name is none of a set. */
export function parentAndOrdinal(podName: string): { parent: string; ordinal: number } {
  const match = /^(.*)-([0-9]+)$/s.exec(podName);
  const ordinal = Number(match?.[2] ?? -1);
  if (match === null || ordinal > int32Max) return { parent: '', ordinal: -1 };
  return { parent: match[1] ?? '', ordinal };
}

/** Returns a pod's number, or -1. */
export function ordinalOf(pod: Pod): number {
  return parentAndOrdinal(nameOf(pod)).ordinal;
}

/** Returns how many pods the set wants. */
export function replicasOf(set: StatefulSet): number {
  return set.spec.replicas ?? 1;
}

/** Returns the number of the set's first pod. */
export function startOrdinal(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** Whether the set wants a pod of that number. */
export function isInOrdinalRange(pod: Pod, set: StatefulSet): boolean {
  const index = ordinalOf(pod) - startOrdinal(set);
  return index >= 0 && index < replicasOf(set);
}

/** Returns the name of the pod with that number. */
export function podNameOf(set: StatefulSet, ordinal: number): string {
  return `${nameOf(set)}-${ordinal}`;
}

/** Whether the pod's name is one of the set's. */
export function isMemberOf(set: StatefulSet, pod: Pod): boolean {
  const { parent, ordinal } = parentAndOrdinal(nameOf(pod));
  return ordinal >= 0 && parent === nameOf(set);
}

/** Returns the name of the revision that the pod was made from; '' when it does not say. */
export function revisionOf(pod: Pod): string {
  return labelsOf(pod)[revisionLabel] ?? '';
}

/** Whether pods may be made and deleted without waiting for one another. */
export function allowsBurst(set: StatefulSet): boolean {
  return set.spec.podManagementPolicy === 'Parallel';
}

/** Whether name and label of a pod say who it is. */
export function identityMatches(set: StatefulSet, pod: Pod): boolean {
  return (
    isMemberOf(set, pod) &&
    namespaceOf(pod) === namespaceOf(set) &&
    labelsOf(pod)[podNameLabel] === nameOf(pod)
  );
}

function identityLabels(name: string, ordinal: number): Record<string, string> {
  return { [podNameLabel]: name, [podIndexLabel]: String(ordinal) };
}

/** Returns the pod with the labels of who it is. */
export function withIdentity(pod: Pod): Pod {
  const labels = { ...labelsOf(pod), ...identityLabels(nameOf(pod), ordinalOf(pod)) };
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

/** Returns the name of a claim: its template's, the set's and the pod's number. */
export function claimName(
  set: StatefulSet,
  template: PersistentVolumeClaim,
  ordinal: number,
): string {
  return `${nameOf(template)}-${nameOf(set)}-${ordinal}`;
}

/** Returns the claims that a pod of that number has, in the order of the templates. */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinal),
      namespace: namespaceOf(set),
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
    },
  }));
}

/** Returns a pod's spec with one volume for each claim; they stand first and take the place of namesakes. */
function withStorage(set: StatefulSet, spec: PodSpec, ordinal: number): PodSpec {
  const templates = set.spec.volumeClaimTemplates ?? [];
  if (templates.length === 0) return spec;
  const claimed = new Set(templates.map(nameOf));
  const added: Volume[] = templates.map((template) => ({
    name: nameOf(template),
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const others = (spec.volumes ?? []).filter(({ name }) => !claimed.has(name));
  return { ...spec, volumes: [...added, ...others] };
}

/** Whether the pod has a volume for each of its claims. */
export function storageMatches(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(pod);
  return (set.spec.volumeClaimTemplates ?? []).every((template) =>
    (pod.spec.volumes ?? []).some(
      ({ name, persistentVolumeClaim }) =>
        name === nameOf(template) &&
        persistentVolumeClaim?.claimName === claimName(set, template, ordinal),
    ),
  );
}

/** Makes the pod of a number from the set's template. It is not stored yet, so it has no status. */
export function newStatefulSetPod(set: StatefulSet, ordinal: number, revision: string): Pod {
  const name = podNameOf(set, ordinal);
  const reference = newControllerRef(set);
  const pod = podFromTemplate(set.spec.template, podsPrefix(nameOf(set)), reference) as Pod;
  const { serviceName } = set.spec;
  const labels = {
    ...labelsOf(pod),
    ...identityLabels(name, ordinal),
    [revisionLabel]: revision,
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, name, namespace: namespaceOf(set), labels },
    spec: {
      ...withStorage(set, pod.spec, ordinal),
      hostname: name,
      ...(serviceName === undefined || serviceName === '' ? {} : { subdomain: serviceName }),
    },
  };
}

/** The set as it was at its two revisions, which differ while it is being updated. */
export interface Versions {
  readonly currentSet: StatefulSet;
  readonly currentRevision: string;
  readonly updateSet: StatefulSet;
  readonly updateRevision: string;
}

/** Whether a pod of that number still belongs to the current revision. */
function needsCurrentRevision(set: StatefulSet, ordinal: number): boolean {
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return false;
  const { rollingUpdate } = set.spec.updateStrategy;
  const kept =
    rollingUpdate === undefined
      ? (set.status?.currentReplicas ?? 0)
      : (rollingUpdate.partition ?? 0);
  return ordinal < startOrdinal(set) + kept;
}

/** Makes the pod of a number at the revision that it should have now. */
export function newVersionedPod(versions: Versions, ordinal: number): Pod {
  const { currentSet, currentRevision, updateSet, updateRevision } = versions;
  return needsCurrentRevision(currentSet, ordinal)
    ? newStatefulSetPod(currentSet, ordinal, currentRevision)
    : newStatefulSetPod(updateSet, ordinal, updateRevision);
}
