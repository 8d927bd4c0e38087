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

  test('answers why, from the pressed mark to the command', { timeout: isLong }, async () => {
    await lab.getByRole('tab', { name: 'Why?' }).click();
    const mark = lab.locator('.lane-component .mark').last();
    await mark.click({ force: true });
    const entry = (await mark.getAttribute('data-entry')) ?? '';
    await expectOn(lab.locator('.why li').first()).toHaveAttribute('data-entry', entry);
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

test('what is typed and what comes of it are seen together', { timeout: isLong }, async () => {
  const { page, lab } = await openLab({ viewport: { width: 1440, height: 900 } });
  await lab.evaluate((figure) => {
    document.documentElement.style.scrollBehavior = 'auto';
    scrollTo(0, figure.getBoundingClientRect().top + scrollY - 60);
  });
  const [caption, editor, picture] = await Promise.all(
    ['.lab-caption', '.editor-frame', '.picture-plot'].map((part) =>
      lab.locator(part).first().boundingBox(),
    ),
  );
  expect(caption?.y).toBeLessThan(editor?.y ?? 0);
  expect(editor?.height).toBeGreaterThan(250);
  expect(900 - (picture?.y ?? 900)).toBeGreaterThan(250);
  await page.context().close();
});

test(
  'a solution that was looked at is not kept as the reader’s text',
  { timeout: isLong },
  async () => {
    const { page, lab } = await openLab({ hasTouch: true, isMobile: true });
    const field = lab.locator('textarea').first();
    const own = await field.inputValue();
    const mine = `${own}\n# mine`;
    await field.fill(mine);
    await lab.getByRole('button', { name: 'Show a solution' }).click();
    await expectOn(field).not.toHaveValue(mine);
    await page.waitForTimeout(600);
    await page.reload({ waitUntil: 'networkidle' });
    await lab.scrollIntoViewIfNeeded();
    await expectOn(field).toHaveValue(mine);

    // Who goes on with it has made it theirs, and can come back all the same.
    await lab.getByRole('button', { name: 'Show a solution' }).click();
    const taken = `${await field.inputValue()}\n# taken`;
    await field.fill(taken);
    await page.waitForTimeout(600);
    await page.reload({ waitUntil: 'networkidle' });
    await lab.scrollIntoViewIfNeeded();
    await expectOn(field).toHaveValue(taken);
    await lab.getByRole('button', { name: 'Back to mine' }).click();
    await expectOn(field).toHaveValue(mine);
    await page.context().close();
  },
);

test(
  'a question veils the run until it is answered, and moves nothing',
  { timeout: isLong },
  async () => {
    const { page } = await openLab({ viewport: { width: 1440, height: 900 } });
    const lab = page.locator('#lab-no-scheduler');
    await lab.scrollIntoViewIfNeeded();
    await lab.locator('.lab-bar').hover();
    await lab.locator('.lab-run[inert]').waitFor();
    const before = await lab.boundingBox();
    await expectOn(lab.locator('.lab-veil')).toBeVisible();
    await lab.getByRole('radio', { name: 'Two pods that stay Pending' }).check();
    await lab.getByRole('button', { name: 'Show the run' }).click();
    await lab.locator('.lab-run:not([inert])').waitFor();
    await expectOn(lab.locator('.lab-predict')).toContainText('That is what the run does.');
    expect((await lab.locator('.picture-plot').boundingBox())?.height).toBeGreaterThan(200);
    expect(Math.abs(((await lab.boundingBox())?.height ?? 0) - (before?.height ?? 0))).toBeLessThan(
      80,
    );
    await page.context().close();
  },
);
