/**
 * The controllers that keep a claim while a pod uses it and a volume while a claim has it: a deleted one goes when its
 * finalizer is taken away.
 *
 * - Only pods with a node count: a kubelet does not start a pod whose claim is being deleted.
 * - A pod counts until its object is gone, also when it has ended.
 *
 * Upstream: pkg/controller/volume/pvcprotection/pvc_protection_controller.go; pkg/controller/volume/pvprotection
 * Docs: /docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
 * Simplified: pods are looked for in the cache only; upstream asks the API server once more before it lets a claim go.
 */
import { isBeingDeleted, nameOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isNotFound } from '../api/status-error.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../api/types.gen.ts';
import type { ResourceClient } from '../client/client.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { claimKeysOfPod } from './persistentvolume-access.ts';
import { caches, isRetryable, startWorkers } from './worker.ts';

/** Upstream: PVCProtectionFinalizer, PVProtectionFinalizer */
const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

const boundPodIndex = 'bound-pod-claims';

/** Lets deleted claims go that no pod uses. */
export class PVCProtectionController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #pods: Informer<Pod>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#claims = context.informers.of('PersistentVolumeClaim');
    this.#pods = context.informers.of('Pod');
  }

  start(): void {
    this.#pods.indexer.addIndex(boundPodIndex, (pod) =>
      (pod.spec.nodeName ?? '') === '' ? [] : claimKeysOfPod(pod),
    );
    const enqueue = (claim: PersistentVolumeClaim): void => {
      if (isBeingDeleted(claim)) this.#queue.add(namespacedName(claim));
    };
    this.#claims.addHandlers({ onAdd: enqueue, onUpdate: (_, claim) => enqueue(claim) });
    this.#pods.addHandlers({
      onDelete: (pod) => {
        for (const key of claimKeysOfPod(pod)) {
          const claim = this.#claims.indexer.get(key);
          if (claim !== undefined) enqueue(claim);
        }
      },
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount: 1,
      informers: caches(this.#claims, this.#pods),
      sync: (key) => this.#sync(key),
    });
  }

  *#sync(key: string): Process {
    const claim = this.#claims.indexer.get(key);
    if (claim === undefined || !isBeingDeleted(claim)) return;
    const users = this.#pods.indexer.byIndex(boundPodIndex, key);
    if (users.length > 0) return;
    const client = this.#context.client.of('PersistentVolumeClaim');
    yield* release(this.#context, client, claim, claimFinalizer);
  }
}

/** Lets deleted volumes go that no claim has. */
export class PVProtectionController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #volumes: Informer<PersistentVolume>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#volumes = context.informers.of('PersistentVolume');
  }

  start(): void {
    const enqueue = (volume: PersistentVolume): void => {
      if (isBeingDeleted(volume)) this.#queue.add(nameOf(volume));
    };
    this.#volumes.addHandlers({ onAdd: enqueue, onUpdate: (_, volume) => enqueue(volume) });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount: 1,
      informers: caches(this.#volumes),
      sync: (name) => this.#sync(name),
    });
  }

  *#sync(volumeName: string): Process {
    const volume = this.#volumes.indexer.get(volumeName);
    if (volume === undefined || !isBeingDeleted(volume) || volume.status?.phase === 'Bound') return;
    const client = this.#context.client.of('PersistentVolume');
    yield* release(this.#context, client, volume, volumeFinalizer);
  }
}

/** Takes a finalizer away. What is gone needs nothing; a conflict is tried again by the worker. */
function* release<T extends PersistentVolume | PersistentVolumeClaim>(
  { engine, name }: ComponentContext,
  client: ResourceClient<T>,
  object: T,
  finalizer: string,
): Process {
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  const kept = finalizers.filter((each) => each !== finalizer);
  engine.record(name, 'release-storage', keyOf(object), { finalizer });
  try {
    yield* client.update({ ...object, metadata: { ...object.metadata, finalizers: kept } });
  } catch (error) {
    if (!isRetryable(error) || !isNotFound(error)) throw error;
  }
}
