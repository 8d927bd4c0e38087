/**
 * Durations as Go prints them: `5.009s`, `120ms`, `1m0s`, `5m0s`.
 *
 * Upstream: time.Duration.String
 */

/** Formats whole milliseconds, zero or more. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  // Whole milliseconds have at most three places; trailing zeros are not printed.
  const seconds = String((ms % 60_000) / 1_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
