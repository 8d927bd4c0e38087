/**
 * Finds a Chromium to test with: `CHROMIUM_PATH`, then one that the system has, then Playwright's own, then the one that the
 * `@sparticuz/chromium` package carries. Without any it throws a sentence that says what to install; tests are never skipped.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** A browser to start: its program and what its process needs in its environment. */
export interface FoundBrowser {
  executablePath: string;
  env: Record<string, string>;
}

/** Where to look; replaced in tests. */
export interface Places {
  environment: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
  playwrightPath(): string;
  /** Unpacks the packaged browser; undefined when the package has none for this machine. */
  unpack(): Promise<FoundBrowser | undefined>;
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const systemPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Returns the first browser there is, in the order above. */
export async function findBrowser(places: Places = thisMachine): Promise<FoundBrowser> {
  const { environment, exists } = places;
  const chosen = environment['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (exists(chosen)) return { executablePath: chosen, env: {} };
    throw new Error(`CHROMIUM_PATH is ${chosen}, and there is no such file.`);
  }
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = systemNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  const installed = [...onPath, ...systemPaths, places.playwrightPath()].find(
    (path) => path !== '' && exists(path),
  );
  if (installed !== undefined) return { executablePath: installed, env: {} };
  const packaged = await places.unpack();
  if (packaged !== undefined) return packaged;
  throw new Error(
    'The browser tests need a Chromium and found none. Install one ("apt-get install chromium", Google Chrome, or ' +
      '"npx playwright install chromium"), or set CHROMIUM_PATH to its program.',
  );
}

const thisMachine: Places = {
  environment: process.env,
  exists: existsSync,
  playwrightPath: () => chromium.executablePath(),
  unpack: unpackPackaged,
};

/**
 * Unpacks the packaged Chromium into a folder of its own, with the libraries it carries for machines that lack them.
 * The package does so only where it believes to run in a function service, hence the variable; its changes to this
 * process's environment are handed to the browser alone.
 */
async function unpackPackaged(): Promise<FoundBrowser | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = join(tmpdir(), 'reconcile-packaged-chromium');
  mkdirSync(folder, { recursive: true });
  const before = { ...process.env };
  try {
    process.env['TMPDIR'] = folder;
    process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    const env: Record<string, string> = {};
    for (const name of ['LD_LIBRARY_PATH', 'FONTCONFIG_PATH']) {
      const value = process.env[name];
      if (value !== undefined) env[name] = value;
    }
    return { executablePath, env };
  } finally {
    for (const name of Object.keys(process.env)) {
      if (!(name in before)) delete process.env[name];
    }
    Object.assign(process.env, before);
  }
}
