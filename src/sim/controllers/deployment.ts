/**
 * The Deployment controller: one ReplicaSet per template, and the passage from one to the next.
 *
 * - It sees ReplicaSets, never pods: what is available is what ReplicaSets have reported in their status. The one
 *   exception is Recreate, which waits for the old pods' containers.
 * - Each sync takes one step; the ReplicaSet's answer to it starts the next.
 *
 * Upstream: pkg/controller/deployment/deployment_controller.go DeploymentController
 * Docs: /docs/concepts/workloads/controllers/deployment/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { isBeingDeleted, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { isEverything, matchesLabels, selectorFromLabelSelector } from '../api/selector.ts';
import type { Deployment, Pod, ReplicaSet } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { claimObjects } from './controller-ref-manager.ts';
import { rollbackToOf } from './deployment-annotations.ts';
import { rolloutRecreate } from './deployment-recreate.ts';
import { rollback } from './deployment-rollback.ts';
import { rolloutRolling } from './deployment-rolling.ts';
import { hasNewSize, scale } from './deployment-scaling.ts';
import {
  getDeploymentCondition,
  newDeploymentCondition,
  progressingReasons,
} from './deployment-status.ts';
import { DeploymentSync } from './deployment-sync.ts';
import { hasProgressDeadline } from './deployment-util.ts';
import { addOwnerIndex, orphansIn, ownedBy } from './owner-index.ts';
import { caches, startWorkers } from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentDeploymentSyncs */
const workerCount = 5;
/** Failures in a row after which a Deployment waits for its next event. Upstream: maxRetries */
const retriesMax = 15;

/** Rolls Deployments out. */
export class DeploymentController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #deployments: Informer<Deployment>;
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #pods: Informer<Pod>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#deployments = context.informers.of('Deployment');
    this.#replicaSets = context.informers.of('ReplicaSet');
    this.#pods = context.informers.of('Pod');
  }

  start(): void {
    addOwnerIndex(this.#replicaSets.indexer);
    addOwnerIndex(this.#pods.indexer);
    const enqueue = (d: Deployment): void => this.#queue.add(namespacedName(d));
    this.#deployments.addHandlers({
      onAdd: enqueue,
      onUpdate: (_, after) => enqueue(after),
      onDelete: enqueue,
    });
    this.#replicaSets.addHandlers({
      onAdd: (rs) => this.#addReplicaSet(rs),
      onUpdate: (before, after) => this.#updateReplicaSet(before, after),
      onDelete: (rs) => this.#enqueueOwner(rs),
    });
    this.#pods.addHandlers({ onDelete: (pod) => this.#deletePod(pod) });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#deployments, this.#replicaSets, this.#pods),
      sync: (key) => this.syncDeployment(key),
      retriesMax,
      dropsTerminating: true,
    });
  }

  /** Takes the next step of one Deployment. Throws what should be tried again. */
  *syncDeployment(key: string): Process {
    const d = this.#deployments.indexer.get(key);
    if (d === undefined) return;
    if (isEverything(selectorFromLabelSelector(d.spec.selector))) {
      yield* this.#refuseToSelectAll(d);
      return;
    }
    const rsList = yield* this.#claimReplicaSets(d);
    const sync = new DeploymentSync(this.#context, key, d, rsList, this.#replicaSets, this.#queue);
    if (isBeingDeleted(d)) {
      yield* sync.syncDeploymentStatus(yield* sync.getAllReplicaSetsAndSyncRevision(false));
      return;
    }
    yield* checkPausedConditions(sync);
    if (d.spec.paused === true) yield* syncSize(sync);
    else if (rollbackToOf(sync.d) !== undefined) yield* rollback(sync);
    else if (hasNewSize(sync.d, yield* sync.getAllReplicaSetsAndSyncRevision(false))) {
      yield* syncSize(sync);
    } else if (d.spec.strategy?.type === 'Recreate') {
      yield* rolloutRecreate(sync, (rs) => ownedBy(this.#pods.indexer, uidOf(rs)));
    } else yield* rolloutRolling(sync);
  }

  *#refuseToSelectAll(d: Deployment): Process {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.#context.recorder.event(d, 'Warning', 'SelectingAll', message);
    const generation = d.metadata.generation ?? 0;
    if ((d.status?.observedGeneration ?? 0) >= generation) return;
    const status = { ...d.status, observedGeneration: generation };
    yield* this.#context.client.of('Deployment').updateStatus({ ...d, status });
  }

  *#claimReplicaSets(d: Deployment): Process<ReplicaSet[]> {
    const { indexer } = this.#replicaSets;
    const candidates = [...ownedBy(indexer, uidOf(d)), ...orphansIn(indexer, namespaceOf(d))];
    return yield* claimObjects(
      this.#context,
      {
        controller: d,
        reference: newControllerRef(d),
        selector: selectorFromLabelSelector(d.spec.selector),
        controllers: this.#context.client.of('Deployment') as never,
        children: this.#context.client.of('ReplicaSet'),
      },
      candidates,
    );
  }

  #addReplicaSet(rs: ReplicaSet): void {
    if (controllerOf(rs) !== undefined) this.#enqueueOwner(rs);
    else if (!isBeingDeleted(rs)) this.#enqueueMatching(rs);
  }

  #updateReplicaSet(before: ReplicaSet, after: ReplicaSet): void {
    if (before.metadata.resourceVersion === after.metadata.resourceVersion) return;
    const hasNewOwner = !deepEqual(controllerOf(before), controllerOf(after));
    if (hasNewOwner) this.#enqueueOwner(before);
    if (controllerOf(after) !== undefined) {
      this.#enqueueOwner(after);
    } else if (hasNewOwner || !deepEqual(before.metadata.labels, after.metadata.labels)) {
      this.#enqueueMatching(after);
    }
  }

  /** Only Recreate waits for pods: its next step is due when the last one is gone. */
  #deletePod(pod: Pod): void {
    const reference = controllerOf(pod);
    if (reference === undefined || reference.kind !== 'ReplicaSet') return;
    const rs = this.#replicaSets.indexer.get(`${namespaceOf(pod)}/${reference.name}`);
    if (rs === undefined || uidOf(rs) !== reference.uid) return;
    const d = this.#ownerOf(rs);
    if (d?.spec.strategy?.type !== 'Recreate') return;
    const siblings = ownedBy(this.#replicaSets.indexer, uidOf(d));
    const hasPods = siblings.some(
      (sibling) => ownedBy(this.#pods.indexer, uidOf(sibling)).length > 0,
    );
    if (!hasPods) this.#queue.add(namespacedName(d));
  }

  #ownerOf(rs: ReplicaSet): Deployment | undefined {
    const reference = controllerOf(rs);
    if (reference === undefined || reference.kind !== 'Deployment') return undefined;
    const d = this.#deployments.indexer.get(`${namespaceOf(rs)}/${reference.name}`);
    return d !== undefined && uidOf(d) === reference.uid ? d : undefined;
  }

  #enqueueOwner(rs: ReplicaSet): void {
    const d = this.#ownerOf(rs);
    if (d !== undefined) this.#queue.add(namespacedName(d));
  }

  /** An orphan may be adopted by any Deployment that selects it. */
  #enqueueMatching(rs: ReplicaSet): void {
    for (const d of this.#deployments.indexer.list(namespaceOf(rs))) {
      const selector = selectorFromLabelSelector(d.spec.selector);
      if (!isEverything(selector) && matchesLabels(selector, rs.metadata.labels)) {
        this.#queue.add(namespacedName(d));
      }
    }
  }
}

/** Without a rollout: sizes, history while paused, counters. */
function* syncSize(sync: DeploymentSync): Process {
  const sets = yield* sync.getAllReplicaSetsAndSyncRevision(false);
  yield* scale(sync, sets);
  if (sync.d.spec.paused === true && rollbackToOf(sync.d) === undefined) {
    yield* sync.cleanupDeployment(sets.old);
  }
  yield* sync.syncDeploymentStatus(sets);
}

/** Tells in Progressing that the Deployment was paused or resumed, unless its deadline has passed. */
function* checkPausedConditions(sync: DeploymentSync): Process {
  if (!hasProgressDeadline(sync.d)) return;
  const reason = getDeploymentCondition(sync.d.status, 'Progressing')?.reason;
  if (reason === progressingReasons.timedOut) return;
  const isPaused = sync.d.spec.paused === true;
  const isToldPaused = reason === progressingReasons.paused;
  if (isPaused === isToldPaused) return;
  const [next, message] = isPaused
    ? [progressingReasons.paused, 'Deployment is paused']
    : [progressingReasons.resumed, 'Deployment is resumed'];
  sync.setCondition(newDeploymentCondition('Progressing', 'Unknown', next, message, sync.nowMs));
  yield* sync.writeStatus();
}
