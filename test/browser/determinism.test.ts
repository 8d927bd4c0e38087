/**
 * The same lab and seed give the same history in Node and in Chromium, byte for byte: the simulator is bundled as the
 * worker has it and run in a page.
 */
import { build } from 'vite';
import { expect, test } from 'vitest';
import { findLab, readLab } from '../../src/build/labs.ts';
import type { Lab } from '../../src/sim/lab/lab-format.ts';
import { runLab } from '../../src/sim/lab/run.ts';
import { historyText } from './history-text.ts';
import { startBrowser } from './open-page.ts';
import '../../src/sim/parts/all.ts';

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: 'test/browser/simulator.ts', formats: ['iife'], name: 'simulator' },
    },
  });
  const [output] = [result].flat() as { output: { code?: string }[] }[];
  const code = output?.output[0]?.code;
  if (code === undefined) throw new Error('the simulator was not bundled');
  return code;
}

test.each(['what-is-a-controller/put-back', 'the-life-of-one-apply/chain'])(
  '%s is the same in Node and in Chromium',
  async (id) => {
    const lab = readLab(findLab(id));
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: await bundle() });
      const there = await page.evaluate(
        (given) =>
          (
            globalThis as unknown as { simulator: { runText(lab: unknown): string } }
          ).simulator.runText(given),
        lab as unknown as Record<string, unknown>,
      );
      const here = historyText(runLab({ lab: lab as Lab }));
      expect(here.length).toBeGreaterThan(10_000);
      expect(there === here).toBe(true);
    } finally {
      await browser.close();
    }
  },
);
