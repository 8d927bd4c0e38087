/** The editor where it belongs: in a lab of a chapter, at the root and under a sub-path, as it is built and served. */
import { basename } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPage, sizes, startBrowser } from './open-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const chapter = 'what-is-a-controller/';

/** Where the parts of the first lab stand, from its own corner. */
function places(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(() => {
    const lab = document.querySelector('.lab')?.getBoundingClientRect();
    const place = (selector: string): number[] => {
      const box = [...document.querySelectorAll(`.lab ${selector}`)]
        .map((element) => element.getBoundingClientRect())
        .find(({ height }) => height > 0);
      const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
      return [x - (lab?.x ?? 0), y - (lab?.y ?? 0), width, height].map(Math.round);
    };
    return {
      lab: [Math.round(lab?.width ?? 0), Math.round(lab?.height ?? 0)],
      bar: place('.editor-bar'),
      frame: place('.editor-frame'),
      line: place('.line, .view-line'),
      hint: place('.editor-hint'),
      scene: place('.lab-scene'),
    };
  });
}

describe.each([
  ['at the root', inject('site')],
  ['under a sub-path', inject('siteUnderPath')],
])('%s', (_name, site) => {
  test.each(sizes)('nothing moves when a lab comes alive on a $name', async ({ width, height }) => {
    const look = { viewport: { width, height }, reducedMotion: 'reduce' as const };
    const address = new URL(chapter, site).href;
    const context = await browser.newContext(look);
    const still = await context.newPage();
    await still.route(/\/Lab\.[^/]*\.js$/, (route) => route.abort());
    await still.goto(address, { waitUntil: 'networkidle' });
    expect(await still.locator('.lab .editor').first().getAttribute('data-mode')).toBe('built');
    const before = await places(still);
    await context.close();
    const { page, complaints } = await openPage(browser, address, look);
    await page.locator('.lab').first().scrollIntoViewIfNeeded();
    await page.locator('.lab .editor[data-mode="plain"]').first().waitFor();
    expect(await places(page)).toEqual(before);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the full editor comes on use, without a complaint, and an edit is judged', async () => {
    const { page, complaints } = await openPage(browser, new URL(chapter, site).href, {
      viewport: { width: 1440, height: 900 },
    });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(basename(new URL(request.url()).pathname)));
    const editor = page.locator('.lab .editor').first();
    await editor.scrollIntoViewIfNeeded();
    await editor.locator('.editor-input').waitFor();
    expect(asked.filter((name) => name.startsWith('monaco'))).toEqual([]);
    const { frame } = await places(page);
    await editor.locator('.editor-input').focus();
    await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
    expect((await places(page)).frame).toEqual(frame);
    expect(asked.some((name) => /^monaco.*\.js$/.test(name))).toBe(true);
    expect(asked.some((name) => /^monaco.*\.css$/.test(name))).toBe(true);
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('nonsense: 1');
    const remark = editor.locator('.editor-remarks button').first();
    await remark.waitFor();
    expect(await remark.textContent()).toContain('unknown field');
    await editor.getByRole('button', { name: 'Reset', exact: true }).click();
    await remark.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
