/**
 * The functions of kubectl's Go templates.
 *
 * Upstream: text/template/funcs.go; staging/src/k8s.io/kubectl/pkg/util/templates base64decode
 */
import { goQuote } from '../api/go-format.ts';
import { isJsonObject } from '../api/object.ts';
import { decodeBase64 } from './base64.ts';
import { goText } from './go-text.ts';

/** A call that fails, with Go's words. */
export class TemplateCallError extends Error {}

type Call = (args: readonly unknown[]) => unknown;

function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function compare([a, b]: readonly unknown[]): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new TemplateCallError('incompatible types for comparison');
}

function indexInto(args: readonly unknown[]): unknown {
  let [value] = args;
  for (const key of args.slice(1)) {
    if (Array.isArray(value)) {
      const at = Number(key);
      if (at < 0 || at >= value.length) throw new TemplateCallError(`index out of range: ${at}`);
      value = value[at];
    } else if (isJsonObject(value)) value = value[String(key)];
    else if (value === undefined || value === null) {
      throw new TemplateCallError('index of untyped nil');
    } else throw new TemplateCallError(`can't index item of type ${typeof value}`);
  }
  return value;
}

function lengthOf([value]: readonly unknown[]): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  throw new TemplateCallError(
    value === undefined || value === null ? 'len of nil pointer' : `len of type ${typeof value}`,
  );
}

/** Fills in the verbs that templates use: %s %v %d %q %t %%, with `-` and a width. */
export function goPrintf(args: readonly unknown[]): string {
  const [format, ...values] = args;
  let next = 0;
  return String(format).replace(/%(-?)(\d*)(?:\.(\d+))?([svdqtfx%])/g, (...match: string[]) => {
    const [, minus, width = '', precision, verb] = match;
    if (verb === '%') return '%';
    const value = values[next];
    next += 1;
    let text = verb === 'q' ? goQuote(String(value)) : goText(value);
    if (verb === 'f') text = Number(value).toFixed(Number(precision ?? 6));
    if (verb === 'x') text = Number(value).toString(16);
    return minus === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width));
  });
}

/** Puts spaces between neighbours that are both no text, as fmt.Sprint does. */
function sprint(args: readonly unknown[]): string {
  return args
    .map((value, index) => {
      const before = args[index - 1];
      const gap = index > 0 && typeof value !== 'string' && typeof before !== 'string' ? ' ' : '';
      return gap + goText(value);
    })
    .join('');
}

function decode([value]: readonly unknown[]): string {
  const decoded = decodeBase64(goText(value));
  if (decoded.ok) return decoded.text;
  throw new TemplateCallError(
    `base64 decode failed: illegal base64 data at input byte ${decoded.at}`,
  );
}

const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['and', (args) => args.find((value) => !truthy(value)) ?? args.at(-1)],
  ['or', (args) => args.find(truthy) ?? args.at(-1)],
  ['not', ([value]) => !truthy(value)],
  ['eq', ([first, ...rest]) => rest.some((value) => value === first)],
  ['ne', ([a, b]) => a !== b],
  ['lt', (args) => compare(args) < 0],
  ['le', (args) => compare(args) <= 0],
  ['gt', (args) => compare(args) > 0],
  ['ge', (args) => compare(args) >= 0],
  ['len', lengthOf],
  ['index', indexInto],
  ['print', sprint],
  ['println', (args) => `${args.map(goText).join(' ')}\n`],
  ['printf', goPrintf],
  ['base64decode', decode],
  [
    'exists',
    ([value, ...keys]) => {
      let found = value;
      for (const key of keys) {
        if (!isJsonObject(found)) return false;
        found = found[String(key)];
      }
      return found !== undefined;
    },
  ],
]);

/** Whether a function of that name exists. */
export function isFunction(name: string): boolean {
  return functions.has(name);
}

/** Calls a function. Throws TemplateCallError. */
export function callFunction(name: string, args: readonly unknown[]): unknown {
  return functions.get(name)?.(args);
}
