/**
 * Prepares the browser tests: finds a browser, serves the built site, and builds and serves it once more under a sub-path.
 * The first build is the one in `dist`; it is made here when there is none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { serve } from '../../src/cli/serve.ts';
import { findBrowser } from './find-browser.ts';
import type { FoundBrowser } from './find-browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browser: FoundBrowser;
    /** Address of the site at the root. */
    site: string;
    /** Address of the site built for and served under `/notes/`. */
    siteUnderPath: string;
  }
}

const SUB_PATH = '/notes/';

function build(environment: Record<string, string>): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join('node_modules', 'astro', 'bin', 'astro.mjs'), 'build'],
    { env: { ...process.env, ...environment }, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the site does not build:\n${stdout}\n${stderr}`);
}

export default async function setup(project: TestProject): Promise<() => void> {
  project.provide('browser', await findBrowser());
  if (!existsSync('dist/index.html')) build({});
  const underPath = join('node_modules', '.cache', 'reconcile', 'site-under-path');
  build({ BASE_PATH: SUB_PATH, OUT_DIR: underPath });
  const servers: Server[] = [];
  for (const [key, folder, basePath] of [
    ['site', 'dist', '/'],
    ['siteUnderPath', underPath, SUB_PATH],
  ] as const) {
    const { address, server } = await serve({ folder, basePath, port: 0, host: '127.0.0.1' });
    project.provide(key, address);
    servers.push(server);
  }
  return () => {
    for (const server of servers) server.close();
  };
}
