/**
 * Pods that wait for room on a node which a preemption is making for them.
 *
 * Upstream: pkg/scheduler/backend/queue/nominator.go
 */
import type { PodInfo } from './pod-info.ts';

/** Which pods are expected on which nodes. */
export class Nominator {
  readonly #nodeByPod = new Map<string, { readonly info: PodInfo; readonly node: string }>();

  get size(): number {
    return this.#nodeByPod.size;
  }

  /** Expects a pod on a node; '' expects it nowhere. */
  set(info: PodInfo, node: string): void {
    if (node === '') this.#nodeByPod.delete(info.uid);
    else this.#nodeByPod.set(info.uid, { info, node });
  }

  delete(uid: string): void {
    this.#nodeByPod.delete(uid);
  }

  /** Returns the pods expected on a node that are at least as important as this one. */
  podsBefore(pod: PodInfo, node: string): readonly PodInfo[] {
    const pods: PodInfo[] = [];
    for (const nominated of this.#nodeByPod.values()) {
      if (nominated.node !== node || nominated.info.uid === pod.uid) continue;
      if (nominated.info.priority >= pod.priority) pods.push(nominated.info);
    }
    return pods;
  }

  /** Returns the pods expected on a node that are less important than this one. */
  podsAfter(pod: PodInfo, node: string): readonly PodInfo[] {
    const pods: PodInfo[] = [];
    for (const nominated of this.#nodeByPod.values()) {
      if (nominated.node === node && nominated.info.priority < pod.priority) {
        pods.push(nominated.info);
      }
    }
    return pods;
  }
}
