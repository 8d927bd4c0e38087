/**
 * The two revisions of a StatefulSet: the one its pods come from and the one they go to; and how many older ones are kept.
 *
 * - The same template always gets the same name; only another template under that name raises the collision count.
 * - A revision that a pod still carries is never deleted, and does not count towards the limit.
 *
 * Upstream: pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions, truncateHistory;
 *   pkg/controller/history/controller_history.go CreateControllerRevision
 * Docs: /docs/concepts/workloads/controllers/statefulset/#revision-history
 * Simplified: revisions are compared by their data alone; upstream also sees through defaults that a newer API server adds.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { newControllerRef } from '../api/owner-references.ts';
import { hashControllerRevision } from '../api/pod-template-hash.ts';
import { isAlreadyExists, isNotFound } from '../api/status-error.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import type { ConsistencyStore } from './consistency.ts';
import {
  controllerRevisionName,
  forgetRevision,
  isEqualRevision,
  isOrphan,
  newControllerRevision,
  nextRevision,
  renumberRevision,
  templatePatch,
} from './controller-history.ts';
import { adoptionPatch } from './controller-ref-manager.ts';
import { revisionOf } from './statefulset-identity.ts';
import { SyncError } from './worker.ts';

/** Label of a revision with its hash. Upstream: ControllerRevisionHashLabel */
const hashLabel = 'controller.kubernetes.io/hash';
/** Upstream: SetDefaults_StatefulSet */
const defaultHistoryLimit = 10;

/** The revisions that a sync works with. */
export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
}

/** Makes the revision of the present template, not stored yet. */
export function newRevision(
  set: StatefulSet,
  revision: number,
  collisionCount: number,
): ControllerRevision {
  const data = templatePatch(set.spec.template);
  const hash = hashControllerRevision(data, collisionCount);
  const labels = { ...set.spec.template.metadata?.labels, [hashLabel]: hash };
  return newControllerRevision(set, hash, labels, data, revision);
}

/** Adopts revisions that nobody owns, after asking whether the set is still there. */
export function* adoptOrphanRevisions(
  context: ComponentContext,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
): Process {
  const orphans = revisions.filter(isOrphan);
  if (orphans.length === 0) return;
  const fresh = yield* context.client.of('StatefulSet').get(namespaceOf(set), nameOf(set));
  if (uidOf(fresh) !== uidOf(set)) {
    const name = `${namespaceOf(set)}/${nameOf(set)}`;
    throw new SyncError(
      `original StatefulSet ${name} is gone: got uid ${uidOf(fresh)}, wanted ${uidOf(set)}`,
    );
  }
  if (isBeingDeleted(fresh)) return;
  const reference = newControllerRef(set);
  for (const orphan of orphans) {
    context.engine.record(context.name, 'adopt', keyOf(orphan), { by: keyOf(set) });
    const body = adoptionPatch(reference, orphan);
    const client = context.client.of('ControllerRevision');
    yield* client.patch(namespaceOf(orphan), nameOf(orphan), 'strategic', body);
  }
}

/** Finds the revisions of the set among those in order; the one of the present template is stored when it is new. */
export function* getRevisions(
  context: ComponentContext,
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
  consistency: ConsistencyStore,
): Process<Revisions> {
  const count = set.status?.collisionCount ?? 0;
  const wanted = newRevision(set, nextRevision(sorted), count);
  const equal = sorted.filter((each) => isEqualRevision(each, wanted)).at(-1);
  const newest = sorted.at(-1);
  let update: ControllerRevision;
  let collisionCount = count;
  if (equal !== undefined && newest !== undefined && isEqualRevision(newest, equal)) {
    update = newest;
  } else if (equal !== undefined) {
    update = yield* renumberRevision(context, set, equal, wanted.revision);
    consistency.wroteAt(namespacedName(set), update);
  } else {
    const created = yield* createRevision(context, set, wanted, count);
    update = created.revision;
    collisionCount = created.collisionCount;
    consistency.wroteAt(namespacedName(set), update);
  }
  const current = sorted.find((each) => nameOf(each) === set.status?.currentRevision) ?? update;
  return { current, update, collisionCount };
}

function* createRevision(
  context: ComponentContext,
  set: StatefulSet,
  wanted: ControllerRevision,
  count: number,
): Process<{ revision: ControllerRevision; collisionCount: number }> {
  const client = context.client.of('ControllerRevision');
  const namespace = namespaceOf(set);
  context.engine.record(context.name, 'new-revision', keyOf(set), {
    name: nameOf(wanted),
    revision: wanted.revision,
  });
  for (let collisionCount = count; ; collisionCount += 1) {
    const hash = hashControllerRevision(wanted.data, collisionCount);
    const name = controllerRevisionName(nameOf(set), hash);
    try {
      const body = { ...wanted, metadata: { ...wanted.metadata, name } };
      return { revision: yield* client.create(namespace, body), collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = yield* client.get(namespace, name);
      if (deepEqual(existing.data, wanted.data)) return { revision: existing, collisionCount };
    }
  }
}

/** Returns the revisions beyond the limit: the oldest of those that neither the set nor a pod carries. */
export function revisionsToDelete(
  set: StatefulSet,
  pods: readonly Pod[],
  sorted: readonly ControllerRevision[],
  live: readonly string[],
): ControllerRevision[] {
  const carried = new Set([...live, ...pods.map(revisionOf)]);
  const history = sorted.filter((revision) => !carried.has(nameOf(revision)));
  const limit = set.spec.revisionHistoryLimit ?? defaultHistoryLimit;
  if (limit < 0 || history.length <= limit) return [];
  return history.slice(0, history.length - limit);
}

/** Deletes the revisions beyond the limit. */
export function* truncateHistory(
  context: ComponentContext,
  set: StatefulSet,
  surplus: readonly ControllerRevision[],
): Process {
  for (const revision of surplus) {
    const limit = set.spec.revisionHistoryLimit ?? defaultHistoryLimit;
    try {
      yield* forgetRevision(context, set, revision, limit);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
