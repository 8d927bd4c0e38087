/**
 * A node for tests of controllers: binds pods in turn to three nodes, makes them Ready after a while, and ends
 * those that are being deleted. No containers, no probes.
 */
import { isBeingDeleted, nameOf, namespaceOf } from '#sim/api/object.ts';
import { isPodTerminal } from '#sim/api/pod.ts';
import { StatusError } from '#sim/api/status-error.ts';
import { formatTime } from '#sim/api/time.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { ComponentContext } from '#sim/client/component.ts';
import type { Process } from '#sim/engine/process.ts';

export interface TestKubeletOptions {
  /** From binding to Ready. */
  readonly startMs?: number;
  /** By how much longer each pod takes than the one before it; begins anew after four. */
  readonly staggerMs?: number;
  /** From the deletion to the end of the containers, and from there to the end of the object. */
  readonly stopMs?: number;
  /** Pods that never become ready. */
  readonly isBroken?: (pod: Pod) => boolean;
}

export class TestKubelet {
  readonly #context: ComponentContext;
  readonly #options: Required<TestKubeletOptions>;
  readonly #stopping = new Set<string>();
  #bound = 0;

  constructor(context: ComponentContext, options: TestKubeletOptions = {}) {
    this.#context = context;
    this.#options = { startMs: 500, staggerMs: 0, stopMs: 200, isBroken: () => false, ...options };
  }

  start(): void {
    const { scope, informers } = this.#context;
    informers.of('Pod').addHandlers({
      onAdd: (pod) => {
        scope.spawn('start', this.#tolerate(this.#start(pod)));
      },
      onUpdate: (_, pod) => {
        const uid = pod.metadata.uid ?? '';
        if (!isBeingDeleted(pod) || this.#stopping.has(uid)) return;
        this.#stopping.add(uid);
        scope.spawn('stop', this.#tolerate(this.#stop(pod)));
      },
    });
  }

  *#tolerate(process: Process): Process {
    try {
      yield* process;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  *#start(pod: Pod): Process {
    const pods = this.#context.client.of('Pod');
    const [namespace, name] = [namespaceOf(pod), nameOf(pod)];
    this.#bound += 1;
    const number = this.#bound;
    const node = `node-${(number % 3) + 1}`;
    yield* pods.subresource('create', namespace, name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    });
    if (this.#options.isBroken(pod)) return;
    const { startMs, staggerMs } = this.#options;
    yield* this.#context.engine.delay(startMs + (number % 4) * staggerMs);
    const now = formatTime(this.#context.engine.nowMs);
    const podIP = `10.244.${number >> 8}.${number & 255}`;
    yield* pods.patch(
      namespace,
      name,
      'strategic',
      {
        status: {
          phase: 'Running',
          podIP,
          podIPs: [{ ip: podIP }],
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: now }],
        },
      },
      { subresource: 'status' },
    );
  }

  *#stop(pod: Pod): Process {
    const pods = this.#context.client.of('Pod');
    const [namespace, name] = [namespaceOf(pod), nameOf(pod)];
    if (!isPodTerminal(pod)) {
      yield* this.#context.engine.delay(this.#options.stopMs);
      const status = { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] };
      yield* pods.patch(namespace, name, 'strategic', { status }, { subresource: 'status' });
      yield* this.#context.engine.delay(this.#options.stopMs);
    }
    yield* pods.delete(namespace, name, { gracePeriodSeconds: 0 });
  }
}
