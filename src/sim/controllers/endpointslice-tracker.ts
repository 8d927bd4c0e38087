/**
 * What the EndpointSlice controller remembers between syncs: which of its own writes its cache must have seen, and
 * which changes it has published already.
 *
 * Upstream: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go, trigger_time_tracker.go
 */
import { findCondition } from '../api/conditions.ts';
import { nameOf, uidOf } from '../api/object.ts';
import type { EndpointSlice, Pod, Service } from '../api/types.gen.ts';

/** Marks a slice whose deletion was asked for. */
const deletionExpected = -1;

/** Generations of slices as the controller has written them, by Service and UID. */
export class EndpointSliceTracker {
  readonly #generations = new Map<string, Map<string, number>>();

  /** Notes what the API answered to a creation or an update. */
  update(serviceKey: string, slice: EndpointSlice): void {
    this.#of(serviceKey).set(uidOf(slice), slice.metadata.generation ?? 0);
  }

  expectDeletion(serviceKey: string, slice: EndpointSlice): void {
    this.#of(serviceKey).set(uidOf(slice), deletionExpected);
  }

  /** Notes that a slice is gone. Returns whether that was expected. */
  handleDeletion(serviceKey: string, slice: EndpointSlice): boolean {
    const generations = this.#generations.get(serviceKey);
    const expected = generations?.get(uidOf(slice));
    if (expected === undefined) return true;
    generations?.delete(uidOf(slice));
    return expected === deletionExpected;
  }

  /** Whether the controller knows that slice in this or a newer generation. */
  isKnown(serviceKey: string, slice: EndpointSlice): boolean {
    const known = this.#generations.get(serviceKey)?.get(uidOf(slice));
    return known !== undefined && (slice.metadata.generation ?? 0) <= known;
  }

  /** Whether the controller tracks that slice. */
  has(serviceKey: string, slice: EndpointSlice): boolean {
    return this.#generations.get(serviceKey)?.has(uidOf(slice)) === true;
  }

  /** Whether the cached slices lack something that the controller has written. */
  isStale(serviceKey: string, slices: readonly EndpointSlice[]): boolean {
    const generations = this.#generations.get(serviceKey);
    if (generations === undefined) return false;
    const cached = new Map(slices.map((slice) => [uidOf(slice), slice.metadata.generation ?? 0]));
    for (const [uid, generation] of generations) {
      const seen = cached.get(uid);
      if (generation === deletionExpected) {
        if (seen !== undefined) return true;
      } else if (seen === undefined || seen < generation) return true;
    }
    return false;
  }

  deleteService(serviceKey: string): void {
    this.#generations.delete(serviceKey);
  }

  #of(serviceKey: string): Map<string, number> {
    let generations = this.#generations.get(serviceKey);
    if (generations === undefined) {
      generations = new Map();
      this.#generations.set(serviceKey, generations);
    }
    return generations;
  }
}

/** Moments of change that were published already, by Service. */
export class TriggerTimeTracker {
  readonly #states = new Map<string, { readonly pods: Map<string, string>; service: string }>();

  /**
   * Returns the earliest moment of change since the last call, as the API writes it; '' when nothing that has a moment has
   * changed. Moments are the Service's creation and the last change of each pod's readiness.
   */
  compute(serviceKey: string, service: Service, pods: readonly Pod[]): string {
    const state = this.#states.get(serviceKey);
    const created = service.metadata.creationTimestamp ?? '';
    const next = new Map<string, string>();
    let earliest = '';
    const consider = (time: string, before: string): void => {
      if (time > before && (earliest === '' || time < earliest)) earliest = time;
    };
    for (const pod of pods) {
      const time = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? '';
      if (time === '') continue;
      next.set(nameOf(pod), time);
      consider(time, state?.pods.get(nameOf(pod)) ?? '');
    }
    consider(created, state?.service ?? '');
    this.#states.set(serviceKey, { pods: next, service: created });
    return state === undefined ? created : earliest;
  }

  deleteService(serviceKey: string): void {
    this.#states.delete(serviceKey);
  }
}
