/**
 * Serves the built site on this machine: `npm start` builds and then runs this.
 * Options: `--port N` (4321 when absent; 0 takes any free port), `--host H`; the environment's `BASE_PATH` must be the one the site was built with.
 * Files go out precompressed; an unknown address gets the site's own 404 page.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sirv from 'sirv';

/** What to serve and where. */
export interface ServeOptions {
  folder: string;
  /** Path under which the site lives, e.g. `/notes/`. */
  basePath: string;
  port: number;
  host: string;
}

const PORT_DEFAULT = 4321;

/** Writes a base path with exactly one slash at either end. */
export function normalBasePath(text: string | undefined): string {
  const inner = (text ?? '').split('/').filter((segment) => segment !== '');
  return inner.length === 0 ? '/' : `/${inner.join('/')}/`;
}

/** Starts serving; resolves with the address once it answers. Rejects with a sentence when the site is missing or the port is taken. */
export async function serve(options: ServeOptions): Promise<{ address: string; server: Server }> {
  const { folder, basePath, port, host } = options;
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error(`There is no built site in ${folder}. Run "npm run build" first.`);
  }
  const notFound = readFileSync(join(folder, '404.html'));
  const answer = sirv(folder, { brotli: true, gzip: true, etag: true, dotfiles: false });
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const missing = (): void => {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
      response.end(request.method === 'HEAD' ? undefined : notFound);
    };
    if (url === basePath.slice(0, -1)) {
      response.writeHead(308, { location: basePath });
      response.end();
    } else if (url.startsWith(basePath)) {
      request.url = url.slice(basePath.length - 1);
      answer(request, response, missing);
    } else {
      missing();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken. Choose another: npm start -- --port ${port + 1}`)
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  const name = host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host;
  return { address: `http://${name}:${boundPort}${basePath}`, server };
}

/** Reads the command line, serves, prints the address, and stops on Ctrl+C. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string' } },
  });
  const port = values.port === undefined ? PORT_DEFAULT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port takes a whole number from 0 to 65535, not "${values.port}".`);
  }
  const { address } = await serve({
    folder: process.env['OUT_DIR'] ?? 'dist',
    basePath: normalBasePath(process.env['BASE_PATH']),
    port,
    host: values.host ?? '127.0.0.1',
  });
  process.stdout.write(`The course is at ${address}\nCtrl+C stops it.\n`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
