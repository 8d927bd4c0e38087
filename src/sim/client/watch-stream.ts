/**
 * The client's end of a watch: events arrive over the link, in order, each after its latency.
 *
 * - Events that arrive at one time are one timer, however many they are.
 * - While the link is cut nothing arrives. A connection that has been silent for longer than HTTP/2's health
 *   check allows (30 s without a frame, 15 s without an answer to a ping) is given up and the stream ends.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/net/http.go readIdleTimeoutSeconds, pingTimeoutSeconds
 */
import type {
  ApiRequest,
  ApiTransport,
  WatchEvent,
  WatchHandle,
  WatchStream,
} from '../apiserver/request.ts';
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process, Wait } from '../engine/process.ts';
import { Signal } from '../engine/signal.ts';
import type { TimerTarget } from '../engine/timer-queue.ts';
import type { Link } from './link.ts';

/** Silence after which a client gives a connection up, in ms. */
const connectionLostMs = 45_000;

/** Events that arrive at one time over one stream: one timer for all of them. */
class Arrival implements TimerTarget {
  readonly timeMs: number;
  readonly #events: (WatchEvent | undefined)[] = [];
  readonly #causes: number[] = [];
  readonly #stream: Stream;

  constructor(stream: Stream, timeMs: number) {
    this.#stream = stream;
    this.timeMs = timeMs;
  }

  add(event: WatchEvent | undefined, cause: number): void {
    this.#events.push(event);
    this.#causes.push(cause);
  }

  fire(): void {
    this.#stream.arrive(this, this.#events, this.#causes);
  }
}

class Stream implements WatchStream {
  readonly #engine: Engine;
  readonly #link: Link;
  readonly #arrived: Channel<WatchEvent>;
  readonly #over: Signal;
  #take: ((event: WatchEvent) => boolean) | undefined;
  #held: { event: WatchEvent | undefined; cause: number }[] = [];
  #onItsWay: Arrival | undefined;
  #handle: WatchHandle | undefined;

  constructor(engine: Engine, link: Link) {
    this.#engine = engine;
    this.#link = link;
    this.#arrived = new Channel<WatchEvent>(engine);
    this.#over = new Signal(engine);
    link.onCut(() => {
      if (!this.#over.isGiven) engine.spawn('watch/cut', this.#outlive());
    });
  }

  attach(handle: WatchHandle): void {
    this.#handle = handle;
    if (this.#over.isGiven) handle.stop();
  }

  /** Sends an event, or the end of the stream as undefined, from the server's end. */
  send(event: WatchEvent | undefined): void {
    if (this.#over.isGiven) return;
    if (event !== undefined && this.#link.losesEvent(event.object.kind)) return;
    const { cause, nowMs } = this.#engine;
    if (this.#link.isCut) {
      this.#held.push({ event, cause });
      return;
    }
    const delayMs = this.#link.streamDelayMs();
    let arrival = this.#onItsWay;
    if (arrival?.timeMs !== nowMs + delayMs) {
      arrival = new Arrival(this, nowMs + delayMs);
      this.#onItsWay = arrival;
      this.#engine.scheduleTarget(delayMs, arrival);
    }
    arrival.add(event, cause);
  }

  /** Used by arrivals: the events have come over the link. */
  arrive(
    arrival: Arrival,
    events: readonly (WatchEvent | undefined)[],
    causes: readonly number[],
  ): void {
    if (this.#onItsWay === arrival) this.#onItsWay = undefined;
    for (let at = 0; at < events.length; at += 1) {
      this.#engine.cause = causes[at] ?? this.#engine.cause;
      this.#arrive(events[at]);
    }
  }

  next(): Wait<WatchEvent | undefined> {
    return this.#arrived.receive();
  }

  forEach(take: (event: WatchEvent) => boolean): Wait<void> {
    this.#take = take;
    for (let event = this.#arrived.tryReceive(); event !== undefined;) {
      this.#arrive(event);
      event = this.#arrived.tryReceive();
    }
    return this.#over.wait();
  }

  close(): void {
    this.#over.give();
    this.#arrived.close();
    this.#handle?.stop();
  }

  #arrive(event: WatchEvent | undefined): void {
    if (this.#over.isGiven) return;
    if (this.#link.isCut) this.#held.push({ event, cause: this.#engine.cause });
    else if (event === undefined) this.close();
    else if (this.#take === undefined) this.#arrived.send(event);
    else if (!this.#take(event)) this.close();
  }

  /** Waits for the link to be joined; gives the connection up when that takes too long. */
  *#outlive(): Process {
    const cutMs = this.#engine.nowMs;
    yield* this.#link.untilJoined();
    if (this.#over.isGiven) return;
    const held = this.#held;
    this.#held = [];
    if (this.#engine.nowMs - cutMs >= connectionLostMs) {
      this.close();
      return;
    }
    for (const { event, cause } of held) this.#engine.withCause(cause, () => this.send(event));
  }
}

/** Opens a watch at the server and returns the client's end of it. Throws StatusError when refused. */
export function* openWatch(
  engine: Engine,
  transport: ApiTransport,
  link: Link,
  request: ApiRequest,
): Process<WatchStream> {
  const stream = new Stream(engine, link);
  const handle = yield* transport.watch(request, {
    event: (event) => stream.send(event),
    end: () => stream.send(undefined),
  });
  stream.attach(handle);
  return stream;
}
