/**
 * Lighthouse (mobile) over home and a chapter: full marks in accessibility, best practices and search, and in performance
 * on a quiet machine. Performance is simulated from what was loaded when and how long tasks took, so other work on the machine
 * costs points: the best of three runs counts, and two points are left for noise.
 */
import { launch } from 'chrome-launcher';
import type { LaunchedChrome } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const RUNS_MAX = 3;
const PERFORMANCE_MIN = 98;
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];

let chrome: LaunchedChrome;
beforeAll(async () => {
  const { executablePath, env } = inject('browser');
  chrome = await launch({
    chromePath: executablePath,
    chromeFlags: ['--headless=new', '--no-sandbox'],
    envVars: { ...process.env, ...env },
  });
});
afterAll(() => chrome.kill());

/** Runs Lighthouse once; what is below full marks is named with its audits. */
async function run(address: string): Promise<{ scores: Record<string, number>; lost: string[] }> {
  const result = await lighthouse(address, {
    port: chrome.port,
    logLevel: 'error',
    onlyCategories: categories,
  });
  if (result === undefined) throw new Error(`Lighthouse gave no result for ${address}`);
  const { lhr } = result;
  const scores: Record<string, number> = {};
  const lost: string[] = [];
  for (const category of Object.values(lhr.categories)) {
    scores[category.id] = Math.round((category.score ?? 0) * 100);
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight === 0 || audit === undefined || audit.score === null || audit.score === 1)
        continue;
      lost.push(`${category.id}: ${id} ${audit.score} ${audit.displayValue ?? ''}`);
    }
  }
  return { scores, lost };
}

test.each(['', 'what-is-a-controller/'])(
  '/%s gets full marks from Lighthouse',
  async (path) => {
    const address = new URL(path, inject('site')).href;
    let best = await run(address);
    for (let count = 1; count < RUNS_MAX && (best.scores['performance'] ?? 0) < 100; count += 1) {
      const next = await run(address);
      if ((next.scores['performance'] ?? 0) > (best.scores['performance'] ?? 0)) best = next;
    }
    const { performance = 0, ...others } = best.scores;
    const lost = best.lost.join('\n');
    expect(others, lost).toEqual({ accessibility: 100, 'best-practices': 100, seo: 100 });
    expect(performance, lost).toBeGreaterThanOrEqual(PERFORMANCE_MIN);
  },
  180_000,
);
