/**
 * What a StatefulSet does next: fill its numbers from the bottom, take surplus pods away from the top, replace pods of the
 * old revision from the top; one pod at a time, or all at once with `Parallel`.
 *
 * - OrderedReady: nothing is done about a pod while one with a lower number is not ready and available.
 * - A pod that has ended is deleted, and its successor is made when it is gone: never two of one number.
 * - Growing and shrinking come before updating; a pod that the update phase meets first and that is not available stops it.
 *
 * Upstream: pkg/controller/statefulset/stateful_set_control.go updateStatefulSet, processReplica, processCondemned
 * Docs: /docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees
 */
import { isBeingDeleted, nameOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isPodTerminal } from '../api/pod.ts';
import { isNotFound } from '../api/status-error.ts';
import type { Pod, StatefulSet } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import {
  allowsBurst,
  identityMatches,
  isInOrdinalRange,
  newVersionedPod,
  ordinalOf,
  replicasOf,
  revisionOf,
  startOrdinal,
  storageMatches,
} from './statefulset-identity.ts';
import type { Versions } from './statefulset-identity.ts';
import type { StatefulPodControl } from './statefulset-pod-control.ts';
import {
  countPods,
  isCreated,
  isRunningAndAvailable,
  isRunningAndReady,
  isUnavailable,
} from './statefulset-status.ts';
import type { SetState } from './statefulset-status.ts';
import { retryable, slowStartBatch } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** The size of the first batch of `Parallel`. Upstream: runForAll */
const firstBatchSize = 1;

/** Pods of a set: one for each number in its range, planned where there is none, and those outside, from the top. */
export interface Slots {
  readonly replicas: readonly Pod[];
  readonly condemned: readonly Pod[];
}

/** Sorts the pods of a set into its range and the rest. */
export function slotsOf(set: StatefulSet, versions: Versions, pods: readonly Pod[]): Slots {
  const start = startOrdinal(set);
  const replicas: (Pod | undefined)[] = Array.from({ length: replicasOf(set) });
  const condemned: Pod[] = [];
  for (const pod of pods) {
    if (isInOrdinalRange(pod, set)) replicas[ordinalOf(pod) - start] = pod;
    else condemned.push(pod);
  }
  condemned.sort((a, b) => ordinalOf(b) - ordinalOf(a));
  return {
    replicas: replicas.map((pod, index) => pod ?? newVersionedPod(versions, start + index)),
    condemned,
  };
}

/** Why a set waits: the pod that holds it back and its state. */
export interface Hold {
  readonly pod: string;
  readonly reason:
    'ended' | 'terminating' | 'not-ready' | 'not-available' | 'stale-claim' | 'update';
}

/** Everything one pass over a set needs. */
export interface Pass {
  readonly context: ComponentContext;
  readonly control: StatefulPodControl;
  readonly set: StatefulSet;
  readonly versions: Versions;
  readonly pods: readonly Pod[];
  /** Changed by the pass: the counts for the status. */
  readonly state: SetState;
  /** Told once for each thing that stops the pass. */
  readonly hold: (hold: Hold) => void;
}

/** What a pass came to. */
interface Outcome {
  readonly error: RetryableError | undefined;
}

const done: Outcome = { error: undefined };

/** What a step says: go on, or stop here with or without an error. */
type Step = 'next' | 'stop';

/** Does what can be done now, and counts. The error, if any, is to be thrown once the status is written. */
export function* updateStatefulSet(pass: Pass): Process<Outcome> {
  const { set, versions, pods, state, context } = pass;
  const { replicas, condemned } = slotsOf(set, versions, pods);
  if (isBeingDeleted(set)) return done;
  const isMonotonic = !allowsBurst(set);
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const { nowMs } = context.engine;
  const recount = (): void => {
    const all = [...replicas, ...condemned];
    const { currentRevision, updateRevision } = versions;
    Object.assign(state, countPods(all, currentRevision, updateRevision, minReadySeconds, nowMs));
  };
  const firstUnavailable =
    replicas.find((pod) => isUnavailable(pod, minReadySeconds, nowMs)) ??
    condemned.findLast((pod) => isUnavailable(pod, minReadySeconds, nowMs));
  const phases = [
    { pods: replicas, act: (pod: Pod) => processReplica(pass, pod, isMonotonic) },
    { pods: condemned, act: (pod: Pod) => fixClaims(pass, pod) },
    {
      pods: condemned,
      act: (pod: Pod) => processCondemned(pass, pod, isMonotonic, firstUnavailable),
    },
  ];
  for (const phase of phases) {
    const { isStopped, error } = yield* runForAll(context, phase.pods, isMonotonic, phase.act);
    if (isStopped) {
      recount();
      return { error };
    }
  }
  recount();
  if (set.spec.updateStrategy?.type === 'OnDelete') return done;
  return yield* updateFromTop(pass, replicas);
}

/** Runs a step for each pod: in order until one stops, or for all in growing batches. */
function* runForAll(
  context: ComponentContext,
  pods: readonly Pod[],
  isMonotonic: boolean,
  act: (pod: Pod) => Process<Step>,
): Process<{ isStopped: boolean; error: RetryableError | undefined }> {
  const attempt = function* (pod: Pod): Process<Step | RetryableError> {
    try {
      return yield* act(pod);
    } catch (thrown) {
      return retryable(thrown);
    }
  };
  if (isMonotonic) {
    for (const pod of pods) {
      const step = yield* attempt(pod);
      if (step === 'next') continue;
      return { isStopped: true, error: step === 'stop' ? undefined : step };
    }
    return { isStopped: false, error: undefined };
  }
  const { error } = yield* slowStartBatch(
    context,
    'ordinal',
    pods.length,
    firstBatchSize,
    function* (index): Process<RetryableError | undefined> {
      const pod = pods[index];
      if (pod === undefined) return undefined;
      const step = yield* attempt(pod);
      return typeof step === 'string' ? undefined : step;
    },
  );
  return { isStopped: error !== undefined, error };
}

/** Brings the pod of one number nearer to what it should be. */
function* processReplica(pass: Pass, pod: Pod, isMonotonic: boolean): Process<Step> {
  const { context, control, set, versions } = pass;
  if (isCreated(pod) && isPodTerminal(pod)) {
    if (!isBeingDeleted(pod)) yield* remove(pass, pod, 'ended');
    else pass.hold({ pod: nameOf(pod), reason: 'ended' });
    return 'stop';
  }
  if (!isCreated(pod)) {
    if (control.isClaimStale(set, pod)) {
      pass.hold({ pod: nameOf(pod), reason: 'stale-claim' });
      return 'stop';
    }
    context.engine.record(context.name, 'create-ordinal', keyOf(set), {
      pod: nameOf(pod),
      revision: revisionOf(pod),
      isOld: revisionOf(pod) !== versions.updateRevision,
      isOrdered: isMonotonic,
    });
    yield* control.createPod(set, pod);
    if (isMonotonic) return 'stop';
  }
  if (pod.status?.phase === 'Pending') {
    yield* control.createMissingClaims(set, pod);
    yield* control.updateClaimOwners(set, pod);
  }
  if (isMonotonic) {
    const reason = whyNotDone(pass, pod);
    if (reason !== undefined) {
      pass.hold({ pod: nameOf(pod), reason });
      return 'stop';
    }
  }
  if (!isCreated(pod)) return 'next';
  const isAsWanted =
    identityMatches(set, pod) && storageMatches(set, pod) && control.claimsMatchPolicy(set, pod);
  if (!isAsWanted) yield* control.updatePod(versions.updateSet, pod);
  return 'next';
}

/** Returns what is still missing before the next pod may be looked at. */
function whyNotDone({ set, context }: Pass, pod: Pod): Hold['reason'] | undefined {
  if (isBeingDeleted(pod)) return 'terminating';
  if (!isRunningAndReady(pod)) return 'not-ready';
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const isAvailable = isRunningAndAvailable(pod, minReadySeconds, context.engine.nowMs);
  return isAvailable ? undefined : 'not-available';
}

function* fixClaims({ control, versions }: Pass, pod: Pod): Process<Step> {
  if (!control.claimsMatchPolicy(versions.updateSet, pod)) {
    yield* control.updateClaimOwners(versions.updateSet, pod);
  }
  return 'next';
}

/** Deletes a pod outside the range, unless it has to wait. */
function* processCondemned(
  pass: Pass,
  pod: Pod,
  isMonotonic: boolean,
  firstUnavailable: Pod | undefined,
): Process<Step> {
  if (isBeingDeleted(pod)) {
    if (!isMonotonic) return 'next';
    pass.hold({ pod: nameOf(pod), reason: 'terminating' });
    return 'stop';
  }
  const reason = whyNotDone(pass, pod);
  if (isMonotonic && reason !== undefined && pod !== firstUnavailable) {
    pass.hold({ pod: nameOf(pod), reason });
    return 'stop';
  }
  yield* remove(pass, pod, 'surplus');
  return 'stop';
}

/** Deletes the highest pod of an old revision, unless one above it is not available yet. */
function* updateFromTop(pass: Pass, replicas: readonly Pod[]): Process<Outcome> {
  const { context, set, state, versions } = pass;
  const lowest = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  for (let index = replicas.length - 1; index >= lowest; index -= 1) {
    const pod = replicas[index];
    if (pod === undefined) continue;
    if (revisionOf(pod) !== versions.updateRevision && !isBeingDeleted(pod)) {
      try {
        yield* remove(pass, pod, 'update');
      } catch (thrown) {
        if (!isNotFound(thrown)) return { error: retryable(thrown) };
      }
      state.currentReplicas -= 1;
      return done;
    }
    if (isUnavailable(pod, minReadySeconds, context.engine.nowMs)) {
      const isRollout = replicas
        .slice(lowest, index)
        .some((other) => revisionOf(other) !== versions.updateRevision);
      if (isRollout) pass.hold({ pod: nameOf(pod), reason: 'update' });
      return done;
    }
  }
  return done;
}

function* remove(pass: Pass, pod: Pod, because: 'ended' | 'surplus' | 'update'): Process {
  const { context, control, set, versions } = pass;
  context.engine.record(context.name, 'delete-ordinal', keyOf(set), {
    pod: nameOf(pod),
    because,
    phase: pod.status?.phase ?? '',
    revision: versions.updateRevision,
    replicas: replicasOf(set),
  });
  yield* control.deletePod(set, pod);
}
