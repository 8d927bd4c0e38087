/**
 * Field selectors (`metadata.name=web,status.phase!=Running`): parsing and matching.
 *
 * Which fields a kind can be selected by is the API server's business; here a field is a dotted path.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/fields/selector.go
 * Docs: /docs/concepts/overview/working-with-objects/field-selectors/
 */
import { compareText } from './go-format.ts';
import { valueAt } from './object.ts';
import { SelectorError } from './selector.ts';

/** One condition on one field. */
export interface FieldTerm {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All terms must hold; none select everything. */
export interface FieldSelector {
  readonly terms: readonly FieldTerm[];
}

/** Cuts at commas that no backslash escapes. */
function splitTerms(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let escaped = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (escaped) escaped = false;
    else if (character === '\\') escaped = true;
    else if (character === ',') {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\') {
      const next = text.charAt(i + 1);
      if (next === '' || !'\\,='.includes(next)) {
        throw new SelectorError(`invalid field selector: invalid escape sequence: \\${next}`);
      }
      value += next;
      i++;
    } else if (character === ',' || character === '=') {
      const code = character.charCodeAt(0);
      throw new SelectorError(`invalid field selector: unescaped character in value: ${code}`);
    } else {
      value += character;
    }
  }
  return value;
}

/** Parses the text of a field selector; '' selects everything. Throws a SelectorError with upstream's message. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of [...splitTerms(text)].sort(compareText)) {
    if (part === '') continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
    if (!match) {
      throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
    }
    const [, field = '', operator, value = ''] = match;
    terms.push({ field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) });
  }
  return { terms };
}

/** Prints a field selector as requests carry it. */
export function formatFieldSelector(selector: FieldSelector): string {
  const escape = (value: string): string =>
    value.replace(/[\\,=]/g, (character) => `\\${character}`);
  return selector.terms
    .map((term) => `${term.field}${term.operator}${escape(term.value)}`)
    .join(',');
}

/** Reads the field of a term as text: '' where it is absent, `true` and `false` for booleans. */
export function fieldText(object: unknown, field: string): string {
  const value = valueAt(object, ...field.split('.'));
  return value === undefined || value === null ? '' : String(value);
}

/** Whether all terms hold for the object's fields; `read` may know better than the dotted path. */
export function matchesFields(
  selector: FieldSelector,
  object: unknown,
  read: (object: unknown, field: string) => string = fieldText,
): boolean {
  return selector.terms.every(
    (term) => (read(object, term.field) === term.value) === (term.operator === '='),
  );
}

/** Returns the value that the selector asks of a field to be equal to, or undefined where it does not. */
export function requiredFieldValue(selector: FieldSelector, field: string): string | undefined {
  return selector.terms.find((term) => term.field === field && term.operator === '=')?.value;
}
