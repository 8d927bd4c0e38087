/**
 * One sync of one Deployment: its local copy, and the writes that every strategy shares.
 *
 * - The local copy takes on what was written to the status, but keeps its resourceVersion: a second status write in the
 *   same sync meets a conflict and the next sync goes on. That is why a rollout begins with two syncs.
 * - ReplicaSets are those read at the start; the status of a sync that scales is made from the sizes before it.
 *
 * Upstream: pkg/controller/deployment/sync.go
 */
import { deepEqual } from '../api/deep-equal.ts';
import { annotationsOf, isBeingDeleted, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { keyOf, objectKey } from '../api/object-key.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { computeHash } from '../api/pod-template-hash.ts';
import { isAlreadyExists, isNotFound } from '../api/status-error.ts';
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
  PodTemplateSpec,
  ReplicaSet,
} from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import {
  maxRevision,
  newReplicaSetAnnotations,
  replicasAnnotationsNeedUpdate,
  revisionAnnotation,
  revisionOf,
  withReplicasAnnotations,
  withRevision,
} from './deployment-annotations.ts';
import { calculateStatus, compactStatus, deploymentComplete } from './deployment-status.ts';
import {
  getDeploymentCondition,
  newDeploymentCondition,
  progressDeadlineInMs,
  progressingReasons,
  rolloutStatus,
  setDeploymentCondition,
} from './deployment-status.ts';
import {
  byCreation,
  equalIgnoreHash,
  findNewReplicaSet,
  findOldReplicaSets,
  hasProgressDeadline,
  hasRevisionHistoryLimit,
  newRSNewReplicas,
  podTemplateHashLabel,
  replicasOf,
} from './deployment-util.ts';
import { isNamespaceTerminating, retryable } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** The longest name of a ReplicaSet. Upstream: generateReplicaSetName */
const nameLengthMax = 253;

/** The numbers from which a decision follows, for the trace. */
export type Because = Readonly<Record<string, number | string>>;

/** The new ReplicaSet, if there is one, and the old ones. */
export interface ReplicaSets {
  readonly newRS: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** Returns old and new together, as upstream orders them. */
export function allOf({ newRS, old }: ReplicaSets): ReplicaSet[] {
  return newRS === undefined ? [...old] : [...old, newRS];
}

/** One sync of one Deployment. */
export class DeploymentSync {
  readonly context: ComponentContext;
  readonly key: string;
  /** The local copy. */
  d: Deployment;
  readonly #rsList: readonly ReplicaSet[];
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #queue: Workqueue;

  constructor(
    context: ComponentContext,
    key: string,
    d: Deployment,
    rsList: readonly ReplicaSet[],
    replicaSets: Informer<ReplicaSet>,
    queue: Workqueue,
  ) {
    this.context = context;
    this.key = key;
    this.d = d;
    this.#rsList = rsList;
    this.#replicaSets = replicaSets;
    this.#queue = queue;
  }

  get nowMs(): number {
    return this.context.engine.nowMs;
  }

  /** Notes a decision in the trace, as the cause of the writes that follow. */
  record(verb: string, object: string, detail: Readonly<Record<string, unknown>>): void {
    this.context.engine.record(this.context.name, verb, object, detail);
  }

  /** Tells of the Deployment in an Event. */
  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(this.d, type, reason, message);
  }

  /** Puts a condition into the local copy. */
  setCondition(condition: DeploymentCondition): void {
    this.d = { ...this.d, status: setDeploymentCondition(this.d.status ?? {}, condition) };
  }

  /** Writes the local copy's status and revision annotation. */
  *writeStatus(status: DeploymentStatus = this.d.status ?? {}): Process {
    this.d = { ...this.d, status: compactStatus(status) };
    yield* this.context.client.of('Deployment').updateStatus(this.d);
  }

  /**
   * Tells the new ReplicaSet from the old ones and brings revisions up to date on both sides. Creates the new one
   * when it is missing and `isCreated` allows it.
   */
  *getAllReplicaSetsAndSyncRevision(isCreated: boolean): Process<ReplicaSets> {
    const old = findOldReplicaSets(this.d, this.#rsList);
    const existing = findNewReplicaSet(this.d, this.#rsList);
    const newRevision = maxRevision(old) + 1;
    if (existing !== undefined) {
      return { newRS: yield* this.#syncExisting(existing, newRevision), old };
    }
    if (!isCreated) return { newRS: undefined, old };
    return { newRS: yield* this.#createNew(old, newRevision), old };
  }

  *#syncExisting(existing: ReplicaSet, newRevision: number): Process<ReplicaSet> {
    const annotations = newReplicaSetAnnotations(this.d, existing, newRevision, true);
    const minReadySeconds = this.d.spec.minReadySeconds ?? 0;
    const isSame =
      deepEqual(annotations, annotationsOf(existing)) &&
      (existing.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (!isSame) {
      const from = revisionOf(existing) ?? 0;
      this.record('update-replicaset', keyOf(existing), { from, revision: newRevision });
      return yield* this.context.client.of('ReplicaSet').update({
        ...existing,
        metadata: { ...existing.metadata, annotations },
        spec: { ...existing.spec, minReadySeconds: minReadySeconds || undefined },
      });
    }
    const before = this.d;
    this.d = withRevision(this.d, annotationsOf(existing)[revisionAnnotation] ?? '');
    const progressing = getDeploymentCondition(this.d.status, 'Progressing');
    if (hasProgressDeadline(this.d) && progressing === undefined) {
      this.#setProgressing(progressingReasons.found, `Found new replica set "${nameOf(existing)}"`);
    }
    if (this.d !== before) yield* this.writeStatus();
    return existing;
  }

  #setProgressing(reason: string, message: string, status: 'True' | 'False' = 'True'): void {
    const now = this.nowMs;
    this.setCondition(newDeploymentCondition('Progressing', status, reason, message, now));
  }

  *#createNew(old: readonly ReplicaSet[], newRevision: number): Process<ReplicaSet> {
    const { rs, because } = this.#newReplicaSet(old, newRevision);
    const [namespace, name] = [namespaceOf(this.d), nameOf(rs)];
    const size = replicasOf(rs);
    const object = objectKey('ReplicaSet', namespace, name);
    this.record('create-replicaset', object, { to: size, revision: newRevision, because });
    let created: ReplicaSet;
    let isNew = true;
    try {
      created = yield* this.context.client.of('ReplicaSet').create(namespace, rs);
    } catch (thrown) {
      const error = retryable(thrown);
      const present = isAlreadyExists(error) ? this.#cached(name) : undefined;
      if (present === undefined || !this.#isOurs(present)) {
        yield* this.#failCreation(name, error, present !== undefined);
        throw error;
      }
      created = present;
      isNew = false;
    }
    if (isNew && size > 0) {
      this.event('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
    }
    const before = this.d;
    this.d = withRevision(this.d, String(newRevision));
    if (isNew && hasProgressDeadline(this.d)) {
      this.#setProgressing(progressingReasons.created, `Created new replica set "${name}"`);
    }
    if (this.d !== before) yield* this.writeStatus();
    return created;
  }

  #cached(name: string): ReplicaSet | undefined {
    return this.#replicaSets.indexer.get(`${namespaceOf(this.d)}/${name}`);
  }

  #isOurs(rs: ReplicaSet): boolean {
    return (
      controllerOf(rs)?.uid === uidOf(this.d) &&
      equalIgnoreHash(this.d.spec.template, rs.spec.template)
    );
  }

  /** Reports a failed creation: a name taken by another template counts as a collision of hashes. */
  *#failCreation(name: string, error: RetryableError, isCollision: boolean): Process {
    if (isCollision) {
      const collisionCount = (this.d.status?.collisionCount ?? 0) + 1;
      this.record('hash-collision', keyOf(this.d), { name, collisionCount });
      yield* this.writeStatus({ ...this.d.status, collisionCount });
      return;
    }
    // The name is taken by a ReplicaSet that our cache has not seen: the next sync will know it.
    if (isAlreadyExists(error) || isNamespaceTerminating(error)) return;
    const message = `Failed to create new replica set "${name}": ${error.message}`;
    if (hasProgressDeadline(this.d)) {
      this.#setProgressing(progressingReasons.createError, message, 'False');
      yield* this.#tryWriteStatus();
    }
    this.event('Warning', progressingReasons.createError, message);
  }

  /** Writes the status where a failure to do so matters less than the error that is being reported. */
  *#tryWriteStatus(): Process {
    try {
      yield* this.writeStatus();
    } catch (error) {
      retryable(error);
    }
  }

  #newReplicaSet(
    old: readonly ReplicaSet[],
    newRevision: number,
  ): { rs: ReplicaSet; because: Because } {
    const { d } = this;
    const hash = computeHash(d.spec.template, d.status?.collisionCount);
    const labels = { ...d.spec.template.metadata?.labels, [podTemplateHashLabel]: hash };
    const template: PodTemplateSpec = {
      ...d.spec.template,
      metadata: { ...d.spec.template.metadata, labels },
    };
    const { selector } = d.spec;
    const matchLabels = { ...selector.matchLabels, [podTemplateHashLabel]: hash };
    const draft: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${nameOf(d).slice(0, nameLengthMax - 1 - hash.length)}-${hash}`,
        namespace: namespaceOf(d),
        labels,
        ownerReferences: [newControllerRef(d)],
      },
      spec: {
        replicas: 0,
        minReadySeconds: d.spec.minReadySeconds,
        selector: { ...selector, matchLabels },
        template,
      },
    };
    const { size, because } = newRSNewReplicas(d, [...old, draft], draft);
    const annotations = newReplicaSetAnnotations(d, draft, newRevision, false);
    const rs = {
      ...draft,
      metadata: { ...draft.metadata, annotations },
      spec: { ...draft.spec, replicas: size },
    };
    return { rs, because };
  }

  /** Scales a ReplicaSet; undefined when it has that size already, else the ReplicaSet as it is then. */
  *scaleReplicaSetAndRecordEvent(
    rs: ReplicaSet,
    size: number,
    because: Because,
  ): Process<ReplicaSet | undefined> {
    return replicasOf(rs) === size ? undefined : yield* this.scaleReplicaSet(rs, size, because);
  }

  /** Writes size and size annotations of a ReplicaSet where they differ. Returns the ReplicaSet as it is then. */
  *scaleReplicaSet(rs: ReplicaSet, size: number, because: Because): Process<ReplicaSet> {
    const from = replicasOf(rs);
    const isResized = from !== size;
    if (!isResized && !replicasAnnotationsNeedUpdate(rs, this.d)) return rs;
    const direction = from < size ? 'up' : 'down';
    const verb = isResized ? `scale-${direction}` : 'annotate';
    this.record(verb, keyOf(rs), { from, to: size, because });
    const annotations = withReplicasAnnotations(rs, this.d);
    const updated = yield* this.context.client.of('ReplicaSet').update({
      ...rs,
      metadata: { ...rs.metadata, annotations },
      spec: { ...rs.spec, replicas: size },
    });
    if (isResized) {
      const what = `Scaled ${direction} replica set ${nameOf(rs)} from ${from} to ${size}`;
      this.event('Normal', 'ScalingReplicaSet', what);
    }
    return updated;
  }

  /** Deletes the oldest empty ReplicaSets beyond the history limit. */
  *cleanupDeployment(old: readonly ReplicaSet[]): Process {
    if (!hasRevisionHistoryLimit(this.d)) return;
    const alive = old.filter((rs) => !isBeingDeleted(rs));
    const limit = this.d.spec.revisionHistoryLimit ?? 0;
    const excess = alive.length - limit;
    if (excess <= 0) return;
    const oldest = alive
      .sort((a, b) => (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0) || byCreation(a, b))
      .slice(0, excess);
    for (const rs of oldest) {
      const isSeen = (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0);
      if ((rs.status?.replicas ?? 0) !== 0 || replicasOf(rs) !== 0 || !isSeen) continue;
      this.record('clean-up', keyOf(rs), { replicaSets: alive.length, limit });
      try {
        yield* this.context.client.of('ReplicaSet').delete(namespaceOf(rs), nameOf(rs));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  /** Writes counters and availability, if they changed; progress is not judged. */
  *syncDeploymentStatus(sets: ReplicaSets): Process {
    const status = calculateStatus(this.d, allOf(sets), sets.newRS, this.nowMs);
    if (this.#isStored(status)) return;
    yield* this.writeStatus(status);
  }

  /** Writes counters and all conditions, if they changed; else makes sure that the deadline is not slept through. */
  *syncRolloutStatus(sets: ReplicaSets): Process {
    const status = rolloutStatus(this.d, allOf(sets), sets.newRS, this.nowMs);
    if (this.#isStored(status)) {
      this.#requeueStuckDeployment(status);
      return;
    }
    const reason = getDeploymentCondition(status, 'Progressing')?.reason;
    const before = getDeploymentCondition(this.d.status, 'Progressing');
    if (reason === progressingReasons.timedOut && before?.reason !== reason) {
      this.record('progress-deadline-exceeded', keyOf(this.d), {
        progressDeadlineSeconds: this.d.spec.progressDeadlineSeconds,
        lastUpdateTime: before?.lastUpdateTime,
      });
    }
    yield* this.writeStatus(status);
  }

  #isStored(status: DeploymentStatus): boolean {
    return deepEqual(compactStatus(this.d.status ?? {}), compactStatus(status));
  }

  #requeueStuckDeployment(status: DeploymentStatus): void {
    const current = getDeploymentCondition(this.d.status, 'Progressing');
    if (!hasProgressDeadline(this.d) || current === undefined) return;
    if (deploymentComplete(this.d, status)) return;
    if (current.reason === progressingReasons.timedOut) return;
    const remainingMs = progressDeadlineInMs(this.d, this.d.status, this.nowMs) ?? 0;
    if (remainingMs < 1000) this.#queue.addRateLimited(this.key);
    else this.#queue.addAfter(this.key, remainingMs + 1000);
  }
}
