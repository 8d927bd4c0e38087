/** Every page of the site, at the root and under a sub-path: quiet, all its own, and no wider than a phone. */
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { kinds, openPage, pages, sizes, startBrowser } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each([
  ['at the root', inject('site'), pages],
  // The same pages again: one of each layout shows whether a sub-path is forgotten, the links below show it of all.
  ['under a sub-path', inject('siteUnderPath'), kinds.filter((path) => pages.includes(path))],
])('%s', (_name, site, opened) => {
  test.each(opened)('/%s loads without a complaint and scrolls in one direction', async (path) => {
    const { page, complaints } = await openPage(browser, new URL(path, site).href);
    expect(await page.locator('h1').count()).toBe(1);
    for (const { name, width, height } of sizes) {
      await page.setViewportSize({ width, height });
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess, `pixels too wide on a ${name}`).toBeLessThanOrEqual(0);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('every internal link leads to a page, and every fragment to an element', async () => {
    const problems: string[] = [];
    const ids = new Map<string, Set<string>>();
    const links: { from: string; to: URL }[] = [];
    for (const path of pages) {
      const address = new URL(path, site).href;
      const html = await (await fetch(address)).text();
      ids.set(
        address,
        new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1] ?? '')),
      );
      for (const match of html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
        const to = new URL((match[1] ?? '').replaceAll('&amp;', '&'), address);
        if (to.origin === new URL(site).origin) links.push({ from: path, to });
      }
    }
    for (const { from, to } of links) {
      const target = ids.get(`${to.origin}${to.pathname}`);
      const fragment = decodeURIComponent(to.hash.slice(1));
      if (target === undefined) problems.push(`/${from} links to ${to.pathname}, which is no page`);
      else if (fragment !== '' && !target.has(fragment)) {
        problems.push(`/${from} links to ${to.pathname}${to.hash}, where nothing has that id`);
      }
    }
    expect(links.length).toBeGreaterThan(pages.length);
    expect(problems).toEqual([]);
  });
});

test('an unknown address gets the site’s own page and the right status', async () => {
  const response = await fetch(new URL('no/such/page/', inject('site')));
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('There is nothing at this address');
});
