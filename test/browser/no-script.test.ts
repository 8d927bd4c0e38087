/** With scripting off: all text, every manifest and the outcome of every lab are there, and no control that would do nothing. */
import type { Browser, Page } from '@playwright/test';
import { expect as expectOn } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chapters, openPage, startBrowser } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(chapters)('/%s', (path) => {
  let page: Page;
  beforeAll(async () => {
    const address = new URL(path, inject('site')).href;
    ({ page } = await openPage(browser, address, { javaScriptEnabled: false }));
  });
  afterAll(() => page.context().close());

  test('shows its text', async () => {
    await expectOn(page.locator('h1')).toBeVisible();
    expect((await page.locator('.chapter-text').innerText()).length).toBeGreaterThan(2000);
  });

  test('shows the manifests, the picture and the account of every lab', async () => {
    const labs = await page.locator('.lab').all();
    expect(labs.length).toBeGreaterThan(0);
    for (const lab of labs) {
      const files = await lab.locator('.lab-file .code').all();
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        await expectOn(file).toBeVisible();
        await expectOn(file).toContainText('apiVersion');
      }
      await expectOn(lab.locator('svg[role="img"]').first()).toBeVisible();
      await expectOn(lab.locator('.lab-caption')).toBeVisible();
    }
  });

  test('opens hints, solutions and answers', async () => {
    const fold = page.locator('.chapter-text > .exercise details, .chapter-text > details').first();
    await fold.locator('summary').click();
    await expectOn(fold).toHaveAttribute('open');
  });

  test('shows no button', async () => {
    expect(await page.locator('button:visible').count()).toBe(0);
  });
});
