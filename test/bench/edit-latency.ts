/**
 * From a keystroke to the picture, in Chromium, on the labs of a built page: types into the first manifest of each lab and
 * reads the marks that the instrument leaves. Prints median and 95th percentile for each lab and for all.
 *
 * Run it with the address of a served page: `node test/bench/edit-latency.ts http://localhost:4321/the-life-of-one-apply/`.
 */
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { findBrowser } from '../browser/find-browser.ts';

const editsPerLab = 40;
const warmUps = 12;

/** Returns the value below which a part of the values lies. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** Edits a lab's first manifest again and again; returns how long each took until its picture stood. */
async function measureLab(page: Page, id: string): Promise<number[]> {
  const lab = page.locator(`#${id}`);
  await lab.scrollIntoViewIfNeeded();
  await lab.locator('textarea').first().focus();
  const took: number[] = [];
  for (let index = 0; index < warmUps + editsPerLab; index += 1) {
    const ms = await page.evaluate(editOnce, { id, digit: String(index % 10) });
    if (index >= warmUps) took.push(ms);
  }
  return took;
}

/** In the page: changes a comment's last digit and waits for the measure of that edit. */
function editOnce({ id, digit }: { id: string; digit: string }): Promise<number> {
  const field = document.querySelector<HTMLTextAreaElement>(`#${id} textarea`);
  if (field === null) throw new Error(`no field in ${id}`);
  performance.clearMeasures('reconcile:edit-to-picture');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
  const text = field.value.replace(/\n# \d\n?$/, '').replace(/\n$/, '');
  set?.call(field, `${text}\n# ${digit}\n`);
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error(`no picture in ${id}`)), 5000);
    const observer = new PerformanceObserver((list) => {
      const measure = list.getEntriesByName('reconcile:edit-to-picture')[0];
      if (measure === undefined) return;
      clearTimeout(timeout);
      observer.disconnect();
      setTimeout(() => resolve(measure.duration), 60);
    });
    observer.observe({ entryTypes: ['measure'] });
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
}

const address = process.argv[2];
if (address === undefined) throw new Error('usage: edit-latency.ts <address of a page with labs>');
const found = await findBrowser();
const browser = await chromium.launch({ ...found, args: ['--no-sandbox'] });
const context = await browser.newContext({ hasTouch: true, isMobile: true });
const page = await context.newPage();
await page.goto(address);
const ids = await page.locator('figure.lab').evaluateAll((all) => all.map(({ id }) => id));
const all: number[] = [];
for (const id of ids) {
  const took = await measureLab(page, id);
  all.push(...took);
  process.stdout.write(
    `${id}: median ${quantile(took, 0.5).toFixed(1)} ms, 95th percentile ${quantile(took, 0.95).toFixed(1)} ms\n`,
  );
}
process.stdout.write(
  `keystroke to picture: median ${quantile(all, 0.5).toFixed(1)} ms, 95th percentile ${quantile(all, 0.95).toFixed(1)} ms of ${all.length} edits in ${ids.length} labs\n`,
);
await browser.close();
