/**
 * Goal: whatever is done to it, a cluster breaks no law, and once left alone it becomes what its specs want and falls silent.
 * Method: labs made by chance; a failure names the number that replays it.
 */
import { expect, test } from 'vitest';
import { brokenLaws } from '#sim/lab/laws.ts';
import { runLab } from '#sim/lab/run.ts';
import { randomLab } from './random-lab.ts';
import { unsettled } from './settled.ts';
import '#sim/parts/all.ts';

/** `npm run bench` runs many more. */
const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

test.each(numbers)(
  'random run %i breaks no law and settles (replay it: npx node test/properties/replay.ts NUMBER)',
  (number) => {
    const history = runLab({ lab: randomLab(number) });
    expect(history.ending).toEqual({ reason: 'until', message: '' });
    expect(brokenLaws(history)).toEqual([]);
    expect(unsettled(history)).toEqual([]);
  },
);
