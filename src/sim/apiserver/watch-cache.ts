/**
 * Watches of one resource: which event each watcher gets for a change, and what it missed before it came.
 *
 * - Every watcher gets the changes of its own selection in the order of their revisions, none twice, none left out.
 * - An object that stops matching is told as DELETED, one that starts matching as ADDED.
 * - Watchers that name one node (`spec.nodeName=x`) or one object (`metadata.name=x`) are found by an index, so
 *   that a change to a pod costs the same with one kubelet as with a thousand.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/cacher Cacher, triggerValues
 * Simplified: no buffer limits; the cache is never behind etcd.
 */
import type { KubeObject } from '../api/object.ts';
import type { Change } from '../etcd/store.ts';
import type { Selection } from './selection.ts';
import type { WatchEvent, WatchReceiver } from './request.ts';

/** One open watch at the server's end. */
export interface Watcher {
  readonly selection: Selection;
  readonly receiver: WatchReceiver;
  readonly wantsBookmarks: boolean;
}

/** Sends the changes of one resource to those who watch it. */
export class WatchCache {
  /** Watchers by what they may be interested in: `node=…`, `name=…`, or '' for everything. */
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** Watchers of one object. */
  #namedCount = 0;

  get size(): number {
    let size = 0;
    for (const watchers of this.#watchers.values()) size += watchers.size;
    return size;
  }

  add(watcher: Watcher): void {
    const trigger = triggerOf(watcher.selection);
    let watchers = this.#watchers.get(trigger);
    if (watchers === undefined) {
      watchers = new Set();
      this.#watchers.set(trigger, watchers);
    }
    if (!watchers.has(watcher) && isNamed(watcher)) this.#namedCount += 1;
    watchers.add(watcher);
  }

  remove(watcher: Watcher): void {
    const trigger = triggerOf(watcher.selection);
    const watchers = this.#watchers.get(trigger);
    if (watchers?.delete(watcher) === true && isNamed(watcher)) this.#namedCount -= 1;
    if (watchers?.size === 0) this.#watchers.delete(trigger);
  }

  /** Tells every watcher whose selection the change touches. */
  dispatch(change: Change<KubeObject>): void {
    const now = change.value;
    const before = change.previous;
    this.#tell('', change);
    if (this.#namedCount > 0) this.#tell(`name=${now.metadata.name ?? ''}`, change);
    const nodeNow = nodeOf(now);
    const nodeBefore = before === undefined ? '' : nodeOf(before);
    if (nodeNow !== '') this.#tell(`node=${nodeNow}`, change);
    if (nodeBefore !== '' && nodeBefore !== nodeNow) this.#tell(`node=${nodeBefore}`, change);
  }

  /** All watchers, for bookmarks and for ending every stream. */
  *all(): Generator<Watcher> {
    for (const watchers of this.#watchers.values()) yield* watchers;
  }

  #tell(trigger: string, change: Change<KubeObject>): void {
    const watchers = this.#watchers.get(trigger);
    if (watchers === undefined) return;
    for (const watcher of [...watchers]) {
      const event = eventFor(watcher.selection, change);
      if (event !== undefined) watcher.receiver.event(event);
    }
  }
}

/** Returns the event that a selection sees of a change, or undefined when it sees none. */
export function eventFor(selection: Selection, change: Change<KubeObject>): WatchEvent | undefined {
  const { previous, value } = change;
  const matchedBefore = previous !== undefined && selection.matches(previous);
  if (change.type === 'delete')
    return matchedBefore ? { type: 'DELETED', object: value } : undefined;
  const matchesNow = selection.matches(value);
  if (matchesNow) return { type: matchedBefore ? 'MODIFIED' : 'ADDED', object: value };
  if (!matchedBefore) return undefined;
  const object = { ...previous, metadata: { ...previous.metadata } };
  const { resourceVersion } = value.metadata;
  return {
    type: 'DELETED',
    object: Object.freeze({
      ...object,
      metadata: Object.freeze({ ...object.metadata, resourceVersion }),
    }),
  };
}

function nodeOf(object: KubeObject): string {
  const { spec } = object as { spec?: { nodeName?: unknown } };
  const node = spec?.nodeName;
  return typeof node === 'string' ? node : '';
}

function isNamed({ selection }: Watcher): boolean {
  return selection.requiredFields.has('metadata.name');
}

function triggerOf({ requiredFields }: Selection): string {
  const name = requiredFields.get('metadata.name');
  if (name !== undefined) return `name=${name}`;
  const node = requiredFields.get('spec.nodeName');
  return node === undefined || node === '' ? '' : `node=${node}`;
}
