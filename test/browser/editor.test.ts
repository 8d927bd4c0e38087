/**
 * The editor on a page of its own, in a real browser, under the site's content policy: what it looks like, what it asks for, and that
 * everything in it can be done by keyboard and by touch.
 */
import type { Server } from 'node:http';
import { basename } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src/cli/serve.ts';
import { buildEditorPage } from './fixtures/editor/build.ts';
import { originals } from './fixtures/editor/files.ts';
import { openPage, startBrowser } from './open-page.ts';

let browser: Browser;
let server: Server;
let address: string;
beforeAll(async () => {
  browser = await startBrowser();
  const folder = await buildEditorPage();
  ({ address, server } = await serve({ folder, basePath: '/', port: 0, host: '127.0.0.1' }));
});
afterAll(async () => {
  server.close();
  await browser.close();
});

const desk = { viewport: { width: 900, height: 1000 } };
const pocket = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  /** Names of the files that the page has asked for. */
  readonly asked: string[];
}

/** Opens the page, runs a test on it, and expects that the page had nothing to complain of. */
async function on(
  options: BrowserContextOptions & { theme?: string },
  work: (opened: Opened) => Promise<void>,
): Promise<void> {
  const { theme = 'light', ...context } = options;
  const { page, complaints } = await openPage(browser, address, context);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(basename(new URL(request.url()).pathname)));
  await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
  await page.waitForSelector('.editor[data-mode="plain"]');
  await work({ page, complaints, asked });
  expect(complaints).toEqual([]);
  await page.context().close();
}

async function enrich(page: Page): Promise<void> {
  await page.locator('.editor-input').focus();
  await page.waitForSelector('.editor[data-mode="rich"]');
  await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
}

/** Puts the cursor at the end of a line, from 1. */
async function goTo(page: Page, line: number): Promise<void> {
  await page.keyboard.press('Control+Home');
  for (let i = 1; i < line; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
}

const textOf = (page: Page, file = 'web.yaml'): Promise<string> =>
  page.evaluate(
    (name) => (window as unknown as { texts: { value: Record<string, string> } }).texts.value[name],
    file,
  ) as Promise<string>;

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.className || '');

/** Every visible character below a selector with its place and colour. */
function glyphs(page: Page, selector: string) {
  return page.evaluate((within) => {
    const found: { char: string; x: number; y: number; color: string }[] = [];
    for (const root of document.querySelectorAll(within)) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        const { color } = getComputedStyle(node.parentElement as Element);
        for (let i = 0; i < text.length; i += 1) {
          const char = text.charAt(i);
          if (/[\s\u200b]/.test(char)) continue;
          const range = document.createRange();
          range.setStart(node, i);
          range.setEnd(node, i + 1);
          const { x, y, width } = range.getBoundingClientRect();
          if (width > 0) found.push({ char, x, y, color });
        }
      }
    }
    return found.sort((a, b) => a.y - b.y || a.x - b.x);
  }, selector);
}

type Glyphs = Awaited<ReturnType<typeof glyphs>>;

/** The same characters in the same colours, none of them moved by a pixel. */
function expectSame(after: Glyphs, before: Glyphs): void {
  const look = ({ char, color }: Glyphs[number]): string => `${char} ${color}`;
  expect(after.map(look)).toEqual(before.map(look));
  const shifts = after.map(({ x, y }, i) =>
    Math.max(Math.abs(x - (before[i]?.x ?? 0)), Math.abs(y - (before[i]?.y ?? 0))),
  );
  expect(Math.max(...shifts)).toBeLessThan(0.5);
}

const frameHeight = (page: Page): Promise<number> =>
  page.locator('.editor-frame').evaluate((frame) => frame.getBoundingClientRect().height);

const builtBlock = '.editor-static section:not([hidden]) pre';

describe('the block and the editor in its place', () => {
  test.each(['light', 'dark'])('cannot be told apart, %s', async (theme) => {
    await on({ ...desk, theme }, async ({ page }) => {
      const [before, height] = [await glyphs(page, builtBlock), await frameHeight(page)];
      expect(before.length).toBeGreaterThan(300);
      await enrich(page);
      const after = await glyphs(page, '.editor-rich .view-lines');
      expectSame(after, before);
      expect(await frameHeight(page)).toBe(height);
    });
  });

  test('cannot be told apart where the block was scrolled', async () => {
    await on(desk, async ({ page }) => {
      await page.evaluate(() => {
        document.documentElement.style.setProperty('--editor-max', '12rem');
        document.querySelector('.editor-block')?.scrollTo(0, 60);
      });
      const frame = await page.locator('.editor-frame').boundingBox();
      const seen = async (selector: string): Promise<Glyphs> =>
        (await glyphs(page, selector)).filter(
          ({ y }) => y > (frame?.y ?? 0) + 4 && y < (frame?.y ?? 0) + (frame?.height ?? 0) - 24,
        );
      const before = await seen(builtBlock);
      expect(before.length).toBeGreaterThan(80);
      await page.mouse.click((frame?.x ?? 0) + 200, (frame?.y ?? 0) + 100);
      await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
      expectSame(await seen('.editor-rich .view-lines'), before);
    });
  });

  test('change colours together with the page', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      const light = (await glyphs(page, '.editor-rich .view-lines'))[0]?.color;
      await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
      await expect
        .poll(async () => (await glyphs(page, '.editor-rich .view-lines'))[0]?.color)
        .not.toBe(light);
    });
  });

  test('an edited text looks the same without the full editor', async () => {
    await on({ ...pocket, theme: 'dark' }, async ({ page }) => {
      const before = await glyphs(page, builtBlock);
      await page.locator('.editor-input').tap();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' #');
      const after = await glyphs(page, '.editor-scroll > pre');
      expect(after.pop()?.char).toBe('#');
      expectSame(after, before);
    });
  });
});

describe('the full editor', () => {
  test('is asked for on the way to it and not before', async () => {
    await on(desk, async ({ page, asked }) => {
      const early = await page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name }) => name),
      );
      expect(early.filter((name) => /monaco|schema-docs|yaml-edit/.test(name))).toEqual([]);
      await page.locator('.editor-frame').hover();
      await expect.poll(() => asked.some((name) => /^monaco.*\.js$/.test(name))).toBe(true);
      await enrich(page);
      expect(asked.filter((name) => /worker/.test(name))).toEqual([]);
      expect(asked.filter((name) => /schema-docs/.test(name))).toEqual([]);
    });
  });

  test('keeps what was typed while it was loading', async () => {
    await on(desk, async ({ page }) => {
      await page.route(/monaco.*\.js$/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await route.continue();
      });
      await page.locator('.editor-input').focus();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' # ab');
      await page.waitForSelector('.editor[data-mode="rich"]');
      await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
      await page.keyboard.type('cd');
      expect(await textOf(page)).toBe(`${originals['web.yaml']?.trimEnd()} # abcd\n`);
    });
  });

  test('that cannot be loaded leaves the plain one', async () => {
    await on(desk, async ({ page, complaints }) => {
      await page.route(/monaco.*\.js$/, (route) => route.abort());
      await page.locator('.editor-input').focus();
      await expect.poll(() => page.locator('.editor-hint').textContent()).toContain('could not');
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' # still');
      expect(await textOf(page)).toContain('# still');
      expect(
        complaints.splice(0).every((text) => /Failed to (load|fetch)|ERR_FAILED/.test(text)),
      ).toBe(true);
    });
  });

  test('grows with its text', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      const height = await frameHeight(page);
      await goTo(page, 1);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await expect.poll(() => frameHeight(page)).toBe(height + 40);
    });
  });
});

describe('by keyboard', () => {
  test('Tab passes through an editor in which nothing was typed', async () => {
    await on(desk, async ({ page }) => {
      await page.locator('#before').focus();
      await page.keyboard.press('Tab');
      expect(await focused(page)).toMatch(/tab-0$/);
      await page.keyboard.press('Tab');
      await page.waitForSelector('.editor[data-mode="rich"]');
      await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range');
    });
  });

  test('Tab indents once something was typed, and leaves after Escape, which is said', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      expect(await page.locator('.editor-hint').textContent()).toContain('Esc, then Tab leaves');
      await goTo(page, 21);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.type('#');
      expect(await textOf(page)).toContain('\n              #');
      await page.keyboard.press('Escape');
      expect(await page.locator('.editor-hint').textContent()).toBe('Tab now leaves the editor.');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range');
    });
  });

  test('its name says how to leave it', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      expect(name).toBe('web.yaml, editor. Press Escape and then Tab to leave it.');
    });
  });

  test('Ctrl+Enter runs the lab, in both editors', async () => {
    await on(desk, async ({ page }) => {
      const runs = (): Promise<number> =>
        page.evaluate(() => (window as unknown as { runs: { value: number } }).runs.value);
      await enrich(page);
      await page.keyboard.press('Control+Enter');
      expect(await runs()).toBe(1);
      expect(await textOf(page)).toBe(originals['web.yaml']);
    });
    await on(pocket, async ({ page }) => {
      await page.locator('.editor-input').focus();
      await page.keyboard.press('Control+Enter');
      const runs = await page.evaluate(
        () => (window as unknown as { runs: { value: number } }).runs.value,
      );
      expect(runs).toBe(1);
    });
  });

  test('arrows walk the tabs, and each file keeps its text', async () => {
    await on(desk, async ({ page }) => {
      await page.getByRole('tab', { name: 'web.yaml' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('tabpanel').getAttribute('aria-labelledby')).toMatch(/tab-1$/);
      expect(await page.locator(builtBlock).textContent()).toContain('kind: Service');
      await enrich(page);
      await goTo(page, 1);
      await page.keyboard.type(' # mine');
      expect(await textOf(page, 'service.yaml')).toContain('v1 # mine\n');
      expect(await textOf(page)).toBe(originals['web.yaml']);
      await page.getByRole('tab', { name: 'web.yaml' }).click();
      await expect
        .poll(() => page.locator('.editor-rich .view-lines').textContent())
        .toContain('Deployment');
    });
  });
});

describe('help', () => {
  test('completes a field and then its value', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      await goTo(page, 8);
      await page.keyboard.press('Enter');
      await page.keyboard.type('strat');
      await page.locator('.suggest-widget.visible').getByText('strategy').first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.suggest-widget.visible').getByText('rollingUpdate').first().waitFor();
      await page.keyboard.type('ty');
      await page.keyboard.press('Enter');
      await page.locator('.suggest-widget.visible').getByText('Recreate').first().waitFor();
      await page.keyboard.press('Enter');
      expect(await textOf(page)).toContain('  replicas: 3\n  strategy:\n    type: Recreate\n');
    });
  });

  test('tells type, default, meaning and reference of the field under the pointer', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      await page.locator('.editor-rich .view-line').getByText('replicas').hover();
      const hover = page.locator('.monaco-hover:visible');
      await hover.waitFor();
      const text = await hover.textContent();
      expect(text).toContain('spec.replicas int32');
      expect(text).toContain('When left out here: 1');
      expect(text).toContain('Number of desired pods.');
      expect(text).toContain('Reference, Kubernetes 1.36');
    });
  });
});

describe('remarks', () => {
  test('stand under the text and in a list, and lead to their line', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      await goTo(page, 8);
      await page.keyboard.press('Backspace');
      await page.keyboard.type('-1');
      const remark = page.locator('.editor-remarks').getByRole('button');
      await expect
        .poll(() => remark.textContent())
        .toBe('error, line 8Invalid value: -1: must be greater than or equal to 0');
      await page.locator('.editor-rich .squiggly-error').first().waitFor();
      await goTo(page, 1);
      await remark.click();
      await page.waitForFunction(() => document.activeElement?.closest('.monaco-editor'));
      await page.keyboard.type('x');
      expect(await textOf(page)).toContain('\n  xreplicas: -1\n');
    });
  });

  test('lead to the line of another file, in the plain editor too', async () => {
    await on(pocket, async ({ page }) => {
      await page.getByRole('tab', { name: 'service.yaml' }).tap();
      await page.locator('.editor-input').focus();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('0');
      await page.getByRole('tab', { name: 'web.yaml' }).tap();
      await page
        .locator('.editor-remarks')
        .getByRole('button', { name: /service\.yaml/ })
        .tap();
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
      await page.keyboard.type('x');
      expect(await textOf(page, 'service.yaml')).toContain('      xtargetPort: 80800\n');
      expect(await page.locator('.editor-under').count()).toBeGreaterThan(0);
    });
  });

  test('a line that is pointed at is marked, in both editors', async () => {
    await on(desk, async ({ page }) => {
      await page.evaluate(() => {
        const { marked } = window as unknown as { marked: { value: unknown } };
        marked.value = { file: 'service.yaml', line: 3 };
      });
      const top = (selector: string): Promise<number> =>
        page
          .locator(selector)
          .first()
          .evaluate((mark) => mark.getBoundingClientRect().top);
      const plain = await top('.editor-marked');
      expect(await page.locator(builtBlock).textContent()).toContain('kind: Service');
      await enrich(page);
      expect(await top('.editor-rich .editor-marked-line')).toBe(plain);
      const left = await page.locator('.editor-marked-margin').boundingBox();
      expect(left?.x).toBe((await page.locator('.editor-frame').boundingBox())?.x);
    });
  });
});

describe('a reader’s version', () => {
  test('is kept over a reload, compared, reset, and brought back', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      await goTo(page, 8);
      await page.keyboard.type('5');
      await page.waitForTimeout(400);
      await page.reload({ waitUntil: 'networkidle' });
      expect(await textOf(page)).toContain('replicas: 35\n');
      expect(await page.getByRole('tab', { name: /web\.yaml.*edited/ }).count()).toBe(1);

      await page.getByRole('button', { name: 'Changes' }).click();
      await page.locator('.editor-diff').waitFor();
      expect(await page.locator('.editor-diff del').textContent()).toContain('replicas: 3\n');
      expect(await page.locator('.editor-diff ins').textContent()).toContain('replicas: 35\n');
      await page.getByRole('button', { name: 'Changes' }).click();

      await page.getByRole('button', { name: 'Reset', exact: true }).click();
      expect(await textOf(page)).toBe(originals['web.yaml']);
      expect(await page.locator('.editor-hint').textContent()).toContain('Your version is kept');
      await page.waitForTimeout(400);
      await page.reload({ waitUntil: 'networkidle' });
      expect(await textOf(page)).toBe(originals['web.yaml']);
      await page.getByRole('button', { name: 'Undo reset' }).click();
      expect(await textOf(page)).toContain('replicas: 35\n');
    });
  });

  test('a reset reaches the full editor and can be undone there as well', async () => {
    await on(desk, async ({ page }) => {
      await enrich(page);
      await goTo(page, 8);
      await page.keyboard.type('5');
      await page.getByRole('button', { name: 'Reset', exact: true }).click();
      await expect
        .poll(() => page.locator('.editor-rich .view-lines').textContent())
        .not.toContain('35');
      await page.locator('.editor-rich .view-line').first().click();
      await page.keyboard.press('Control+z');
      expect(await textOf(page)).toContain('replicas: 35\n');
    });
  });
});

describe('a slider', () => {
  test('moves its value in the text, and the text moves it', async () => {
    await on(desk, async ({ page }) => {
      const slider = page.getByRole('slider', { name: 'Replicas' });
      expect(await slider.inputValue()).toBe('3');
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => textOf(page)).toContain('replicas: 4\n');
      await enrich(page);
      await goTo(page, 8);
      await page.keyboard.press('Backspace');
      await page.keyboard.type('7');
      await expect.poll(() => slider.inputValue()).toBe('7');
      expect(await page.locator('.editor-slider output').first().textContent()).toBe('7');
    });
  });
});

describe('by touch', () => {
  test('an input field over the block does all the work, and nothing else is asked for', async () => {
    await on(pocket, async ({ page, asked }) => {
      await page.locator('.editor-input').tap();
      await page.keyboard.press('Control+End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('failureThreshold: 2');
      expect(await textOf(page)).toContain('\n            failureThreshold: 2\n');
      const key = page.locator('.editor-scroll > pre .c-key').last();
      expect(await key.textContent()).toBe('failureThreshold');
      expect(asked.filter((name) => /monaco/.test(name))).toEqual([]);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess).toBeLessThanOrEqual(0);
    });
  });

  test('the field lies on the block: same size, same line, same column', async () => {
    await on(pocket, async ({ page }) => {
      const box = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return [x, y, width, height].map(Math.round);
          });
      expect(await box('.editor-input')).toEqual(await box('.editor-scroll'));
      const fontSize = await page
        .locator('.editor-input')
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
      expect(fontSize).toBeGreaterThanOrEqual(16);
    });
  });
});

describe.each([
  ['desk', 'light', desk],
  ['desk', 'dark', desk],
  ['pocket', 'light', pocket],
  ['pocket', 'dark', pocket],
])('axe finds nothing, %s, %s', (_name, theme, options) => {
  test('before use, in use, with remarks, compared', async () => {
    await on({ ...options, theme }, async ({ page }) => {
      const violations = async () => {
        const { violations: found } = await new AxeBuilder({ page }).analyze();
        return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      };
      expect(await violations()).toEqual([]);
      await page.locator('.editor-input').focus();
      if (options === desk) await page.waitForSelector('.editor[data-mode="rich"]');
      await page.keyboard.press('Control+End');
      await page.keyboard.type('x');
      await page.locator('.editor-remarks button').first().waitFor();
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Changes' }).click();
      await page.locator('.editor-diff').waitFor();
      expect(await violations()).toEqual([]);
    });
  });
});
