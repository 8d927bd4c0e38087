/**
 * The recorder of Events used by controllers and kubelets (`tools/record`).
 *
 * - `event` returns at once; a task of its own writes, one event after another.
 * - The same event again is a PATCH that raises `count`; ten different messages about one thing within ten
 *   minutes are combined into one; too many events about one object are dropped (25, then one per 5 minutes).
 *
 * Upstream: staging/src/k8s.io/client-go/tools/record/events_cache.go EventCorrelator
 * Simplified: caches do not evict (upstream keeps 4096 keys); a failed write is not retried.
 */
import type { KubeObject } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { Event, ObjectReference } from '../api/types.gen.ts';
import { Channel } from '../engine/channel.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import type { Scope } from '../engine/scope.ts';
import type { Client } from './client.ts';

/** Different messages after which events are combined. Upstream: defaultAggregateMaxEvents */
const aggregateEventsMax = 10;
/** The window in which they are counted, in ms. Upstream: defaultAggregateIntervalInSeconds */
const aggregateIntervalMs = 600_000;
/** Events about one object before the filter drops them. Upstream: defaultSpamBurst */
const spamBurst = 25;
/** One more event is let through after so many ms. Upstream: defaultSpamQPS */
const spamRefillMs = 300_000;

/** The part of an event's source that tells where it came from. */
export interface EventSource {
  readonly component: string;
  /** The node, for kubelets. */
  readonly host?: string | undefined;
}

/** An object or a reference to one; a reference may name a field (`spec.containers{app}`). */
export type EventTarget = KubeObject | ObjectReference;

/** Records Events about objects. */
export interface EventRecorder {
  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

interface Pending {
  readonly involved: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly timeMs: number;
}

interface Aggregate {
  readonly messages: Set<string>;
  lastMs: number;
}

interface Written {
  readonly namespace: string;
  readonly name: string;
  count: number;
}

interface SpamBucket {
  tokens: number;
  updatedMs: number;
}

/** Returns the reference that an event carries in `involvedObject`. */
export function referenceTo(target: EventTarget, fieldPath?: string): ObjectReference {
  if (!('metadata' in target)) return fieldPath === undefined ? target : { ...target, fieldPath };
  const { metadata } = target;
  return {
    kind: target.kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid,
    apiVersion: target.apiVersion,
    ...(metadata.resourceVersion === undefined
      ? {}
      : { resourceVersion: metadata.resourceVersion }),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}

/** Returns the name of an event: the object's name and the moment in hexadecimal nanoseconds. */
export function eventName(objectName: string, timeMs: number, sequence: number): string {
  // 2026-01-01T00:00:00Z in Unix nanoseconds; BigInt because it exceeds 2^53.
  const nanoseconds = 1_767_225_600_000_000_000n + BigInt(timeMs) * 1_000_000n + BigInt(sequence);
  return `${objectName}.${nanoseconds.toString(16)}`;
}

/** The recorder of one component. */
export class LegacyEventRecorder implements EventRecorder {
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #source: EventSource;
  readonly #random: Random;
  readonly #queue: Channel<Pending>;
  readonly #aggregates = new Map<string, Aggregate>();
  readonly #written = new Map<string, Written>();
  readonly #spam = new Map<string, SpamBucket>();
  #sequence = 0;

  constructor(engine: Engine, scope: Scope, client: Client, source: EventSource) {
    this.#engine = engine;
    this.#client = client;
    this.#source = source;
    this.#random = engine.random(`events/${source.component}/${source.host ?? ''}`);
    this.#queue = new Channel<Pending>(engine);
    scope.spawn(`events/${source.component}`, this.#write());
  }

  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const involved = referenceTo(target);
    this.#queue.send({ involved, type, reason, message, timeMs: this.#engine.nowMs });
  }

  *#write(): Process {
    for (;;) {
      const pending = yield* this.#queue.receive();
      if (pending !== undefined) yield* this.#writeOne(pending);
    }
  }

  *#writeOne(pending: Pending): Process {
    const { message, key, isCombined } = this.#aggregate(pending);
    if (!this.#passesSpamFilter(pending)) return;
    const written = this.#written.get(key);
    try {
      if (written === undefined) yield* this.#create(pending, message, key, isCombined);
      else yield* this.#count(written, pending, message, isCombined);
    } catch (error) {
      // An event is worth no retry: its namespace may be going away, or the event itself expired.
      if (!(error instanceof StatusError)) throw error;
      this.#written.delete(key);
    }
  }

  /** Combines events that differ only in their message once there are too many. */
  #aggregate(pending: Pending): { message: string; key: string; isCombined: boolean } {
    const { involved, type, reason, message, timeMs } = pending;
    const group = [
      this.#source.component,
      this.#source.host ?? '',
      involved.kind,
      involved.namespace ?? '',
      involved.name,
      involved.uid,
      involved.fieldPath ?? '',
      type,
      reason,
    ].join('\0');
    let aggregate = this.#aggregates.get(group);
    if (aggregate === undefined || timeMs - aggregate.lastMs > aggregateIntervalMs) {
      aggregate = { messages: new Set(), lastMs: timeMs };
      this.#aggregates.set(group, aggregate);
    }
    aggregate.lastMs = timeMs;
    aggregate.messages.add(message);
    if (aggregate.messages.size < aggregateEventsMax) {
      return { message, key: `${group}\0${message}`, isCombined: false };
    }
    // One of the ten is forgotten, whichever; a message that is still known goes on counting by itself.
    aggregate.messages.delete(this.#random.pick([...aggregate.messages]));
    const combined = `(combined from similar events): ${message}`;
    return { message: combined, key: group, isCombined: true };
  }

  #passesSpamFilter({ involved, type, timeMs }: Pending): boolean {
    const key = `${involved.kind}/${involved.namespace}/${involved.name}/${involved.uid}/${type}`;
    let bucket = this.#spam.get(key);
    if (bucket === undefined) {
      bucket = { tokens: spamBurst, updatedMs: timeMs };
      this.#spam.set(key, bucket);
    }
    const gained = (timeMs - bucket.updatedMs) / spamRefillMs;
    bucket.tokens = Math.min(spamBurst, bucket.tokens + gained);
    bucket.updatedMs = timeMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  *#create(pending: Pending, message: string, key: string, isCombined: boolean): Process {
    const { involved, type, reason, timeMs } = pending;
    const namespace = involved.namespace ?? 'default';
    this.#sequence += 1;
    const name = eventName(involved.name ?? '', timeMs, this.#sequence);
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: involved,
      reason,
      message,
      source: this.#source,
      firstTimestamp: formatTime(timeMs),
      lastTimestamp: formatTime(timeMs),
      count: 1,
      type,
      reportingComponent: isCombined ? '' : this.#source.component,
      reportingInstance: isCombined ? '' : (this.#source.host ?? ''),
    };
    this.#written.set(key, { namespace, name, count: 1 });
    yield* this.#client.of('Event').create(namespace, event);
  }

  *#count(written: Written, pending: Pending, message: string, isCombined: boolean): Process {
    written.count += 1;
    const patch = {
      count: written.count,
      lastTimestamp: formatTime(pending.timeMs),
      ...(isCombined ? { message } : {}),
    };
    yield* this.#client.of('Event').patch(written.namespace, written.name, 'strategic', patch);
  }
}
