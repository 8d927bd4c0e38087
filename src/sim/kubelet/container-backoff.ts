/**
 * Waits that double: before a crashed container is started again, and before a failed pull is tried again.
 *
 * - The first wait is 10 s, the next twice as long, up to a limit (300 s).
 * - Whether a thing must wait depends on when it last failed, not on when it was last tried.
 * - What has been well for twice the limit begins anew.
 *
 * Upstream: staging/src/k8s.io/client-go/util/flowcontrol/backoff.go Backoff
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/#container-restarts
 */

interface Entry {
  readonly waitMs: number;
  readonly updatedMs: number;
}

/** The first wait. Upstream: pkg/kubelet/kubelet.go initialNodeBackoff, imageBackOffPeriod */
export const firstBackoffMs = 10_000;

/** One table of waits by key. All times are virtual milliseconds. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(maxMs: number, firstMs: number = Math.min(firstBackoffMs, maxMs)) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
  }

  /** The present wait of a key; 0 when it has none. */
  waitMs(key: string): number {
    return this.#entries.get(key)?.waitMs ?? 0;
  }

  /** Whether a thing that failed at `failedMs` must still wait. */
  isWaitingSince(key: string, failedMs: number, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#isExpired(entry, failedMs)) return false;
    return nowMs - failedMs < entry.waitMs;
  }

  /** Whether less than the present wait has gone by since it was last advanced. */
  isWaitingSinceUpdate(key: string, eventMs: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#isExpired(entry, eventMs)) return false;
    return eventMs - entry.updatedMs < entry.waitMs;
  }

  /** Advances to the next wait, counted for what failed at `failedMs`. */
  advance(key: string, failedMs: number, nowMs: number): void {
    const entry = this.#entries.get(key);
    const waitMs =
      entry === undefined || this.#isExpired(entry, failedMs)
        ? this.#firstMs
        : Math.min(entry.waitMs * 2, this.#maxMs);
    this.#entries.set(key, { waitMs, updatedMs: nowMs });
  }

  /** Forgets every key with a prefix: the pod is gone. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) {
      if (key.startsWith(prefix)) this.#entries.delete(key);
    }
  }

  #isExpired(entry: Entry, eventMs: number): boolean {
    return eventMs - entry.updatedMs > this.#maxMs * 2;
  }
}
