/**
 * The grammar of a CronJob's schedule, with the words of the library that upstream reads it with.
 *
 * Upstream: github.com/robfig/cron/v3 parser.go ParseStandard
 */
import { goQuote } from '../../api/go-format.ts';

/** One field's bounds and the names that may stand for its numbers. */
interface FieldBounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const days = 'sun mon tue wed thu fri sat'.split(' ');

const fields: readonly FieldBounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];

const descriptors = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

const duration =
  /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$|^0$/;

/** Returns what is wrong with a schedule, or undefined for a good one. */
export function scheduleError(schedule: string): string | undefined {
  if (schedule.startsWith('@')) {
    if (descriptors.has(schedule)) return undefined;
    if (!schedule.startsWith('@every ')) return `unrecognized descriptor: ${schedule}`;
    const text = schedule.slice('@every '.length);
    if (duration.test(text)) return undefined;
    return `failed to parse duration ${schedule}: time: invalid duration ${goQuote(text)}`;
  }
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [i, bounds] of fields.entries()) {
    for (const range of (parts[i] ?? '').split(',').filter((part) => part !== '')) {
      const error = rangeError(range, bounds);
      if (error !== undefined) return error;
    }
  }
  return undefined;
}

function rangeError(text: string, bounds: FieldBounds): string | undefined {
  const [range = '', step, ...tooManySlashes] = text.split('/');
  const [low = '', high, ...tooManyHyphens] = range.split('-');
  let start = bounds.min;
  let end = bounds.max;
  if (low !== '*' && low !== '?') {
    const first = parseNumber(low, bounds.names);
    if (typeof first === 'string') return first;
    start = first;
    end = first;
    if (tooManyHyphens.length > 0) return `too many hyphens: ${text}`;
    if (high !== undefined) {
      const last = parseNumber(high, bounds.names);
      if (typeof last === 'string') return last;
      end = last;
    }
  }
  if (tooManySlashes.length > 0) return `too many slashes: ${text}`;
  let width = 1;
  if (step !== undefined) {
    const parsed = parseNumber(step, undefined);
    if (typeof parsed === 'string') return parsed;
    width = parsed;
    if (high === undefined) end = bounds.max;
  }
  if (start < bounds.min)
    return `beginning of range (${start}) below minimum (${bounds.min}): ${text}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return width === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** Returns the number of a text or name; a string is the error. */
function parseNumber(text: string, names: readonly string[] | undefined): number | string {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  // Months count from 1, days from 0; the list of months is the longer one.
  if (named >= 0) return names === months ? named + 1 : named;
  if (!/^[-+]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
  }
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}
