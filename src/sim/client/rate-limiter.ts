/**
 * The client's own limit on requests: a token bucket, as every client-go client has one.
 *
 * - Requests are let through in the order in which they asked.
 * - The bucket starts full; a request that finds it empty waits for its own token.
 *
 * Upstream: staging/src/k8s.io/client-go/util/flowcontrol NewTokenBucketRateLimiter
 */

/** A limit in requests per second with a burst; `qps` zero or less means no limit. */
export interface RateLimit {
  readonly qps: number;
  readonly burst: number;
}

/** A token bucket in virtual time. */
export class TokenBucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #updatedMs: number | undefined;

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#tokens = limit.burst;
  }

  /** Takes a token, now or from the future, and returns the milliseconds to wait for it. */
  reserveMs(nowMs: number): number {
    const { qps, burst } = this.#limit;
    if (qps <= 0) return 0;
    const gained = ((nowMs - (this.#updatedMs ?? nowMs)) / 1000) * qps;
    this.#updatedMs = nowMs;
    this.#tokens = Math.min(burst, this.#tokens + gained) - 1;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / qps) * 1000);
  }
}
