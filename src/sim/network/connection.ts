/**
 * One connection, from the first SYN to its end, and the requests that go over it one after the other.
 *
 * - Nothing at the address: silence. SYN is sent again after 1, 2, 3, 4, 5, 7, 11, 19 … seconds, and arrives if by then
 *   there is something. Now and then the node of a dead address answers that it cannot be reached.
 * - An address without a listening socket refuses at once; so does a rule that rejects.
 * - A server without room for another client takes the connection and closes it unread.
 * - The process dies before a request has arrived: reset. While it is being answered: the connection ends (EOF).
 * - The address vanishes under an open connection: nothing comes back; only the client's patience ends it.
 *
 * Times are kept with fractions of a millisecond, and rounded where the engine's clock is concerned: what happens within
 * one millisecond takes no step of the engine.
 *
 * Upstream: Linux net/ipv4/tcp_input.c, tcp_timer.c; net.ipv4.tcp_syn_retries 6, net.ipv4.tcp_syn_linear_timeouts 4
 * Simplified: the time of one way is drawn once per connection; nothing is lost on the way; no pipelining.
 */
import type { Engine } from '../engine/engine.ts';
import type { Process, Wait } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import type { Timer, TimerTarget } from '../engine/timer-queue.ts';
import type { EntryId } from '../engine/trace.ts';
import { NO_ENTRY } from '../engine/trace.ts';
import type { HttpRequest, HttpResponse, Server } from '../runtime/node-network.ts';
import type { Backend } from './packet-rules.ts';
import type { ListeningSocket, OpenConnection } from './socket.ts';

/** When SYN is sent again, in ms after the first one. */
const synRetransmitsMs = [1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 11_000, 19_000, 35_000, 67_000];
/** When the kernel gives up connecting. */
const synGiveUpMs = 131_000;
/** How often a connection that is closed unread is seen as reset: the request had arrived. Measured: 260 of 884 */
const resetPart = 0.3;

/** Where a connection ends up. */
export type Destination =
  | { readonly kind: 'accept'; readonly listener: ListeningSocket }
  /** Refused, with the entry that explains it. */
  | { readonly kind: 'refuse'; readonly entry: EntryId }
  /** A router answers that there is no such host. */
  | { readonly kind: 'unreachable'; readonly entry: EntryId }
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

/** A request and how it is spoken. */
export interface Call {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly request: HttpRequest;
}

/** What came of connecting or of a request, and the trace entry that explains a failure. */
export type ConnectionOutcome =
  | { readonly kind: 'connected' | 'wrong-scheme'; readonly entry: EntryId }
  | { readonly kind: 'response'; readonly response: HttpResponse; readonly entry: EntryId }
  | { readonly kind: 'refused' | 'no-route' | 'timeout'; readonly entry: EntryId }
  | { readonly kind: 'response-timeout' | 'reset' | 'eof'; readonly entry: EntryId };

/** Told what came of it, and when the client knows: virtual ms with fractions, perhaps a moment ahead. */
export type OnOutcome = (outcome: ConnectionOutcome, atMs: number) => void;

type State = 'connecting' | 'established' | 'idle' | 'sending' | 'answering' | 'closed';

/** A client's connection. Each of `connect` and `ask` calls back exactly once, unless `close` comes before. */
export class Connection implements OpenConnection, TimerTarget {
  readonly route: Route;
  /** Told when the server ends the connection while nothing is asked. */
  onServerClosed: (() => void) | undefined;
  readonly #engine: Engine;
  #state: State = 'connecting';
  /** When the packet that moves now arrives, in virtual ms with fractions. */
  #packetMs = 0;
  #startMs = 0;
  #connectLimitMs = Infinity;
  #limitMs = Infinity;
  #syns = 0;
  #call: Call | undefined;
  #onOutcome: OnOutcome | undefined;
  #listener: ListeningSocket | undefined;
  #answer: Task<HttpResponse> | undefined;
  #timer: Timer | undefined;
  #deadline: Timer | undefined;
  #silentSince: EntryId = NO_ENTRY;
  #hasVanished = false;

  constructor(engine: Engine, route: Route) {
    this.#engine = engine;
    this.route = route;
  }

  /** Whether a request can be sent now. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Sends the first packet; gives up after `limitMs`, or when the kernel does. */
  connect(limitMs: number, onOutcome: OnOutcome): void {
    this.#startMs = this.#engine.nowMs;
    this.#packetMs = this.#startMs;
    this.#connectLimitMs = Math.min(limitMs, synGiveUpMs);
    this.#onOutcome = onOutcome;
    this.#travel(this.route.oneWayMs);
  }

  /** Sends a request; `limitMs` is the patience from `fromMs` on, virtual ms with fractions. */
  ask(call: Call, limitMs: number, fromMs: number, onOutcome: OnOutcome): void {
    if (this.#state !== 'idle')
      throw new Error('network: a request on a connection that is not idle');
    this.#state = 'sending';
    this.#call = call;
    this.#startMs = fromMs;
    this.#limitMs = limitMs;
    this.#packetMs = Math.max(this.#packetMs, this.#engine.nowMs);
    this.#onOutcome = onOutcome;
    this.#travel(this.route.oneWayMs);
  }

  /** Hangs up: the server's work is cancelled and nothing more is reported. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#onOutcome = undefined;
    this.#shut();
    this.#answer?.cancel();
  }

  fire(): void {
    this.#timer = undefined;
    this.#arrive();
  }

  /** Lets a packet travel; acts when it arrives, at once when that is in this millisecond. */
  #travel(ms: number): void {
    this.#packetMs += ms;
    const waitMs = Math.round(this.#packetMs) - this.#engine.nowMs;
    if (waitMs <= 0) this.#arrive();
    else this.#timer = this.#engine.scheduleTarget(waitMs, this);
  }

  #arrive(): void {
    if (this.#state === 'connecting') this.#knock();
    else if (this.#state === 'established') this.#settle({ kind: 'connected', entry: NO_ENTRY });
    else if (this.#state === 'sending') this.#deliver();
  }

  #knock(): void {
    const destination = this.route.knock();
    if (destination.kind === 'refuse') {
      this.#packetMs += this.route.oneWayMs;
      this.#settle({ kind: 'refused', entry: destination.entry });
    } else if (destination.kind === 'unreachable') {
      this.#packetMs += this.route.oneWayMs;
      this.#settle({ kind: 'no-route', entry: destination.entry });
    } else if (destination.kind === 'silence') {
      this.#silentSince = destination.entry;
      this.#retransmit();
    } else {
      this.#listener = destination.listener;
      destination.listener.accept(this);
      this.#state = 'established';
      this.#travel(this.route.oneWayMs);
    }
  }

  /** Sends SYN again at its time, or gives up at the end of somebody's patience. */
  #retransmit(): void {
    const nextMs = (synRetransmitsMs[this.#syns] ?? Infinity) + this.route.oneWayMs;
    this.#syns += 1;
    if (nextMs < this.#connectLimitMs) {
      this.#packetMs = this.#startMs;
      this.#travel(nextMs);
    } else {
      this.#giveUpAfter(this.#connectLimitMs, 'timeout');
    }
  }

  #deliver(): void {
    const { scheme, request } = this.#call as Call;
    if (scheme === 'HTTPS') {
      this.#packetMs += this.route.oneWayMs;
      this.#settle({ kind: 'wrong-scheme', entry: NO_ENTRY });
      return;
    }
    this.#state = 'answering';
    if (this.#hasVanished) {
      this.#giveUpAfter(this.#limitMs, 'response-timeout');
      return;
    }
    const { server } = this.#listener as ListeningSocket;
    if (server.admit?.() === false) {
      const isReset = this.#engine.random('network').float() < resetPart;
      this.#packetMs += this.route.oneWayMs;
      this.#settle({ kind: isReset ? 'reset' : 'eof', entry: this.#engine.cause });
      return;
    }
    const answer = server.serve(request);
    const first = answer.next();
    if (first.done === true) {
      this.#respond(first.value);
      return;
    }
    this.#giveUpAfter(this.#limitMs, 'response-timeout');
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
          this.#packetMs = this.#engine.nowMs;
          this.#answer = undefined;
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
    if (this.#state !== 'answering') return;
    this.#packetMs += this.route.oneWayMs;
    if (this.#packetMs - this.#startMs > this.#limitMs) {
      this.#giveUpAfter(this.#limitMs, 'response-timeout');
    } else {
      this.#settle({ kind: 'response', response, entry: NO_ENTRY });
    }
  }

  serverAborted(): void {
    const before = this.#state;
    if (before === 'closed') return;
    const entry = this.#engine.cause;
    const answer = this.#answer;
    this.#packetMs = this.#engine.nowMs + this.route.oneWayMs;
    if (before === 'idle') {
      this.#shut();
      this.onServerClosed?.();
    } else {
      this.#settle({ kind: before === 'answering' ? 'eof' : 'reset', entry });
    }
    answer?.cancel();
  }

  serverVanished(): void {
    if (this.#state === 'closed') return;
    this.#hasVanished = true;
    this.#silentSince = this.#engine.cause;
    this.#answer?.cancel();
    if (this.#state === 'answering') this.#giveUpAfter(this.#limitMs, 'response-timeout');
  }

  #giveUpAfter(limitMs: number, kind: 'timeout' | 'response-timeout'): void {
    if (this.#deadline !== undefined || !Number.isFinite(limitMs)) return;
    const waitMs = this.#startMs + limitMs - this.#engine.nowMs;
    this.#deadline = this.#engine.schedule(waitMs, () => {
      this.#deadline = undefined;
      this.#packetMs = this.#startMs + limitMs;
      const answer = this.#answer;
      this.#settle({ kind, entry: this.#silentSince });
      answer?.cancel();
    });
  }

  /** Reports; the connection stays open after success, and is closed after anything else. */
  #settle(outcome: ConnectionOutcome): void {
    const onOutcome = this.#onOutcome;
    this.#onOutcome = undefined;
    this.#call = undefined;
    if (outcome.kind === 'connected' || outcome.kind === 'response') {
      this.#state = 'idle';
      this.#clearTimers();
    } else {
      this.#shut();
    }
    onOutcome?.(outcome, this.#packetMs);
  }

  #shut(): void {
    this.#state = 'closed';
    this.#listener?.release(this);
    this.#clearTimers();
  }

  #clearTimers(): void {
    if (this.#timer !== undefined) this.#engine.cancel(this.#timer);
    if (this.#deadline !== undefined) this.#engine.cancel(this.#deadline);
    this.#timer = undefined;
    this.#deadline = undefined;
  }
}
