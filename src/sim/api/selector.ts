/**
 * Label selectors: parsed from the text of `kubectl -l` and of list requests, or made of a LabelSelector, and matched
 * against labels.
 *
 * A selector is a conjunction of requirements, sorted by key. No LabelSelector selects nothing; an empty one selects
 * everything.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go; pkg/apis/meta/v1 LabelSelectorAsSelector
 * Docs: /docs/concepts/overview/working-with-objects/labels/
 */
import { aggregateMessages, fieldErrorMessage, invalid } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { compareText, goQuote } from './go-format.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';
import { tokenizeSelector } from './selector-tokens.ts';
import type { SelectorToken } from './selector-tokens.ts';
import type { LabelSelector } from './types.gen.ts';

/** How a requirement relates a key to values, in upstream's spelling. */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** All requirements must hold. `nothing` marks the selector that no labels match. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly nothing: boolean;
}

/** Labels or annotations of an object; undefined is the empty map. */
export type Labels = Readonly<Record<string, string>> | undefined;

/** Text that is no selector, with upstream's message. */
export class SelectorError extends Error {}

const everythingSelector: Selector = Object.freeze({ requirements: [], nothing: false });
const nothingSelector: Selector = Object.freeze({ requirements: [], nothing: true });

/** Returns the selector that matches all labels. */
export function selectEverything(): Selector {
  return everythingSelector;
}

/** Returns the selector that matches no labels. */
export function selectNothing(): Selector {
  return nothingSelector;
}

/** Whether the selector matches all labels. */
export function isEverything(selector: Selector): boolean {
  return !selector.nothing && selector.requirements.length === 0;
}

/** Whether all requirements hold for the labels. */
export function matchesLabels(selector: Selector, labels: Labels): boolean {
  if (selector.nothing) return false;
  return selector.requirements.every((requirement) => matchesRequirement(requirement, labels));
}

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      const left = value === undefined ? undefined : parseInt64(value);
      const right = parseInt64(values[0] ?? '');
      if (left === undefined || right === undefined) return false;
      return operator === 'gt' ? left > right : left < right;
    }
  }
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Makes a selector that asks for each of the labels; undefined and {} select everything. */
export function selectorFromSet(labels: Labels): Selector {
  const keys = Object.keys(labels ?? {});
  if (keys.length === 0) return everythingSelector;
  return byKey(keys.map((key) => ({ key, operator: '=' as const, values: [labels?.[key] ?? ''] })));
}

const fromApi: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

const converted = new WeakMap<LabelSelector, Selector>();

/**
 * Makes a selector of a LabelSelector; undefined selects nothing. Remembers the answer per object, so give it frozen
 * ones. Throws a SelectorError for an operator or a value that validation would refuse.
 */
export function selectorFromLabelSelector(labelSelector: LabelSelector | undefined): Selector {
  if (labelSelector === undefined) return nothingSelector;
  const known = converted.get(labelSelector);
  if (known) return known;
  const requirements: Requirement[] = [];
  for (const key of Object.keys(labelSelector.matchLabels ?? {})) {
    requirements.push(newRequirement(key, '=', [labelSelector.matchLabels?.[key] ?? '']));
  }
  for (const expression of labelSelector.matchExpressions ?? []) {
    const operator = fromApi[expression.operator];
    if (operator === undefined) {
      throw new SelectorError(
        `${goQuote(expression.operator)} is not a valid label selector operator`,
      );
    }
    requirements.push(newRequirement(expression.key, operator, expression.values ?? []));
  }
  const selector = requirements.length === 0 ? everythingSelector : byKey(requirements);
  converted.set(labelSelector, selector);
  return selector;
}

function byKey(requirements: readonly Requirement[]): Selector {
  const sorted = [...requirements].sort((a, b) => compareText(a.key, b.key));
  return { requirements: sorted, nothing: false };
}

/** Prints a selector as requests carry it: `app=web,tier in (a,b),!old`. */
export function formatSelector(selector: Selector): string {
  return selector.requirements.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  const list = [...values].sort(compareText).join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    case 'gt':
      return `${key}>${list}`;
    case 'lt':
      return `${key}<${list}`;
    default:
      return `${key}${operator}${list}`;
  }
}

/** Prints a LabelSelector as kubectl shows it; `<none>` for none and for one that selects everything. */
export function formatLabelSelector(labelSelector: LabelSelector | undefined): string {
  try {
    return formatSelector(selectorFromLabelSelector(labelSelector)) || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** Makes a requirement. Throws a SelectorError that tells all that is wrong with it. */
export function newRequirement(
  key: string,
  operator: SelectorOperator,
  values: readonly string[],
): Requirement {
  const errors: FieldError[] = [...keyErrors('key', key)];
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    errors.push(
      invalid('values', values, "for 'in', 'notin' operators, values set can't be empty"),
    );
  }
  if ((operator === 'exists' || operator === '!') && values.length > 0) {
    errors.push(
      invalid('values', values, 'values set must be empty for exists and does not exist'),
    );
  }
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, i) => {
      if (parseInt64(value) !== undefined) return;
      const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
      errors.push(invalid(`values[${i}]`, value, detail));
    });
  }
  values.forEach((value, i) => {
    const texts = isValidLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`values[${i}][${key}]`, value, texts.join('; ')));
  });
  if (errors.length > 0) {
    throw new SelectorError(aggregateMessages(errors.map(fieldErrorMessage)));
  }
  return { key, operator, values };
}

function keyErrors(path: string, key: string): readonly FieldError[] {
  const texts = isQualifiedName(key);
  return texts.length > 0 ? [invalid(path, key, texts.join('; '))] : [];
}

const operatorTokens: ReadonlySet<string> = new Set(['in', 'notin', '=', '==', '!=', '>', '<']);

/** Reads tokens one after the other; past the end there is the end token for ever. */
interface TokenReader {
  peek(): SelectorToken;
  next(): SelectorToken;
}

/** Parses the text of a selector; '' selects everything. Throws a SelectorError with upstream's message. */
export function parseSelector(text: string): Selector {
  const tokens = tokenizeSelector(text);
  const end: SelectorToken = { kind: 'end', text: '' };
  let position = 0;
  const reader: TokenReader = {
    peek: () => tokens[position] ?? end,
    next: () => tokens[position++] ?? end,
  };
  const requirements: Requirement[] = [];
  for (;;) {
    const token = reader.peek();
    if (token.kind === 'end') break;
    if (!startsRequirement(token)) {
      throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(parseRequirement(reader));
    const after = reader.next();
    if (after.kind === 'end') break;
    if (after.text !== ',') {
      throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
    }
    if (!startsRequirement(reader.peek())) {
      throw new SelectorError(`found '${reader.peek().text}', expected: identifier after ','`);
    }
  }
  return requirements.length === 0 ? everythingSelector : byKey(requirements);
}

function startsRequirement(token: SelectorToken): boolean {
  return token.kind === 'word' || (token.kind === 'symbol' && token.text === '!');
}

function parseRequirement(reader: TokenReader): Requirement {
  try {
    const first = reader.next();
    const negated = first.kind === 'symbol';
    const word = negated ? reader.next() : first;
    if (word.kind !== 'word') {
      throw new SelectorError(`found '${word.text}', expected: identifier`);
    }
    const errors = keyErrors('', word.text);
    if (errors.length > 0) {
      throw new SelectorError(aggregateMessages(errors.map(fieldErrorMessage)));
    }
    const after = reader.peek();
    // As upstream: the mark of negation is forgotten when an operator follows.
    if (after.kind === 'end' || after.text === ',') {
      return newRequirement(word.text, negated ? '!' : 'exists', []);
    }
    const token = reader.next();
    if (!operatorTokens.has(token.text)) {
      const expected = 'in, notin, =, ==, !=, gt, lt';
      throw new SelectorError(`found '${token.text}', expected: ${expected}`);
    }
    const operator = token.text === '>' ? 'gt' : token.text === '<' ? 'lt' : token.text;
    const isSet = operator === 'in' || operator === 'notin';
    const values = isSet ? parseValueSet(reader) : [parseExactValue(reader)];
    return newRequirement(word.text, operator as SelectorOperator, values);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`);
  }
}

function parseExactValue(reader: TokenReader): string {
  const token = reader.peek();
  if (token.kind === 'end' || token.text === ',') return '';
  reader.next();
  if (token.kind !== 'word') {
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }
  return token.text;
}

function parseValueSet(reader: TokenReader): readonly string[] {
  const open = reader.next();
  if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
  const values = new Set<string>();
  const first = reader.peek();
  if (first.text === ')') {
    reader.next();
    return [''];
  }
  if (first.kind !== 'word' && first.text !== ',') {
    throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  for (;;) {
    const token = reader.next();
    const following = reader.peek();
    if (token.kind === 'word') {
      values.add(token.text);
      if (following.text === ')') break;
      if (following.text !== ',') {
        throw new SelectorError(`found '${following.text}', expected: ',' or ')'`);
      }
    } else if (token.text === ',') {
      // A comma at an end, or two in a row, enclose the empty value.
      if (values.size === 0 || following.text === ')' || following.text === ',') values.add('');
      if (following.text === ')') break;
    } else {
      throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
    }
  }
  reader.next();
  return [...values].sort(compareText);
}
