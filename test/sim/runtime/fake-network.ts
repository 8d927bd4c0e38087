/**
 * A network of one node without time or loss, for tests of the runtime: dialling a pod's address reaches what listens there.
 */
import type { Process } from '../../../src/sim/engine/process.ts';
import type {
  DialOutcome,
  GrpcOutcome,
  HttpDial,
  HttpOutcome,
  Listener,
  NetworkNamespace,
  NodeNetwork,
  Server,
} from '../../../src/sim/runtime/node-network.ts';

class FakeNamespace implements NetworkNamespace {
  readonly ip: string;
  readonly ports = new Map<number, Server>();
  readonly #network: FakeNetwork;

  constructor(ip: string, network: FakeNetwork) {
    this.ip = ip;
    this.#network = network;
  }

  listen(port: number, server: Server): Listener | undefined {
    if (this.ports.has(port)) return undefined;
    this.ports.set(port, server);
    const close = (): void => {
      if (this.ports.get(port) === server) this.ports.delete(port);
    };
    return { port, close, abort: close };
  }

  httpGet(dial: HttpDial): Process<HttpOutcome> {
    return this.#network.httpGet({
      ...dial,
      host: dial.host === 'localhost' ? this.ip : dial.host,
    });
  }

  connect(host: string, port: number): Process<DialOutcome> {
    return this.#network.connect(host === 'localhost' ? this.ip : host, port);
  }
}

/** One node's network. */
export class FakeNetwork implements NodeNetwork {
  readonly nodeIp = '10.99.0.11';
  readonly host = new FakeNamespace('10.99.0.11', this);
  readonly #pods = new Map<string, FakeNamespace>();
  #count = 0;

  attachPod(podUid: string): NetworkNamespace {
    this.#count += 1;
    const namespace = new FakeNamespace(`10.244.0.${this.#count}`, this);
    this.#pods.set(podUid, namespace);
    return namespace;
  }

  detachPod(podUid: string): void {
    this.#pods.delete(podUid);
  }

  *connect(host: string, port: number): Process<DialOutcome> {
    const namespace = this.#find(host);
    if (namespace === undefined) return 'timeout';
    return namespace.ports.has(port) ? 'connected' : 'refused';
  }

  *httpGet(dial: HttpDial): Process<HttpOutcome> {
    const outcome = yield* this.connect(dial.host, dial.port);
    if (outcome !== 'connected') return { kind: outcome };
    const server = this.#find(dial.host)?.ports.get(dial.port);
    if (server === undefined) return { kind: 'refused' };
    const response = yield* server.serve({
      method: dial.method,
      path: dial.path,
      headers: dial.headers,
      body: dial.body,
      clientIp: this.nodeIp,
    });
    return { kind: 'response', response };
  }

  *grpcHealth(host: string, port: number, service: string): Process<GrpcOutcome> {
    const server = this.#find(host)?.ports.get(port);
    if (server === undefined) return { kind: 'refused' };
    if (server.health === undefined) return { kind: 'unimplemented' };
    const status = server.health(service);
    return status === undefined ? { kind: 'unknown-service' } : { kind: 'status', status };
  }

  #find(host: string): FakeNamespace | undefined {
    if (host === this.nodeIp) return this.host;
    for (const namespace of this.#pods.values()) if (namespace.ip === host) return namespace;
    return undefined;
  }
}
