/** What a reader does without a mouse: skip to the text, switch the theme, search, answer a prediction. */
import type { Browser, Page } from '@playwright/test';
import { expect as expectOn } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { openPage, startBrowser } from './open-page.ts';

const chapter = 'what-is-a-controller/';
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(() => page.context().close());
afterAll(() => browser.close());

async function open(path: string, site = inject('site')): Promise<void> {
  ({ page } = await openPage(browser, new URL(path, site).href, { colorScheme: 'light' }));
}

test('the first stop of the Tab key skips to the text', async () => {
  await open(chapter);
  await page.keyboard.press('Tab');
  await expectOn(page.locator('.skip-link')).toBeFocused();
  await expectOn(page.locator('.skip-link')).toBeInViewport();
  await page.keyboard.press('Enter');
  await expectOn(page).toHaveURL(/#content$/);
});

test('the theme switch works by key, says what it will do, and is remembered', async () => {
  await open('');
  const button = page.getByRole('button', { name: 'Switch to the dark theme' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expectOn(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expectOn(page.getByRole('button', { name: 'Switch to the light theme' })).toBeFocused();
  await page.reload();
  await expectOn(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a page follows the system while the reader has not chosen', async () => {
  await open('');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectOn(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test.each([
  ['at the root', 'site'],
  ['under a sub-path', 'siteUnderPath'],
] as const)(
  'the slash opens the search, which finds a chapter %s, and Escape closes it',
  async (_, site) => {
    await open('about/', inject(site));
    await page.keyboard.press('/');
    const dialog = page.getByRole('dialog', { name: 'Search' });
    await expectOn(dialog).toBeVisible();
    await page.keyboard.type('controller');
    const first = dialog.getByRole('link').first();
    await expectOn(first).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expectOn(first).toBeFocused();
    await page.keyboard.press('Escape');
    await expectOn(dialog).toBeHidden();
  },
);

test('the search says so when it finds nothing', async () => {
  await open('');
  await page.getByRole('button', { name: 'Search' }).click();
  await expectOn(page.getByRole('dialog', { name: 'Search' })).toBeVisible();
  await page.keyboard.type('qwxzzy');
  await expectOn(page.getByText('Nothing in the notes mentions “qwxzzy”.')).toBeVisible();
});

test('every control of a page shows where the focus is', async () => {
  await open(chapter);
  const stops = await page.locator('a[href], button, summary, input').count();
  const unseen: string[] = [];
  for (let stop = 0; stop < Math.min(stops, 60); stop += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && outlineWidth !== '0px' ? undefined : element.outerHTML;
    });
    if (found !== undefined) unseen.push(found.slice(0, 120));
  }
  expect(unseen).toEqual([]);
});
