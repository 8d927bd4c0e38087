/** What a page costs before anything is clicked: bytes as they travel (Brotli), without fonts. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startBrowser } from './open-page.ts';

const KB = 1024;
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
