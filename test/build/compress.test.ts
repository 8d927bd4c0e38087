import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compressFolder } from '../../src/build/compress.ts';

test('text files get twins that unpack to themselves; small files and pictures get none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reconcile-compress-'));
  try {
    const text = 'reconcile '.repeat(500);
    await writeFile(join(folder, 'a.js'), text);
    await writeFile(join(folder, 'small.js'), 'x');
    await writeFile(join(folder, 'picture.png'), text);
    expect((await compressFolder(folder)).fileCount).toBe(1);
    expect((await readdir(folder)).sort()).toEqual([
      'a.js',
      'a.js.br',
      'a.js.gz',
      'picture.png',
      'small.js',
    ]);
    expect(brotliDecompressSync(await readFile(join(folder, 'a.js.br'))).toString()).toBe(text);
    expect(gunzipSync(await readFile(join(folder, 'a.js.gz'))).toString()).toBe(text);
    expect((await compressFolder(folder)).fileCount).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
