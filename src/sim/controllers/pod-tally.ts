/**
 * Counts of the pods of each owner, kept up to date by the pod informer's handlers, so that a sync of a ReplicaSet
 * with ten thousand pods costs no more than one with three.
 *
 * - The counts are always those of the informer's cache at this moment.
 * - Whether labels match is judged by what the owner has registered; an owner that was not registered yet, or
 *   whose labels changed, has its pods counted anew.
 *
 * Upstream: none; upstream lists and counts an owner's pods at every sync, with the same result
 */
import { findCondition } from '../api/conditions.ts';
import { namespacedName } from '../api/object.ts';
import { controllerOf } from '../api/owner-references.ts';
import { isPodActive, isPodTerminating } from '../api/pod.ts';
import { matchesLabels } from '../api/selector.ts';
import type { Selector } from '../api/selector.ts';
import { tryParseTime } from '../api/time.ts';
import type { Pod } from '../api/types.gen.ts';
import type { Indexer } from '../client/indexer.ts';
import { ownedBy } from './owner-index.ts';

/** By which labels an owner's pods are judged. */
export interface OwnerLabels {
  readonly selector: Selector;
  /** The labels of the template: a pod that has them all is fully labelled. */
  readonly template: Selector;
}

/** Counts that a status is made of. `available` depends on the time and is asked for apart. */
export interface PodCounts {
  readonly active: number;
  readonly fullyLabeled: number;
  readonly ready: number;
  readonly terminating: number;
  /** Ready pods by the moment since which they are (ms); pods without a moment stand under NaN. */
  readonly readySinceMs: ReadonlyMap<number, number>;
}

/** What one pod adds to its owner's counts. */
interface Share {
  readonly uid: string;
  readonly kind: 'active' | 'terminating' | 'stray' | 'none';
  readonly isFullyLabeled: boolean;
  readonly readySinceMs: number | undefined;
}

interface OwnerTally {
  labels: OwnerLabels | undefined;
  active: number;
  fullyLabeled: number;
  ready: number;
  terminating: number;
  /** Active pods that do not match the owner's selector any more: they are to be released. */
  stray: number;
  readonly readySinceMs: Map<number, number>;
}

const noCounts: PodCounts = {
  active: 0,
  fullyLabeled: 0,
  ready: 0,
  terminating: 0,
  readySinceMs: new Map(),
};

function newTally(): OwnerTally {
  return {
    labels: undefined,
    active: 0,
    fullyLabeled: 0,
    ready: 0,
    terminating: 0,
    stray: 0,
    readySinceMs: new Map(),
  };
}

/** Counts some pods that are known to be claimed, as the running tally does. */
export function countPods(
  active: readonly Pod[],
  terminatingCount: number,
  template: Selector,
): PodCounts {
  const readySinceMs = new Map<number, number>();
  let ready = 0;
  for (const pod of active) {
    const since = readySince(pod);
    if (since === undefined) continue;
    ready += 1;
    readySinceMs.set(since, (readySinceMs.get(since) ?? 0) + 1);
  }
  const fullyLabeled = active.filter((pod) => matchesLabels(template, pod.metadata.labels)).length;
  return {
    active: active.length,
    fullyLabeled,
    ready,
    terminating: terminatingCount,
    readySinceMs,
  };
}

/** Returns how many are available: ready for `minReadySeconds` at that moment. */
export function availableCount(counts: PodCounts, minReadySeconds: number, nowMs: number): number {
  if (minReadySeconds === 0) return counts.ready;
  let count = 0;
  for (const [sinceMs, pods] of counts.readySinceMs) {
    if (sinceMs + minReadySeconds * 1000 <= nowMs) count += pods;
  }
  return count;
}

/** Returns the ms until the next ready pod becomes available; undefined when none will. */
export function nextAvailabilityMs(
  counts: PodCounts,
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  let next: number | undefined;
  for (const sinceMs of counts.readySinceMs.keys()) {
    const inMs = sinceMs + minReadySeconds * 1000 - nowMs;
    if (inMs > 0 && (next === undefined || inMs < next)) next = inMs;
  }
  return next;
}

/** Returns the moment since which a pod is ready (NaN when it is not told), or undefined when it is not. */
function readySince(pod: Pod): number | undefined {
  const condition = findCondition(pod.status?.conditions, 'Ready');
  if (condition?.status !== 'True') return undefined;
  return tryParseTime(condition.lastTransitionTime ?? '') ?? NaN;
}

/** The counts of all owners of pods in one cache. */
export class PodTally {
  readonly #indexer: Indexer<Pod>;
  readonly #owners = new Map<string, OwnerTally>();
  /** What each pod has added, so that exactly that is taken away again. */
  readonly #shares = new Map<string, Share>();

  constructor(indexer: Indexer<Pod>) {
    this.#indexer = indexer;
  }

  /** Counts a pod that was added or changed. Call it from the informer's handlers, before anything is queued. */
  set(pod: Pod): void {
    const key = namespacedName(pod);
    const before = this.#shares.get(key);
    if (before !== undefined) this.#add(before, -1);
    const share = this.#shareOf(pod);
    if (share === undefined) {
      this.#shares.delete(key);
      return;
    }
    this.#shares.set(key, share);
    this.#add(share, 1);
  }

  /** Takes a deleted pod out of the counts. */
  delete(pod: Pod): void {
    const key = namespacedName(pod);
    const before = this.#shares.get(key);
    if (before === undefined) return;
    this.#shares.delete(key);
    this.#add(before, -1);
  }

  /** Tells by which labels an owner's pods are judged, and counts them anew. */
  register(uid: string, labels: OwnerLabels): void {
    const tally = this.#owners.get(uid) ?? newTally();
    tally.labels = labels;
    this.#owners.set(uid, tally);
    for (const pod of ownedBy(this.#indexer, uid)) this.set(pod);
  }

  /** Forgets the labels of an owner that is gone. */
  unregister(uid: string): void {
    const tally = this.#owners.get(uid);
    if (tally === undefined) return;
    tally.labels = undefined;
    if (tally.active + tally.terminating + tally.stray === 0) this.#owners.delete(uid);
  }

  /** Returns a copy of an owner's counts; the moments of readiness only when they are asked for. */
  counts(uid: string, hasMoments: boolean): PodCounts {
    const tally = this.#owners.get(uid);
    if (tally === undefined) return noCounts;
    const { active, fullyLabeled, ready, terminating } = tally;
    const readySinceMs = hasMoments ? new Map(tally.readySinceMs) : noCounts.readySinceMs;
    return { active, fullyLabeled, ready, terminating, readySinceMs };
  }

  /** Whether an owner has active pods that it should release. */
  hasStrays(uid: string): boolean {
    return (this.#owners.get(uid)?.stray ?? 0) > 0;
  }

  #shareOf(pod: Pod): Share | undefined {
    const uid = controllerOf(pod)?.uid;
    if (uid === undefined) return undefined;
    const labels = this.#owners.get(uid)?.labels;
    const isMatch = labels === undefined || matchesLabels(labels.selector, pod.metadata.labels);
    if (isPodTerminating(pod)) {
      return {
        uid,
        kind: isMatch ? 'terminating' : 'none',
        isFullyLabeled: false,
        readySinceMs: undefined,
      };
    }
    if (!isPodActive(pod)) {
      return { uid, kind: 'none', isFullyLabeled: false, readySinceMs: undefined };
    }
    return {
      uid,
      kind: isMatch ? 'active' : 'stray',
      isFullyLabeled:
        labels !== undefined && isMatch && matchesLabels(labels.template, pod.metadata.labels),
      readySinceMs: isMatch ? readySince(pod) : undefined,
    };
  }

  #add(share: Share, sign: 1 | -1): void {
    if (share.kind === 'none') return;
    let tally = this.#owners.get(share.uid);
    if (tally === undefined) {
      tally = newTally();
      this.#owners.set(share.uid, tally);
    }
    if (share.kind === 'active') tally.active += sign;
    else if (share.kind === 'terminating') tally.terminating += sign;
    else tally.stray += sign;
    if (share.isFullyLabeled) tally.fullyLabeled += sign;
    if (share.readySinceMs !== undefined) {
      tally.ready += sign;
      const count = (tally.readySinceMs.get(share.readySinceMs) ?? 0) + sign;
      if (count === 0) tally.readySinceMs.delete(share.readySinceMs);
      else tally.readySinceMs.set(share.readySinceMs, count);
    }
    const isEmpty = tally.active + tally.terminating + tally.stray === 0;
    if (isEmpty && tally.labels === undefined) this.#owners.delete(share.uid);
  }
}
