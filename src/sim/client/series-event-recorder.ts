/**
 * The newer recorder of Events (`tools/events`), used by the scheduler.
 *
 * - The second identical event becomes a series: one PATCH sets `series.count` to 2. Later ones are only
 *   counted in memory until the series has been silent for six minutes or is refreshed after thirty.
 * - "Identical" includes the resourceVersion of the object, but not the note.
 *
 * Upstream: staging/src/k8s.io/client-go/tools/events eventBroadcasterImpl
 */
import { StatusError } from '../api/status-error.ts';
import { formatMicroTime } from '../api/time.ts';
import type { Event } from '../api/types.gen.ts';
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { Scope } from '../engine/scope.ts';
import type { Client } from './client.ts';
import { eventName, referenceTo } from './event-recorder.ts';
import type { EventRecorder, EventTarget } from './event-recorder.ts';

/** A series is written again after so many ms. Upstream: refreshTime */
const refreshMs = 30 * 60_000;
/** A series that was silent for so many ms is closed. Upstream: finishTime */
const finishMs = 6 * 60_000;
/** The longest note; what is longer is cut. Upstream: noteLengthLimit */
const noteLengthMax = 1024;

interface Series {
  readonly namespace: string;
  readonly name: string;
  count: number;
  lastMs: number;
  writtenMs: number;
  isOpen: boolean;
}

interface Pending {
  readonly target: EventTarget;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
  readonly action: string;
  readonly timeMs: number;
}

/** Records events with `action` and `series`; `related` objects are not used by any component here. */
export class SeriesEventRecorder implements EventRecorder {
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #controller: string;
  readonly #instance: string;
  readonly #action: string;
  readonly #queue: Channel<Pending>;
  readonly #series = new Map<string, Series>();
  #sequence = 0;

  constructor(
    engine: Engine,
    scope: Scope,
    client: Client,
    options: { readonly controller: string; readonly instance: string; readonly action: string },
  ) {
    this.#engine = engine;
    this.#client = client;
    this.#controller = options.controller;
    this.#instance = options.instance;
    this.#action = options.action;
    this.#queue = new Channel<Pending>(engine);
    scope.spawn(`events/${options.controller}`, this.#write());
  }

  /** Records an event; `action` is the recorder's own unless told otherwise. */
  event(
    target: EventTarget,
    type: 'Normal' | 'Warning',
    reason: string,
    note: string,
    action: string = this.#action,
  ): void {
    this.#queue.send({ target, type, reason, note, action, timeMs: this.#engine.nowMs });
  }

  *#write(): Process {
    for (;;) {
      const pending = yield* this.#queue.receive();
      if (pending === undefined) return;
      try {
        yield* this.#writeOne(pending);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
      }
    }
  }

  *#writeOne(pending: Pending): Process {
    const regarding = referenceTo(pending.target);
    const key = JSON.stringify([regarding, pending.type, pending.reason, pending.action]);
    const series = this.#series.get(key);
    if (series === undefined || pending.timeMs - series.lastMs > finishMs) {
      yield* this.#create(key, pending);
      return;
    }
    series.count += 1;
    series.lastMs = pending.timeMs;
    if (series.isOpen && pending.timeMs - series.writtenMs < refreshMs) return;
    series.isOpen = true;
    series.writtenMs = pending.timeMs;
    yield* this.#client.of('Event').patch(series.namespace, series.name, 'strategic', {
      series: { count: series.count, lastObservedTime: formatMicroTime(pending.timeMs) },
    });
  }

  *#create(key: string, pending: Pending): Process {
    const regarding = referenceTo(pending.target);
    const namespace = regarding.namespace ?? 'default';
    this.#sequence += 1;
    const name = eventName(regarding.name ?? '', pending.timeMs, this.#sequence);
    const { timeMs } = pending;
    const note =
      pending.note.length > noteLengthMax
        ? `${pending.note.slice(0, noteLengthMax - 4)} ...`
        : pending.note;
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: regarding,
      reason: pending.reason,
      message: note,
      source: {},
      type: pending.type,
      eventTime: formatMicroTime(timeMs),
      action: pending.action,
      reportingComponent: this.#controller,
      reportingInstance: this.#instance,
    };
    const series = { namespace, name, count: 1, lastMs: timeMs, writtenMs: timeMs, isOpen: false };
    this.#series.set(key, series);
    yield* this.#client.of('Event').create(namespace, event);
  }
}
