import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareTable } from '#cli/parity/tables.ts';

const differing = (path: string): string[] =>
  compareTable(path)
    .filter(({ differences }) => differences.length > 0)
    .map(({ name }) => name);

describe('recorded tables', () => {
  test('have every hash', () => {
    expect(compareTable('test/recordings/hashes/templates.jsonl')).toHaveLength(184);
    expect(differing('test/recordings/hashes/templates.jsonl')).toEqual([]);
  });

  test('name what they do not compare and never count it as a match', () => {
    const verdicts = compareTable('test/recordings/validation/create.jsonl');
    const left = verdicts.filter(({ missing }) => missing !== '');
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ differences }) => differences.length === 0)).toBe(true);
  });

  test('differ when a word or a field of an answer was changed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tables-'));
    try {
      for (const area of ['validation', 'defaulting']) {
        mkdirSync(join(folder, area));
        const table = readFileSync(`test/recordings/${area}/create.jsonl`, 'utf8');
        const own = table.split('\n').slice(0, 250).join('\n');
        const path = join(folder, area, 'create.jsonl');
        writeFileSync(path, own);
        const before = differing(path).length;
        const changed = own
          .replaceAll('Required value', 'Needed value')
          .replaceAll('"restartPolicy":"Always"', '"restartPolicy":"Sometimes"');
        writeFileSync(path, changed);
        expect(differing(path).length).toBeGreaterThan(before + 10);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
