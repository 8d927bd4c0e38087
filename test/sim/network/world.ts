/** A small network for tests: two nodes, servers that answer at once or late, and dialling to the end. */
import { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';
import { ClusterNetwork } from '#sim/network/network.ts';
import type { NodeFabric } from '#sim/network/node-fabric.ts';
import type { HttpDial, HttpOutcome, NetworkNamespace, Server } from '#sim/runtime/node-network.ts';
import '#sim/parts/all.ts';

export class World {
  readonly engine = new Engine(7);
  readonly network = new ClusterNetwork(this.engine);
  readonly one: NodeFabric = this.network.addNode('node-1', '10.99.0.11', '10.244.0.0/24');
  readonly two: NodeFabric = this.network.addNode('node-2', '10.99.0.12', '10.244.1.0/24');

  /** A pod with a server on port 8080 that answers with `body` after `ms`. */
  serve(node: NodeFabric, body: string, ms = 0) {
    const pod = this.pod(node, body);
    return { pod, listener: pod.listen(8080, this.server(body, ms)) };
  }

  pod(node: NodeFabric, uid: string): NetworkNamespace {
    const pod = node.attachPod(uid);
    if (pod === undefined) throw new Error('no address left');
    return pod;
  }

  server(body: string, ms: number): Server {
    const { engine } = this;
    return {
      *serve() {
        if (ms > 0) yield* engine.delay(ms);
        return { status: 200, headers: {}, body };
      },
    };
  }

  /** Asks from node-1 and returns what came of it and how long it took. */
  ask(host: string, options: Partial<HttpDial> = {}): { outcome: HttpOutcome; tookMs: number } {
    const dial: HttpDial = {
      host,
      port: 8080,
      scheme: 'HTTP',
      method: 'GET',
      path: '/',
      headers: {},
      timeoutMs: 2_000,
      ...options,
    };
    const { engine, one } = this;
    const startMs = engine.nowMs;
    return this.do(
      (function* () {
        const outcome = yield* one.httpGet(dial);
        return { outcome, tookMs: engine.nowMs - startMs };
      })(),
    );
  }

  /** Runs a process to its end. */
  do<T>(process: Process<T>): T {
    let result: { value: T } | undefined;
    function* run(): Process {
      result = { value: yield* process };
    }
    this.engine.spawn('test', run());
    const untilMs = this.engine.nowMs + 300_000;
    while (result === undefined && this.engine.run(untilMs, 1) === undefined);
    if (result === undefined) throw new Error('the process did not end');
    return result.value;
  }
}
