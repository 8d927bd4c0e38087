/**
 * Checks of single values which many kinds share, with upstream's texts.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation, pkg/api/validation, pkg/apis/meta/v1/validation
 */
import { forbidden, child, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { IntOrString } from '../../api/int-or-string.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidPortName,
} from '../../api/names.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../api/types.gen.ts';

/** Checks a text, and returns what is wrong with it. */
export type TextCheck = (value: string) => readonly string[];

/** What a change of a field that may not change is told. */
export const immutableMessage = 'field is immutable';

/** Turns the texts of a check into errors of the field. */
export function textErrors(path: string, value: string, check: TextCheck): FieldError[] {
  return check(value).map((detail) => invalid(path, value, detail));
}

/** Checks a DNS label in a field. */
export function dns1123Label(path: string, value: string): FieldError[] {
  return textErrors(path, value, isDns1123Label);
}

/** Checks a DNS subdomain in a field. */
export function dns1123Subdomain(path: string, value: string): FieldError[] {
  return textErrors(path, value, isDns1123Subdomain);
}

/** Checks a label key in a field. */
export function labelName(path: string, value: string): FieldError[] {
  return textErrors(path, value, isQualifiedName);
}

/** Checks that a number, if given, is not below zero. */
export function nonNegative(path: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0
    ? [invalid(path, value, 'must be greater than or equal to 0')]
    : [];
}

/** Checks that a number, if given, lies in a range with both its ends. */
export function inRange(
  path: string,
  value: number | undefined,
  [low, high]: readonly [number, number],
): FieldError[] {
  if (value === undefined || (value >= low && value <= high)) return [];
  return [invalid(path, value, `must be between ${low} and ${high}, inclusive`)];
}

/** The numbers that a port may have. */
export const portRange: readonly [number, number] = [1, 65_535];

/** The numbers that a user or group may have. */
export const idRange: readonly [number, number] = [0, 2_147_483_647];

/** Checks a port given as number or name. */
export function portNumberOrName(path: string, port: IntOrString): FieldError[] {
  return typeof port === 'number'
    ? inRange(path, port, portRange)
    : textErrors(path, port, isValidPortName);
}

/** Checks that a value is one of a list; it may be missing only where `isOptional`. */
export function oneOf(
  path: string,
  value: string | undefined,
  values: readonly string[],
  isOptional = false,
): FieldError[] {
  if (value === undefined || value === '') return isOptional ? [] : [required(path)];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}

/** Entries of a map in the order of its keys. Upstream has no order here; ours must be the same each time. */
export function sortedEntries<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Checks the keys and values of labels. */
export function labels(
  path: string,
  map: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  return sortedEntries(map).flatMap(([key, value]) => [
    ...labelName(path, key),
    ...textErrors(path, value, isValidLabelValue),
  ]);
}

/** Checks a label selector. */
export function labelSelector(path: string, selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [];
  return [
    ...labels(child(path, 'matchLabels'), selector.matchLabels),
    ...(selector.matchExpressions ?? []).flatMap((requirement, i) =>
      selectorRequirement(index(child(path, 'matchExpressions'), i), requirement),
    ),
  ];
}

function selectorRequirement(path: string, requirement: LabelSelectorRequirement): FieldError[] {
  const { key, operator, values = [] } = requirement;
  return [
    ...operatorErrors(path, operator, values, false),
    ...labelName(child(path, 'key'), key),
    ...values.flatMap((value, i) =>
      textErrors(index(child(path, 'values'), i), value, isValidLabelValue),
    ),
  ];
}

/** Checks that an operator is known and has the values it needs; `Gt` and `Lt` are for nodes only. */
export function operatorErrors(
  path: string,
  operator: string,
  values: readonly string[],
  hasComparisons: boolean,
): FieldError[] {
  const valuesPath = child(path, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    return values.length > 0
      ? []
      : [required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    return values.length === 0 ? [] : [forbidden(valuesPath, detail)];
  }
  if (hasComparisons && (operator === 'Gt' || operator === 'Lt')) {
    const detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
    return values.length === 1 ? [] : [required(valuesPath, detail)];
  }
  return [invalid(child(path, 'operator'), operator, 'not a valid selector operator')];
}

/** Checks a number or percentage that may not be negative. */
export function positiveIntOrPercent(path: string, value: IntOrString): FieldError[] {
  if (typeof value === 'number') return nonNegative(path, value);
  if (/^[0-9]+%$/.test(value)) return [];
  const detail =
    "a valid percent string must be a numeric string followed by an ending '%' " +
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  return [invalid(path, value, detail)];
}

/** Checks that a percentage is at most 100. */
export function atMost100Percent(path: string, value: IntOrString): FieldError[] {
  if (typeof value === 'number' || !/^[0-9]+%$/.test(value)) return [];
  return Number.parseInt(value, 10) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
}

/** Checks that a path stays below the folder it is relative to. */
export function descendingPath(path: string, value: string): FieldError[] {
  const errors: FieldError[] = [];
  if (value.startsWith('/')) errors.push(invalid(path, value, 'must be a relative path'));
  if (value.split('/').includes('..')) errors.push(invalid(path, value, "must not contain '..'"));
  return errors;
}

/** Checks a path of a projected file, which may not look like the writer's own. */
export function projectedPath(path: string, value: string): FieldError[] {
  const errors = descendingPath(path, value);
  if (value.startsWith('..') && !value.startsWith('../')) {
    errors.push(invalid(path, value, "must not start with '..'"));
  }
  return errors;
}

/** Returns the family of an address, or undefined for text that is none. */
export function ipFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  const parts = text.split('.');
  if (!text.includes(':')) {
    const isAddress = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part));
    return isAddress && parts.every((part) => Number(part) <= 255) ? 'IPv4' : undefined;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups[groups.length - 1];
  if (last?.includes('.')) {
    if (ipFamily(last) !== 'IPv4') return undefined;
    groups.splice(-1, 1, '0', '0');
  }
  const isFull = halves.length === 2 ? groups.length < 8 : groups.length === 8;
  return isFull && groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? 'IPv6' : undefined;
}

/** Checks an IP address. */
export function ipAddress(path: string, value: string): FieldError[] {
  const family = ipFamily(value);
  if (family === undefined) {
    const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return [invalid(path, value, detail)];
  }
  if (family === 'IPv4' && /(^|\.)0\d/.test(value)) {
    return [invalid(path, value, 'must not have leading 0s')];
  }
  return [];
}

/** Checks a range of addresses: `10.9.8.0/24`. */
export function cidr(path: string, value: string): FieldError[] {
  const [address = '', bits = ''] = value.split('/');
  const family = ipFamily(address);
  const max = family === 'IPv4' ? 32 : 128;
  const isRange =
    value.split('/').length === 2 &&
    family !== undefined &&
    /^\d{1,3}$/.test(bits) &&
    Number(bits) <= max;
  if (isRange) return [];
  return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}
