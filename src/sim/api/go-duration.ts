/**
 * Reads and writes durations as Go does: `30s`, `1m30s`, `1.5h`, `500ms`; a bare `0` is zero.
 *
 * Upstream: time.ParseDuration, time.Duration.String
 */

/** Milliseconds of each unit. */
export const goUnitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration in whole milliseconds, or Go's words for what is wrong. */
export type ParsedDuration =
  { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly message: string };

/** Reads a duration. */
export function parseGoDuration(text: string): ParsedDuration {
  const quoted = JSON.stringify(text);
  let rest = text;
  let sign = 1;
  if (rest.startsWith('-') || rest.startsWith('+')) {
    sign = rest.startsWith('-') ? -1 : 1;
    rest = rest.slice(1);
  }
  if (rest === '0') return { ok: true, ms: 0 };
  if (rest === '') return { ok: false, message: `time: invalid duration ${quoted}` };
  let ms = 0;
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest);
    if (!number) return { ok: false, message: `time: invalid duration ${quoted}` };
    rest = rest.slice(number[0].length);
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return { ok: false, message: `time: missing unit in duration ${quoted}` };
    const unitMs = goUnitsMs[unit];
    if (unitMs === undefined) {
      const message = `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
      return { ok: false, message };
    }
    ms += Number(number[0]) * unitMs;
    rest = rest.slice(unit.length);
  }
  return { ok: true, ms: sign * Math.round(ms) };
}

/** Writes a duration of whole milliseconds as Go prints it: `1m30s`, `500ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatGoDuration(-ms)}`;
  if (ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = (ms % 60_000) / 1_000;
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${head}${seconds}s`;
}
