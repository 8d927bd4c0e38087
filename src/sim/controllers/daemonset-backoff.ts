/**
 * How long a DaemonSet waits before it replaces a pod that failed again on the same node: 1 s, 2 s, 4 s … 15 min.
 *
 * Upstream: staging/src/k8s.io/client-go/util/flowcontrol/backoff.go; pkg/controller/daemon/config BackoffGCInterval
 */

/** Upstream: cmd/kube-controller-manager/app/apps.go startDaemonSetController */
const firstMs = 1_000;
const maxMs = 15 * 60_000;

interface Entry {
  waitMs: number;
  updatedMs: number;
}

/** Waits by key; a key that has been quiet for twice the longest wait begins anew. */
export class FailedPodsBackoff {
  readonly #entries = new Map<string, Entry>();

  /** Counts a failure. */
  next(key: string, nowMs: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || isExpired(entry, nowMs)) {
      this.#entries.set(key, { waitMs: firstMs, updatedMs: nowMs });
      return;
    }
    entry.waitMs = Math.min(entry.waitMs * 2, maxMs);
    entry.updatedMs = nowMs;
  }

  /** Whether less time than the wait has passed since the last failure. */
  isWaiting(key: string, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || isExpired(entry, nowMs)) return false;
    return nowMs - entry.updatedMs < entry.waitMs;
  }

  /** Returns the present wait of a key, in ms. */
  get(key: string): number {
    return this.#entries.get(key)?.waitMs ?? 0;
  }

  /** Forgets keys that have been quiet for long. */
  collect(nowMs: number): void {
    for (const [key, entry] of [...this.#entries]) {
      if (isExpired(entry, nowMs)) this.#entries.delete(key);
    }
  }
}

function isExpired({ updatedMs }: Entry, nowMs: number): boolean {
  return nowMs - updatedMs > 2 * maxMs;
}
