/** axe over one page of each layout, in both themes, on desk and phone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { kinds, openPage, sizes, startBrowser } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(sizes)('on a $name', ({ width, height }) => {
  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    test.each(kinds)('axe finds nothing on /%s', async (path) => {
      const { page } = await openPage(browser, new URL(path, inject('site')).href, {
        viewport: { width, height },
        colorScheme,
        reducedMotion: 'reduce',
      });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
      );
      expect(found).toEqual([]);
      await page.context().close();
    });
  });
});
