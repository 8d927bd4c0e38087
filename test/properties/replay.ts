/** Replays random runs: `node test/properties/replay.ts NUMBER` tells the story; `FIRST-LAST` looks for a failing one. */
import '#sim/parts/all.ts';
import { accountOf } from '#views/account.ts';
import { brokenLaws } from '#sim/lab/laws.ts';
import { runLab } from '#sim/lab/run.ts';
import { randomLab } from './random-lab.ts';
import { unsettled } from './settled.ts';

const [, first = '1', last] = /^(\d+)(?:-(\d+))?$/.exec(process.argv[2] ?? '') ?? [];
const isStory = last === undefined;
let failedCount = 0;
for (let number = Number(first); number <= Number(last ?? first); number += 1) {
  const lab = randomLab(number);
  const history = runLab({ lab });
  const wrong = [...brokenLaws(history).map((law) => JSON.stringify(law)), ...unsettled(history)];
  if (history.ending.reason !== 'until') wrong.push(history.ending.message);
  if (isStory) {
    process.stdout.write(`${Object.values(lab.texts).join('---\n')}\n`);
    for (const act of lab.do) process.stdout.write(`${JSON.stringify(act)}\n`);
    for (const { timeMs, who, what } of accountOf(history, 'en')) {
      process.stdout.write(`${(timeMs / 1000).toFixed(3).padStart(8)} s  ${who}  ${what}\n`);
    }
  }
  if (wrong.length > 0) failedCount += 1;
  for (const sentence of wrong) process.stdout.write(`${number}: ${sentence}\n`);
}
process.stdout.write(`${failedCount} failed\n`);
process.exitCode = failedCount === 0 ? 0 : 1;
