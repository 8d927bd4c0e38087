/** A history as one text: every entry of the trace, every revision of every object, all output. */
import type { History } from '#sim/lab/history.ts';

/** Writes a history down. */
export function historyText(history: History): string {
  const entries = [...history.trace.entries()].map((entry) => JSON.stringify(entry));
  const changes = history.log.map(({ revision, timeMs, type, key, value }) =>
    JSON.stringify({ revision, timeMs, type, key, value }),
  );
  const requests = history.requests.rows().map((row) => JSON.stringify(row));
  return [...entries, ...changes, ...requests, JSON.stringify(history.transcript.commands)].join(
    '\n',
  );
}
