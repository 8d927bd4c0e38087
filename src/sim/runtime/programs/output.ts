/**
 * echo and printf.
 *
 * Upstream: busybox coreutils/echo.c, coreutils/printf.c
 */
import type { Process } from '../../engine/process.ts';
import { errorText } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { complain } from './utility.ts';

const named: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Replaces `\n`, `\x41`, `\0101`. With `\c` the text ends there. */
function unescape(text: string, isFormat: boolean): { text: string; isEnded: boolean } {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char !== '\\' || at + 1 >= text.length) {
      result += char;
      continue;
    }
    const octal = (isFormat ? /^[0-7]{1,3}/ : /^0?[0-7]{1,3}/).exec(text.slice(at + 1, at + 5));
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at + 1, at + 4));
    const next = text.charAt(at + 1);
    if (next === 'c') return { text: result, isEnded: true };
    if (octal !== null && /[0-7]/.test(next)) {
      result += String.fromCharCode(parseInt(octal[0], 8) & 0xff);
      at += octal[0].length;
    } else if (hex !== null) {
      result += String.fromCharCode(parseInt(hex[1] ?? '0', 16));
      at += hex[0].length;
    } else {
      result += named[next] ?? `\\${next}`;
      at += 1;
    }
  }
  return { text: result, isEnded: false };
}

function* writeOut(process: OsProcess, name: string, text: string): Process<number> {
  const error = yield* process.write(1, text);
  return error === undefined ? 0 : complain(process, name, `write error: ${errorText(error)}`);
}

/** echo [-neE] [WORD]... */
export function echo(process: OsProcess, args: readonly string[], name: string): Process<number> {
  let isEscaped = false;
  let isOpen = false;
  let first = 0;
  while (/^-[neE]+$/.test(args[first] ?? '')) {
    for (const letter of (args[first] ?? '').slice(1)) {
      if (letter === 'n') isOpen = true;
      else isEscaped = letter === 'e';
    }
    first += 1;
  }
  const text = args.slice(first).join(' ');
  if (!isEscaped) return writeOut(process, name, isOpen ? text : `${text}\n`);
  const result = unescape(text, false);
  return writeOut(process, name, result.text + (isOpen || result.isEnded ? '' : '\n'));
}

/** printf FORMAT [WORD]... */
export function printf(
  process: OsProcess,
  args: readonly string[],
  name: string,
): Process<number> | number {
  const words = args[0] === '--' ? args.slice(1) : args;
  const [format, ...values] = words;
  if (format === undefined) return complain(process, name, 'usage: printf FORMAT [ARG]...', 2);
  const formatter = new Formatter(values, (value) => {
    complain(process, name, `invalid number '${value}'`);
  });
  return finish(process, name, formatter, format);
}

function* finish(
  process: OsProcess,
  name: string,
  formatter: Formatter,
  format: string,
): Process<number> {
  const code = yield* writeOut(process, name, formatter.format(format));
  return formatter.hasFailed ? 1 : code;
}

const directive = /%(?:%|([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:hh|h|ll|l|L|q|j|z|t)?([a-zA-Z]))/g;

class Formatter {
  hasFailed = false;
  #values: readonly string[];
  readonly #onBadNumber: (value: string) => void;
  #isEnded = false;

  constructor(values: readonly string[], onBadNumber: (value: string) => void) {
    this.#values = values;
    this.#onBadNumber = onBadNumber;
  }

  /** Uses the format again as long as arguments are left that it can take. */
  format(format: string): string {
    let result = '';
    for (;;) {
      const before = this.#values.length;
      result += this.#once(format);
      if (this.#isEnded || this.#values.length === 0 || this.#values.length === before) {
        return result;
      }
    }
  }

  #once(format: string): string {
    let result = '';
    let at = 0;
    for (const match of format.matchAll(directive)) {
      const before = unescape(format.slice(at, match.index), true);
      result += before.text;
      if (before.isEnded) this.#isEnded = true;
      if (this.#isEnded) return result;
      result += match[0] === '%%' ? '%' : this.#convert(match);
      if (this.#isEnded) return result;
      at = match.index + match[0].length;
    }
    const rest = unescape(format.slice(at), true);
    this.#isEnded = rest.isEnded;
    return result + rest.text;
  }

  #next(): string | undefined {
    const [value, ...rest] = this.#values;
    this.#values = rest;
    return value;
  }

  #number(text: string | undefined): number {
    if (text === undefined || text === '') return 0;
    if (/^["']./.test(text)) return text.charCodeAt(1);
    const value = /^\s*[-+]?0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text);
    if (Number.isFinite(value)) return value;
    this.hasFailed = true;
    this.#onBadNumber(text);
    const start = /^\s*[-+]?\d+/.exec(text)?.[0];
    return start === undefined ? 0 : Number(start);
  }

  #convert(match: RegExpMatchArray): string {
    let flags = match[1] ?? '';
    let width = match[2] === '*' ? this.#number(this.#next()) : Number(match[2] ?? 0);
    const hasPrecision = /\.\D*/.test(match[0]) && match[0].includes('.');
    const precision = match[3] === '*' ? this.#number(this.#next()) : Number(match[3] ?? 0);
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    const kind = match[4] ?? 's';
    const text = this.#text(kind, flags, hasPrecision ? precision : undefined);
    if (text.length >= width) return text;
    if (flags.includes('-')) return text.padEnd(width);
    if (!flags.includes('0') || 'sbc'.includes(kind)) return text.padStart(width);
    const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }

  #text(kind: string, flags: string, precision: number | undefined): string {
    const value = this.#next();
    if (kind === 's') return (value ?? '').slice(0, precision);
    if (kind === 'c') return (value ?? '').slice(0, 1);
    if (kind === 'b') {
      const result = unescape(value ?? '', false);
      this.#isEnded = result.isEnded;
      return result.text.slice(0, precision);
    }
    const number = this.#number(value);
    if ('feEgG'.includes(kind)) return signed(formatFloat(kind, number, precision ?? 6), flags);
    const whole = Math.trunc(number);
    if ('xXo'.includes(kind)) {
      const digits = (whole < 0 ? 2 ** 32 + whole : whole).toString(kind === 'o' ? 8 : 16);
      const prefix = !flags.includes('#') ? '' : kind === 'o' ? '0' : `0${kind}`;
      return prefix + (kind === 'X' ? digits.toUpperCase() : digits).padStart(precision ?? 0, '0');
    }
    const digits = String(Math.abs(whole)).padStart(precision ?? 0, '0');
    return signed(whole < 0 ? `-${digits}` : digits, flags);
  }
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

/** Formats a number as C's %f, %e and %g do. */
export function formatFloat(kind: string, value: number, precision: number): string {
  const exponent = (text: string): string =>
    text.replace(/e([-+])(\d)$/, (_whole, sign: string, digit: string) => `e${sign}0${digit}`);
  if (kind === 'f') return value.toFixed(Math.min(precision, 20));
  if (kind === 'e') return exponent(value.toExponential(Math.min(precision, 20)));
  if (kind === 'E') return formatFloat('e', value, precision).toUpperCase();
  if (kind === 'G') return formatFloat('g', value, precision).toUpperCase();
  if (value === 0) return '0';
  const digits = Math.max(precision, 1);
  const power = Number(value.toExponential(digits - 1).split('e')[1]);
  if (power < -4 || power >= digits) {
    return exponent(value.toExponential(digits - 1).replace(/\.?0+e/, 'e'));
  }
  const text = value.toFixed(Math.max(digits - 1 - power, 0));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `printf` for other programs (awk): formats values, a wrong number counts as 0. */
export function formatText(format: string, values: readonly string[]): string {
  return new Formatter(values, () => undefined).format(format);
}
