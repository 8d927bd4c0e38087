/**
 * How long the API server and etcd take, drawn from the server's own stream of chance.
 *
 * Ours: upstream has no such numbers; these were chosen so that what a watching client sees lies within what was
 * recorded on a quiet cluster of three nodes.
 */
import type { LatencyRange } from '../engine/latency.ts';

/** Milliseconds for the parts of a request, each drawn evenly from its range. */
export interface ApiServerLatency {
  /** Authentication to admission: everything before storage is asked. */
  readonly handle: LatencyRange;
  /** One transaction of etcd, fsync included. Reads are served from the watch cache and cost none. */
  readonly commit: LatencyRange;
}

/** A quiet cluster with its components on one machine. */
export const DEFAULT_API_LATENCY: ApiServerLatency = {
  handle: { lowMs: 0, highMs: 1 },
  commit: { lowMs: 1, highMs: 3 },
};
