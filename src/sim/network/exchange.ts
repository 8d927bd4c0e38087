/**
 * One connection and one request over it, from SYN to answer, as the client sees it.
 *
 * - Nothing at the address: silence. SYN is sent again after 1, 3, 7, 15 … seconds, and arrives if by then there is something.
 * - An address without a listening socket refuses at once; so does a rule that rejects.
 * - The process dies before the request has arrived: reset. While it is being answered: the connection ends (EOF).
 * - The address vanishes under an open connection: nothing comes back; only the client's patience ends it.
 *
 * A request to an idle server whose answer is ready takes one step of the engine or none, so that load is cheap.
 *
 * Upstream: Linux net/ipv4/tcp_input.c, tcp_timer.c; net.ipv4.tcp_syn_retries 6
 * Simplified: one connection per request; times of packets are drawn once per exchange; nothing is lost on the way.
 */
import type { Engine } from '../engine/engine.ts';
import type { Process, Wait } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import type { Timer, TimerTarget } from '../engine/timer-queue.ts';
import type { EntryId } from '../engine/trace.ts';
import { NO_ENTRY } from '../engine/trace.ts';
import type { HttpOutcome, HttpRequest, HttpResponse, Server } from '../runtime/node-network.ts';
import type { Backend } from './packet-rules.ts';
import type { ListeningSocket, OpenConnection } from './socket.ts';

/** When SYN is sent again, in ms after the first one. */
const synRetransmitsMs = [1_000, 3_000, 7_000, 15_000, 31_000, 63_000];
/** When the kernel gives up connecting. */
const synGiveUpMs = 127_000;

/** Where a connection ends up. */
export type Destination =
  | { readonly kind: 'accept'; readonly listener: ListeningSocket }
  /** Refused, with the entry that explains it. */
  | { readonly kind: 'refuse'; readonly entry: EntryId }
  /** No answer, with the entry that explains it. */
  | { readonly kind: 'silence'; readonly entry: EntryId };

/** A route that was chosen for a connection and is asked again for each SYN. */
export interface Route {
  /** Milliseconds of one way, with fractions. */
  readonly oneWayMs: number;
  /** The endpoint that the rules chose; undefined for a direct address. */
  readonly backend: Backend | undefined;
  /** The entry that put the rule into force by which it was chosen. */
  readonly ruleEntry: EntryId;
  /** Looks what is there now. */
  knock(): Destination;
}

/** What came of an exchange. */
export interface ExchangeResult {
  readonly outcome: HttpOutcome | { readonly kind: 'connected' };
  /** When the client knows, in virtual ms; it may lie a moment ahead. */
  readonly endMs: number;
  /** The trace entry that explains a failure. */
  readonly entry: EntryId;
}

/** What to do once connected: ask the server, or only look whether it accepts. */
export interface ExchangeRequest {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly request: HttpRequest;
}

/** Limits of the client's patience, counted from the first SYN. Infinity means none. */
export interface Patience {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

type Stage = 'connecting' | 'sending' | 'answering' | 'done';

/** One exchange under way. `onEnd` is called exactly once, unless it is cancelled before. */
export class Exchange implements OpenConnection, TimerTarget {
  readonly #engine: Engine;
  readonly #route: Route;
  readonly #request: ExchangeRequest | undefined;
  readonly #patience: Patience;
  readonly #onEnd: (result: ExchangeResult) => void;
  readonly #startMs: number;
  #stage: Stage = 'connecting';
  /** Milliseconds since the start, with fractions, of the packet that moves now. */
  #elapsedMs = 0;
  #syns = 0;
  #lastEntry: EntryId = NO_ENTRY;
  #listener: ListeningSocket | undefined;
  #answer: Task<HttpResponse> | undefined;
  #timer: Timer | undefined;
  #deadline: Timer | undefined;
  #hasVanished = false;

  /** `request` undefined makes a mere connection, which is closed as soon as it stands. */
  constructor(
    engine: Engine,
    route: Route,
    request: ExchangeRequest | undefined,
    patience: Patience,
    onEnd: (result: ExchangeResult) => void,
  ) {
    this.#engine = engine;
    this.#route = route;
    this.#request = request;
    this.#patience = patience;
    this.#onEnd = onEnd;
    this.#startMs = engine.nowMs;
  }

  /** Sends the first packet. `onEnd` may be called before this returns. */
  start(): void {
    this.#after(this.#route.oneWayMs);
  }

  /** Hangs up: the server's work on the request is cancelled and nothing more is reported. */
  cancel(): void {
    if (this.#stage === 'done') return;
    this.#finish();
    this.#answer?.cancel();
  }

  fire(): void {
    this.#timer = undefined;
    this.#step();
  }

  #step(): void {
    if (this.#stage === 'connecting') this.#knock();
    else if (this.#stage === 'sending') this.#deliver();
  }

  /** Lets a packet travel; takes the next step when it arrives, at once when that is in this millisecond. */
  #after(ms: number): void {
    this.#elapsedMs += ms;
    const dueMs = this.#startMs + Math.round(this.#elapsedMs);
    if (dueMs <= this.#engine.nowMs) this.#step();
    else this.#timer = this.#engine.scheduleTarget(dueMs - this.#engine.nowMs, this);
  }

  #knock(): void {
    const destination = this.#route.knock();
    if (destination.kind === 'refuse') {
      this.#elapsedMs += this.#route.oneWayMs;
      this.#end({ kind: 'refused' }, destination.entry);
    } else if (destination.kind === 'silence') {
      this.#lastEntry = destination.entry;
      this.#retransmit();
    } else if (this.#request === undefined) {
      this.#elapsedMs += this.#route.oneWayMs;
      this.#end({ kind: 'connected' }, NO_ENTRY);
    } else {
      this.#listener = destination.listener;
      destination.listener.accept(this);
      this.#stage = 'sending';
      this.#after(2 * this.#route.oneWayMs);
    }
  }

  /** Sends SYN again at its time, or gives up at the end of somebody's patience. */
  #retransmit(): void {
    const { timeoutMs, connectTimeoutMs } = this.#patience;
    const limitMs = Math.min(timeoutMs, connectTimeoutMs, synGiveUpMs);
    const nextMs = synRetransmitsMs[this.#syns] ?? Infinity;
    this.#syns += 1;
    if (nextMs + this.#route.oneWayMs < limitMs) {
      this.#elapsedMs = 0;
      this.#after(nextMs + this.#route.oneWayMs);
      return;
    }
    this.#waitUntil(limitMs, { kind: 'timeout' });
  }

  #deliver(): void {
    const { scheme, request } = this.#request as ExchangeRequest;
    const listener = this.#listener as ListeningSocket;
    if (scheme === 'HTTPS') {
      this.#elapsedMs += this.#route.oneWayMs;
      this.#end({ kind: 'wrong-scheme' }, NO_ENTRY);
      return;
    }
    this.#stage = 'answering';
    if (this.#hasVanished) return;
    const answer = listener.server.serve(request);
    const first = answer.next();
    if (first.done === true) {
      this.#respond(first.value);
      return;
    }
    const { timeoutMs } = this.#patience;
    if (Number.isFinite(timeoutMs)) this.#waitUntil(timeoutMs, { kind: 'response-timeout' });
    this.#answer = this.#engine.spawn('serve', this.#continue(answer, first.value));
  }

  /** Goes on with an answer that takes time, whose first step has been taken. */
  *#continue(answer: ReturnType<Server['serve']>, first: Wait<unknown>): Process<HttpResponse> {
    let isOver = false;
    try {
      let wait = first;
      for (;;) {
        let step: IteratorResult<Wait<unknown>, HttpResponse>;
        try {
          const value: unknown = yield wait;
          step = answer.next(value);
        } catch (error) {
          step = answer.throw(error);
        }
        if (step.done === true) {
          isOver = true;
          this.#elapsedMs = this.#engine.nowMs - this.#startMs;
          this.#respond(step.value);
          return step.value;
        }
        wait = step.value;
      }
    } finally {
      if (!isOver) answer.return(undefined as never);
    }
  }

  #respond(response: HttpResponse): void {
    this.#elapsedMs += this.#route.oneWayMs;
    if (this.#elapsedMs > this.#patience.timeoutMs) return;
    this.#end({ kind: 'response', response }, NO_ENTRY);
  }

  serverAborted(): void {
    if (this.#stage === 'done') return;
    const kind = this.#stage === 'answering' ? 'eof' : 'reset';
    this.#elapsedMs = this.#engine.nowMs - this.#startMs + this.#route.oneWayMs;
    const answer = this.#answer;
    this.#end({ kind }, this.#engine.cause);
    answer?.cancel();
  }

  serverVanished(): void {
    if (this.#stage === 'done') return;
    this.#hasVanished = true;
    this.#lastEntry = this.#engine.cause;
    this.#answer?.cancel();
    const { timeoutMs } = this.#patience;
    if (Number.isFinite(timeoutMs)) this.#waitUntil(timeoutMs, { kind: 'response-timeout' });
  }

  #waitUntil(limitMs: number, outcome: HttpOutcome): void {
    if (this.#deadline !== undefined) return;
    const waitMs = this.#startMs + limitMs - this.#engine.nowMs;
    this.#deadline = this.#engine.schedule(waitMs, () => {
      this.#deadline = undefined;
      this.#elapsedMs = limitMs;
      const answer = this.#answer;
      this.#end(outcome, this.#lastEntry);
      answer?.cancel();
    });
  }

  #end(outcome: ExchangeResult['outcome'], entry: EntryId): void {
    if (this.#stage === 'done') return;
    this.#finish();
    this.#onEnd({ outcome, endMs: this.#startMs + Math.round(this.#elapsedMs), entry });
  }

  #finish(): void {
    this.#stage = 'done';
    this.#listener?.release(this);
    if (this.#timer !== undefined) this.#engine.cancel(this.#timer);
    if (this.#deadline !== undefined) this.#engine.cancel(this.#deadline);
  }
}
