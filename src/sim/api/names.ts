/**
 * Rules of names, labels and label keys with the texts that break them, and names made at random.
 *
 * A check returns the texts of what is wrong, none when all is well.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go, pkg/api/validate/content, pkg/util/rand;
 * staging/src/k8s.io/apiserver/pkg/storage/names/generate.go
 * Docs: /docs/concepts/overview/working-with-objects/names/
 */

import { byteLength } from './go-format.ts';

/** A source of chance in [0, 1): a stream of the engine. */
export type RandomSource = () => number;

/** Characters of generated names: no vowels and no look-alikes, so that no word or mistake comes out. */
export const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

const maxGeneratedNameLength = 63;
const randomLength = 5;

/** Longest base that a generated name keeps: 58 characters. */
export const maxGeneratedBaseLength = maxGeneratedNameLength - randomLength;

/** Draws `length` characters of the safe alphabet. */
export function randomSuffix(random: RandomSource, length = randomLength): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    text += safeAlphabet.charAt(Math.floor(random() * safeAlphabet.length));
  }
  return text;
}

/** Makes a name of a `generateName`: its first 58 characters and five drawn ones. */
export function generateName(base: string, random: RandomSource): string {
  return base.slice(0, maxGeneratedBaseLength) + randomSuffix(random);
}

const hexDigits = '0123456789abcdef';
const dash = 45;

/** Draws a UUID of version 4. */
export function randomUid(random: RandomSource): string {
  const codes: number[] = [];
  for (let i = 0; i < 32; i++) {
    let digit = Math.floor(random() * 16);
    if (i === 12) digit = 4;
    if (i === 16) digit = (digit & 3) | 8;
    if (i === 8 || i === 12 || i === 16 || i === 20) codes.push(dash);
    codes.push(hexDigits.charCodeAt(digit));
  }
  // Of codes, because pieces put together would stay pieces in memory.
  return String.fromCharCode(...codes);
}

const dns1123Label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dns1123Subdomain = `${dns1123Label}(\\.${dns1123Label})*`;
const dns1035Label = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedName})?`;
const configMapKey = '[-._a-zA-Z0-9]+';
const envVarName = '[-._a-zA-Z][-._a-zA-Z0-9]*';

const compiled = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    expression = new RegExp(`^${pattern}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Returns the text for a value that does not match a pattern, with examples of ones that do. */
export function regexError(
  message: string,
  pattern: string,
  ...examples: readonly string[]
): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  const quoted = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${quoted}regex used for validation is '${pattern}')`;
}

/** Returns the text for a name that is too long; upstream says characters and counts bytes. */
export function maxLengthError(length: number): string {
  return `must be no more than ${length} characters`;
}

/** Returns the text for a label that is too long. */
export function maxBytesError(length: number): string {
  return `must be no more than ${length} bytes`;
}

const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
  'and must start and end with an alphanumeric character';
const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
  'and must start and end with an alphanumeric character';
const dns1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
  'start with an alphabetic character, and end with an alphanumeric character';
const qualifiedMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', " +
  'and must start and end with an alphanumeric character';
const labelValueMessage =
  'a valid label must be an empty string or consist of alphanumeric characters, ' +
  "'-', '_' or '.', and must start and end with an alphanumeric character";

/** Checks a DNS label: names of namespaces, containers, volumes, generated pods' host names. */
export function isDns1123Label(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 63) errors.push(maxLengthError(63));
  if (!matches(dns1123Label, value)) {
    errors.push(
      // A name with dots is told of the subdomain's rule, because that is the one it meets.
      matches(dns1123Subdomain, value)
        ? 'must not contain dots'
        : regexError(labelMessage, dns1123Label, 'my-name', '123-abc'),
    );
  }
  return errors;
}

/** Checks a DNS subdomain: names of most kinds. */
export function isDns1123Subdomain(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 253) errors.push(maxLengthError(253));
  if (!matches(dns1123Subdomain, value)) {
    errors.push(regexError(subdomainMessage, dns1123Subdomain, 'example.com'));
  }
  return errors;
}

/** Checks a DNS label that begins with a letter: names of Services. */
export function isDns1035Label(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 63) errors.push(maxLengthError(63));
  if (!matches(dns1035Label, value)) {
    errors.push(regexError(dns1035Message, dns1035Label, 'my-name', 'abc-123'));
  }
  return errors;
}

/** Checks the value of a label; '' is one. */
export function isValidLabelValue(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 63) errors.push(maxBytesError(63));
  if (!matches(labelValue, value)) {
    errors.push(regexError(labelValueMessage, labelValue, 'MyValue', 'my_value', '12345'));
  }
  return errors;
}

/** Checks the key of a label or annotation, or a name of that form: `name` or `prefix/name`. */
export function isQualifiedName(value: string): readonly string[] {
  const nameError = regexError(qualifiedMessage, qualifiedName, 'MyName', 'my.name', '123-abc');
  const parts = value.split('/');
  if (parts.length > 2) {
    const prefixHint = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${nameError} ${prefixHint}`];
  }
  const errors: string[] = [];
  const [prefix, name = value] = parts.length === 2 ? parts : [undefined, value];
  if (prefix === '') errors.push('prefix part must be non-empty');
  else if (prefix !== undefined) {
    if (byteLength(prefix) > 253) errors.push(`prefix part ${maxBytesError(253)}`);
    if (!matches(dns1123Subdomain, prefix)) {
      errors.push(`prefix part ${regexError(subdomainMessage, dns1123Subdomain, 'example.com')}`);
    }
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (byteLength(name) > 63) errors.push(`name part ${maxBytesError(63)}`);
  if (!matches(qualifiedName, name)) errors.push(`name part ${nameError}`);
  return errors;
}

/** Checks a key of a ConfigMap or Secret, which becomes a file name. */
export function isConfigMapKey(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 253) errors.push(maxLengthError(253));
  if (!matches(configMapKey, value)) {
    errors.push(
      regexError(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        configMapKey,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  errors.push(...hasChDirPrefix(value));
  return errors;
}

/** Checks the name of an environment variable, in the strict form. */
export function isEnvVarName(value: string): readonly string[] {
  const errors: string[] = [];
  if (!matches(envVarName, value)) {
    errors.push(
      regexError(
        'a valid environment variable name must consist of alphabetic characters, digits, ' +
          "'_', '-', or '.', and must not start with a digit",
        envVarName,
        'my.env-name',
        'MY_ENV.NAME',
        'MyEnvName1',
      ),
    );
  }
  errors.push(...hasChDirPrefix(value));
  return errors;
}

function hasChDirPrefix(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Checks the name of a port: at most 15 characters, a letter among them. */
export function isValidPortName(value: string): readonly string[] {
  const errors: string[] = [];
  if (byteLength(value) > 15) errors.push(maxLengthError(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) {
    errors.push('must not begin or end with a hyphen');
  }
  return errors;
}
