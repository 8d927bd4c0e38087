/** Runs of a simulator that begins with no part at all. Each test file has a simulator of its own, so that nothing is there yet. */
import { describe, expect, test } from 'vitest';
import { findLabs, readLab } from '#build/labs.ts';
import { complete, load, LoadingError, withParts } from '#islands/load-part.ts';
import type { History } from '#sim/lab/history.ts';
import { runLab } from '#sim/lab/run.ts';
import { parts, takeAskedParts } from '#sim/part.ts';
import type { PartName } from '#sim/part.ts';
import { historyText } from '../browser/history-text.ts';

/** Long labs go on as they have begun. */
const untilMs = 20_000;

describe('a run that begins without parts', () => {
  const labs = findLabs().map(readLab);
  const lazily = new Map<string, { text: string; tries: number; asked: PartName[] }>();

  test('ends with the parts that it asks for', { timeout: 180_000 }, async () => {
    for (const lab of labs) {
      let tries = 0;
      takeAskedParts();
      const history: History = await withParts(() => {
        tries += 1;
        return complete(() => runLab({ lab, untilMs }));
      });
      lazily.set(lab.id, { text: historyText(history), tries, asked: takeAskedParts() });
    }
    const tries = [...lazily.values()].map((run) => run.tries);
    expect(Math.max(...tries)).toBeGreaterThan(1);
    const asked = new Set([...lazily.values()].flatMap((run) => run.asked));
    expect(asked.size).toBeLessThan(Object.keys(parts).length);
  });

  test(
    'gives the history that it gives when every part is there',
    { timeout: 180_000 },
    async () => {
      await import('#sim/parts/all.ts');
      for (const lab of labs) {
        expect(historyText(runLab({ lab, untilMs })) === lazily.get(lab.id)?.text, lab.id).toBe(
          true,
        );
      }
    },
  );
});

test('a file that does not come is told apart from a mistake in a run', async () => {
  await expect(load(() => Promise.reject(new TypeError('offline')))).rejects.toThrow(LoadingError);
  const broken = () =>
    complete(() => {
      throw new RangeError('ours');
    });
  await expect(withParts(broken)).rejects.toThrow(RangeError);
});
