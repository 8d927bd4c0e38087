/** Which state a pod is drawn in: what the API says of it, in the words of the vocabulary. */
import { isBeingDeleted } from '#sim/api/object.ts';
import { isPodReady } from '#sim/api/pod.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { StateId } from './vocabulary.ts';

/** Reasons for which a container waits although nothing is under way. */
const troubles = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Returns the state of a pod as it stands in the store. */
export function podStateOf(pod: Pod): StateId {
  if (isBeingDeleted(pod)) return 'terminating';
  const phase = pod.status?.phase;
  if (phase === 'Failed') return 'failed';
  if (phase === 'Succeeded') return 'succeeded';
  if (pod.spec.nodeName === undefined) return 'waiting';
  if (troubleOf(pod) !== '') return 'backoff';
  if (phase !== 'Running') return 'starting';
  return isPodReady(pod) ? 'ready' : 'running';
}

/** Returns the reason why a container of the pod does not run, '' when none is in trouble. */
export function troubleOf(pod: Pod): string {
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ];
  for (const { state } of statuses) {
    const reason = state?.waiting?.reason ?? '';
    if (troubles.has(reason)) return reason;
    const ended = state?.terminated;
    if (ended !== undefined && ended.exitCode !== 0) return ended.reason ?? 'Error';
  }
  return '';
}
