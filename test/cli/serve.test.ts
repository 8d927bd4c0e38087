import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { normalBasePath, serve } from '#cli/serve.ts';

test.each([
  [undefined, '/'],
  ['', '/'],
  ['/', '/'],
  ['notes', '/notes/'],
  ['/notes', '/notes/'],
  ['/a/b/', '/a/b/'],
])('normalBasePath writes %j as %s', (text, expected) => {
  expect(normalBasePath(text)).toBe(expected);
});

describe('serve', () => {
  let folder: string;
  const servers: Server[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reconcile-serve-'));
    writeFileSync(join(folder, 'index.html'), 'home');
    writeFileSync(join(folder, '404.html'), 'nothing here');
    mkdirSync(join(folder, 'probes'));
    writeFileSync(join(folder, 'probes', 'index.html'), 'probes');
  });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(folder, { recursive: true });
  });

  const start = async (basePath: string, port = 0): Promise<string> => {
    const { address, server } = await serve({ folder, basePath, port, host: '127.0.0.1' });
    servers.push(server);
    return address;
  };

  test('answers under its base path only, with the 404 page elsewhere', async () => {
    const address = await start('/notes/');
    const ask = async (path: string): Promise<[number, string]> => {
      const response = await fetch(new URL(path, address), { redirect: 'manual' });
      return [response.status, await response.text()];
    };
    expect(await ask('/notes/')).toEqual([200, 'home']);
    expect(await ask('/notes/probes/')).toEqual([200, 'probes']);
    expect(await ask('/notes/gone/')).toEqual([404, 'nothing here']);
    expect(await ask('/elsewhere/')).toEqual([404, 'nothing here']);
    expect((await ask('/notes'))[0]).toBe(308);
  });

  test('sends the compressed twin to a browser that takes it', async () => {
    writeFileSync(join(folder, 'index.html.gz'), gzipSync('twin'));
    const address = await start('/');
    const ask = async (encoding: string): Promise<string> =>
      (await fetch(address, { headers: { 'accept-encoding': encoding } })).text();
    expect(await ask('gzip')).toBe('twin');
    expect(await ask('identity')).toBe('home');
  });

  test('says how to choose another port when one is taken', async () => {
    const port = Number(new URL(await start('/')).port);
    await expect(start('/', port)).rejects.toThrow(
      `Port ${port} is taken. Choose another: npm start -- --port ${port + 1}`,
    );
  });

  test('says what to run when nothing is built', async () => {
    rmSync(join(folder, 'index.html'));
    await expect(start('/')).rejects.toThrow('Run "npm run build" first');
  });
});
