/**
 * Runs a lab while the site is built: its claims must hold of the run, or the build fails, and its values become the
 * numbers of the prose. Each lab is run once, however many pages show it.
 */
import { checkClaims, numbersOf } from '#sim/lab/checks.ts';
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { runLab } from '#sim/lab/run.ts';
import { takeAskedParts } from '#sim/part.ts';
import type { PartName } from '#sim/part.ts';
import '#sim/parts/all.ts';
import type { LabNumber, LabNumbers } from './num.ts';

/** What a lab's own run left. */
export interface Outcome {
  history: History;
  numbers: LabNumbers;
  /** Parts of the simulator that the run needed. */
  parts: readonly PartName[];
}

const outcomes = new WeakMap<Lab, Outcome>();

/** Returns the outcome of a lab's run. Throws when a claim does not hold, or when the run did not reach its end. */
export function outcomeOf(lab: Lab): Outcome {
  const known = outcomes.get(lab);
  if (known !== undefined) return known;
  takeAskedParts();
  const history = runLab({ lab });
  const parts = takeAskedParts();
  if (history.ending.reason === 'budget') {
    throw new Error(`lab ${lab.id} does not reach its end: ${history.ending.message}`);
  }
  const broken = checkClaims(lab, history).filter(({ holds }) => !holds);
  if (broken.length > 0) {
    const lines = broken.map(
      ({ claim, expr, value }) => `  "${claim}"\n    ${expr} is ${JSON.stringify(value)}`,
    );
    throw new Error(
      `lab ${lab.id}: what is claimed is not true of the run.\n${lines.join('\n')}\n` +
        `  Fix: look at the run with "npm run lab ${lab.id}", then correct the claim or the lab.`,
    );
  }
  const numbers = new Map<string, LabNumber>(
    Object.entries(numbersOf(lab, history)).map(([name, value]) => {
      const { unit, tone } = lab.values?.[name] ?? {};
      return [name, { value, unit, tone }];
    }),
  );
  const outcome = { history, numbers, parts };
  outcomes.set(lab, outcome);
  return outcome;
}
