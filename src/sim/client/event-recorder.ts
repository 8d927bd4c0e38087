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

/** Events of one reason about one object, which may differ in their message. */
interface Group {
  readonly fieldPath: string | undefined;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** Different messages of late; fewer than ten, so a list will do. */
  messages: string[];
  lastMs: number;
  readonly written: Written[];
}

/** An event that is in the API. `message` is undefined for the combined one. */
interface Written {
  readonly message: string | undefined;
  readonly namespace: string;
  readonly name: string;
  count: number;
}

interface SpamBucket {
  tokens: number;
  updatedMs: number;
}

/** What a recorder remembers of one object: found by its uid, so that no key has to be put together for each event. */
interface Subject {
  readonly involved: ObjectReference;
  readonly groups: Group[];
  readonly buckets: Partial<Record<'Normal' | 'Warning', SpamBucket>>;
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

/** 2026-01-01T00:00:00Z in Unix milliseconds: virtual time zero. */
const epochMs = 1_767_225_600_000;
/** Nanoseconds of a millisecond: 15625 times 64, so that all but the last six bits can be reckoned apart. */
const oddFactor = 15_625;
const lowBits = 2 ** 20;

/**
 * Returns the name of an event: the object's name and the moment in hexadecimal nanoseconds. `sequence` is added to these,
 * because events of one millisecond differ in them.
 */
export function eventName(objectName: string, timeMs: number, sequence: number): string {
  // The number exceeds 2^53, so it is made in two halves: high * 2^26 + low.
  const ms = epochMs + timeMs;
  const high = Math.floor(ms / lowBits);
  const low = (ms % lowBits) * oddFactor * 64 + sequence;
  const carried = high * oddFactor + Math.floor(low / 2 ** 26);
  const rest = low % 2 ** 26;
  // 26 bits are no whole digits; 2 of them go over to the upper half.
  const upper = carried * 4 + Math.floor(rest / 2 ** 24);
  return `${objectName}.${upper.toString(16)}${(rest % 2 ** 24).toString(16).padStart(6, '0')}`;
}

/** The recorder of one component. */
export class LegacyEventRecorder implements EventRecorder {
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #source: EventSource;
  readonly #random: Random;
  readonly #queue: Channel<Pending>;
  /** By uid; more than one where a reference has none of its own. */
  readonly #subjects = new Map<string, Subject[]>();
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
    const subject = this.#subjectOf(pending.involved);
    const group = groupOf(subject, pending);
    const isCombined = this.#isCombined(group, pending);
    if (!passesSpamFilter(subject, pending)) return;
    const own = isCombined ? undefined : pending.message;
    const message = isCombined
      ? `(combined from similar events): ${pending.message}`
      : pending.message;
    const written = group.written.find((each) => each.message === own);
    try {
      if (written === undefined) {
        this.#sequence += 1;
        const { involved, timeMs } = pending;
        const name = eventName(involved.name ?? '', timeMs, this.#sequence);
        const namespace = involved.namespace ?? 'default';
        group.written.push({ message: own, namespace, name, count: 1 });
        yield* this.#create(pending, name, message, isCombined);
      } else yield* this.#count(written, pending, message, isCombined);
    } catch (error) {
      // An event is worth no retry: its namespace may be going away, or the event itself expired.
      if (!(error instanceof StatusError)) throw error;
      const at = group.written.findIndex((each) => each.message === own);
      if (at >= 0) group.written.splice(at, 1);
    }
  }

  #subjectOf(involved: ObjectReference): Subject {
    const uid = involved.uid ?? '';
    let subjects = this.#subjects.get(uid);
    if (subjects === undefined) {
      subjects = [];
      this.#subjects.set(uid, subjects);
    }
    let subject = subjects.find((each) => isSameObject(each.involved, involved));
    if (subject === undefined) {
      subject = { involved, groups: [], buckets: {} };
      subjects.push(subject);
    }
    return subject;
  }

  /** Notes a message, and says whether there are so many of them that they are combined. */
  #isCombined(group: Group, { message, timeMs }: Pending): boolean {
    if (timeMs - group.lastMs > aggregateIntervalMs) group.messages = [];
    group.lastMs = timeMs;
    if (!group.messages.includes(message)) group.messages.push(message);
    if (group.messages.length < aggregateEventsMax) return false;
    // One of the ten is forgotten, whichever; a message that is still known goes on counting by itself.
    const forgotten = this.#random.pick(group.messages);
    group.messages = group.messages.filter((each) => each !== forgotten);
    return true;
  }

  *#create(pending: Pending, name: string, message: string, isCombined: boolean): Process {
    const { involved, type, reason, timeMs } = pending;
    const namespace = involved.namespace ?? 'default';
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

function isSameObject(a: ObjectReference, b: ObjectReference): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.kind === b.kind;
}

function groupOf({ groups }: Subject, { involved, type, reason, timeMs }: Pending): Group {
  const { fieldPath } = involved;
  let group = groups.find(
    (each) => each.reason === reason && each.type === type && each.fieldPath === fieldPath,
  );
  if (group === undefined) {
    group = {
      fieldPath,
      type,
      reason,
      messages: [],
      lastMs: timeMs,
      written: [],
    };
    groups.push(group);
  }
  return group;
}

function passesSpamFilter({ buckets }: Subject, { type, timeMs }: Pending): boolean {
  const bucket = (buckets[type] ??= { tokens: spamBurst, updatedMs: timeMs });
  const gained = (timeMs - bucket.updatedMs) / spamRefillMs;
  bucket.tokens = Math.min(spamBurst, bucket.tokens + gained);
  bucket.updatedMs = timeMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
