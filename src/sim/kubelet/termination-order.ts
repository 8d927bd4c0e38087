/**
 * The order in which the containers of a pod get their stop signal: app containers at once and together, sidecars
 * after them, the last one first.
 *
 * A sidecar waits until all app containers and all sidecars listed after it have ended, but no longer than its
 * grace period.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go
 * Docs: /docs/concepts/workloads/pods/sidecar-containers/#sidecar-containers-and-pod-lifecycle
 */
import type { Pod } from '../api/types.gen.ts';
import { anyOf } from '../engine/any-of.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import { Signal } from '../engine/signal.ts';
import { isSidecar } from './restart-policy.ts';

/** The ends of one pod's containers, and who waits for whom. */
export class TerminationOrder {
  readonly #engine: Engine;
  readonly #ends = new Map<string, Signal>();
  readonly #before = new Map<string, readonly Signal[]>();

  /** `running` are the names of the containers that run now. */
  constructor(engine: Engine, pod: Pod, running: readonly string[]) {
    this.#engine = engine;
    for (const name of running) this.#ends.set(name, new Signal(engine));
    const earlier: Signal[] = [];
    for (const { name } of pod.spec.containers) {
      const end = this.#ends.get(name);
      if (end !== undefined) earlier.push(end);
    }
    for (const container of [...(pod.spec.initContainers ?? [])].reverse()) {
      const end = this.#ends.get(container.name);
      if (end === undefined || !isSidecar(container)) continue;
      this.#before.set(container.name, [...earlier]);
      earlier.push(end);
    }
  }

  /** Waits for the container's turn, at most `graceMs`; returns the whole seconds waited. */
  *waitForTurn(name: string, graceMs: number): Process<number> {
    const startMs = this.#engine.nowMs;
    for (const end of this.#before.get(name) ?? []) {
      const leftMs = graceMs - (this.#engine.nowMs - startMs);
      if (leftMs <= 0) break;
      yield* anyOf(end.wait(), this.#engine.delay(leftMs));
    }
    return Math.floor((this.#engine.nowMs - startMs) / 1_000);
  }

  /** Says that a container has ended. */
  ended(name: string): void {
    this.#ends.get(name)?.give();
  }
}
