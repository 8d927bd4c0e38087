/**
 * The client's end of a watch: events arrive over the link, in order, each after its latency.
 *
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
import type { Link } from './link.ts';

/** Silence after which a client gives a connection up, in ms. */
const connectionLostMs = 45_000;

class Stream implements WatchStream {
  readonly #engine: Engine;
  readonly #link: Link;
  readonly #arrived: Channel<WatchEvent>;
  #held: { event: WatchEvent | undefined; cause: number }[] = [];
  #handle: WatchHandle | undefined;
  #isOver = false;

  constructor(engine: Engine, link: Link) {
    this.#engine = engine;
    this.#link = link;
    this.#arrived = new Channel<WatchEvent>(engine);
    link.onCut(() => {
      if (!this.#isOver) engine.spawn('watch/cut', this.#outlive());
    });
  }

  attach(handle: WatchHandle): void {
    this.#handle = handle;
    if (this.#isOver) handle.stop();
  }

  /** Sends an event, or the end of the stream as undefined, from the server's end. */
  send(event: WatchEvent | undefined): void {
    if (this.#isOver) return;
    if (event !== undefined && this.#link.losesEvent(event.object.kind)) return;
    if (this.#link.isCut) {
      this.#held.push({ event, cause: this.#engine.cause });
      return;
    }
    const delayMs = this.#link.streamDelayMs();
    if (delayMs === 0) this.#arrive(event);
    else this.#engine.schedule(delayMs, () => this.#arrive(event));
  }

  next(): Wait<WatchEvent | undefined> {
    return this.#arrived.receive();
  }

  tryNext(): WatchEvent | undefined {
    return this.#arrived.tryReceive();
  }

  close(): void {
    this.#isOver = true;
    this.#arrived.close();
    this.#handle?.stop();
  }

  #arrive(event: WatchEvent | undefined): void {
    if (this.#isOver) return;
    if (this.#link.isCut) this.#held.push({ event, cause: this.#engine.cause });
    else if (event === undefined) this.close();
    else this.#arrived.send(event);
  }

  /** Waits for the link to be joined; gives the connection up when that takes too long. */
  *#outlive(): Process {
    const cutMs = this.#engine.nowMs;
    yield* this.#link.untilJoined();
    if (this.#isOver) return;
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
