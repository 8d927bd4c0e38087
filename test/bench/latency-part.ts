/** How long a reader waits for the picture after an edit, in Chromium. */
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { dirname } from 'node:path';
import { findLabs } from '../../src/build/labs.ts';
import { serve } from '../../src/cli/serve.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { builtSite } from './built-site.ts';
import { openLabs } from './edit-latency.ts';
import type { EditTimes } from './edit-latency.ts';
import { median, quantile } from './meter.ts';
import type { BenchPart } from './part.ts';

const count = { warmUps: 10, counted: 40 };
const goal = { medianMs: 16, lateMs: 50 };
/** The chapters that the goal was set for. */
const chapterCount = 2;

const ms = (value: number): string => value.toFixed(1);

/** Says in a line how long edits took and what the time went into. */
export function lineOf(edits: readonly EditTimes[]): string {
  const of = (name: keyof EditTimes): number[] => edits.map((edit) => edit[name]);
  const split = [
    ['to the worker', 'toWorker'],
    ['diagnose', 'diagnose'],
    ['advance', 'advance'],
    ['markup', 'markup'],
    ['to the page', 'toPage'],
    ['DOM', 'dom'],
  ] as const;
  const total = of('total');
  return (
    `median ${ms(median(total))} ms, 95th percentile ${ms(quantile(total, 0.95))} ms, fastest tenth ${ms(quantile(total, 0.1))} ms, n ${edits.length}` +
    ` (${split.map(([name, key]) => `${name} ${ms(median(of(key)))}`).join(', ')}); painted ${ms(median(of('painted')))} ms`
  );
}

async function startBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return chromium.launch({
    executablePath,
    env: { ...Object.fromEntries(own), ...env },
    args: ['--no-sandbox'],
  });
}

export const latencyPart: BenchPart = {
  name: 'latency',
  summary: `from a keystroke to the picture in Chromium: labs of the first ${chapterCount} chapters, with --full of all`,
  async run({ dist, isFull, print }) {
    const browser = await startBrowser();
    try {
      const folder = builtSite(dist);
      const { address, server } = await serve({
        folder,
        basePath: '/',
        port: 0,
        host: '127.0.0.1',
      });
      try {
        const chapters = [...new Set(findLabs().map(({ id }) => dirname(id)))];
        const all: EditTimes[] = [];
        for (const chapter of chapters.slice(0, isFull ? undefined : chapterCount)) {
          const page = await openLabs(browser, new URL(`${chapter}/`, address).href);
          for (const id of page.ids) {
            const { first, counted } = await page.edit(id, count);
            all.push(...counted);
            print(
              `${chapter}/${id.replace(/^lab-/, '')}: ${lineOf(counted)}; the first edit ${ms(first.total)} ms`,
            );
          }
          await page.close();
        }
        print(`all: ${lineOf(all)}`);
        print(
          `goal: median ${goal.medianMs} ms, 95th percentile ${goal.lateMs} ms. Chromium ${browser.version()}; a digit changed by keys in the ` +
            `full editor, an edit each ${count.counted} times after ${count.warmUps} to warm up; by the wall clock, so other programs lengthen it`,
        );
      } finally {
        server.close();
      }
    } finally {
      await browser.close();
    }
  },
};
