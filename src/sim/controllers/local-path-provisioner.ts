/**
 * The provisioner of the class `standard`: makes a directory of the chosen node for each claim, and removes it when the claim is
 * gone. It stands for the one that kind clusters run, and is no part of kube-controller-manager.
 *
 * - A volume is made when the scheduler has chosen a node for the first pod that uses the claim.
 * - The volume can only be used on that node: from then on the pod is bound to it.
 * - With the reclaim policy Delete a released volume is deleted, and its data with it.
 *
 * Upstream: sigs.k8s.io/sig-storage-lib-external-provisioner controller.go; github.com/rancher/local-path-provisioner
 * Docs: /docs/concepts/storage/dynamic-provisioning/
 * Simplified: the helper pod that makes and removes the directory is a wait of about two seconds.
 */
import {
  annotationsOf,
  isBeingDeleted,
  nameOf,
  namespaceOf,
  namespacedName,
  uidOf,
} from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isAlreadyExists, isNotFound } from '../api/status-error.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../api/types.gen.ts';
import {
  classOfClaim,
  provisionedByKey,
  selectedNodeKey,
  storageProvisionerKey,
} from '../api/volume-matching.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { LatencyRange } from '../engine/latency.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import { caches, isRetryable, startWorkers } from './worker.ts';

/** The name by which classes ask for it. */
export const localPathProvisioner = 'rancher.io/local-path';
const selectedNodeOfVolumeKey = 'local.path.provisioner/selected-node';
const finalizerOfVolume = 'kubernetes.io/pv-protection';
const directory = '/var/local-path-provisioner';

/** Keys synced at one time. Upstream: DefaultThreadiness */
const workerCount = 4;
/** How long the helper pod takes that makes or removes a directory. Chosen: about as long as a small pod starts and ends */
const helperMs: LatencyRange = { lowMs: 1_500, highMs: 2_500 };

/** Makes and removes local volumes. */
export class LocalPathProvisioner {
  readonly #context: ComponentContext;
  readonly #claimQueue: Workqueue;
  readonly #volumeQueue: Workqueue;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#claimQueue = new Workqueue(context.engine, `${context.name}/claims`);
    this.#volumeQueue = new Workqueue(context.engine, `${context.name}/volumes`);
    this.#claims = context.informers.of('PersistentVolumeClaim');
    this.#volumes = context.informers.of('PersistentVolume');
    this.#classes = context.informers.of('StorageClass');
  }

  start(): void {
    const onClaim = (claim: PersistentVolumeClaim): void => {
      if (isForUs(claim)) this.#claimQueue.add(namespacedName(claim));
    };
    const onVolume = (volume: PersistentVolume): void => {
      if (isReleased(volume)) this.#volumeQueue.add(nameOf(volume));
    };
    this.#claims.addHandlers({ onAdd: onClaim, onUpdate: (_, claim) => onClaim(claim) });
    this.#volumes.addHandlers({ onAdd: onVolume, onUpdate: (_, volume) => onVolume(volume) });
    const informers = caches(this.#claims, this.#volumes, this.#classes);
    startWorkers(this.#context, {
      queue: this.#claimQueue,
      workerCount,
      informers,
      sync: (key) => this.#provision(key),
    });
    startWorkers(this.#context, {
      queue: this.#volumeQueue,
      workerCount,
      informers,
      sync: (name) => this.#remove(name),
    });
  }

  *#provision(key: string): Process {
    const claim = this.#claims.indexer.get(key);
    if (claim === undefined || !isForUs(claim)) return;
    const storageClass = this.#classes.indexer.get(classOfClaim(claim));
    const node = annotationsOf(claim)[selectedNodeKey];
    if (storageClass === undefined || node === undefined) return;
    const { engine, recorder, client, name, random } = this.#context;
    const volume = volumeFor(claim, storageClass, node);
    if (this.#volumes.indexer.get(nameOf(volume)) !== undefined) return;
    const provisioning = `External provisioner is provisioning volume for claim "${key}"`;
    recorder.event(claim, 'Normal', 'Provisioning', provisioning);
    yield* engine.delay(drawMs(random, helperMs));
    engine.record(name, 'provision-volume', keyOf(claim), { volume: nameOf(volume), node });
    try {
      yield* client.of('PersistentVolume').create('', volume);
    } catch (error) {
      if (!isAlreadyExists(error)) {
        const message = isRetryable(error) ? error.message : '';
        const text = `failed to provision volume with StorageClass "${nameOf(storageClass)}": ${message}`;
        recorder.event(claim, 'Warning', 'ProvisioningFailed', text);
        throw error;
      }
    }
    const done = `Successfully provisioned volume ${nameOf(volume)}`;
    recorder.event(claim, 'Normal', 'ProvisioningSucceeded', done);
  }

  *#remove(volumeName: string): Process {
    const volume = this.#volumes.indexer.get(volumeName);
    if (volume === undefined || !isReleased(volume)) return;
    const { engine, client, name, random } = this.#context;
    yield* engine.delay(drawMs(random, helperMs));
    engine.record(name, 'remove-volume', keyOf(volume), {
      claim: volume.spec.claimRef?.name ?? '',
    });
    try {
      yield* client.of('PersistentVolume').delete('', volumeName);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Whether the claim waits for this provisioner. */
function isForUs(claim: PersistentVolumeClaim): boolean {
  return (
    annotationsOf(claim)[storageProvisionerKey] === localPathProvisioner &&
    (claim.spec.volumeName ?? '') === '' &&
    !isBeingDeleted(claim)
  );
}

/** Whether the volume was made here and is to go. */
function isReleased(volume: PersistentVolume): boolean {
  return (
    volume.status?.phase === 'Released' &&
    volume.spec.persistentVolumeReclaimPolicy === 'Delete' &&
    annotationsOf(volume)[provisionedByKey] === localPathProvisioner &&
    !isBeingDeleted(volume)
  );
}

function volumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: string,
): PersistentVolume {
  const name = `pvc-${uidOf(claim)}`;
  const storage = claim.spec.resources?.requests?.storage ?? '';
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      annotations: {
        [selectedNodeOfVolumeKey]: node,
        [provisionedByKey]: localPathProvisioner,
      },
      finalizers: [finalizerOfVolume],
    },
    spec: {
      capacity: { storage },
      accessModes: claim.spec.accessModes,
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace: namespaceOf(claim),
        name: nameOf(claim),
        uid: uidOf(claim),
        apiVersion: 'v1',
        resourceVersion: claim.metadata.resourceVersion,
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: nameOf(storageClass),
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      hostPath: {
        path: `${directory}/${name}_${namespaceOf(claim)}_${nameOf(claim)}`,
        type: 'DirectoryOrCreate',
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
    },
  };
}
