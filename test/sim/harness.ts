/**
 * A small cluster's middle for tests: an engine, an API server and clients, without controllers or nodes.
 * Tests add the component they are about.
 */
import type { KubeObject } from '#sim/api/object.ts';
import { ApiServer } from '#sim/apiserver/server.ts';
import type { ApiServerLatency } from '#sim/apiserver/latency.ts';
import { Client } from '#sim/client/client.ts';
import type { ComponentContext } from '#sim/client/component.ts';
import { InformerFactory } from '#sim/client/component.ts';
import { LegacyEventRecorder } from '#sim/client/event-recorder.ts';
import { Link } from '#sim/client/link.ts';
import { Engine } from '#sim/engine/engine.ts';
import type { LatencyRange } from '#sim/engine/latency.ts';
import type { Process } from '#sim/engine/process.ts';
import { Scope } from '#sim/engine/scope.ts';
import '#sim/parts/jobs.ts';
import '#sim/parts/other-kinds.ts';
import '#sim/parts/refusals.ts';

const instant: LatencyRange = { lowMs: 0, highMs: 0 };

/** An API server that takes no time, unless a test says otherwise, with two namespaces. */
export class Harness {
  readonly engine: Engine;
  readonly server: ApiServer;
  /** A client of the test itself. */
  readonly client: Client;

  constructor(options: { seed?: number; latency?: ApiServerLatency } = {}) {
    this.engine = new Engine(options.seed ?? 1);
    this.server = new ApiServer({
      engine: this.engine,
      scope: new Scope(this.engine, 'kube-apiserver'),
      latency: options.latency ?? { handle: instant, commit: instant },
    });
    this.client = this.clientOf('test');
    this.seed(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
    );
  }

  /** Makes a client for a component; its link takes no time. */
  clientOf(component: string): Client {
    const link = new Link(this.engine, component, instant);
    return new Client(this.engine, { component, transport: this.server, link });
  }

  /** Makes the context in which a component runs. */
  contextOf(name: string): ComponentContext {
    const { engine } = this;
    const scope = new Scope(engine, name);
    const client = this.clientOf(name);
    return {
      name,
      engine,
      scope,
      client,
      informers: new InformerFactory(engine, scope, client),
      recorder: new LegacyEventRecorder(engine, scope, client, { component: name }),
      random: engine.random(name),
    };
  }

  /** Runs a process to its end and returns its result; throws what it throws. */
  do<T>(process: Process<T>, withinMs = 60_000): T {
    let outcome: { value: T } | { error: unknown } | undefined;
    function* attempt(): Process {
      try {
        outcome = { value: yield* process };
      } catch (error) {
        outcome = { error };
      }
    }
    this.engine.spawn('test', attempt());
    const untilMs = this.engine.nowMs + withinMs;
    while (outcome === undefined && this.engine.run(untilMs, 1) === undefined);
    if (outcome === undefined) throw new Error('harness: the process did not end in time');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Lets virtual time pass. */
  run(ms: number): void {
    this.engine.run(this.engine.nowMs + ms);
  }

  /** Creates objects through the API server. */
  seed(...objects: readonly (KubeObject & Record<string, unknown>)[]): void {
    for (const object of objects) {
      const row = this.server.kinds.byKind(object.apiVersion, object.kind);
      if (row === undefined) throw new Error(`harness: no kind ${object.kind}`);
      const namespace = row.namespaced ? (object.metadata.namespace ?? 'default') : '';
      this.do(this.client.resource(row).create(namespace, object));
    }
  }

  /** Reads an object of the store, or undefined. */
  peek<T = KubeObject>(kind: string, namespace: string, name: string): T | undefined {
    return this.server.peek(kind, namespace, name) as T | undefined;
  }
}
