/**
 * Fields that hold a number or a percentage (`maxSurge`, `maxUnavailable`, `minAvailable`), or a port's number or name.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go
 */
import { goQuote } from './go-format.ts';

/** A number, or text such as `25%` or `http`. */
export type IntOrString = number | string;

/** A value that is neither a number nor a percentage, with upstream's message. */
export class IntOrStringError extends Error {}

/** Whether the value is text of the form of a percentage. */
export function isPercent(value: IntOrString | undefined): value is string {
  return typeof value === 'string' && value.endsWith('%');
}

/** Returns the number before the percent sign. Throws an IntOrStringError. */
export function percentOf(value: string): number {
  if (!value.endsWith('%')) throw new IntOrStringError('invalid type: string is not a percentage');
  const digits = value.slice(0, -1);
  if (!/^[+-]?\d+$/.test(digits)) {
    const reason = `strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`;
    throw new IntOrStringError(`invalid value ${goQuote(value)}: ${reason}`);
  }
  return Number(digits);
}

/**
 * Returns the number, or the percentage of `total` rounded up or down to a whole number. Throws an IntOrStringError for
 * text that is no percentage and for a missing value.
 */
export function scaledIntOrPercent(
  value: IntOrString | undefined,
  total: number,
  roundUp: boolean,
): number {
  if (value === undefined) throw new IntOrStringError('nil value for IntOrString');
  if (typeof value === 'number') return value;
  try {
    const hundredths = percentOf(value) * total;
    return roundUp ? Math.ceil(hundredths / 100) : Math.floor(hundredths / 100);
  } catch (error) {
    if (!(error instanceof IntOrStringError)) throw error;
    throw new IntOrStringError(`invalid value for IntOrString: ${error.message}`);
  }
}

/** Reads text as a flag or an annotation has it: a number where it is one, else the text. */
export function parseIntOrString(text: string): IntOrString {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2_147_483_647 ? Number(text) : text;
}
