/**
 * The record of every request that a load client sent, in columns.
 *
 * Requests are numbered in the order in which they were sent. A request that is still under way has the outcome
 * `pending`.
 *
 * Ours: every request of a run for checks and pictures, small enough for hundreds of thousands
 */
import { NO_ENTRY } from '../engine/trace.ts';
import type { EntryId } from '../engine/trace.ts';

/** How a request ended: an HTTP status as text, or what the client saw instead. The words of the recordings. */
export type RequestOutcome =
  | 'pending'
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'connect-timeout'
  | 'no-route'
  | 'eof'
  | 'not-sent'
  | (string & {});

/** One request, put together from the columns. `ms` is how long it took, -1 while it is pending. */
export interface RequestRow {
  readonly id: number;
  readonly client: string;
  readonly t: number;
  readonly ms: number;
  readonly outcome: RequestOutcome;
  /** The pod that answered or was tried, '' where none is known. */
  readonly pod: string;
  /** The node whose rules were used. */
  readonly node: string;
  /** The trace entry that explains a failure, NO_ENTRY for an answer. */
  readonly entry: EntryId;
}

/** All requests of a run. */
export class RequestLog {
  readonly #client: string[] = [];
  readonly #sentMs: number[] = [];
  readonly #tookMs: number[] = [];
  readonly #outcome: RequestOutcome[] = [];
  readonly #pod: string[] = [];
  readonly #node: string[] = [];
  readonly #entry: EntryId[] = [];

  get length(): number {
    return this.#sentMs.length;
  }

  /** Notes that a request was sent and returns its number. */
  sent(client: string, nowMs: number, node: string): number {
    this.#client.push(client);
    this.#sentMs.push(nowMs);
    this.#tookMs.push(-1);
    this.#outcome.push('pending');
    this.#pod.push('');
    this.#node.push(node);
    this.#entry.push(NO_ENTRY);
    return this.#sentMs.length - 1;
  }

  /** Notes how a request ended. */
  ended(
    id: number,
    nowMs: number,
    outcome: RequestOutcome,
    pod: string,
    entry: EntryId = NO_ENTRY,
  ): void {
    this.#tookMs[id] = nowMs - (this.#sentMs[id] ?? nowMs);
    this.#outcome[id] = outcome;
    this.#pod[id] = pod;
    this.#entry[id] = entry;
  }

  row(id: number): RequestRow {
    return {
      id,
      client: this.#client[id] ?? '',
      t: this.#sentMs[id] ?? 0,
      ms: this.#tookMs[id] ?? -1,
      outcome: this.#outcome[id] ?? 'pending',
      pod: this.#pod[id] ?? '',
      node: this.#node[id] ?? '',
      entry: this.#entry[id] ?? NO_ENTRY,
    };
  }

  /** Returns the requests that were sent until a time, of one client where one is given. */
  rows(untilMs: number = Infinity, client = ''): RequestRow[] {
    const rows: RequestRow[] = [];
    for (let id = 0; id < this.length; id += 1) {
      if ((this.#sentMs[id] ?? 0) > untilMs) break;
      if (client === '' || this.#client[id] === client) rows.push(this.row(id));
    }
    return rows;
  }
}
