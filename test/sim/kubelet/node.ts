/** A node for tests: an API server and one kubelet on a fake runtime, with the events and rows that a watcher sees. */
import type { Event, Node, Pod } from '#sim/api/types.gen.ts';
import { Kubelet } from '#sim/kubelet/kubelet.ts';
import type { KubeletOptions } from '#sim/kubelet/kubelet-options.ts';
import type { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';
import type { NodeNetwork } from '#sim/runtime/node-network.ts';
import type { RuntimeService } from '#sim/runtime/runtime.ts';
import { Harness } from '../harness.ts';
import { FakeNetwork, FakeRuntime } from './fake-runtime.ts';
import type { FakeImage } from './fake-runtime.ts';
import '#sim/parts/probes.ts';

/** A node's runtime and network. */
export interface Machine {
  readonly runtime: RuntimeService;
  readonly network: NodeNetwork;
}

export class TestNode {
  readonly harness: Harness;
  readonly runtime: FakeRuntime;
  readonly network = new FakeNetwork();
  readonly #machine: Machine;
  /** Each state of each pod as a watching client sees it, in order. */
  readonly rows: { timeMs: number; type: string; pod: Pod }[] = [];
  /** Each state of the node. */
  readonly nodeRows: { timeMs: number; object: Node }[] = [];
  #scope: ReturnType<Harness['contextOf']>['scope'] | undefined;
  readonly #options: Partial<KubeletOptions>;

  constructor(
    images: Readonly<Record<string, FakeImage>>,
    options: Partial<KubeletOptions> & {
      seed?: number;
      /** What the kubelet runs on in place of the fakes. */
      machine?: (engine: Engine) => Machine;
    } = {},
  ) {
    const { seed = 1, machine, ...rest } = options;
    this.harness = new Harness({ seed });
    this.#options = rest;
    this.runtime = new FakeRuntime(this.harness.engine, images);
    this.#machine = machine?.(this.harness.engine) ?? this;
    this.harness.seed({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'kube-node-lease' },
    });
    this.start();
    this.harness.engine.spawn('watcher', this.#watch());
    this.harness.engine.spawn('node-watcher', this.#watchNode());
    this.harness.run(5_000);
  }

  start(): void {
    const context = this.harness.contextOf('kubelet/node-1');
    this.#scope = context.scope;
    const kubelet = new Kubelet(context, {
      runtime: this.#machine.runtime,
      network: this.#machine.network,
      node: {
        name: 'node-1',
        labels: {},
        taints: [],
        capacity: { cpu: '2', memory: '4Gi', pods: '110' },
        allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
      },
      options: this.#options,
    });
    kubelet.start();
  }

  stop(): void {
    this.#scope?.cancel();
  }

  *#watch(): Process {
    const stream = yield* this.harness.client.of('Pod').watch('', { resourceVersion: '' });
    for (;;) {
      const event = yield* stream.next();
      if (event === undefined) return;
      this.rows.push({
        timeMs: this.harness.engine.nowMs,
        type: event.type,
        pod: event.object as Pod,
      });
    }
  }

  *#watchNode(): Process {
    const stream = yield* this.harness.client.of('Node').watch('', { resourceVersion: '' });
    for (;;) {
      const event = yield* stream.next();
      if (event === undefined) return;
      this.nodeRows.push({
        timeMs: this.harness.engine.nowMs,
        object: event.object as Node,
      });
    }
  }

  /** Creates a pod that is bound to the node already. */
  create(name: string, spec: Record<string, unknown>): void {
    this.harness.seed({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'node-1', ...spec },
    });
  }

  delete(name: string, gracePeriodSeconds?: number): void {
    this.harness.do(this.harness.client.of('Pod').delete('default', name, { gracePeriodSeconds }));
  }

  pod(name: string): Pod | undefined {
    return this.harness.peek<Pod>('Pod', 'default', name);
  }

  run(ms: number): void {
    this.harness.run(ms);
  }

  /** Events about pods in order of their first time, as `Reason message xCount`. */
  events(): string[] {
    const list = this.harness.do(this.harness.client.of('Event').list('default'));
    return (list.items as readonly Event[])
      .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
      .map(({ reason, message, count }) => `${reason}: ${message} x${count}`);
  }
}

/** Writes a pod's state in one line, as the recordings are compared. */
export function project(pod: Pod): string {
  const { phase, conditions, initContainerStatuses, containerStatuses } = pod.status ?? {};
  const marks = (conditions ?? []).map(
    ({ type, status, reason }) => `${type}=${status}${reason === undefined ? '' : `/${reason}`}`,
  );
  const containers = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])].map(
    ({ name, state, ready, started, restartCount }) => {
      const [[kind, detail] = ['none', {}]] = Object.entries(state ?? {}) as [
        string,
        { reason?: string; exitCode?: number },
      ][];
      const words = [kind, detail.reason, detail.exitCode].filter((word) => word !== undefined);
      const flags = `${ready ? ' ready' : ''}${started === true ? ' started' : ''}`;
      return `${name}: ${words.join(' ')} r${restartCount}${flags}`;
    },
  );
  const grace = pod.metadata.deletionGracePeriodSeconds;
  return [phase, grace === undefined ? '' : `grace ${grace}`, ...marks, ...containers]
    .filter((word) => word !== '')
    .join(', ');
}
