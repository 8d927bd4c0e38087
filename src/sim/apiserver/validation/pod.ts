/**
 * Validation of Pods: new ones, and the little that may change in one that exists.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidatePodCreate, ValidatePodUpdate,
 * ValidatePodEphemeralContainersUpdate, ValidatePodResize
 */
import { deepEqual, semanticEqual } from '../../api/deep-equal.ts';
import { child, forbidden, index, invalid, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { sortKeys } from '../../api/go-format.ts';
import type { Container, Pod, PodSpec, Toleration } from '../../api/types.gen.ts';
import { getPodQos } from '../../api/qos.ts';
import { dns1123Subdomain, immutableMessage, ipAddress } from './checks.ts';
import { internalDiff } from './internal-form.ts';
import type { KindRules } from './kind-rules.ts';
import { podAnnotations, validatePodSpec } from './pod-spec.ts';
import { podWarnings } from './pod-warnings.ts';

/** What may change in a Pod, as the refusal of anything else lists it. */
const changeable =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function metadataAndSpec(pod: Pod): FieldError[] {
  return [
    ...podAnnotations('metadata.annotations', pod.metadata),
    ...validatePodSpec('spec', pod.spec),
  ];
}

function createPod(pod: Pod): FieldError[] {
  const errors = metadataAndSpec(pod);
  for (const list of ['containers', 'initContainers'] as const) {
    errors.push(...imageSpaces(child('spec', list), pod.spec[list] ?? []));
  }
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (pod.spec.nodeName && (pod.spec.schedulingGates ?? []).length > 0) {
    const detail = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden('spec.nodeName', detail));
  }
  return errors;
}

function imageSpaces(path: string, containers: readonly Container[]): FieldError[] {
  return containers.flatMap(({ image = '' }, i) => {
    if (image === image.trim()) return [];
    const at = child(index(path, i), 'image');
    return [invalid(at, image, 'must not have leading or trailing whitespace')];
  });
}

function updatePod(pod: Pod, old: Pod): FieldError[] {
  const errors = metadataAndSpec(pod);
  for (const list of ['containers', 'initContainers'] as const) {
    const [next, before] = [pod.spec[list] ?? [], old.spec[list] ?? []];
    const path = child('spec', list);
    if (next.length !== before.length) {
      return [...errors, forbidden(path, 'pod updates may not add or remove containers')];
    }
    for (const [i, { image }] of next.entries()) {
      if (!image) errors.push(required(child(index(path, i), 'image')));
    }
    errors.push(...imageSpaces(path, next));
  }
  const deadline = deadlineErrors(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  if (deadline.length > 0) return [...errors, ...deadline];
  errors.push(...tolerationErrors(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  const gates = gateErrors(pod.spec, old.spec);
  errors.push(...gates);
  const gated = gatedErrors(pod.spec, old.spec);
  if (gated.length > 0) return [...errors, ...gated];
  const allowed = withAllowedChanges(pod.spec, old.spec);
  if (gates.length > 0 || semanticEqual(allowed, old.spec)) return errors;
  const detail = `pod updates may not change fields other than ${changeable}\n${internalDiff('PodSpec', old.spec, allowed)}`;
  return [...errors, forbidden('spec', detail)];
}

function deadlineErrors(seconds: number | undefined, old: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (seconds === undefined) {
    if (old === undefined) return [];
    return [invalid(path, null, 'must not update from a positive integer to nil value')];
  }
  if (seconds < 0 || seconds > 2_147_483_647) {
    return [invalid(path, seconds, 'must be between 0 and 2147483647, inclusive')];
  }
  if (old === undefined || seconds <= old) return [];
  return [invalid(path, seconds, 'must be less than or equal to previous value')];
}

function tolerationErrors(next: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const isKept = (toleration: Toleration): boolean =>
    next.some((other) =>
      deepEqual({ ...toleration, tolerationSeconds: other.tolerationSeconds }, other),
    );
  if (old.every(isKept)) return [];
  const detail = 'existing toleration can not be modified except its tolerationSeconds';
  return [forbidden('spec.tolerations', detail)];
}

function gateErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const names = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }, i) => {
    if (names.has(name)) return [];
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(child(index('spec.schedulingGates', i), 'name'), detail)];
  });
}

/** While a pod is gated, what it asks of its node may only become stricter. */
function gatedErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  if ((old.schedulingGates ?? []).length === 0) return [];
  const [next, before] = [spec.nodeSelector ?? {}, old.nodeSelector ?? {}];
  if (Object.entries(before).every(([key, value]) => next[key] === value)) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalid('spec.nodeSelector', sortKeys(next), detail)];
}

/** Returns the new spec with the old values of all that may change, so that what still differs is forbidden. */
function withAllowedChanges(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (list: readonly Container[], before: readonly Container[]): Container[] =>
    list.map((container, i) => ({ ...container, image: before[i]?.image }));
  const wasGated = (old.schedulingGates ?? []).length > 0;
  const isGraceFixed =
    (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...spec,
    containers: images(spec.containers, old.containers),
    ...(spec.initContainers
      ? { initContainers: images(spec.initContainers, old.initContainers ?? []) }
      : {}),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    schedulingGates: old.schedulingGates,
    ...(wasGated ? { nodeSelector: old.nodeSelector, affinity: old.affinity } : {}),
    ...(isGraceFixed ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
  };
}

function updateEphemeralContainers(pod: Pod, old: Pod): FieldError[] {
  const errors = metadataAndSpec(pod);
  const next = pod.spec.ephemeralContainers ?? [];
  for (const before of old.spec.ephemeralContainers ?? []) {
    const after = next.find(({ name }) => name === before.name);
    if (after && semanticEqual(after, before)) continue;
    const change = after
      ? `changed\n${internalDiff('EphemeralContainer', before, after)}`
      : 'removed\n';
    const detail = `existing ephemeral containers "${before.name}" may not be ${change}`;
    errors.push(forbidden('spec.ephemeralContainers', detail));
  }
  return errors;
}

function resizePod(pod: Pod, old: Pod): FieldError[] {
  const errors = metadataAndSpec(pod);
  if (getPodQos(pod) !== getPodQos(old)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', getPodQos(pod), detail));
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, before] of (old.spec[list] ?? []).entries()) {
      for (const field of ['requests', 'limits'] as const) {
        const next = pod.spec[list]?.[i]?.resources?.[field] ?? {};
        if (Object.keys(before.resources?.[field] ?? {}).every((name) => name in next)) continue;
        const at = child(index(child('spec', list), i), 'resources', field);
        errors.push(forbidden(at, `resource ${field} cannot be removed`));
      }
    }
  }
  return errors;
}

function podStatus({ status = {} }: Pod, { status: old = {} }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const { nominatedNodeName, podIPs = [], qosClass } = status;
  if (nominatedNodeName) {
    errors.push(...dns1123Subdomain('status.nominatedNodeName', nominatedNodeName));
  }
  for (const [i, { ip }] of podIPs.entries())
    errors.push(...ipAddress(index('status.podIPs', i), ip));
  if (old.qosClass !== undefined && qosClass !== old.qosClass) {
    errors.push(invalid('status.qosClass', qosClass ?? '', immutableMessage));
  }
  return errors;
}

/** Rules of Pods. */
export const podRules: KindRules<Pod> = {
  rechecksMetadata: true,
  create: createPod,
  update: updatePod,
  subresources: {
    ephemeralcontainers: updateEphemeralContainers,
    resize: resizePod,
    status: podStatus,
  },
  warnings: podWarnings,
};
