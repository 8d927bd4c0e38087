import { describe, expect, test } from 'vitest';
import { isTrue, parsePython } from '#cli/parity/python-expression.ts';

const pods = [
  { metadata: { name: 'a', deletionTimestamp: 'now' }, status: { phase: 'Failed' } },
  { metadata: { name: 'b' }, status: { phase: 'Running' } },
];
const names = new Map<string, unknown>([
  ['pods', () => pods],
  ['get', (kind: unknown) => (kind === 'Pod' ? pods[0] : null)],
]);

function valueOf(text: string): unknown {
  return parsePython(text, new Set(names.keys()))(names);
}

describe('parsePython', () => {
  test.each([
    ['1 < 2 < 3', true],
    ['1 < 3 < 3', false],
    ["'a' in ('a','b') and 'c' not in ['a']", true],
    ['None is None and 1 is not None', true],
    ["len([p for p in pods() if p['status'].get('phase') in ('Succeeded','Failed')]) == 1", true],
    ["not [p for p in pods() if p['metadata'].get('deletionTimestamp')]", false],
    ['sum([1 for p in pods() if p["metadata"].get("deletionTimestamp")])>=2', false],
    ["any(p['status']['phase'] == 'Running' for p in pods())", true],
    ["(get('Node') or {'metadata': {}})['metadata'].get('labels', {}).get('arch')", null],
    ["pods()[1]['metadata']['name']", 'b'],
    ["'yes' if len(pods()) == 2 else 'no'", 'yes'],
    ['2 + 3 - 1', 4],
    ['[1, 2] == [1, 2,] and [] == [ ]', true],
  ])('reads %s', (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  test('refuses names that nobody has given, before anything is evaluated', () => {
    expect(() => parsePython('nodes() == 3', new Set(['pods']))).toThrow('unknown name nodes');
  });

  test.each(['1 +', 'pods(', '[1', '1 2', 'p for p'])('refuses %s', (text) => {
    expect(() => parsePython(text, new Set(['pods', 'p']))).toThrow('python:');
  });

  test('an item that is not there is an error, as it was for the recorder', () => {
    expect(() => valueOf("pods()[0]['spec']")).toThrow('no item spec');
  });
});

test.each([
  [[], false],
  [{}, false],
  [null, false],
  [0, false],
  ['', false],
  [[0], true],
])('%j counts as %s', (value, isCounted) => {
  expect(isTrue(value)).toBe(isCounted);
});
