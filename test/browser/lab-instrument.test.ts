/** Labs that are alive: they take over from the built page without a move, run what is typed, and answer why. */
import type { Browser, Locator, Page } from '@playwright/test';
import { expect as expectOn } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPage, sizes, startBrowser } from './open-page.ts';

const chapter = 'the-life-of-one-apply/';
const isLong = 30_000;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

async function openLab(options = {}): Promise<{ page: Page; lab: Locator; complaints: string[] }> {
  const { page, complaints } = await openPage(
    browser,
    new URL(chapter, inject('site')).href,
    options,
  );
  const lab = page.locator('.lab').first();
  await lab.scrollIntoViewIfNeeded();
  return { page, lab, complaints };
}

/** Where everything of a lab stands, relative to the lab. */
function placesIn(lab: Locator): Promise<string[]> {
  return lab.evaluate((figure) => {
    const origin = figure.getBoundingClientRect();
    const parts = figure.querySelectorAll(
      '.lab-bar, .lab-body, .lab-panel, .lab-picture, .picture-plot, .lane-label, .lab-strip, .lab-instant, .lab-legend, .lab-figures, .lab-caption, pre.code',
    );
    return [...parts].map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      const numbers = [x - origin.x, y - origin.y, width, height].map((each) => each.toFixed(1));
      return `${part.className.toString()} ${numbers.join(' ')}`;
    });
  });
}

describe.each(sizes)('on a $name', ({ width, height }) => {
  test('a lab takes over without moving anything', { timeout: isLong }, async () => {
    const viewport = { width, height };
    const still = await openLab({ viewport, javaScriptEnabled: true });
    const before = await placesIn(still.lab);
    await still.lab.locator('.lab-bar').hover();
    await still.page.waitForTimeout(1500);
    expect(await placesIn(still.lab)).toEqual(before);
    expect(still.complaints).toEqual([]);
    await still.page.context().close();
  });

  test('nothing scrolls sideways', { timeout: isLong }, async () => {
    const { page } = await openLab({ viewport: { width, height } });
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over).toBe(0);
    await page.context().close();
  });
});

describe('a lab that is alive', () => {
  let page: Page;
  let lab: Locator;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, lab, complaints } = await openLab({
      viewport: { width: 1440, height: 900 },
      hasTouch: true,
      isMobile: true,
    }));
  }, isLong);
  afterAll(() => page.context().close());

  test('steps from event to event and says what happened', { timeout: isLong }, async () => {
    const instant = lab.locator('.lab-instant');
    const before = await instant.innerText();
    await lab.getByRole('button', { name: 'Next event' }).click();
    await expectOn(instant).not.toHaveText(before);
    await lab.getByRole('button', { name: 'Previous event' }).click();
    await expectOn(instant).toHaveText(before);
  });

  test('moves its cursor by keys', { timeout: isLong }, async () => {
    const time = lab.getByRole('slider', { name: 'Time in the run' });
    await time.focus();
    await page.keyboard.press('Home');
    await expectOn(time).toHaveAttribute('aria-valuenow', '0');
    await page.keyboard.press('Shift+ArrowRight');
    await expectOn(time).toHaveAttribute('aria-valuenow', '1000');
    await page.keyboard.press('ArrowRight');
    await expectOn(time).not.toHaveAttribute('aria-valuenow', '1000');
  });

  test('answers why, from the mark to the command', { timeout: isLong }, async () => {
    await lab.getByRole('tab', { name: 'Why?' }).click();
    const mark = lab.locator('.lane-component .mark').last();
    await mark.click({ force: true });
    await expectOn(lab.locator('.why')).toContainText('kubectl apply');
    expect(await lab.locator('.picture [data-lit]').count()).toBeGreaterThan(1);
  });

  test('runs what is typed', { timeout: isLong }, async () => {
    const field = lab.locator('textarea').first();
    const own = await field.inputValue();
    const pods = lab.locator('.lane-pod');
    const before = await pods.count();
    await field.fill(own.replace(/replicas: \d+/, 'replicas: 6'));
    await expectOn(pods).toHaveCount(6);
    expect(before).not.toBe(6);
    await field.fill(own);
    await expectOn(pods).toHaveCount(before);
  });

  test(
    'keeps the last picture while a manifest is broken, and the text',
    { timeout: isLong },
    async () => {
      const field = lab.locator('textarea').first();
      const own = await field.inputValue();
      const pods = await lab.locator('.lane-pod').count();
      const broken = own.replace('kind: Deployment', 'kind: [Deployment');
      await field.fill(broken);
      await expectOn(lab.locator('.lab-scene')).toHaveAttribute('data-stale', '');
      await expectOn(lab.locator('.lab-message')).toContainText(/line \d+/);
      expect(await lab.locator('.lane-pod').count()).toBe(pods);
      expect(await field.inputValue()).toBe(broken);
      await field.fill(own);
      await expectOn(lab.locator('.lab-scene')).not.toHaveAttribute('data-stale');
    },
  );

  test(
    'takes a command at the shown time, and keeps the run without it',
    { timeout: isLong },
    async () => {
      await lab.getByRole('tab', { name: 'Terminal' }).click();
      const prompt = lab.locator('.lab-terminal input');
      await prompt.fill('kubectl get deployments');
      await prompt.press('Enter');
      const transcript = lab.locator('.transcript');
      await expectOn(transcript).toContainText('kubectl get deployments');
      await lab.getByRole('button', { name: 'Back to the run without it' }).click();
      await expectOn(transcript).not.toContainText('kubectl get deployments');
      await lab.getByRole('button', { name: 'The run with it' }).click();
      await expectOn(transcript).toContainText('kubectl get deployments');
    },
  );

  test('complains of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
