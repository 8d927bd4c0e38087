/** axe over one page of each layout, in both themes, on desk and phone. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect as expectOn } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { kinds, openPage, sizes, startBrowser } from './open-page.ts';

const looks = sizes.flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ ...size, colorScheme })),
);

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(kinds)('/%s', (path) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser, new URL(path, inject('site')).href, {
      reducedMotion: 'reduce',
    }));
  });
  afterAll(() => page.context().close());

  test.each(looks)(
    'gives axe nothing to find on a $name in the $colorScheme theme',
    async (look) => {
      await page.setViewportSize({ width: look.width, height: look.height });
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await expectOn(page.locator('html')).toHaveAttribute('data-theme', look.colorScheme);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
      );
      expect(found).toEqual([]);
    },
  );
});
