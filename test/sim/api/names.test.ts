import { describe, expect, test } from 'vitest';
import {
  generateName,
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  isQualifiedName,
  isValidLabelValue,
  isValidPortName,
  randomSuffix,
  randomUid,
  safeAlphabet,
} from '#sim/api/names.ts';

/** A source of chance that gives the numbers in turn. */
function sequence(...numbers: number[]): () => number {
  let next = 0;
  return () => numbers[next++ % numbers.length] ?? 0;
}

describe('names made at random', () => {
  test('a suffix is drawn from the alphabet without vowels and look-alikes', () => {
    expect(safeAlphabet).toBe('bcdfghjklmnpqrstvwxz2456789');
    expect(randomSuffix(sequence(0, 0.5, 0.9999))).toBe('br9br');
    expect(randomSuffix(sequence(0), 10)).toBe('bbbbbbbbbb');
  });

  test('a generated name keeps at most 58 characters of its base', () => {
    expect(generateName('web-', sequence(0))).toBe('web-bbbbb');
    expect(generateName('x'.repeat(80), sequence(0))).toBe(`${'x'.repeat(58)}bbbbb`);
  });

  test('a UID is of version 4', () => {
    expect(randomUid(sequence(0))).toBe('00000000-0000-4000-8000-000000000000');
    expect(randomUid(sequence(0.999))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const configKey =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const envName =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

test.each([
  [isDns1123Label, 'web-1', []],
  [isDns1123Label, 'App', [label]],
  [isDns1123Label, '-a', [label]],
  [isDns1123Label, '', [label]],
  [isDns1123Label, 'a.b', ['must not contain dots']],
  [isDns1123Label, 'n'.repeat(63), []],
  [isDns1123Label, 'n'.repeat(64), ['must be no more than 63 characters']],
  [isDns1123Subdomain, 'a.b-c.d', []],
  [isDns1123Subdomain, 'a..b', [subdomain]],
  [isDns1123Subdomain, 'a_b', [subdomain]],
  [isDns1123Subdomain, 'a'.repeat(254), ['must be no more than 253 characters']],
  [isDns1035Label, 'web', []],
  [isDns1035Label, '1web', [dns1035]],
  [isValidLabelValue, '', []],
  [isValidLabelValue, 'My_value.1', []],
  [isValidLabelValue, 'my web', [labelValue]],
  [isValidLabelValue, 'v'.repeat(64), ['must be no more than 63 bytes']],
  [isQualifiedName, 'app', []],
  [isQualifiedName, 'app.kubernetes.io/name', []],
  [isQualifiedName, 'example.com/', ['name part must be non-empty', `name part ${qualified}`]],
  [isQualifiedName, '/name', ['prefix part must be non-empty']],
  [isQualifiedName, 'Example.com/name', [`prefix part ${subdomain}`]],
  [
    isQualifiedName,
    'a/b/c',
    [
      `a valid label key ${qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
  ],
  [isQualifiedName, 'k'.repeat(64), ['name part must be no more than 63 bytes']],
  [isConfigMapKey, 'app.conf', []],
  [isConfigMapKey, 'a/b', [configKey]],
  [isConfigMapKey, '.', ["must not be '.'"]],
  [isConfigMapKey, '..', ["must not be '..'"]],
  [isConfigMapKey, '..a', ["must not start with '..'"]],
  [isEnvVarName, 'PATH', []],
  [isEnvVarName, '1A', [envName]],
  [isValidPortName, 'http', []],
  [isValidPortName, '80', ['must contain at least one letter (a-z)']],
  [isValidPortName, 'a--b', ['must not contain consecutive hyphens']],
  [isValidPortName, '-a', ['must not begin or end with a hyphen']],
  [
    isValidPortName,
    'Http',
    ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  ],
  [isValidPortName, 'metrics-endpoint', ['must be no more than 15 characters']],
])('%o on %j answers %j', (check, value, texts) => {
  expect(check(value)).toEqual(texts);
});

test('length is counted in bytes', () => {
  expect(isValidLabelValue('é'.repeat(32))).toContain('must be no more than 63 bytes');
});
