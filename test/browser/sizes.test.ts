/**
 * What a page costs before anything is clicked: bytes as they travel (Brotli), without fonts.
 *
 * The simulation is asked for when a reader comes to a lab. Its core holds what every cluster runs; the rest comes in parts
 * (src/sim/part.ts), those of a lab's own run at once. Bounds, gzipped: the core; all that comes until a lab has run and
 * answers, with core, parts and views; and all that comes until it is ready to be edited, with CEL and what draws pictures.
 * The first design wanted 150 kB for all of it. The core alone has 181 kB, of which the API server's rules are a quarter;
 * the labs of the first chapters answer after 214 to 266 kB and can be edited after 255 to 307 kB.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chapters, startBrowser } from './open-page.ts';

const KB = 1024;
const CORE_KB_MAX = 190;
const ANSWER_KB_MAX = 275;
const EDIT_KB_MAX = 320;
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Loads a page in a fresh profile and adds up the bodies that came, by kind. */
async function weigh(path: string): Promise<{ kind: string; url: string; bytes: number }[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(new URL(path, inject('site')).href, { waitUntil: 'networkidle' });
  const requests = await page.evaluate(() =>
    [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ].map((entry) => {
      const { name, encodedBodySize, initiatorType } = entry as PerformanceResourceTiming;
      return { url: name, bytes: encodedBodySize, kind: initiatorType };
    }),
  );
  await context.close();
  return requests;
}

const isFont = ({ url }: { url: string }): boolean => url.endsWith('.woff2');
const isScript = ({ url }: { url: string }): boolean => /\.m?js(\?|$)/.test(url);
const sum = (parts: { bytes: number }[]): number =>
  parts.reduce((total, part) => total + part.bytes, 0);

describe('a text page', () => {
  test.each(['about/', 'contents/'])('/%s travels in 20 kB without fonts', async (path) => {
    const parts = (await weigh(path)).filter((part) => !isFont(part));
    expect(sum(parts)).toBeGreaterThan(1 * KB);
    expect(sum(parts)).toBeLessThanOrEqual(20 * KB);
  });

  test('ships no framework', async () => {
    const scripts = (await weigh('about/')).filter(isScript);
    expect(scripts.filter(({ url }) => /preact|signals|client/.test(url))).toEqual([]);
    expect(sum(scripts)).toBeLessThanOrEqual(3 * KB);
  });
});

/** Built scripts that hold a text, by file name. */
function scriptsWith(text: string): string[] {
  return globSync('dist/_astro/*.js')
    .filter((file) => readFileSync(file, 'utf8').includes(text))
    .map((file) => basename(file));
}

describe('a page with labs', () => {
  test.each(['', ...chapters])('/%s asks for 60 kB of script at most', async (path) => {
    const scripts = (await weigh(path)).filter(isScript);
    expect(sum(scripts)).toBeLessThanOrEqual(60 * KB);
  });

  test('does not ask for the editor before it is used', async () => {
    const editor = scriptsWith('monaco-editor');
    expect(editor.length).toBeGreaterThan(0);
    const asked = (await weigh(chapters[0] ?? '')).map(({ url }) =>
      basename(new URL(url).pathname),
    );
    expect(asked.filter((name) => editor.includes(name))).toEqual([]);
  });

  test(`has a simulator whose core is ${CORE_KB_MAX} kB at most, gzipped`, () => {
    const cores = globSync('dist/_astro/lab-worker-*.js');
    expect(cores).toHaveLength(1);
    expect(gzipped(cores[0] ?? '')).toBeLessThanOrEqual(CORE_KB_MAX * KB);
  });
});

/** The gzipped size of a built file. */
const gzipped = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;

/** Labs of the pages that readers come to first, with their pages. */
const labs = ['what-is-a-controller', 'the-life-of-one-apply'].flatMap((chapter) =>
  [
    ...readFileSync(`dist/${chapter}/index.html`, 'utf8').matchAll(
      /<figure class="lab wide" id="([^"]+)"/g,
    ),
  ].map(([, id = '']) => [chapter, id] as const),
);

/** Comes to a lab and returns the files that its worker asks for, in order, until nothing more comes. */
async function filesOf(chapter: string, id: string): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const address = new URL(`${chapter}/`, inject('site')).href;
  await page.goto(address, { waitUntil: 'networkidle' });
  const files: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) files.push(`dist${pathname}`);
  });
  // A lab comes alive when it is near; the pointer must come to it after that.
  const isPrepared = async (): Promise<boolean> => {
    await page.mouse.move(0, 0);
    await page.locator(`[id="${id}"] .lab-bar`).hover();
    return files.some((file) => file.includes('lab-drawing'));
  };
  await expect.poll(isPrepared, { timeout: 30_000 }).toBe(true);
  await page.waitForLoadState('networkidle');
  await context.close();
  return [...new Set(files.slice(files.findIndex((file) => file.includes('lab-worker'))))];
}

describe.each(labs)('the lab of %s, %s', (chapter, id) => {
  const kilobytes = (files: readonly string[]): number =>
    files.reduce((total, file) => total + gzipped(file), 0) / KB;

  test(`answers after ${ANSWER_KB_MAX} kB, and can be edited after ${EDIT_KB_MAX} kB`, async () => {
    const files = await filesOf(chapter, id);
    // The lab's own run draws nothing: what draws is asked for when that run has been answered.
    const answered = files.slice(
      0,
      files.findIndex((file) => file.includes('lab-drawing')),
    );
    expect(answered.length).toBeGreaterThan(1);
    expect(kilobytes(answered)).toBeLessThanOrEqual(ANSWER_KB_MAX);
    expect(kilobytes(files)).toBeLessThanOrEqual(EDIT_KB_MAX);
  });
});
