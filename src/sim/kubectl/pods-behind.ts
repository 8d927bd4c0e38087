/**
 * The pods that a workload or a Service stands for, the best first: running, ready, and longest so.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/helpers.go GetFirstPod; controller ByLogging
 */
import { findCondition } from '../api/conditions.ts';
import type { KindRow } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { valueAt } from '../api/object.ts';
import { formatSelector, selectorFromLabelSelector, selectorFromSet } from '../api/selector.ts';
import type { LabelSelector, Pod } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { KubectlError } from './errors.ts';
import { goSort } from './go-sort.ts';
import { mapResource } from './targets.ts';
import type { Invocation } from './verb.ts';

/** Reads the pods that an object selects. Throws KubectlError for a kind that selects none. */
export function* podsBehind(
  invocation: Invocation,
  row: KindRow,
  object: KubeObject,
  purpose = 'get the logs from',
): Process<readonly Pod[]> {
  const selector = valueAt(object, 'spec', 'selector');
  if (selector === undefined || selector === null) {
    const type = `*${row.version}.${row.kind}`;
    throw new KubectlError(`cannot ${purpose} ${type}: selector for ${type} not implemented`);
  }
  const isSet = row.kind === 'Service' || row.kind === 'ReplicationController';
  const parsed = isSet
    ? selectorFromSet(selector as unknown as Record<string, string>)
    : selectorFromLabelSelector(selector as unknown as LabelSelector);
  const list = yield* invocation.api.list(
    mapResource(invocation.context, 'pods'),
    object.metadata.namespace ?? '',
    { labelSelector: formatSelector(parsed) },
  );
  return goSort(list.items as unknown as readonly Pod[], isBetter);
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Whether the first pod is the better one to read from. */
function isBetter(a: Pod, b: Pod): boolean {
  const [assigned, otherAssigned] = [Boolean(a.spec?.nodeName), Boolean(b.spec?.nodeName)];
  if (assigned !== otherAssigned) return assigned;
  const phase = (pod: Pod): number => phases[pod.status?.phase ?? ''] ?? 0;
  if (phase(a) !== phase(b)) return phase(a) > phase(b);
  const ready = (pod: Pod): boolean =>
    findCondition(pod.status?.conditions, 'Ready')?.status === 'True';
  if (ready(a) !== ready(b)) return ready(a);
  const since = (pod: Pod): string =>
    findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '';
  if (ready(a) && since(a) !== since(b)) return since(a) > since(b);
  const restarts = (pod: Pod): number =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  if (restarts(a) !== restarts(b)) return restarts(a) > restarts(b);
  const created = (pod: Pod): string => pod.metadata.creationTimestamp ?? '';
  return created(a) < created(b);
}
