/**
 * What every component of the cluster is given when it starts, and nothing more.
 *
 * Components meet only at the API server: none of them is given another one.
 */
import type { KubeObject } from '../api/object.ts';
import type { Kinds } from '../api/types.gen.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { Scope } from '../engine/scope.ts';
import type { Client } from './client.ts';
import type { EventRecorder } from './event-recorder.ts';
import { Informer } from './informer.ts';

/**
 * The shared informers of one component: one per kind, started when first asked for.
 *
 * The components of one process share theirs: the factory of a component is given that of its process, and its informers
 * follow those. When something happens to the component's own link, it goes on alone.
 */
export class InformerFactory {
  readonly #engine: Engine;
  readonly #scope: Scope;
  readonly #client: Client;
  readonly #informers = new Map<string, Informer<KubeObject>>();
  #shared: InformerFactory | undefined;

  constructor(engine: Engine, scope: Scope, client: Client, shared?: InformerFactory) {
    this.#engine = engine;
    this.#scope = scope;
    this.#client = client;
    this.#shared = shared;
  }

  /** Returns the component's one informer of a kind, over all namespaces. */
  of<K extends keyof Kinds & string>(kind: K): Informer<Kinds[K]> {
    let informer = this.#informers.get(kind);
    if (informer === undefined) {
      const client = this.#client.of(kind);
      informer = new Informer<KubeObject>(this.#engine, this.#client.component, client as never);
      this.#informers.set(kind, informer);
      if (this.#shared === undefined) this.#run(informer);
      else informer.follow(this.#shared.of(kind) as never);
    }
    return informer as unknown as Informer<Kinds[K]>;
  }

  /** Every informer started so far, by kind: what the component believes of the cluster. */
  all(): readonly Informer<KubeObject>[] {
    return [...this.#informers.values()];
  }

  /** Shares no more: each informer goes on from where it is, over the component's own link. */
  goAlone(): void {
    if (this.#shared === undefined) return;
    this.stop();
    for (const informer of this.all()) this.#run(informer);
  }

  /** Hears of nothing more that others hear of. What runs by itself ends with the component's scope. */
  stop(): void {
    if (this.#shared === undefined) return;
    this.#shared = undefined;
    for (const informer of this.all()) informer.leave();
  }

  #run(informer: Informer<KubeObject>): void {
    this.#scope.spawn(`informer/${informer.plural}`, informer.run());
  }
}

/** Everything a component may use. */
export interface ComponentContext {
  /** The name in the trace and in events: `deployment-controller`, `kubelet/node-1`. */
  readonly name: string;
  readonly engine: Engine;
  /** The component's tasks; cancelling it stops the component as SIGKILL would. */
  readonly scope: Scope;
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly recorder: EventRecorder;
  readonly random: Random;
}
