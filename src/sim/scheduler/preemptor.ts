/**
 * Carries a preemption out: marks each victim, deletes it with its own grace period and says so.
 *
 * Until only the last victim is left to delete, the preemptor is kept out of the queue; the end of that one brings
 * it back.
 *
 * Upstream: pkg/scheduler/framework/preemption/executor.go prepareCandidateAsync
 */
import { keyOf } from '../api/object-key.ts';
import { nameOf } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { Client } from '../client/client.ts';
import type { SeriesEventRecorder } from '../client/series-event-recorder.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import { conditionPatch } from '../api/condition-patch.ts';
import type { PreEnqueuePlugin } from './framework.ts';
import type { PodInfo } from './pod-info.ts';

/** Makes room for pods by deleting others. */
export class Preemptor {
  /** Keeps preemptors out of the queue while their victims are being deleted. */
  readonly preEnqueue: PreEnqueuePlugin;
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #recorder: SeriesEventRecorder;
  readonly #component: string;
  readonly #preempting = new Set<string>();

  constructor(engine: Engine, client: Client, recorder: SeriesEventRecorder, component: string) {
    this.#engine = engine;
    this.#client = client;
    this.#recorder = recorder;
    this.#component = component;
    this.preEnqueue = {
      name: 'DefaultPreemption',
      isReady: (pod) => !this.#preempting.has(pod.metadata.uid ?? ''),
    };
  }

  /** Notes that the pod's preemption has begun, before it goes back to the queue. */
  begin(pod: PodInfo): void {
    this.#preempting.add(pod.uid);
  }

  /** Deletes the victims. Returns false when that has failed and the pod should be tried again at once. */
  *preempt(
    pod: PodInfo,
    node: string,
    victims: readonly PodInfo[],
    outranked: readonly PodInfo[],
  ): Process<boolean> {
    try {
      for (const other of outranked) yield* this.#clearNomination(other);
      for (const [index, victim] of victims.entries()) {
        if (index === victims.length - 1) this.#preempting.delete(pod.uid);
        yield* this.#preemptOne(pod, node, victim);
      }
      return true;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return false;
    } finally {
      this.#preempting.delete(pod.uid);
    }
  }

  *#clearNomination({ pod, namespace }: PodInfo): Process {
    const body = { status: { nominatedNodeName: null } };
    const options = { subresource: 'status' };
    yield* this.#client.of('Pod').patch(namespace, nameOf(pod), 'strategic', body, options);
  }

  *#preemptOne(pod: PodInfo, node: string, victim: PodInfo): Process {
    const name = nameOf(victim.pod);
    const target = victim.pod;
    const pods = this.#client.of('Pod');
    this.#engine.record(this.#component, 'preempt', keyOf({ ...target, kind: 'Pod' }), {
      node,
      by: nameOf(pod.pod),
      byPriority: pod.priority,
      priority: victim.priority,
    });
    try {
      if (!victim.isDeleting) {
        const condition = {
          type: 'DisruptionTarget',
          status: 'True',
          observedGeneration: target.metadata.generation,
          lastTransitionTime: formatTime(this.#engine.nowMs),
          reason: 'PreemptionByScheduler',
          message: 'default-scheduler: preempting to accommodate a higher priority pod',
        };
        const body = { status: conditionPatch(target, condition) };
        const options = { subresource: 'status' };
        yield* pods.patch(victim.namespace, name, 'strategic', body, options);
        yield* pods.delete(victim.namespace, name);
      }
    } catch (error) {
      // A victim that is gone already has made its room.
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    }
    const note = `Preempted by pod ${pod.uid} on node ${node}`;
    this.#recorder.event(target, 'Normal', 'Preempted', note, 'Preempting');
  }
}
