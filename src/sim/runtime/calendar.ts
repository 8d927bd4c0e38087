/**
 * The wall clock of containers, in UTC, from virtual time.
 */
import { formatTime } from '../api/time.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MS_PER_DAY = 86_400_000;
/** 2026-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;
const EPOCH_SECONDS = 1_767_225_600;

/** A moment taken apart. Numbers are text of fixed width: `05`. */
export interface Moment {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  /** Three digits. */
  readonly millisecond: string;
  readonly monthName: string;
  readonly weekdayName: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Seconds since 1970. */
  readonly epochSeconds: number;
}

/** Takes a moment of virtual time apart. */
export function momentOf(ms: number): Moment {
  const text = formatTime(ms);
  const weekday = (((Math.floor(ms / MS_PER_DAY) + FIRST_WEEKDAY) % 7) + 7) % 7;
  const month = text.slice(5, 7);
  return {
    year: text.slice(0, 4),
    month,
    day: text.slice(8, 10),
    hour: text.slice(11, 13),
    minute: text.slice(14, 16),
    second: text.slice(17, 19),
    millisecond: String(((ms % 1000) + 1000) % 1000).padStart(3, '0'),
    monthName: MONTHS[Number(month) - 1] ?? '',
    weekdayName: WEEKDAYS[weekday] ?? '',
    weekday,
    epochSeconds: EPOCH_SECONDS + Math.floor(ms / 1000),
  };
}

/** Returns `2026/01/01 00:00:05`, as nginx writes times into its error log. */
export function slashTime(ms: number): string {
  const { year, month, day, hour, minute, second } = momentOf(ms);
  return `${year}/${month}/${day} ${hour}:${minute}:${second}`;
}

/** Returns `I0101 00:00:05.250000       1 log.go:244] `, as klog begins a line. */
export function klogPrefix(ms: number, pid: number): string {
  const { month, day, hour, minute, second, millisecond } = momentOf(ms);
  const thread = String(pid).padStart(7);
  return `I${month}${day} ${hour}:${minute}:${second}.${millisecond}000 ${thread} log.go:244] `;
}
