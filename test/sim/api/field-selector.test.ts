import { describe, expect, test } from 'vitest';
import {
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiredFieldValue,
} from '#sim/api/field-selector.ts';

const pod = {
  metadata: { name: 'api-1', namespace: 'default' },
  spec: { nodeName: 'node-1', hostNetwork: true },
  status: { phase: 'Running' },
};

test.each([
  ['', true],
  ['metadata.name=api-1', true],
  ['metadata.name==api-1', true],
  ['metadata.name=api-2', false],
  ['status.phase!=Running', false],
  ['status.phase!=Pending,spec.nodeName=node-1', true],
  ['spec.schedulerName=', true],
  ['spec.hostNetwork=true', true],
  [',metadata.name=api-1,', true],
])('%j against the pod is %s', (text, expected) => {
  expect(matchesFields(parseFieldSelector(text), pod)).toBe(expected);
});

describe('texts of errors, as a real cluster gave them', () => {
  test.each([
    ['status.phase', "invalid selector: 'status.phase'; can't understand 'status.phase'"],
    [
      'status.phase in (Running)',
      "invalid selector: 'status.phase in (Running)'; can't understand 'status.phase in (Running)'",
    ],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ])('%j', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(message);
  });
});

test('escapes are read and written', () => {
  const selector = parseFieldSelector('a=x\\,y\\=z\\\\');
  expect(selector.terms).toEqual([{ field: 'a', operator: '=', value: 'x,y=z\\' }]);
  expect(formatFieldSelector(selector)).toBe('a=x\\,y\\=z\\\\');
});

test('the value that must be equal is found', () => {
  const selector = parseFieldSelector('metadata.name=a,spec.nodeName!=b');
  expect(requiredFieldValue(selector, 'metadata.name')).toBe('a');
  expect(requiredFieldValue(selector, 'spec.nodeName')).toBeUndefined();
});

test('a reader may know better than the dotted path', () => {
  const selector = parseFieldSelector('status.successful=1');
  expect(matchesFields(selector, { status: { succeeded: 1 } })).toBe(false);
  expect(matchesFields(selector, { status: { succeeded: 1 } }, () => '1')).toBe(true);
});
