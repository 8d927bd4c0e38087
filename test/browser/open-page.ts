/** Opens pages of the built site for tests, and notes everything that no page may do. */
import { globSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { inject } from 'vitest';

/** A page with what went wrong on it so far: console errors, uncaught errors, failed and third-party requests. */
export interface OpenPage {
  page: Page;
  complaints: string[];
}

/** Every page of the site, as addresses relative to its root; found in the built folder. */
export const pages: readonly string[] = globSync('dist/**/index.html')
  .map((path) =>
    path
      .replaceAll('\\', '/')
      .replace(/^dist\//, '')
      .replace(/index\.html$/, ''),
  )
  .sort();

/** The chapters in English. */
export const chapters: readonly string[] = pages.filter(
  (path) =>
    !path.startsWith('ko/') &&
    readFileSync(`dist/${path}index.html`, 'utf8').includes('class="page page-chapter"'),
);

/** The pages that stand for all others in slow tests: one of each layout. */
export const kinds: readonly string[] = [
  '',
  'contents/',
  'labs/',
  'accuracy/',
  'about/',
  'what-is-a-controller/',
  'ko/what-is-a-controller/',
  'no-such-page/',
];

/** Window sizes that stand for desk and pocket. */
export const sizes = [
  { name: 'desktop', width: 1440, height: 900 },
  { name: 'phone', width: 360, height: 740 },
] as const;

/** Starts the browser that the set-up found. */
export function startBrowser(): Promise<Browser> {
  const { executablePath, env } = inject('browser');
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return chromium.launch({
    executablePath,
    env: { ...Object.fromEntries(inherited), ...env },
    args: ['--no-sandbox'],
  });
}

/** Opens an address in a fresh profile and waits until it is quiet. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(address);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isOwn = url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:';
    if (!isOwn) complaints.push(`third-party request: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url() !== address) {
      complaints.push(`${response.status()} for ${response.url()}`);
    }
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  return { page, complaints };
}
