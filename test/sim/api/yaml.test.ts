import { describe, expect, test } from 'vitest';
import { locate } from '#sim/api/yaml-positions.ts';
import { resolvePlainScalar } from '#sim/api/yaml-scalars.ts';
import { parseYamlDocuments } from '#sim/api/yaml.ts';
import { recordedCases } from '../apiserver/recorded-cases.ts';
import '#sim/parts/yaml.ts';

describe('parseYamlDocuments', () => {
  test('reads several documents and leaves out empty ones', () => {
    const { documents, errors } = parseYamlDocuments('# first\na: 1\n---\n# none\n---\nb: 2\n');
    expect(errors).toEqual([]);
    expect(documents.map(({ value, line }) => [value, line])).toEqual([
      [{ a: 1 }, 1],
      [{ b: 2 }, 6],
    ]);
  });

  test.each(
    recordedCases('validation')
      .filter(({ name }) => name.startsWith('pod/yaml-'))
      .map((recorded) => [recorded.name, recorded] as const),
  )('words errors as kubectl does: %s', (_, { manifest, kubectl }) => {
    const prefix = 'error: error parsing STDIN: ';
    const { errors } = parseYamlDocuments(manifest);
    expect(errors.map(({ message }) => `${prefix}${message}\n`)).toEqual([kubectl?.stderr]);
  });

  test('gives the true place of an error beside the line that upstream names', () => {
    const { documents, errors } = parseYamlDocuments('a: 1\n---\nb:\n  c: 1\n d: 2\n---\ne: 3\n');
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { e: 3 }]);
    expect(errors).toEqual([
      {
        message: 'error converting YAML to JSON: yaml: line 2: did not find expected key',
        position: { line: 5, column: 1 },
      },
    ]);
  });

  test('sorts keys and turns them into text', () => {
    const { documents } = parseYamlDocuments('b: 1\na: 2\n1: 3\ntrue: 4\n');
    expect(JSON.stringify(documents[0]?.value)).toBe('{"1":3,"a":2,"b":1,"true":4}');
  });

  test('merges maps, in which a key of its own wins', () => {
    const text = 'base: &base {x: 1, z: 2}\nuse:\n  <<: *base\n  z: 3\n';
    expect(parseYamlDocuments(text).documents[0]?.value).toEqual({
      base: { x: 1, z: 2 },
      use: { x: 1, z: 3 },
    });
  });

  test('lists keys given twice and keeps the last', () => {
    const [document] = parseYamlDocuments('a:\n  k: 1\n  k:\n    b: 2\n').documents;
    expect(document?.value).toEqual({ a: { k: { b: 2 } } });
    expect(document?.duplicateKeys).toEqual(['line 4: key "k" already set in map']);
  });

  test('refuses aliases that blow a document up', () => {
    let text = 'a: &a [x, x, x, x, x, x, x, x, x]\n';
    for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((s) => [
      ...s,
    ])) {
      text += `${name}: &${name} [${Array(9).fill(`*${last}`).join(', ')}]\n`;
    }
    expect(parseYamlDocuments(text).errors[0]?.message).toBe(
      'error converting YAML to JSON: yaml: document contains excessive aliasing',
    );
  });

  test('refuses nesting without end', () => {
    expect(parseYamlDocuments('['.repeat(20_000)).errors).toHaveLength(1);
  });

  test('keeps a field named __proto__ as data', () => {
    const value = parseYamlDocuments('__proto__:\n  polluted: true\n').documents[0]?.value;
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('reads a manifest of a megabyte', () => {
    const line = (i: number) => `  key${i}: "${'x'.repeat(40)}"\n`;
    const text = `data:\n${Array.from({ length: 20_000 }, (_, i) => line(i)).join('')}`;
    const { documents } = parseYamlDocuments(text);
    expect(Object.keys((documents[0]?.value as { data: object }).data)).toHaveLength(20_000);
  });
});

describe('resolvePlainScalar', () => {
  test.each([
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['yEs', 'yEs'],
    ['', null],
    ['~', null],
    ['NULL', null],
    ['0644', 420],
    ['0o644', 420],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['-7', -7],
    ['08', 8],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.2.3', '1.2.3'],
    ['12:30', '12:30'],
    ['2001-01-01', '2001-01-01'],
    ['0x', '0x'],
    ['-', '-'],
    ['100m', '100m'],
  ])('reads %s as %o', (text, value) => {
    expect(resolvePlainScalar(text)).toBe(value);
  });
});

describe('locate', () => {
  const text = [
    'kind: Pod',
    '---',
    'spec:',
    '  containers:',
    '  - name: a',
    '    image: nginx',
    'metadata:',
    '  labels:',
    '    app.kubernetes.io/name: web',
  ].join('\n');
  const [, document] = parseYamlDocuments(text).documents;
  if (!document) throw new Error('the document did not parse');

  test.each([
    ['spec.containers[0].image', 6, 12, true],
    ['metadata.labels[app.kubernetes.io/name]', 9, 29, true],
    ['metadata.labels.app.kubernetes.io/name', 9, 29, true],
    ['spec.containers[0].ports[0].name', 5, 5, false],
    ['spec.containers[3]', 5, 3, false],
    ['status', 3, 1, false],
    ['', 3, 1, true],
  ])('finds %s at line %i, column %i', (path, line, column, exact) => {
    const found = locate(document.positions, path);
    expect([found.value.start, found.exact]).toEqual([{ line, column }, exact]);
  });

  test('gives the key beside the value, and ends where the text ends', () => {
    expect(locate(document.positions, 'spec.containers')).toEqual({
      key: { start: { line: 4, column: 3 }, end: { line: 4, column: 13 } },
      value: { start: { line: 5, column: 3 }, end: { line: 6, column: 17 } },
      exact: true,
    });
  });
});
