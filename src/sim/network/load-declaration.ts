/**
 * How a lab declares a client that makes load: who asks whom, how often, and how patient it is.
 *
 * Ours: labs need clients that make load, declared as data
 * Simplified: open loop only; no limit on connections, no retries.
 */

/** A client that sends requests at a steady rate. */
export interface LoadDeclaration {
  readonly name: string;
  /** Node from whose network it connects (`node-1`), as a pod there would, or `outside`; default the first node. */
  readonly from?: string | undefined;
  /** Completes names without a namespace; default `default`. */
  readonly namespace?: string | undefined;
  /** `http://web/`, `http://web.default:8080/path`, or an address: a Service's name, cluster IP, pod IP. */
  readonly url: string;
  readonly ratePerSecond: number;
  /** Whether connections are used again; default false, a new connection for each request. */
  readonly keepAlive?: boolean | undefined;
  /** Patience for the connection alone, within that for the whole answer; default none of its own. */
  readonly connectTimeoutMs?: number | undefined;
  /** Patience for the whole answer; default 2000 ms. */
  readonly timeoutMs?: number | undefined;
  /** Requests under way at most; beyond that a request is not sent and counts so. Default 1000. */
  readonly inFlightMax?: number | undefined;
  /** When it begins and ends, in ms from the lab's start; default 0 and the end of the run. */
  readonly startMs?: number | undefined;
  readonly stopMs?: number | undefined;
}
