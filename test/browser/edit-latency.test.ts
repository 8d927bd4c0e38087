/** The benchmark of edits, as small as can be: `npm run bench` measures with it. */
import { expect, inject, test } from 'vitest';
import { openLabs } from '../bench/edit-latency.ts';
import { startBrowser } from './open-page.ts';

test('an edit by keys is measured from the editor to the paint', async () => {
  const browser = await startBrowser();
  try {
    const page = await openLabs(browser, new URL('what-is-a-controller/', inject('site')).href);
    const { first, counted } = await page.edit(page.ids[0] ?? '', { warmUps: 1, counted: 2 });
    expect(counted).toHaveLength(2);
    for (const { total, painted, ...parts } of [first, ...counted]) {
      const sum = Object.values(parts).reduce((left, right) => left + right, 0);
      expect(Math.abs(sum - total)).toBeLessThan(0.01);
      expect(parts.advance).toBeGreaterThan(0);
      expect(painted).toBeGreaterThan(total);
    }
  } finally {
    await browser.close();
  }
});
