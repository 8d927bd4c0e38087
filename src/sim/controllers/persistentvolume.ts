/**
 * The volume controller: brings claims and volumes together, and lets a volume go when its claim is gone.
 *
 * - A claim and its volume name each other; the controller writes the volume first, then the claim, so that a crash in between
 *   can be mended from either side.
 * - A claim of a class that waits for its first consumer is left alone until the scheduler has chosen a volume or a node.
 * - Volumes of other provisioners are made and deleted by those; here only the claim is marked for them.
 *
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go, pv_controller_base.go
 * Docs: /docs/concepts/storage/persistent-volumes/#lifecycle-of-a-volume-and-claim
 * Simplified: no recycling, no in-tree provisioners, no migration to CSI, no retroactive default class.
 */
import { nameOf, namespacedName, uidOf } from '../api/object.ts';
import { isConflict, isNotFound } from '../api/status-error.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../api/types.gen.ts';
import { isClaimBound } from '../api/volume-matching.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { claimKeysOfPod } from './persistentvolume-access.ts';
import type { VolumeAccess } from './persistentvolume-access.ts';
import { syncClaim } from './persistentvolume-claim.ts';
import { syncVolume } from './persistentvolume-volume.ts';
import { caches, isRetryable, startWorkers } from './worker.ts';

/** How often everything that is not bound is looked at again. Upstream: PVClaimBinderSyncPeriod */
const resyncMs = 15_000;

const podClaimIndex = 'pod-claims';

/** Binds claims and volumes. */
export class PersistentVolumeController {
  readonly #context: ComponentContext;
  readonly #claimQueue: Workqueue;
  readonly #volumeQueue: Workqueue;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #pods: Informer<Pod>;
  /** What this controller has written and its caches may not have seen. Upstream keeps caches of its own for this. */
  readonly #writtenClaims = new Map<string, PersistentVolumeClaim>();
  readonly #writtenVolumes = new Map<string, PersistentVolume>();
  readonly #access: VolumeAccess;

  constructor(context: ComponentContext) {
    const { engine, informers } = context;
    this.#context = context;
    this.#claimQueue = new Workqueue(engine, `${context.name}/claims`);
    this.#volumeQueue = new Workqueue(engine, `${context.name}/volumes`);
    this.#claims = informers.of('PersistentVolumeClaim');
    this.#volumes = informers.of('PersistentVolume');
    this.#classes = informers.of('StorageClass');
    this.#pods = informers.of('Pod');
    this.#access = {
      context,
      claim: (key) => newer(this.#claims.indexer.get(key), this.#writtenClaims.get(key)),
      volume: (name) => newer(this.#volumes.indexer.get(name), this.#writtenVolumes.get(name)),
      volumes: () =>
        this.#volumes.indexer
          .list()
          .map((volume) => newer(volume, this.#writtenVolumes.get(nameOf(volume))) ?? volume),
      storageClass: (name) => this.#classes.indexer.get(name),
      waitingPods: (claim) => this.#waitingPods(claim),
      enqueueClaim: (key) => this.#claimQueue.add(key),
      noteVolume: (volume) => {
        this.#writtenVolumes.set(nameOf(volume), volume);
      },
      noteClaim: (claim) => {
        this.#writtenClaims.set(namespacedName(claim), claim);
      },
    };
  }

  start(): void {
    this.#pods.indexer.addIndex(podClaimIndex, claimKeysOfPod);
    this.#claims.addHandlers({
      onAdd: (claim) => this.#claimQueue.add(namespacedName(claim)),
      onUpdate: (_, claim) => {
        this.#seen(this.#writtenClaims, namespacedName(claim), claim);
        this.#claimQueue.add(namespacedName(claim));
      },
      onDelete: (claim) => this.#deleteClaim(claim),
    });
    this.#volumes.addHandlers({
      onAdd: (volume) => this.#volumeQueue.add(nameOf(volume)),
      onUpdate: (_, volume) => {
        this.#seen(this.#writtenVolumes, nameOf(volume), volume);
        this.#volumeQueue.add(nameOf(volume));
      },
      onDelete: (volume) => this.#deleteVolume(volume),
    });
    const informers = caches(this.#claims, this.#volumes, this.#classes, this.#pods);
    startWorkers(this.#context, {
      queue: this.#volumeQueue,
      workerCount: 1,
      informers,
      sync: (name) => this.#tolerate(this.#syncVolume(name)),
    });
    startWorkers(this.#context, {
      queue: this.#claimQueue,
      workerCount: 1,
      informers,
      sync: (key) => this.#tolerate(this.#syncClaim(key)),
    });
    this.#context.scope.spawn('resync', this.#resync());
  }

  *#syncClaim(key: string): Process {
    const claim = this.#access.claim(key);
    if (claim !== undefined) yield* syncClaim(this.#access, claim);
  }

  *#syncVolume(name: string): Process {
    const volume = this.#access.volume(name);
    if (volume !== undefined) yield* syncVolume(this.#access, volume);
  }

  /** A conflict means that a newer object is on its way, and with it the next sync. */
  *#tolerate(sync: Process): Process {
    try {
      yield* sync;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }

  /** Looks again at all claims and volumes, as long as some claim is not bound. */
  *#resync(): Process {
    for (;;) {
      yield* this.#context.engine.delay(resyncMs);
      const claims = this.#claims.indexer.list();
      if (claims.every(isClaimBound)) continue;
      for (const volume of this.#volumes.indexer.list()) this.#volumeQueue.add(nameOf(volume));
      for (const claim of claims) this.#claimQueue.add(namespacedName(claim));
    }
  }

  #waitingPods(claim: PersistentVolumeClaim): Pod[] {
    return this.#pods.indexer
      .byIndex(podClaimIndex, namespacedName(claim))
      .filter((pod) => (pod.spec.nodeName ?? '') === '');
  }

  #seen<T extends PersistentVolume | PersistentVolumeClaim>(
    written: Map<string, T>,
    key: string,
    object: T,
  ): void {
    const own = written.get(key);
    if (own !== undefined && revision(object) >= revision(own)) written.delete(key);
  }

  #deleteClaim(claim: PersistentVolumeClaim): void {
    this.#writtenClaims.delete(namespacedName(claim));
    const { volumeName } = claim.spec;
    // The volume has to be released at once; without this it would be at the next change of the volume.
    if ((volumeName ?? '') !== '') this.#volumeQueue.add(volumeName ?? '');
  }

  #deleteVolume(volume: PersistentVolume): void {
    this.#writtenVolumes.delete(nameOf(volume));
    const reference = volume.spec.claimRef;
    if (reference !== undefined) {
      this.#claimQueue.add(`${reference.namespace ?? ''}/${reference.name ?? ''}`);
    }
  }
}

function revision(object: PersistentVolume | PersistentVolumeClaim): number {
  return Number(object.metadata.resourceVersion ?? 0);
}

/** Returns the newer of what the cache has and what was written; nothing when the object is gone from the cache. */
function newer<T extends PersistentVolume | PersistentVolumeClaim>(
  cached: T | undefined,
  written: T | undefined,
): T | undefined {
  if (cached === undefined || written === undefined) return cached;
  return uidOf(cached) === uidOf(written) && revision(written) > revision(cached)
    ? written
    : cached;
}
