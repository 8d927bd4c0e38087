import { describe, expect, test } from 'vitest';
import { parseYamlDocuments } from '#sim/api/yaml.ts';
import { compareNatural, printYaml } from '#sim/kubectl/yaml-printer.ts';
import '#sim/parts/yaml.ts';

describe('printYaml', () => {
  test.each([
    ['plain', 'plain'],
    ['', '""'],
    ['true', '"true"'],
    ['y', '"y"'],
    ['8080', '"8080"'],
    ['0644', '"0644"'],
    ['1e3', '"1e3"'],
    ['12:30', '"12:30"'],
    ['2026-01-01T00:00:00Z', '"2026-01-01T00:00:00Z"'],
    ['null', '"null"'],
    ['*', "'*'"],
    ['a: b', "'a: b'"],
    ['ends with spaces  ', "'ends with spaces  '"],
    ["'q'", "'''q'''"],
    ['tab\there', '"tab\\there"'],
    ['é\u0000\u0001', '"é\\0\\x01"'],
    ['grün & <b>', 'grün & <b>'],
    ['one\ntwo', '|-\n  one\n  two'],
    ['one\n', '|\n  one'],
    ['one\n\n', '|+\n  one\n'],
    [' one\n', '|2\n   one'],
  ])('%j', (text, shown) => {
    expect(printYaml({ key: text })).toBe(`key: ${shown}\n`);
  });

  test('long text is broken at the first space behind column 80', () => {
    const description =
      'Used for system critical pods that must not be moved from their current node.';
    expect(printYaml({ description })).toBe(
      'description: Used for system critical pods that must not be moved from their current\n  node.\n',
    );
  });

  test('lists are not indented and empty values are written in flow', () => {
    const value = { a: [1, { b: [], c: {} }], n: null };
    expect(printYaml(value)).toBe('a:\n- 1\n- b: []\n  c: {}\n"n": null\n');
  });

  test('what is printed is read back as it was', () => {
    const value = {
      text: [
        'x\ny\n',
        ' lead',
        'trail ',
        '#no',
        '- dash',
        'a\n b',
        '\n',
        'yes',
        '1_000',
        '~',
        '::',
      ],
      deep: { 'a.b/c': { list: [[1, 2], [{ x: '-' }]] } },
    };
    expect(parseYamlDocuments(printYaml(value)).documents[0]?.value).toEqual({
      deep: value.deep,
      text: value.text,
    });
  });
});

test('keys are in natural order', () => {
  const keys = ['b', 'a10', 'a9', 'a', '.x', 'B', '2'];
  expect([...keys].sort(compareNatural)).toEqual(['.x', '2', 'B', 'a', 'a9', 'a10', 'b']);
});
