/**
 * What a page costs before anything is clicked: bytes as they travel (Brotli), without fonts.
 *
 * Why the worker may weigh 420 kB and not the 150 kB of the first design: it holds a whole control plane with upstream's
 * validation and its words, kubectl, a shell and awk. It is asked for only when a reader comes to a lab, after the
 * page is complete. Splitting it by what a lab's manifests use is the way down; it needs a seam that a run can wait at.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chapters, startBrowser } from './open-page.ts';

const KB = 1024;
const WORKER_KB_MAX = 420;
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

  test('runs its simulation in a worker of 420 kB at most, gzipped', () => {
    const workers = globSync('dist/_astro/*worker*.js').filter(
      (file) => !scriptsWith('monaco').includes(basename(file)),
    );
    expect(workers.length).toBeGreaterThan(0);
    for (const worker of workers) {
      expect(statSync(`${worker}.gz`).size, worker).toBeLessThanOrEqual(WORKER_KB_MAX * KB);
    }
  });
});
