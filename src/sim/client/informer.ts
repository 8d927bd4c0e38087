/**
 * The informer: a component's copy of one kind, kept by list and watch, and the handlers that hear of changes.
 *
 * - The copy is always some state of the past; it never goes back.
 * - The store is changed first and the handlers are called after, so a lister is never behind its handler.
 * - Order is that of the API server's revisions. Nothing is merged.
 * - Handlers are plain functions: they note a key in a queue and return.
 * - When a watch ends, it goes on from the last revision seen; when that is too old (410), it lists again.
 * - An informer may follow another one of the same process instead of listing and watching: it shows that one's copy and its
 *   handlers hear of the same events. So a change costs one delivery, however many controllers look at it. It can be taken
 *   away and goes on by itself from where it is.
 *
 * Upstream: staging/src/k8s.io/client-go/tools/cache sharedIndexInformer, Reflector
 * Simplified: one task plays reflector, queue and processor; no periodic resync (the default is 12 hours and more).
 */
import { namespacedName } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { objectKey } from '../api/object-key.ts';
import { StatusError } from '../api/status-error.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import { Signal } from '../engine/signal.ts';
import type { WatchEvent, WatchStream } from '../apiserver/request.ts';
import type { ResourceClient } from './client.ts';
import { Indexer } from './indexer.ts';

/** What hears of changes. `onUpdate` has the object before and after; `isInitial` says "from the first list". */
export interface Handlers<T> {
  readonly onAdd?: (object: T, isInitial: boolean) => void;
  readonly onUpdate?: (before: T, after: T) => void;
  readonly onDelete?: (object: T) => void;
}

/** Restricts what an informer lists and watches. `namespace` '' is all namespaces. */
export interface InformerOptions {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
}

/** The first wait before a failed list or watch is tried again. Upstream: reflector.go NewReflector backoff */
const backoffBaseMs = 800;
/** The longest such wait. Upstream: reflector.go NewReflector backoff */
const backoffMaxMs = 30_000;

/** A component's cache of one kind. Start it once with `scope.spawn(name, informer.run())`, or let it follow another. */
export class Informer<T extends KubeObject> {
  readonly indexer = new Indexer<T>();
  readonly synced: Signal;
  readonly #engine: Engine;
  readonly #component: string;
  readonly #client: ResourceClient<T>;
  readonly #options: InformerOptions;
  readonly #random: Random;
  readonly #handlers: Handlers<T>[] = [];
  readonly #followers = new Set<Informer<T>>();
  #leader: Informer<T> | undefined;
  #resourceVersion = '';
  #failures = 0;
  #stream: WatchStream<T> | undefined;

  constructor(
    engine: Engine,
    component: string,
    client: ResourceClient<T>,
    options: InformerOptions = {},
  ) {
    this.#engine = engine;
    this.#component = component;
    this.#client = client;
    this.#options = options;
    this.#random = engine.random(`informer/${component}/${client.row.plural}`);
    this.synced = new Signal(engine);
  }

  get isSynced(): boolean {
    return this.synced.isGiven;
  }

  /** The revision up to which this cache has seen the cluster; '' before the first list. */
  get resourceVersion(): string {
    return this.#leader?.resourceVersion ?? this.#resourceVersion;
  }

  /** Shows from now on what `leader` holds, and hears what it hears. Both must be about the same objects. */
  follow(leader: Informer<T>): void {
    this.#leader = leader;
    leader.#followers.add(this);
    this.indexer.share(leader.indexer);
    if (leader.isSynced) this.synced.give();
  }

  /** Hears no more; keeps a copy of what it has heard of. Let it `run` to go on by itself from there. */
  leave(): void {
    const leader = this.#leader;
    if (leader === undefined) return;
    this.#leader = undefined;
    this.#resourceVersion = leader.resourceVersion;
    leader.#followers.delete(this);
    this.indexer.part();
  }

  /** Adds handlers; they also hear, as additions, of what is in the cache already. */
  addHandlers(handlers: Handlers<T>): void {
    this.#handlers.push(handlers);
    for (const object of this.indexer.list()) handlers.onAdd?.(object, true);
  }

  /** Lists and watches for ever. */
  *run(): Process {
    try {
      for (;;) {
        const isListed = this.#resourceVersion !== '' || (yield* this.#list());
        if (isListed) yield* this.#watchOnce();
        if (this.#failures > 0) yield* this.#engine.delay(this.#backoffMs());
      }
    } finally {
      this.#stream?.close();
    }
  }

  /** Breaks the connection, as a fault does; the informer goes on from the last revision it saw. */
  disconnect(): void {
    this.#stream?.close();
  }

  *#list(): Process<boolean> {
    try {
      const { namespace = '', ...selectors } = this.#options;
      const list = yield* this.#client.list(namespace, selectors);
      this.#replace(list.items);
      this.#resourceVersion = list.metadata.resourceVersion ?? '';
      this.#failures = 0;
      this.synced.give();
      for (const follower of this.#followers) follower.synced.give();
      return true;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#failures += 1;
      return false;
    }
  }

  *#watchOnce(): Process {
    const { namespace = '', ...selectors } = this.#options;
    try {
      this.#stream = yield* this.#client.watch(namespace, {
        ...selectors,
        resourceVersion: this.#resourceVersion,
        allowWatchBookmarks: true,
      });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#failures += 1;
      if (error.reason === 'Expired' || error.reason === 'Gone') this.#resourceVersion = '';
      return;
    }
    yield* this.#stream.forEach((event) => this.#take(event));
  }

  /** Takes one event of the watch; returns false when the watch is of no more use. */
  #take({ type, object }: WatchEvent<T>): boolean {
    if (type === 'ERROR') {
      this.#resourceVersion = '';
      return false;
    }
    this.#failures = 0;
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    if (type === 'DELETED') {
      this.indexer.delete(object);
      this.#tell((handlers) => handlers.onDelete?.(object));
    } else if (type !== 'BOOKMARK') this.#set(object, false);
    return true;
  }

  #backoffMs(): number {
    const ms = Math.min(backoffBaseMs * 2 ** (this.#failures - 1), backoffMaxMs);
    return this.#random.jitter(ms, 1);
  }

  #replace(items: readonly T[]): void {
    const isInitial = !this.isSynced;
    const keys = new Set(items.map(namespacedName));
    for (const object of this.indexer.list()) {
      if (keys.has(namespacedName(object))) continue;
      this.indexer.delete(object);
      this.#tell((handlers) => handlers.onDelete?.(object));
    }
    for (const object of items) {
      const before = this.indexer.get(namespacedName(object));
      if (before?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
      this.#set(object, isInitial);
    }
  }

  #set(object: T, isInitial: boolean): void {
    const before = this.indexer.set(object);
    if (before === undefined) this.#tell((handlers) => handlers.onAdd?.(object, isInitial));
    else this.#tell((handlers) => handlers.onUpdate?.(before, object));
  }

  /** Calls the handlers, the own ones first; each hears with the cause of the event, whatever another has recorded. */
  #tell(call: (handlers: Handlers<T>) => void): void {
    const { cause } = this.#engine;
    for (const handlers of this.#handlers) {
      call(handlers);
      this.#engine.cause = cause;
    }
    for (const follower of this.#followers) follower.#tell(call);
  }

  /** The key of an object in the trace. */
  objectKey(object: T): string {
    return objectKey(object.kind, object.metadata.namespace, object.metadata.name ?? '');
  }

  /** The resource that it is about: `pods`. */
  get plural(): string {
    return this.#client.row.plural;
  }

  /** The component that owns this cache, as the trace names it. */
  get component(): string {
    return this.#component;
  }
}
