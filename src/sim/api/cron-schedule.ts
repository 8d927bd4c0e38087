/**
 * Schedules of CronJobs: five fields, a descriptor such as `@hourly`, or `@every 5m`, with the words of the library that
 * upstream reads them with.
 *
 * - Where both the day of the month and the day of the week are restricted, either of them is enough.
 * - `@every` counts from the moment that is asked about, in whole seconds, and never less than one.
 * - A time that a change to summer time skips is run when the clock goes on; one that comes twice runs at its first hour.
 *
 * Upstream: github.com/robfig/cron/v3 parser.go ParseStandard, spec.go SpecSchedule, constantdelay.go
 * Docs: /docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
import { goUnitsMs } from './go-duration.ts';
import { goQuote } from './go-format.ts';
import { civilAt, momentAt } from './time-zone.ts';
import type { CivilTime, TimeZone } from './time-zone.ts';

/** One field's bounds and the names that may stand for its numbers. */
interface FieldBounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const days = 'sun mon tue wed thu fri sat'.split(' ');

const bounds: readonly FieldBounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** The values of a field. `isAny` is true for `*` and `?`, alone or in a list, without a step. */
interface Field {
  readonly values: ReadonlySet<number>;
  readonly isAny: boolean;
}

/** A schedule that was read. */
export type CronSchedule =
  | { readonly form: 'every'; readonly periodMs: number }
  | {
      readonly form: 'fields';
      readonly minute: Field;
      readonly hour: Field;
      readonly dayOfMonth: Field;
      readonly month: Field;
      readonly dayOfWeek: Field;
    };

/** A schedule cannot be read, with upstream's words. */
export class CronScheduleError extends Error {}

/** Reads a schedule. Throws a CronScheduleError. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new CronScheduleError('empty spec string');
  const fields = descriptors[text] ?? text;
  if (fields.startsWith('@')) return parseEvery(text);
  const parts = fields.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== bounds.length) {
    const found = `[${parts.join(' ')}]`;
    throw new CronScheduleError(`expected exactly 5 fields, found ${parts.length}: ${found}`);
  }
  const read = (index: number): Field =>
    parseField(parts[index] ?? '', bounds[index] as FieldBounds);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = [
    read(0),
    read(1),
    read(2),
    read(3),
    read(4),
  ];
  return { form: 'fields', minute, hour, dayOfMonth, month, dayOfWeek };
}

/** Returns what is wrong with a schedule, or undefined for a good one. */
export function scheduleError(text: string): string | undefined {
  try {
    parseCronSchedule(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof CronScheduleError)) throw error;
    return error.message;
  }
}

const durationForm =
  /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$|^0$/;
const durationPart = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;

function parseEvery(text: string): CronSchedule {
  if (!text.startsWith('@every ')) throw new CronScheduleError(`unrecognized descriptor: ${text}`);
  const duration = text.slice('@every '.length);
  if (!durationForm.test(duration)) {
    const reason = `time: invalid duration ${goQuote(duration)}`;
    throw new CronScheduleError(`failed to parse duration ${text}: ${reason}`);
  }
  let ms = 0;
  for (const [, value = '0', unit = 's'] of duration.matchAll(durationPart)) {
    ms += Number(value) * (goUnitsMs[unit] ?? 0);
  }
  const seconds = duration.startsWith('-') ? 0 : Math.floor(ms / 1_000);
  return { form: 'every', periodMs: Math.max(1, seconds) * 1_000 };
}

function parseField(text: string, field: FieldBounds): Field {
  const values = new Set<number>();
  let isAny = false;
  for (const range of text.split(',').filter((part) => part !== '')) {
    const { first, last, step, isStar } = parseRange(range, field);
    for (let value = first; value <= last; value += step) values.add(value);
    isAny ||= isStar && step === 1;
  }
  return { values, isAny };
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly isStar: boolean;
}

function parseRange(text: string, { min, max, names }: FieldBounds): Range {
  const [range = '', stepText, ...tooManySlashes] = text.split('/');
  const [low = '', high, ...tooManyHyphens] = range.split('-');
  const isStar = low === '*' || low === '?';
  const first = isStar ? min : parseNumber(low, names);
  if (!isStar && tooManyHyphens.length > 0)
    throw new CronScheduleError(`too many hyphens: ${text}`);
  let last = isStar ? max : high === undefined ? first : parseNumber(high, names);
  if (tooManySlashes.length > 0) throw new CronScheduleError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText, undefined);
  if (stepText !== undefined && high === undefined) last = max;
  if (first < min) refuse(`beginning of range (${first}) below minimum (${min}): ${text}`);
  if (last > max) refuse(`end of range (${last}) above maximum (${max}): ${text}`);
  if (first > last) refuse(`beginning of range (${first}) beyond end of range (${last}): ${text}`);
  if (step === 0) refuse(`step of range should be a positive number: ${text}`);
  return { first, last, step, isStar };
}

function refuse(message: string): never {
  throw new CronScheduleError(message);
}

function parseNumber(text: string, names: readonly string[] | undefined): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  // Months count from 1, days from 0.
  if (named >= 0) return names === months ? named + 1 : named;
  if (!/^[-+]?\d+$/.test(text)) {
    const reason = `strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
    throw new CronScheduleError(`failed to parse int from ${text}: ${reason}`);
  }
  const value = Number(text);
  if (value < 0) refuse(`negative number (${value}) not allowed: ${text}`);
  return value;
}

const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000];
/** Years that are searched for a time that fits. */
const yearsSearched = 5;

/** Returns the next moment of a schedule after `ms`, in virtual ms; undefined where there is none within five years. */
export function nextTime(schedule: CronSchedule, zone: TimeZone, ms: number): number | undefined {
  const wholeMs = Math.floor(ms / secondMs) * secondMs;
  if (schedule.form === 'every') return wholeMs + schedule.periodMs;
  const { minute, hour, month } = schedule;
  let timeMs = wholeMs + secondMs;
  const lastYear = civilAt(zone, timeMs).year + yearsSearched;
  /** Whether what is smaller than the field has been set to its beginning. */
  let isReset = false;
  for (;;) {
    const wall = civilAt(zone, timeMs);
    if (wall.year > lastYear) return undefined;
    if (!month.values.has(wall.month)) {
      timeMs = momentAt(zone, wall.year, wall.month + 1, 1);
      while (civilAt(zone, timeMs).month === wall.month) timeMs += hourMs;
      isReset = true;
      continue;
    }
    if (!isDayOf(schedule, wall)) {
      timeMs = midnightAfter(zone, wall);
      isReset = true;
      continue;
    }
    if (!hour.values.has(wall.hour)) {
      if (!isReset) timeMs = momentAt(zone, wall.year, wall.month, wall.day, wall.hour);
      isReset = true;
      timeMs += hourMs;
      continue;
    }
    if (!minute.values.has(wall.minute)) {
      timeMs = Math.floor(timeMs / minuteMs) * minuteMs + minuteMs;
      isReset = true;
      continue;
    }
    if (wall.second === 0) return timeMs;
    timeMs += (60 - wall.second) * secondMs;
    isReset = true;
  }
}

/** Returns the first moment of the next day: midnight, or an hour later where the clock skips that. */
function midnightAfter(zone: TimeZone, { year, month, day }: CivilTime): number {
  let ms = momentAt(zone, year, month, day + 1);
  const { hour } = civilAt(zone, ms);
  if (hour > 0 && hour <= 12) ms -= hour * hourMs;
  // Where the clock goes back at midnight, the last hour of the day comes twice.
  while (civilAt(zone, ms).day === day) ms += hourMs;
  return ms;
}

function isDayOf(
  { dayOfMonth, dayOfWeek }: Extract<CronSchedule, { readonly form: 'fields' }>,
  { day, weekday }: CivilTime,
): boolean {
  const [isDate, isWeekday] = [dayOfMonth.values.has(day), dayOfWeek.values.has(weekday)];
  return dayOfMonth.isAny || dayOfWeek.isAny ? isDate && isWeekday : isDate || isWeekday;
}
