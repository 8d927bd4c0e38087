/**
 * What a Deployment is asked for: surge and unavailability as numbers, its ReplicaSets sorted into new and old, sums over
 * them, and the template's equality. Pure.
 *
 * Upstream: pkg/controller/deployment/util/deployment_util.go
 * Docs: /docs/concepts/workloads/controllers/deployment/
 */
import { semanticEqual } from '../api/deep-equal.ts';
import { isPercent, percentOf, scaledIntOrPercent } from '../api/int-or-string.ts';
import type { IntOrString } from '../api/int-or-string.ts';
import { nameOf, uidOf } from '../api/object.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../api/types.gen.ts';

/** Label of a Deployment's ReplicaSets and pods. Upstream: DefaultDeploymentUniqueLabelKey */
export const podTemplateHashLabel = 'pod-template-hash';

const int32Max = 2_147_483_647;

/** Surge and unavailability in pods. */
export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Returns the wanted number of replicas; the API has made it 1 where it was not given. */
export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 0;
}

/** Whether the strategy is RollingUpdate. */
export function isRollingUpdate(d: Deployment): boolean {
  return d.spec.strategy?.type === 'RollingUpdate';
}

/**
 * Resolves numbers or percentages of `desired`: surge is rounded up, unavailability down. When both come to nothing,
 * one pod may be unavailable, or no rollout could ever move. Throws an IntOrStringError for text that is no percentage.
 */
export function resolveFenceposts(
  maxSurge: IntOrString | undefined,
  maxUnavailable: IntOrString | undefined,
  desired: number,
): Fenceposts {
  const surge = scaledIntOrPercent(maxSurge ?? 0, desired, true);
  const unavailable = scaledIntOrPercent(maxUnavailable ?? 0, desired, false);
  const isStuck = surge === 0 && unavailable === 0;
  return { maxSurge: surge, maxUnavailable: isStuck ? 1 : unavailable };
}

function fencepostsOf(d: Deployment): Fenceposts {
  const { maxSurge, maxUnavailable } = d.spec.strategy?.rollingUpdate ?? {};
  const isValid = (value: IntOrString | undefined): boolean =>
    typeof value !== 'string' || (isPercent(value) && Number.isFinite(percentOf(value)));
  if (!isValid(maxSurge) || !isValid(maxUnavailable)) return { maxSurge: 0, maxUnavailable: 0 };
  return resolveFenceposts(maxSurge, maxUnavailable, replicasOf(d));
}

/** Returns how many pods a rolling update may have above `replicas`; 0 for other strategies. */
export function maxSurgeOf(d: Deployment): number {
  return isRollingUpdate(d) ? fencepostsOf(d).maxSurge : 0;
}

/** Returns how many pods may be unavailable, never more than there are; 0 for other strategies. */
export function maxUnavailableOf(d: Deployment): number {
  const replicas = replicasOf(d);
  if (!isRollingUpdate(d) || replicas === 0) return 0;
  return Math.min(fencepostsOf(d).maxUnavailable, replicas);
}

/** Whether the Deployment watches its progress. */
export function hasProgressDeadline(d: Deployment): boolean {
  const seconds = d.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== int32Max;
}

/** Whether old ReplicaSets are ever cleaned up. */
export function hasRevisionHistoryLimit(d: Deployment): boolean {
  const limit = d.spec.revisionHistoryLimit;
  return limit !== undefined && limit !== int32Max;
}

/** How many pods the new ReplicaSet may have now, and the numbers from which that follows. */
export interface NewSize {
  readonly size: number;
  readonly because: Readonly<Record<string, number | string>>;
}

/**
 * Returns the size for the new ReplicaSet: all of it for Recreate; for a rolling update as many as the surge leaves
 * room for. `all` holds the new ReplicaSet too.
 */
export function newRSNewReplicas(
  d: Deployment,
  all: readonly ReplicaSet[],
  newRS: ReplicaSet,
): NewSize {
  const replicas = replicasOf(d);
  if (!isRollingUpdate(d)) return { size: replicas, because: { strategy: 'Recreate', replicas } };
  const maxSurge = scaledIntOrPercent(
    d.spec.strategy?.rollingUpdate?.maxSurge ?? 0,
    replicas,
    true,
  );
  const current = replicasSum(all);
  const limit = replicas + maxSurge;
  const size = replicasOf(newRS);
  const because = { replicas, maxSurge, limit, current, newSize: size };
  if (current >= limit) return { size, because };
  return { size: size + Math.min(limit - current, replicas - size), because };
}

/** Sums `spec.replicas`. */
export function replicasSum(list: readonly ReplicaSet[]): number {
  return list.reduce((sum, rs) => sum + replicasOf(rs), 0);
}

/** Sums `status.replicas`: active pods. */
export function actualReplicasSum(list: readonly ReplicaSet[]): number {
  return list.reduce((sum, rs) => sum + (rs.status?.replicas ?? 0), 0);
}

/** Sums `status.readyReplicas`. */
export function readyReplicasSum(list: readonly ReplicaSet[]): number {
  return list.reduce((sum, rs) => sum + (rs.status?.readyReplicas ?? 0), 0);
}

/** Sums `status.availableReplicas`. */
export function availableReplicasSum(list: readonly ReplicaSet[]): number {
  return list.reduce((sum, rs) => sum + (rs.status?.availableReplicas ?? 0), 0);
}

/** Sums `status.terminatingReplicas`; undefined when a ReplicaSet that was synced does not tell. */
export function terminatingReplicasSum(list: readonly ReplicaSet[]): number | undefined {
  let sum = 0;
  for (const { status } of list) {
    if (status?.terminatingReplicas !== undefined) sum += status.terminatingReplicas;
    else if ((status?.observedGeneration ?? 0) !== 0) return undefined;
  }
  return sum;
}

/** Returns those that want pods. */
export function activeReplicaSets(list: readonly ReplicaSet[]): ReplicaSet[] {
  return list.filter((rs) => replicasOf(rs) > 0);
}

/** Orders by age, oldest first; equal ages by name. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0;
}

/** Orders by size, largest first; equal sizes newer first. */
export function bySizeNewer(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreation(b, a);
}

/** Orders by size, largest first; equal sizes older first. */
export function bySizeOlder(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byCreation(a, b);
}

/** Returns a template without the hash label. */
function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (labels?.[podTemplateHashLabel] === undefined) return template;
  const { [podTemplateHashLabel]: _, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

/** Whether two templates describe the same pods. */
export function equalIgnoreHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

/** Returns the oldest ReplicaSet with the Deployment's own template, if there is one. */
export function findNewReplicaSet(
  d: Deployment,
  list: readonly ReplicaSet[],
): ReplicaSet | undefined {
  return [...list]
    .sort(byCreation)
    .find((rs) => equalIgnoreHash(rs.spec.template, d.spec.template));
}

/** Returns all ReplicaSets but the new one, oldest first. */
export function findOldReplicaSets(d: Deployment, list: readonly ReplicaSet[]): ReplicaSet[] {
  const newRS = findNewReplicaSet(d, list);
  const sorted = [...list].sort(byCreation);
  return newRS === undefined ? sorted : sorted.filter((rs) => uidOf(rs) !== uidOf(newRS));
}

/**
 * Returns the one ReplicaSet that a change of `replicas` concerns: the only active one, or with none active the
 * newest; undefined while a rollout is under way.
 */
export function findActiveOrLatest(
  newRS: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const active = activeReplicaSets(newRS === undefined ? old : [...old, newRS]);
  if (active.length > 1) return undefined;
  return active[0] ?? newRS ?? [...old].sort(byCreation).at(-1);
}
