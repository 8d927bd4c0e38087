/**
 * Where the data of a claim lies: with the volume that the claim is bound to, so that it outlives every pod.
 *
 * - A claim that is not there, not bound or being deleted is waited for, without an event.
 * - A volume of a directory (hostPath, local) lies on the node on which the pod runs.
 *
 * Upstream: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go getPVCExtractPV
 * Docs: /docs/concepts/storage/persistent-volumes/
 * Simplified: a volume that is no directory of a node lies on the first node that uses it; nothing is attached.
 */
import { isBeingDeleted, nameOf, namespaceOf } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { PersistentVolume, Pod } from '../api/types.gen.ts';
import { isClaimBound } from '../api/volume-matching.ts';
import type { Process } from '../engine/process.ts';
import type { VolumeConfig } from '../runtime/runtime.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** The claim cannot be mounted yet; it is looked at again soon. */
export class ClaimNotReady extends Error {}

/** Returns where the claim's data lies. Throws ClaimNotReady. */
export function* placeOfClaim(
  { client }: KubeletContext,
  pod: Pod,
  claimName: string,
): Process<Pick<VolumeConfig, 'hostPath'>> {
  try {
    const claim = yield* client.of('PersistentVolumeClaim').get(namespaceOf(pod), claimName);
    if (!isClaimBound(claim) || isBeingDeleted(claim)) throw new ClaimNotReady();
    const volume = yield* client.of('PersistentVolume').get('', claim.spec.volumeName ?? '');
    return { hostPath: pathOf(volume) };
  } catch (error) {
    if (error instanceof StatusError) throw new ClaimNotReady(error.message);
    throw error;
  }
}

function pathOf(volume: PersistentVolume): string {
  const { hostPath, local } = volume.spec;
  return hostPath?.path ?? local?.path ?? `/var/lib/kubelet/plugins/${nameOf(volume)}`;
}
