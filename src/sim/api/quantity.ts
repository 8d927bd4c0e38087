/**
 * Quantities: exact numbers with a unit (`500m`, `1.5Gi`, `1e3`), their canonical text and arithmetic.
 *
 * A value is `unscaled` × 10^`scale` with a whole `unscaled`. Nothing smaller than a billionth is kept: it is rounded up
 * (away from zero). Parsing remembers its answers, since few distinct texts occur.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go, suffix.go, amount.go
 * Docs: /docs/reference/kubernetes-api/common-definitions/quantity/
 */

/** The family of units in which a quantity is written. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** A parsed quantity. */
export interface Quantity {
  readonly unscaled: bigint;
  /** Power of ten. */
  readonly scale: number;
  readonly format: QuantityFormat;
}

/** Text that is no quantity, with upstream's message. */
export class QuantityError extends Error {}

const formatMessage =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const numberMessage = 'unable to parse numeric part of quantity';
const suffixMessage = "unable to parse quantity's suffix";

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = -9;
const maxBinary = (1n << 63n) - 1n;

/** A quantity of nothing. */
export const zeroQuantity: Quantity = Object.freeze({
  unscaled: 0n,
  scale: 0,
  format: 'DecimalSI',
});

const parsedQuantities = new Map<string, Quantity>();
const maxRemembered = 4_096;

/** Parses a quantity. A number, as YAML without quotes has it, is read as its text. Throws a QuantityError. */
export function parseQuantity(value: string | number): Quantity {
  const text = String(value);
  let quantity = parsedQuantities.get(text);
  if (!quantity) {
    quantity = Object.freeze(parse(text));
    if (parsedQuantities.size >= maxRemembered) parsedQuantities.clear();
    parsedQuantities.set(text, quantity);
  }
  return quantity;
}

function parse(text: string): Quantity {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (text === '' || !match) throw new QuantityError(formatMessage);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const { base, exponent, format } = parseSuffix(suffix);
  if (whole === '' && fraction === '') throw new QuantityError(numberMessage);
  let unscaled = BigInt(whole + fraction);
  let scale = -fraction.length;
  if (base === 10) scale += exponent;
  else unscaled <<= BigInt(exponent);
  while (scale > 0 && scale < 64) {
    // Keep whole powers of ten in the value only while they are small; a text as 1e9000 must stay cheap.
    if (unscaled === 0n || scale <= 18) break;
    unscaled *= 10n;
    scale--;
  }
  if (scale < nano) {
    unscaled = divideUp(unscaled, powerOfTen(nano - scale));
    scale = nano;
  }
  let resultFormat = format;
  if (format === 'BinarySI') {
    if (compareScaled(unscaled, scale, maxBinary, 0) > 0) [unscaled, scale] = [maxBinary, 0];
    if (unscaled > 0n && compareScaled(unscaled, scale, 1n, 0) < 0) resultFormat = 'DecimalSI';
  }
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale, format: resultFormat };
}

function parseSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { base: 10, exponent: decimal * 3 + nano, format: 'DecimalSI' };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix);
  if (!exponent) throw new QuantityError(suffixMessage);
  const value = Number(exponent[1]);
  if (Math.abs(value) > 2_147_483_647) throw new QuantityError(suffixMessage);
  return { base: 10, exponent: value, format: 'DecimalExponent' };
}

function powerOfTen(exponent: number): bigint {
  // A power beyond any representable quantity rounds and compares as a smaller one does.
  return 10n ** BigInt(Math.min(exponent, 400));
}

/** Divides away from zero. */
function divideUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

function compareScaled(a: bigint, aScale: number, b: bigint, bScale: number): number {
  const left = aScale > bScale ? a * powerOfTen(aScale - bScale) : a;
  const right = bScale > aScale ? b * powerOfTen(bScale - aScale) : b;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether the text is a quantity. */
export function isQuantity(value: string): boolean {
  try {
    parseQuantity(value);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** Compares two quantities: below 0, 0 or above 0. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return compareScaled(a.unscaled, a.scale, b.unscaled, b.scale);
}

/** Adds two quantities. The sum is written as `a` is, or as `b` is when `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale);
  const unscaled =
    a.unscaled * powerOfTen(a.scale - scale) + b.unscaled * powerOfTen(b.scale - scale);
  return { unscaled, scale, format: a.unscaled === 0n ? b.format : a.format };
}

/** Subtracts `b` from `a`. The difference is written as a sum is. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { ...b, unscaled: -b.unscaled });
}

/** Returns the value times 10^`-scale` as a whole number, rounded away from zero. Exact up to 2^53. */
export function scaledValue(quantity: Quantity, scale: number): number {
  const shift = quantity.scale - scale;
  if (shift >= 0) return Number(quantity.unscaled * powerOfTen(shift));
  return Number(divideUp(quantity.unscaled, powerOfTen(-shift)));
}

/** Returns whole units (bytes, pods), rounded up. */
export function quantityValue(value: string | number): number {
  return scaledValue(parseQuantity(value), 0);
}

/** Returns thousandths (of a CPU), rounded up. */
export function quantityMilliValue(value: string | number): number {
  return scaledValue(parseQuantity(value), -3);
}

/** Makes a quantity of thousandths, as the sum of CPU requests is written. */
export function quantityFromMilli(milli: number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { unscaled: BigInt(milli), scale: -3, format };
}

/** Makes a quantity of whole units. */
export function quantityFromValue(value: number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { unscaled: BigInt(value), scale: 0, format };
}

/** Writes the canonical text: no fraction, no loss, and the largest unit that allows both. */
export function formatQuantity(quantity: Quantity): string {
  const { unscaled, scale } = quantity;
  if (unscaled === 0n) return '0';
  const isSmall =
    compareScaled(unscaled, scale, 1024n, 0) < 0 && compareScaled(unscaled, scale, -1024n, 0) > 0;
  if (quantity.format === 'BinarySI' && !isSmall) {
    const divisor = powerOfTen(Math.max(0, -scale));
    if (unscaled % divisor === 0n) {
      return formatBinary((unscaled * powerOfTen(Math.max(0, scale))) / divisor);
    }
  }
  const isExponent = quantity.format === 'DecimalExponent';
  return formatDecimal(unscaled, scale, isExponent);
}

function formatBinary(value: bigint): string {
  let mantissa = value;
  let step = 0;
  while (step < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    step++;
  }
  return `${mantissa}${binarySuffixes[step] ?? ''}`;
}

function formatDecimal(unscaled: bigint, scale: number, isExponent: boolean): string {
  let mantissa = unscaled;
  let exponent = scale;
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0 || (!isExponent && exponent > 18)) {
    mantissa *= 10n;
    exponent--;
  }
  if (isExponent) return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${decimalSuffixes[(exponent - nano) / 3] ?? ''}`;
}

/** Returns the canonical text of a quantity's text: what the API server stores. Throws a QuantityError. */
export function canonicalQuantity(value: string | number): string {
  return formatQuantity(parseQuantity(value));
}
