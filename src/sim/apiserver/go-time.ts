/**
 * Reads timestamps with the words that Go's `time.Parse` has for those it does not understand.
 *
 * Upstream: Go's time package, Parse; staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 Time, MicroTime
 */
import { formatTime, tryParseTime } from '../api/time.ts';

/** One element of a layout: how it is written there, and what it accepts. */
type Element = readonly [
  layout: string,
  pattern: RegExp,
  range?: readonly [number, number, string],
];

const date: readonly Element[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/, [1, 12, 'month']],
  ['-', /^-/],
  ['02', /^\d\d/, [1, 31, 'day']],
  ['T', /^T/],
  ['15', /^\d\d/, [0, 23, 'hour']],
  [':', /^:/],
  ['04', /^\d\d/, [0, 59, 'minute']],
  [':', /^:/],
  ['05', /^\d\d(?:[.,]\d+)?/, [0, 59, 'second']],
];
const zone: Element = ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/];
const seconds: readonly Element[] = [...date, zone];
const microseconds: readonly Element[] = [
  ...date.slice(0, -1),
  ['05', /^\d\d/, [0, 59, 'second']],
  ['.000000', /^[.,]\d{6}(?!\d)/],
  zone,
];

/** The outcome: the text as the API stores it, or why it is refused. */
export type ParsedTime = { readonly text: string } | { readonly error: string };

/** What was read last: the statuses of a cluster name the same few seconds again and again. */
const known = new Map<string, ParsedTime>();
const knownMax = 1_000;

/** Reads a metav1.Time: whole seconds in UTC are kept of it. */
export function parseGoTime(text: string): ParsedTime {
  let parsed = known.get(text);
  if (parsed === undefined) {
    parsed = readTime(text);
    if (known.size >= knownMax) known.clear();
    known.set(text, parsed);
  }
  return parsed;
}

function readTime(text: string): ParsedTime {
  const error = explain(text, seconds, '2006-01-02T15:04:05Z07:00');
  if (error !== undefined) return { error };
  const ms = tryParseTime(text);
  return ms === undefined
    ? { error: `parsing time ${JSON.stringify(text)}: day out of range` }
    : { text: formatTime(ms) };
}

/** How the API writes a MicroTime: what it reads most, and what needs no look at its elements. */
const canonicalMicroTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Reads a metav1.MicroTime, which must have its six digits of a second. */
export function parseGoMicroTime(text: string): ParsedTime {
  if (canonicalMicroTime.test(text) && tryParseTime(text) !== undefined) return { text };
  const error = explain(text, microseconds, '2006-01-02T15:04:05.000000Z07:00');
  if (error !== undefined) return { error };
  const ms = tryParseTime(text);
  if (ms === undefined) return { error: `parsing time ${JSON.stringify(text)}: day out of range` };
  return { text: `${formatTime(ms).slice(0, -1)}.${text.slice(20, 26)}Z` };
}

function explain(text: string, elements: readonly Element[], layout: string): string | undefined {
  const start = `parsing time ${JSON.stringify(text)}`;
  let rest = text;
  for (const [name, pattern, range] of elements) {
    const match = pattern.exec(rest);
    if (!match) return `${start} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${name}"`;
    const value = Math.trunc(Number(match[0].replace(',', '.')));
    if (range && (value < range[0] || value > range[1]))
      return `${start}: ${range[2]} out of range`;
    rest = rest.slice(match[0].length);
  }
  return rest === '' ? undefined : `${start}: extra text: ${JSON.stringify(rest)}`;
}
