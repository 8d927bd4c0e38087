/**
 * Timestamps of the API, made from and read to virtual time, without the platform's Date.
 *
 * Virtual time is an integer of milliseconds; 0 ms is 2026-01-01T00:00:00Z. A `metav1.Time` holds whole seconds
 * (what is smaller is cut off, as in Go's RFC 3339 layout); a `metav1.MicroTime` holds microseconds.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 Time, MicroTime; pkg/util/duration HumanDuration
 */

const msPerDay = 86_400_000;

/** Days from 1970-01-01 to the epoch of virtual time, 2026-01-01. */
const epochDays = 20_454;

/** Returns the number of days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
export function daysOfDate(year: number, month: number, day: number): number {
  // Years begin in March here, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

/** Returns `YYYY-MM-DD` of a day counted from 1970-01-01. */
function dateOfDays(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The second that was written last: a cluster writes the same one many times before it writes the next. */
let lastSecond = NaN;
let lastText = '';

/** Formats a moment of virtual time as a metav1.Time, in whole seconds: `2026-01-01T00:00:00Z`. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second === lastSecond) return lastText;
  lastText = writeTime(ms);
  lastSecond = second;
  return lastText;
}

function writeTime(ms: number): string {
  const days = Math.floor(ms / msPerDay);
  const seconds = Math.floor((ms - days * msPerDay) / 1_000);
  const clock = `${pad(Math.floor(seconds / 3_600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}`;
  return `${dateOfDays(epochDays + days)}T${clock}:${pad(seconds % 60, 2)}Z`;
}

/** Formats a moment of virtual time as a metav1.MicroTime: `2026-01-01T00:00:00.250000Z`. */
export function formatMicroTime(ms: number): string {
  const fraction = pad(ms - Math.floor(ms / 1_000) * 1_000, 3);
  return `${formatTime(ms).slice(0, -1)}.${fraction}000Z`;
}

const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** What was read last, for the same reason. */
const known = new Map<string, number | undefined>();
const knownMax = 1_000;

/**
 * Reads an RFC 3339 timestamp to virtual milliseconds (negative before 2026); what is smaller than a millisecond
 * is cut off. Returns undefined for text that is not one, including dates that do not exist.
 */
export function tryParseTime(text: string): number | undefined {
  if (known.has(text)) return known.get(text);
  const ms = readTime(text);
  if (known.size >= knownMax) known.clear();
  known.set(text, ms);
  return ms;
}

function readTime(text: string): number | undefined {
  const match = timestamp.exec(text);
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hours, minutes, seconds] = [part(4), part(5), part(6)];
  if (month < 1 || month > 12 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const days = daysOfDate(year, month, day);
  if (day < 1 || dateOfDays(days) !== text.slice(0, 10)) return undefined;
  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset = (part(9) * 60 + part(10)) * 60_000 * (match[8] === '-' ? -1 : 1);
  const clock = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms;
  return (days - epochDays) * msPerDay + clock - offset;
}

/** Reads a timestamp which the cluster itself has written. Throws when it is not one. */
export function parseTime(text: string): number {
  const ms = tryParseTime(text);
  if (ms === undefined) throw new Error(`invalid timestamp: ${text}`);
  return ms;
}

/**
 * Formats a duration as kubectl prints ages: two units at most, and only one where the second no longer matters
 * (`5s`, `2m5s`, `12m`, `3h2m`, `9h`, `2d3h`, `9d`, `2y30d`). A duration of down to -1 s counts as `0s`; below
 * that it is `<invalid>`.
 */
export function formatAge(ms: number): string {
  // Clocks of two machines may differ a little, so upstream accepts almost two seconds of the future.
  const seconds = Math.trunc(ms / 1_000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24)}d`;
  const years = Math.floor(hours / (24 * 365));
  if (hours < 24 * 365 * 8) return withRest(years, 'y', Math.floor(hours / 24) % 365, 'd');
  return `${years}y`;
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value}${unit}` : `${value}${unit}${rest}${restUnit}`;
}
