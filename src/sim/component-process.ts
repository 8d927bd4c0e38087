/**
 * One process of the cluster that can be stopped and started: kube-scheduler, a controller, a kubelet.
 *
 * - Stopping it is SIGKILL: its tasks end where they stand, its caches are gone; nothing that it had asked for is
 *   taken back.
 * - Starting it again makes everything anew: caches are listed, queues are empty.
 * - Its link to the API server outlives it, so that a cut link stays cut.
 * - Controllers run in one process of the real cluster and share its informers. Here each can be stopped and have its own link;
 *   one that was, or whose link was touched, has informers of its own from then on.
 */
import { Client } from './client/client.ts';
import type { ComponentContext } from './client/component.ts';
import { InformerFactory } from './client/component.ts';
import { LegacyEventRecorder } from './client/event-recorder.ts';
import type { EventSource } from './client/event-recorder.ts';
import type { Link } from './client/link.ts';
import type { RateLimit } from './client/rate-limiter.ts';
import type { ApiTransport } from './apiserver/request.ts';
import type { Engine } from './engine/engine.ts';
import { Scope } from './engine/scope.ts';

/** What makes a component of a context. */
export type MakeComponent = (context: ComponentContext) => { start(): void };

/** What a process is made from. */
export interface ComponentProcessOptions {
  readonly engine: Engine;
  /** The name in the trace, in faults and in `kubectl`-like messages. */
  readonly name: string;
  readonly transport: ApiTransport;
  readonly link: Link;
  readonly rateLimit?: RateLimit | undefined;
  readonly eventSource: EventSource;
  readonly make: MakeComponent;
}

/** A process that runs or does not. */
export class ComponentProcess {
  readonly name: string;
  readonly link: Link;
  readonly #options: ComponentProcessOptions;
  #scope: Scope | undefined;
  #informers: InformerFactory | undefined;

  constructor(options: ComponentProcessOptions) {
    this.name = options.name;
    this.link = options.link;
    this.#options = options;
    this.link.onFault(() => this.#informers?.goAlone());
  }

  get isRunning(): boolean {
    return this.#scope !== undefined;
  }

  /** What the process believes of the cluster; undefined while it is stopped. */
  get informers(): InformerFactory | undefined {
    return this.#informers;
  }

  /** Starts the process; does nothing when it runs. `shared` are the informers of the process that it is a part of. */
  start(shared?: InformerFactory): void {
    if (this.#scope !== undefined) return;
    const { engine, name, transport, link, rateLimit, eventSource, make } = this.#options;
    const scope = new Scope(engine, name);
    const client = new Client(engine, { component: name, transport, link, rateLimit });
    // Lists and watches have a client of their own, as upstream's informers do: they do not use up the limit.
    const reader = new Client(engine, { component: name, transport, link });
    const informers = new InformerFactory(engine, scope, reader, shared);
    this.#scope = scope;
    this.#informers = informers;
    make({
      name,
      engine,
      scope,
      client,
      informers,
      recorder: new LegacyEventRecorder(engine, scope, client, eventSource),
      random: engine.random(name),
    }).start();
  }

  /** Kills the process; does nothing when it is dead. */
  stop(): void {
    this.#informers?.stop();
    this.#scope?.cancel();
    this.#scope = undefined;
    this.#informers = undefined;
  }

  /** Breaks every watch of the process; its informers go on from where they were. */
  disconnect(): void {
    this.#informers?.goAlone();
    for (const informer of this.#informers?.all() ?? []) informer.disconnect();
  }
}
