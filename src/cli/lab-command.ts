/** `reconcile lab`: runs a lab of the course, tells its story and says whether its claims hold. */
import { findLab, readLab } from '#build/labs.ts';
import { runLab } from '#sim/lab/run.ts';
import { checkClaims, numbersOf } from '#sim/lab/checks.ts';
import { readArguments, readDuration, readWholeNumber } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { outputForm, printHistory } from './history-output.ts';
import '#sim/parts/all.ts';

/** Runs the command and returns its exit code: 1 when a claim does not hold. */
export function labCommand(args: readonly string[]): number {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      until: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'story' },
    },
  });
  const [id] = positionals;
  if (id === undefined) throw new CliError('which lab? For example: reconcile lab CHAPTER/LAB');
  const form = outputForm(values.output);
  let lab;
  try {
    lab = readLab(findLab(id));
  } catch (error) {
    throw new CliError((error as Error).message);
  }
  const history = runLab({
    lab,
    seed: values.seed === undefined ? undefined : readWholeNumber('--seed', values.seed, 0),
    untilMs: values.until === undefined ? undefined : readDuration('--until', values.until),
  });
  printHistory(history, form);
  if (form !== 'story') return 0;
  let failedCount = 0;
  process.stdout.write('\n');
  for (const { claim, holds, value } of checkClaims(lab, history)) {
    if (!holds) failedCount += 1;
    const note = holds ? '' : ` (the expression gave ${JSON.stringify(value)})`;
    process.stdout.write(`${holds ? 'holds' : 'FAILS'}  ${claim}${note}\n`);
  }
  for (const [name, value] of Object.entries(numbersOf(lab, history))) {
    process.stdout.write(`       ${name} = ${String(value)}\n`);
  }
  return failedCount === 0 ? 0 : 1;
}
