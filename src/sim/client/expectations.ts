/**
 * Expectations: what a controller has asked for and not yet seen in its cache.
 *
 * A controller that has just created three pods must not count its stale cache and create three more. It
 * expects three creations, and does nothing more for that key until they were observed or five minutes passed.
 *
 * Upstream: pkg/controller/controller_utils.go ControllerExpectations, UIDTrackingControllerExpectations
 */
import type { Engine } from '../engine/engine.ts';

/** Expectations older than this no longer bind. Upstream: ExpectationsTimeout */
const expectationsTimeoutMs = 5 * 60_000;

interface Expected {
  /** Creations asked for and not yet seen. */
  add: number;
  /** Object keys whose deletion was asked for and not yet seen. */
  readonly deleted: Set<string>;
  sinceMs: number;
}

/** The expectations of one controller, by the key of the object that it syncs. */
export class Expectations {
  readonly #engine: Engine;
  readonly #expected = new Map<string, Expected>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Whether the controller may act on `key`: nothing is outstanding, or it has been for too long. */
  isSatisfied(key: string): boolean {
    const expected = this.#expected.get(key);
    if (expected === undefined) return true;
    if (expected.add <= 0 && expected.deleted.size === 0) return true;
    return this.#engine.nowMs - expected.sinceMs > expectationsTimeoutMs;
  }

  /** Expects `count` creations for `key` from now on, and nothing else. */
  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { add: count, deleted: new Set(), sinceMs: this.#engine.nowMs });
  }

  /** Expects these objects to be deleted from now on, and nothing else. */
  expectDeletions(key: string, objectKeys: readonly string[]): void {
    const sinceMs = this.#engine.nowMs;
    this.#expected.set(key, { add: 0, deleted: new Set(objectKeys), sinceMs });
  }

  /** Expects both creations and deletions from now on, and nothing else. */
  expect(key: string, creations: number, objectKeys: readonly string[]): void {
    const sinceMs = this.#engine.nowMs;
    this.#expected.set(key, { add: creations, deleted: new Set(objectKeys), sinceMs });
  }

  /** Notes that one creation was seen, or will never be because the request failed. */
  creationObserved(key: string): void {
    const expected = this.#expected.get(key);
    if (expected !== undefined && expected.add > 0) expected.add -= 1;
  }

  /** Notes that a deletion was seen or has failed. */
  deletionObserved(key: string, objectKey: string): void {
    this.#expected.get(key)?.deleted.delete(objectKey);
  }

  /** Forgets a key: its object is gone. */
  delete(key: string): void {
    this.#expected.delete(key);
  }
}
