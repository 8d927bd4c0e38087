/**
 * Clients that make load: they send at their rate whatever happens to earlier requests, and write down what became
 * of each.
 *
 * An answer is a row of the request log and nothing else. A failure is an entry of the trace too, caused by what the
 * client ran into: the end of a process, an address taken away, or rules without endpoints.
 *
 * Ours: clients of labs, with a record of every request that checks and pictures read
 */
import { objectKey } from '../api/object-key.ts';
import type { Engine } from '../engine/engine.ts';
import type { Timer, TimerTarget } from '../engine/timer-queue.ts';
import type { EntryId } from '../engine/trace.ts';
import { Connection } from './connection.ts';
import type { Call, ConnectionOutcome, Route } from './connection.ts';
import type { Patience } from './exchange.ts';
import type { Origin } from './fabric.ts';
import type { LoadDeclaration } from './load-declaration.ts';
import type { ClusterNetwork } from './network.ts';
import type { RequestLog, RequestOutcome } from './request-log.ts';

const defaultTimeoutMs = 2_000;
const defaultInFlightMax = 1_000;

/** The parts of an address to ask. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Reads `http://host:port/path`; undefined for other text. */
export function parseTarget(url: string): Target | undefined {
  const match = /^http:\/\/([^/:?#]+)(?::(\d{1,5}))?(\/[^#]*)?$/.exec(url);
  if (match === null) return undefined;
  const port = Number(match[2] ?? 80);
  if (port < 1 || port > 65_535) return undefined;
  return { host: match[1] ?? '', port, path: match[3] ?? '/' };
}

/** Makes and starts the declared clients; throws when one cannot be made. */
export function startLoad(
  network: ClusterNetwork,
  log: RequestLog,
  declarations: readonly LoadDeclaration[],
): readonly LoadClient[] {
  const clients = declarations.map((declaration) => new LoadClient(network, log, declaration));
  for (const client of clients) client.start();
  return clients;
}

/** One client. */
export class LoadClient implements TimerTarget {
  readonly #engine: Engine;
  readonly #network: ClusterNetwork;
  readonly #log: RequestLog;
  readonly #declaration: LoadDeclaration;
  readonly #target: Target;
  readonly #origin: Origin;
  readonly #patience: Patience;
  readonly #inFlightMax: number;
  readonly #component: string;
  #startMs = 0;
  #sent = 0;
  #inFlight = 0;
  #timer: Timer | undefined;
  /** Connections kept for later requests, the one used last at the end. */
  #idle: Connection[] = [];

  /** Throws when the declaration names a node that is not there or an address that is none. */
  constructor(network: ClusterNetwork, log: RequestLog, declaration: LoadDeclaration) {
    this.#engine = network.engine;
    this.#network = network;
    this.#log = log;
    this.#declaration = declaration;
    const { name, url, from, ratePerSecond, namespace = 'default' } = declaration;
    const target = parseTarget(url);
    if (target === undefined) throw new Error(`load "${name}": "${url}" is not an http address`);
    if (!(ratePerSecond > 0)) throw new Error(`load "${name}": the rate must be above 0`);
    this.#target = target;
    this.#origin = { ...originOf(network, name, from), namespace };
    this.#patience = {
      timeoutMs: declaration.timeoutMs ?? defaultTimeoutMs,
      connectTimeoutMs: declaration.connectTimeoutMs ?? Infinity,
    };
    this.#inFlightMax = declaration.inFlightMax ?? defaultInFlightMax;
    this.#component = `load/${name}`;
  }

  /** Begins to send after the declared time, counted from now. */
  start(): void {
    this.#startMs = this.#engine.nowMs + (this.#declaration.startMs ?? 0);
    this.#schedule();
  }

  /** Sends nothing more; what is under way goes on. */
  stop(): void {
    if (this.#timer !== undefined) this.#engine.cancel(this.#timer);
    this.#timer = undefined;
  }

  fire(): void {
    this.#timer = undefined;
    this.#send();
    this.#sent += 1;
    this.#schedule();
  }

  #schedule(): void {
    const { ratePerSecond, startMs = 0, stopMs = Infinity } = this.#declaration;
    const sinceStartMs = Math.floor((this.#sent * 1000) / ratePerSecond);
    if (startMs + sinceStartMs >= stopMs) return;
    const waitMs = this.#startMs + sinceStartMs - this.#engine.nowMs;
    this.#timer = this.#engine.scheduleTarget(waitMs, this);
  }

  #send(): void {
    const { nowMs } = this.#engine;
    const id = this.#log.sent(this.#declaration.name, nowMs, this.#origin.node?.name ?? '');
    if (this.#inFlight >= this.#inFlightMax) {
      this.#log.ended(id, nowMs, 'not-sent', '');
      return;
    }
    const kept = this.#idle.pop();
    if (kept !== undefined) {
      this.#ask(id, nowMs, kept);
      return;
    }
    const answer = this.#network.route(this.#origin, this.#target.host, this.#target.port);
    if (answer.kind !== 'route') {
      const entry = this.#fail(id, answer.kind, '', this.#engine.cause);
      this.#log.ended(id, nowMs, answer.kind, '', entry);
      return;
    }
    this.#dial(id, nowMs, answer.route);
  }

  #dial(id: number, sentMs: number, route: Route): void {
    this.#inFlight += 1;
    const { timeoutMs, connectTimeoutMs } = this.#patience;
    const connection = new Connection(this.#engine, route);
    connection.connect(Math.min(timeoutMs, connectTimeoutMs), (outcome, atMs) => {
      this.#inFlight -= 1;
      if (outcome.kind === 'connected') this.#ask(id, sentMs, connection);
      else this.#end(id, sentMs, connection, outcome, atMs);
    });
  }

  #ask(id: number, sentMs: number, connection: Connection): void {
    this.#inFlight += 1;
    const request = {
      method: 'GET',
      path: this.#target.path,
      headers: { host: hostHeader(this.#target) },
      clientIp: this.#origin.ip,
    };
    const call: Call = { scheme: 'HTTP', request };
    connection.onServerClosed = undefined;
    connection.ask(call, this.#patience.timeoutMs, sentMs, (outcome, atMs) => {
      this.#inFlight -= 1;
      this.#end(id, sentMs, connection, outcome, atMs);
    });
  }

  #end(
    id: number,
    sentMs: number,
    connection: Connection,
    outcome: ConnectionOutcome,
    atMs: number,
  ): void {
    const endMs = Math.round(atMs);
    const { backend, ruleEntry } = connection.route;
    if (outcome.kind === 'response') {
      const { status, body } = outcome.response;
      this.#log.ended(id, endMs, String(status), backend?.pod || podNameIn(body));
      if (this.#declaration.keepAlive === true) this.#keep(connection);
      else connection.close();
      return;
    }
    const word = this.#word(outcome.kind, endMs - sentMs);
    const pod = backend?.pod ?? '';
    const entry = this.#fail(id, word, pod, outcome.entry >= 0 ? outcome.entry : ruleEntry);
    this.#log.ended(id, endMs, word, pod, entry);
  }

  /** Keeps a connection for a later request, as long as the server does. */
  #keep(connection: Connection): void {
    this.#idle.push(connection);
    connection.onServerClosed = () => {
      this.#idle = this.#idle.filter((other) => other !== connection);
    };
  }

  #word(kind: ConnectionOutcome['kind'], tookMs: number): RequestOutcome {
    if (kind === 'response-timeout') return 'timeout';
    if (kind !== 'timeout') return kind;
    return tookMs < this.#patience.timeoutMs ? 'connect-timeout' : 'timeout';
  }

  /** Records a failure with its explanation as cause; what happens next is not caused by it. */
  #fail(id: number, outcome: RequestOutcome, pod: string, cause: EntryId): EntryId {
    return this.#engine.withCause(cause, () =>
      this.#engine.record(
        this.#component,
        'request-failed',
        objectKey('Load', '', this.#declaration.name),
        { request: id, outcome, pod, node: this.#origin.node?.name ?? '' },
      ),
    );
  }
}

/** The port is told where it is not the one that http means. */
function hostHeader({ host, port }: Target): string {
  return port === 80 ? host : `${host}:${port}`;
}

function originOf(network: ClusterNetwork, name: string, from: string | undefined): Origin {
  if (from === 'outside') return network.outside;
  const node = from === undefined ? network.nodes[0] : network.node(from);
  if (node === undefined) throw new Error(`load "${name}": there is no node "${from ?? ''}"`);
  return node.origin;
}

/** Returns the body when it can be the name of the pod that answered. */
function podNameIn(body: string): string {
  return body.length <= 63 && /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(body) ? body : '';
}
