/**
 * A connection that a program dials and keeps for several requests.
 *
 * Ours: what proxies that keep connections to their servers need of the network
 */
import type { Process, Waker } from '../engine/process.ts';
import { Wait } from '../engine/process.ts';
import type { Timer } from '../engine/timer-queue.ts';
import type {
  DialResult,
  HttpConnection,
  HttpOutcome,
  HttpRequest,
} from '../runtime/node-network.ts';
import { Connection } from './connection.ts';
import type { ConnectionOutcome, OnOutcome } from './connection.ts';
import type { Fabric, Origin } from './fabric.ts';

/** Waits for what comes of connecting or asking; giving up waiting hangs up. */
class OutcomeWait extends Wait<ConnectionOutcome> {
  readonly #network: Fabric;
  readonly #connection: Connection;
  readonly #begin: (onOutcome: OnOutcome) => void;
  #timer: Timer | undefined;

  constructor(network: Fabric, connection: Connection, begin: (onOutcome: OnOutcome) => void) {
    super();
    this.#network = network;
    this.#connection = connection;
    this.#begin = begin;
  }

  start(waker: Waker): void {
    const { engine } = this.#network;
    this.#begin((outcome, atMs) => {
      const waitMs = Math.round(atMs) - engine.nowMs;
      if (waitMs <= 0) waker.wake(outcome, engine.cause);
      else this.#timer = engine.schedule(waitMs, () => waker.wake(outcome, engine.cause));
    });
  }

  stop(): void {
    this.#connection.close();
    if (this.#timer !== undefined) this.#network.engine.cancel(this.#timer);
  }
}

class Dialled implements HttpConnection {
  readonly #network: Fabric;
  readonly #connection: Connection;

  constructor(network: Fabric, connection: Connection) {
    this.#network = network;
    this.#connection = connection;
  }

  get isIdle(): boolean {
    return this.#connection.isIdle;
  }

  *ask(request: HttpRequest, timeoutMs: number): Process<HttpOutcome> {
    const call = { scheme: 'HTTP' as const, request };
    const fromMs = this.#network.engine.nowMs;
    const outcome = yield* new OutcomeWait(this.#network, this.#connection, (onOutcome) =>
      this.#connection.ask(call, timeoutMs, fromMs, onOutcome),
    );
    if (outcome.kind === 'connected') throw new Error('network: a request ended as a connection');
    return outcome.kind === 'response'
      ? { kind: 'response', response: outcome.response }
      : { kind: outcome.kind };
  }

  close(): void {
    this.#connection.close();
  }
}

/** Dials; gives up after `timeoutMs`, or when the kernel does. */
export function* dial(
  network: Fabric,
  origin: Origin,
  host: string,
  port: number,
  timeoutMs: number,
): Process<DialResult> {
  const answer = network.route(origin, host, port);
  if (answer.kind !== 'route') return { kind: answer.kind };
  const connection = new Connection(network.engine, answer.route);
  const { kind } = yield* new OutcomeWait(network, connection, (onOutcome) =>
    connection.connect(timeoutMs, onOutcome),
  );
  if (kind === 'connected') {
    return { kind: 'connected', connection: new Dialled(network, connection) };
  }
  return { kind: kind === 'refused' || kind === 'no-route' ? kind : 'timeout' };
}
