/**
 * A connection for one request, which is closed when the answer is there; or for none, to see whether a port accepts.
 *
 * Ours: what probes, wget and load clients without keep-alive do
 */
import type { Engine } from '../engine/engine.ts';
import type { EntryId } from '../engine/trace.ts';
import { Connection } from './connection.ts';
import type { Call, ConnectionOutcome, Route } from './connection.ts';

/** What came of an exchange. */
export interface ExchangeResult {
  readonly outcome: ConnectionOutcome;
  /** When the client knows, in virtual ms; it may lie a moment ahead. */
  readonly endMs: number;
  /** The trace entry that explains a failure. */
  readonly entry: EntryId;
}

/** Limits of the client's patience, counted from the first SYN. Infinity means none. */
export interface Patience {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** Starts an exchange and returns its connection, which `close` ends early; `onEnd` may be called before this returns. */
export function exchange(
  engine: Engine,
  route: Route,
  call: Call | undefined,
  { timeoutMs, connectTimeoutMs }: Patience,
  onEnd: (result: ExchangeResult) => void,
): Connection {
  const connection = new Connection(engine, route);
  const startMs = engine.nowMs;
  const end = (outcome: ConnectionOutcome, atMs: number): void => {
    connection.close();
    onEnd({ outcome, endMs: Math.round(atMs), entry: outcome.entry });
  };
  connection.connect(Math.min(timeoutMs, connectTimeoutMs), (outcome, atMs) => {
    if (outcome.kind === 'connected' && call !== undefined) {
      connection.ask(call, timeoutMs, startMs, end);
    } else {
      end(outcome, atMs);
    }
  });
  return connection;
}
