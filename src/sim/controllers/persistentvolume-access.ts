/**
 * What the rules of the volume controller share: how they read claims and volumes, and how a volume's phase is written.
 *
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go updateVolumePhase
 */
import { keyOf } from '../api/object-key.ts';
import { formatTime } from '../api/time.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';

/** What the rules for claims and volumes work with. */
export interface VolumeAccess {
  readonly context: ComponentContext;
  readonly claim: (key: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  readonly volumes: () => readonly PersistentVolume[];
  readonly storageClass: (name: string) => StorageClass | undefined;
  /** Pods that use a claim and have no node yet, in the order of their names. */
  readonly waitingPods: (claim: PersistentVolumeClaim) => readonly Pod[];
  readonly enqueueClaim: (key: string) => void;
  /** Stores what was written at once, so that the next step does not act on what was before. */
  readonly noteVolume: (volume: PersistentVolume) => void;
  readonly noteClaim: (claim: PersistentVolumeClaim) => void;
}

/** Returns the keys of the claims that a pod uses. */
export function claimKeysOfPod({ metadata, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: source }) =>
    source === undefined ? [] : [`${metadata.namespace ?? ''}/${source.claimName}`],
  );
}

/** Writes a volume's phase, when it is another one. Returns the volume as it is then. */
export function* updateVolumePhase(
  access: VolumeAccess,
  volume: PersistentVolume,
  phase: string,
): Process<PersistentVolume> {
  if (volume.status?.phase === phase) return volume;
  const { client, engine, name } = access.context;
  engine.record(name, 'volume-phase', keyOf(volume), {
    from: volume.status?.phase ?? '',
    to: phase,
    claim: volume.spec.claimRef?.name ?? '',
  });
  const lastPhaseTransitionTime = formatTime(engine.nowMs);
  const status = { ...volume.status, phase, lastPhaseTransitionTime };
  const written = yield* client.of('PersistentVolume').updateStatus({ ...volume, status });
  access.noteVolume(written);
  return written;
}
