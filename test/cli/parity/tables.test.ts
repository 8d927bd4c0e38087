import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
        const own = `test/recordings/${area}/create.jsonl`;
        const path = join(folder, area, 'create.jsonl');
        copyFileSync(own, path);
        const before = differing(path).length;
        const changed = readFileSync(own, 'utf8')
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
