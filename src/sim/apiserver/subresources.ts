/**
 * Subresources that are not a view of the object itself: scale and binding.
 *
 * Upstream: pkg/registry/apps/deployment/storage ScaleREST, pkg/registry/core/pod/storage BindingREST
 */
import { invalid, required } from '../api/field-error.ts';
import { setIn } from '../api/freeze.ts';
import type { KindRow } from '../api/kinds.ts';
import { nameOf, valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { formatLabelSelector } from '../api/selector.ts';
import { newConflict, newInvalid } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { LabelSelector, Pod, PodCondition, Scale } from '../api/types.gen.ts';

/** Returns the Scale that stands for a workload. */
export function scaleOf(object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, 'spec', 'replicas');
  const current = valueAt(object, 'status', 'replicas');
  const selector = valueAt(object, 'spec', 'selector') as LabelSelector | undefined;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: typeof replicas === 'number' ? replicas : 0 },
    status: {
      replicas: typeof current === 'number' ? current : 0,
      selector: selectorText(object.kind, selector),
    },
  };
}

function selectorText(kind: string, selector: LabelSelector | undefined): string {
  if (selector === undefined) return '';
  const asLabels =
    kind === 'ReplicationController'
      ? { matchLabels: selector as unknown as Record<string, string> }
      : selector;
  return formatLabelSelector(asLabels);
}

/** Returns the workload with the replicas that a Scale asks for. Throws 422 for a number below zero. */
export function withScale(object: KubeObject, body: unknown): KubeObject {
  const replicas = valueAt(body, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number' || replicas < 0) {
    const error = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, nameOf(object), [error]);
  }
  const resourceVersion = valueAt(body, 'metadata', 'resourceVersion');
  const scaled = setIn(object, ['spec', 'replicas'], replicas);
  const version = typeof resourceVersion === 'string' ? resourceVersion : '';
  return setIn(scaled, ['metadata', 'resourceVersion'], version);
}

/** Returns the pod bound to the node that a Binding names. Throws 409 in upstream's words. */
export function withBinding(row: KindRow, pod: Pod, body: unknown, nowMs: number): Pod {
  const node = valueAt(body, 'target', 'name');
  if (typeof node !== 'string' || node === '') {
    throw newInvalid({ group: '', kind: 'Binding' }, nameOf(pod), [required('target.name')]);
  }
  const name = nameOf(pod);
  const conflict = (text: string) =>
    newConflict({ group: row.group, plural: 'pods/binding' }, name, text);
  if (pod.metadata.deletionTimestamp !== undefined) {
    throw conflict(`pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec?.nodeName) {
    throw conflict(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  }
  if ((pod.spec?.schedulingGates?.length ?? 0) > 0) {
    throw conflict(`pod ${name} has non-empty .spec.schedulingGates`);
  }
  const bound = setIn(pod, ['spec', 'nodeName'], node);
  const { nominatedNodeName: _nominated, ...status } = bound.status ?? {};
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(nowMs),
  } as unknown as PodCondition;
  return { ...bound, status: { ...status, conditions: [...others, condition] } };
}
