/**
 * The revisions of a DaemonSet: which one its present template is, and how many older ones are kept.
 *
 * - A template that comes back takes its old revision again, which then has the highest number.
 * - Another template under the same name raises `status.collisionCount`; the next sync then finds another name.
 * - The limit counts all old revisions; one that a pod still has is never deleted.
 *
 * Upstream: pkg/controller/daemon/update.go constructHistory, snapshot, dedupCurHistories, cleanupHistory
 * Docs: /docs/tasks/manage-daemon/rollback-daemon-set/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { labelsOf, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { newControllerRef } from '../api/owner-references.ts';
import { computeHash } from '../api/pod-template-hash.ts';
import { selectorFromLabelSelector } from '../api/selector.ts';
import { isAlreadyExists } from '../api/status-error.ts';
import type { ControllerRevision, DaemonSet, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Indexer } from '../client/indexer.ts';
import type { Process } from '../engine/process.ts';
import type { ConsistencyStore } from './consistency.ts';
import {
  compareRevisions,
  forgetRevision,
  newControllerRevision,
  renumberRevision,
  templatePatch,
} from './controller-history.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { hashLabel } from './daemonset-nodes.ts';
import { orphansIn, ownedBy } from './owner-index.ts';
import { SyncError } from './worker.ts';

/** Upstream: SetDefaults_DaemonSet */
const defaultHistoryLimit = 10;

/** The revision of the present template and the others. */
export interface History {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

/** What these rules read and write with. */
export interface HistoryAccess {
  readonly context: ComponentContext;
  readonly revisions: Indexer<ControllerRevision>;
  readonly consistency: ConsistencyStore;
  /** The pods of the set, when they are needed. */
  readonly podsOf: (set: DaemonSet) => readonly Pod[];
}

/** Returns the hash that a revision's pods carry. */
export function hashOf(revision: ControllerRevision): string {
  return labelsOf(revision)[hashLabel] ?? '';
}

function matches(set: DaemonSet, revision: ControllerRevision): boolean {
  return deepEqual(revision.data, templatePatch(set.spec.template));
}

/** Finds or makes the revision of the present template. */
export function* constructHistory(access: HistoryAccess, set: DaemonSet): Process<History> {
  const { context, revisions, consistency } = access;
  const candidates = [...ownedBy(revisions, uidOf(set)), ...orphansIn(revisions, namespaceOf(set))];
  const claimed = yield* claimObjects(
    context,
    {
      controller: set,
      reference: newControllerRef(set),
      selector: selectorFromLabelSelector(set.spec.selector),
      controllers: context.client.of('DaemonSet') as never,
      children: context.client.of('ControllerRevision'),
    },
    candidates,
  );
  const fitting = claimed.filter((revision) => matches(set, revision)).sort(compareRevisions);
  const old = claimed.filter((revision) => !matches(set, revision)).sort(compareRevisions);
  const number = (old.at(-1)?.revision ?? 0) + 1;
  const kept = fitting.at(-1);
  if (kept === undefined) return { current: yield* snapshot(access, set, number), old };
  yield* removeDuplicates(access, set, kept, fitting);
  if (kept.revision >= number) return { current: kept, old };
  const current = yield* renumberRevision(context, set, kept, number);
  consistency.wroteAt(namespacedName(set), current);
  return { current, old };
}

/** Stores the present template as a revision. */
function* snapshot(
  { context, consistency }: HistoryAccess,
  set: DaemonSet,
  number: number,
): Process<ControllerRevision> {
  const client = context.client.of('ControllerRevision');
  const hash = computeHash(set.spec.template, set.status?.collisionCount);
  const labels = { ...set.spec.template.metadata?.labels, [hashLabel]: hash };
  const data = templatePatch(set.spec.template);
  const body = newControllerRevision(set, hash, labels, data, number);
  const name = nameOf(body);
  context.engine.record(context.name, 'new-revision', keyOf(set), { name, revision: number });
  try {
    const created = yield* client.create(namespaceOf(set), body);
    consistency.wroteAt(namespacedName(set), created);
    return created;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = yield* client.get(namespaceOf(set), name);
    if (matches(set, existing)) return existing;
    yield* countCollision(context, set, name);
    throw error;
  }
}

/** Raises the collision count, unless somebody has done so already. */
function* countCollision(context: ComponentContext, set: DaemonSet, name: string): Process {
  const sets = context.client.of('DaemonSet');
  const fresh = yield* sets.get(namespaceOf(set), nameOf(set));
  if (fresh.status?.collisionCount !== set.status?.collisionCount) {
    const counts = `${fresh.status?.collisionCount ?? 0}, expected ${set.status?.collisionCount ?? 0}`;
    throw new SyncError(
      `found a stale collision count (${counts}) of DaemonSet "${nameOf(set)}" while processing; will retry until it is updated`,
    );
  }
  const collisionCount = (fresh.status?.collisionCount ?? 0) + 1;
  context.engine.record(context.name, 'revision-collision', keyOf(set), { name, collisionCount });
  const status = { ...(fresh.status as NonNullable<DaemonSet['status']>), collisionCount };
  yield* sets.updateStatus({ ...fresh, status });
}

/** Of several revisions with the present template only the newest stays; pods of the others take its label. */
function* removeDuplicates(
  { context, podsOf }: HistoryAccess,
  set: DaemonSet,
  kept: ControllerRevision,
  fitting: readonly ControllerRevision[],
): Process {
  for (const revision of fitting) {
    if (revision === kept) continue;
    for (const pod of podsOf(set)) {
      if (labelsOf(pod)[hashLabel] === hashOf(kept)) continue;
      const labels = { ...labelsOf(pod), [hashLabel]: hashOf(kept) };
      yield* context.client.of('Pod').update({ ...pod, metadata: { ...pod.metadata, labels } });
    }
    yield* context.client.of('ControllerRevision').delete(namespaceOf(set), nameOf(revision));
  }
}

/** Returns the revisions beyond the limit: the oldest of those that no pod carries. `old` is in order. */
export function revisionsToDelete(
  set: DaemonSet,
  old: readonly ControllerRevision[],
  pods: readonly Pod[],
): ControllerRevision[] {
  const surplus = old.length - (set.spec.revisionHistoryLimit ?? defaultHistoryLimit);
  if (surplus <= 0) return [];
  const live = new Set(pods.map((pod) => labelsOf(pod)[hashLabel]));
  return old.filter((revision) => !live.has(hashOf(revision))).slice(0, surplus);
}

/** Deletes the revisions beyond the limit. */
export function* cleanUpHistory(
  context: ComponentContext,
  set: DaemonSet,
  surplus: readonly ControllerRevision[],
): Process {
  for (const revision of surplus) {
    const limit = set.spec.revisionHistoryLimit ?? defaultHistoryLimit;
    yield* forgetRevision(context, set, revision, limit);
  }
}
