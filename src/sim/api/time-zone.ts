/**
 * Time zones: offsets from UTC and civil time, in virtual milliseconds and without the platform's Date.
 *
 * Upstream: Go time Location, LoadLocation, Date
 * Docs: /docs/concepts/workloads/controllers/cron-jobs/#time-zones
 */
import { daysOfDate, formatTime } from './time.ts';
import { timeZoneTable } from './time-zone-table.ts';

const msPerDay = 86_400_000;
/** Virtual 0 ms is 2026-01-01, so many days after 1970-01-01. */
const epochDays = 20_454;

/** A day and time on the wall of a zone. `weekday` 0 is Sunday. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
}

/** The day of a year on which summer time begins or ends, and the time of that day by the clock before the change. */
interface Change {
  readonly month: number;
  /** 1 to 4, or 5 for the last one of the month. */
  readonly week: number;
  readonly weekday: number;
  readonly timeMs: number;
}

/** A time zone. Offsets are positive to the east. */
export interface TimeZone {
  readonly name: string;
  readonly offsetMs: number;
  readonly summer:
    { readonly offsetMs: number; readonly begin: Change; readonly end: Change } | undefined;
}

/** Coordinated universal time. */
export const utc: TimeZone = { name: 'UTC', offsetMs: 0, summer: undefined };

let rules: Map<string, string> | undefined;

function ruleOf(name: string): string | undefined {
  if (rules === undefined) {
    rules = new Map();
    for (const line of timeZoneTable.trim().split('\n')) {
      const [rule = '', ...groups] = line.split(' ');
      for (const group of groups) {
        const slash = group.lastIndexOf('/') + 1;
        const area = group.slice(0, slash);
        for (const place of group.slice(slash).split(',')) rules.set(`${area}${place}`, rule);
      }
    }
  }
  return rules.get(name);
}

/** Returns the zone of a name of the IANA database, or undefined where there is none. '' is UTC. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name === '' || name === 'UTC') return utc;
  const rule = ruleOf(name);
  if (rule === undefined) return undefined;
  const [, standard = '', summer, begin = '', end = ''] =
    /^([^D,]+)(?:D([^,]*),([^,]+),([^,]+))?$/.exec(rule) ?? [];
  const offsetMs = -durationMs(standard);
  if (summer === undefined) return { name, offsetMs, summer: undefined };
  return {
    name,
    offsetMs,
    summer: {
      offsetMs: summer === '' ? offsetMs + 3_600_000 : -durationMs(summer),
      begin: changeOf(begin),
      end: changeOf(end),
    },
  };
}

/** Reads `-5`, `9:30` or `26`. */
function durationMs(text: string): number {
  const [hours = '0', minutes = '0'] = text.replace(/^[+-]/, '').split(':');
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return text.startsWith('-') ? -ms : ms;
}

/** Reads `M3.2.0/2`: the second Sunday of March at 2 o'clock. */
function changeOf(text: string): Change {
  const [date = '', time = '2'] = text.slice(1).split('/');
  const [month = 1, week = 1, weekday = 0] = date.split('.').map(Number);
  return { month, week, weekday, timeMs: durationMs(time) };
}

/** Returns the offset from UTC at a moment, in ms. */
export function offsetAt(zone: TimeZone, ms: number): number {
  const { summer, offsetMs } = zone;
  if (summer === undefined) return offsetMs;
  const { year } = civilOf(ms + offsetMs);
  const beginMs = momentOf(summer.begin, year) - offsetMs;
  const endMs = momentOf(summer.end, year) - summer.offsetMs;
  const isSummer = beginMs < endMs ? ms >= beginMs && ms < endMs : !(ms >= endMs && ms < beginMs);
  return isSummer ? summer.offsetMs : offsetMs;
}

function momentOf({ month, week, weekday, timeMs }: Change, year: number): number {
  const first = daysOfDate(year, month, 1);
  const firstWeekday = weekdayOf(first);
  let day = first + ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7;
  const next = month === 12 ? daysOfDate(year + 1, 1, 1) : daysOfDate(year, month + 1, 1);
  while (day >= next) day -= 7;
  return (day - epochDays) * msPerDay + timeMs;
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

function civilOf(ms: number): CivilTime {
  const text = formatTime(ms);
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  return {
    year: part(0, 4),
    month: part(5, 7),
    day: part(8, 10),
    hour: part(11, 13),
    minute: part(14, 16),
    second: part(17, 19),
    weekday: weekdayOf(Math.floor(ms / msPerDay) + epochDays),
  };
}

/** Returns what the clock on the wall shows at a moment. */
export function civilAt(zone: TimeZone, ms: number): CivilTime {
  return civilOf(ms + offsetAt(zone, ms));
}

/**
 * Returns the moment at which the clock on the wall shows this. Days and months may be one too large and are carried over.
 * A time that is skipped or comes twice is one of those next to it, the same as Go takes.
 */
export function momentAt(
  zone: TimeZone,
  year: number,
  month: number,
  day: number,
  hour = 0,
): number {
  const months = year * 12 + month - 1;
  const first = daysOfDate(Math.floor(months / 12), (months % 12) + 1, 1);
  const wallMs = (first + day - 1 - epochDays) * msPerDay + hour * 3_600_000;
  const offsetMs = offsetAt(zone, wallMs);
  if (offsetMs === 0) return wallMs;
  return wallMs - offsetAt(zone, wallMs - offsetMs);
}

/** Formats a moment with the zone's offset: `2026-07-01T09:00:00+09:00`, or with a `Z` where that is 0. */
export function formatInZone(zone: TimeZone, ms: number): string {
  const offsetMs = offsetAt(zone, ms);
  const local = formatTime(ms + offsetMs).slice(0, -1);
  if (offsetMs === 0) return `${local}Z`;
  const minutes = Math.abs(offsetMs) / 60_000;
  const pad = (value: number): string => String(value).padStart(2, '0');
  const sign = offsetMs < 0 ? '-' : '+';
  return `${local}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

const weekdays = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Formats a moment in UTC as RFC 1123 has it: `Mon, 23 Nov 2026 13:29:00 +0000`. */
export function formatRfc1123(ms: number): string {
  const { year, month, day, weekday } = civilAt(utc, ms);
  const clock = formatTime(ms).slice(11, 19);
  const date = `${String(day).padStart(2, '0')} ${months[month - 1] ?? ''} ${year}`;
  return `${weekdays[weekday] ?? ''}, ${date} ${clock} +0000`;
}
