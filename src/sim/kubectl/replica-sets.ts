/**
 * The ReplicaSets of a Deployment, and which of them is the one of its present template.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/util/deployment/deployment.go
 */
import { semanticEqual } from '../api/deep-equal.ts';
import { isControlledBy } from '../api/owner-references.ts';
import { formatSelector, selectorFromLabelSelector } from '../api/selector.ts';
import { parseTime } from '../api/time.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { mapResource } from './targets.ts';
import type { Invocation } from './verb.ts';

const hashLabel = 'pod-template-hash';
export const revisionKey = 'deployment.kubernetes.io/revision';

/** All ReplicaSets of a Deployment: the one of the present template, the others, and the others that have pods. */
export interface ReplicaSets {
  readonly current: ReplicaSet | undefined;
  /** Without the current one; only those that are wanted to have pods. */
  readonly old: readonly ReplicaSet[];
  readonly allOld: readonly ReplicaSet[];
}

/** Reads the ReplicaSets that the Deployment controls. */
export function* replicaSetsOf(
  invocation: Invocation,
  deployment: Deployment,
): Process<ReplicaSets> {
  const row = mapResource(invocation.context, 'replicasets.apps');
  const labelSelector = formatSelector(selectorFromLabelSelector(deployment.spec?.selector));
  const namespace = deployment.metadata.namespace ?? '';
  const list = yield* invocation.api.list(row, namespace, { labelSelector });
  const own = (list.items as unknown as readonly ReplicaSet[]).filter((set) =>
    isControlledBy(set, deployment),
  );
  const byAge = [...own].sort(compareAge);
  const current = byAge.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
  const allOld = own.filter((set) => set !== current);
  const old = allOld.filter((set) => (set.spec?.replicas ?? 0) !== 0);
  return { current, old, allOld };
}

function compareAge(a: ReplicaSet, b: ReplicaSet): number {
  const created = (set: ReplicaSet): number => parseTime(set.metadata.creationTimestamp ?? '');
  return created(a) - created(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);
}

function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

/** Returns a template without the label that ReplicaSets add. */
export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { metadata = {}, ...rest } = template ?? ({} as PodTemplateSpec);
  const { [hashLabel]: _, ...labels } = metadata.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}

/** The revision that a ReplicaSet or Deployment carries; 0 without one. */
export function revisionOf(object: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined };
}): number {
  return Number(object.metadata.annotations?.[revisionKey] ?? 0);
}
