/**
 * `reconcile parity`: replays recorded scenarios and compares; tables of answers are compared one by one.
 *
 * Prints what differs and closes with `parity: A of B match`. Scenarios that need something that is not replayed yet are
 * named as not compared and count neither way.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readArguments, readWholeNumber } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { compareScenario } from './parity/compare.ts';
import type { Difference } from './parity/difference.ts';
import { replay, whatIsMissing } from './parity/replay.ts';
import type { Replay } from './parity/replay.ts';
import { findScenarios, findTables, readScenario } from './parity/scenario.ts';
import type { Scenario } from './parity/scenario.ts';
import { compareTable } from './parity/tables.ts';

/** Seeds tried for a scenario before the recording counts as not among the outcomes. */
const seedsDefault = 48;
/** Seeds after which a scenario is judged for the first time. */
const seedsFirst = 2;

/** How a scenario or a case of a table came out. */
export interface Verdict {
  readonly name: string;
  readonly differences: readonly Difference[];
  /** What is not replayed; '' for what was compared. */
  readonly missing: string;
}

/** Judges one scenario, with more seeds as long as it does not match. */
export function judge(scenario: Scenario, seedsMax = seedsDefault): Verdict {
  const missing = whatIsMissing(scenario);
  const { name } = scenario;
  if (missing !== '') return { name, differences: [], missing };
  const replays: Replay[] = [];
  let differences: Difference[] = [];
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    replays.push(replay(scenario, seed));
    if (seed < Math.min(seedsFirst, seedsMax)) continue;
    differences = compareScenario(scenario, replays);
    if (differences.length === 0) break;
  }
  return { name, differences, missing: '' };
}

/** Runs the command; the exit code is 1 when anything differs. */
export function parityCommand(args: readonly string[]): number {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: String(seedsDefault) },
      scores: { type: 'string' },
      verbose: { type: 'boolean', short: 'v', default: false },
    },
  });
  const seeds = readWholeNumber('--seeds', values.seeds, 1);
  if (positionals.length === 0) throw new CliError('which recordings? Give folders, at any depth.');
  const verdicts: Verdict[] = [];
  for (const root of positionals) {
    if (!existsSync(root)) throw new CliError(`there is no folder ${root}`);
    for (const folder of findScenarios(root)) {
      const verdict = judge(readScenario(folder), seeds);
      printVerdict(verdict, values.verbose);
      verdicts.push(verdict);
    }
    for (const path of findTables(root)) {
      for (const verdict of compareTable(path)) {
        if (verdict.differences.length > 0 || values.verbose) printVerdict(verdict, values.verbose);
        verdicts.push(verdict);
      }
    }
  }
  if (values.scores !== undefined) writeScores(values.scores, verdicts, seeds);
  return printScore(verdicts);
}

/** How one area of recordings came out. */
export interface AreaScore {
  readonly area: string;
  readonly matched: number;
  readonly compared: number;
  readonly notCompared: number;
  /** The seeds that a recording could lie among. */
  readonly seeds: number;
  /** The day of the comparison. */
  readonly measured: string;
}

function scoresOf(verdicts: readonly Verdict[], seeds: number): AreaScore[] {
  const areas = [...new Set(verdicts.map(areaOf))].sort();
  const measured = new Date().toISOString().slice(0, 10);
  return areas.map((area) => {
    const own = verdicts.filter((verdict) => areaOf(verdict) === area);
    const compared = own.filter(({ missing }) => missing === '');
    const matched = compared.filter(({ differences }) => differences.length === 0).length;
    const notCompared = own.length - compared.length;
    return { area, matched, compared: compared.length, notCompared, seeds, measured };
  });
}

/** Replaces the scores of the compared areas in a file; those of other areas stay. */
function writeScores(path: string, verdicts: readonly Verdict[], seeds: number): void {
  const own = scoresOf(verdicts, seeds);
  const before = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as readonly AreaScore[])
    : [];
  const kept = before.filter(({ area }) => own.every((score) => score.area !== area));
  const all = [...kept, ...own].sort((one, other) => (one.area < other.area ? -1 : 1));
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
}

function areaOf({ name }: Verdict): string {
  return name.split('/')[0] ?? '';
}

function printVerdict({ name, differences, missing }: Verdict, isVerbose: boolean): void {
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  if (missing !== '') {
    write(`not compared  ${name}: ${missing}`);
    return;
  }
  write(`${differences.length === 0 ? 'match       ' : 'differs     '}  ${name}`);
  for (const { aspect, what, recorded, simulated } of differences) {
    write(`    ${aspect}: ${what}`);
    if (!isVerbose) continue;
    for (const line of recorded.split('\n')) write(`      recorded   ${line}`);
    for (const line of simulated.split('\n')) write(`      simulated  ${line}`);
  }
}

function printScore(verdicts: readonly Verdict[]): number {
  const compared = verdicts.filter(({ missing }) => missing === '');
  const matching = compared.filter(({ differences }) => differences.length === 0);
  const areas = new Map<string, Verdict[]>();
  for (const verdict of compared) {
    const area = areaOf(verdict);
    areas.set(area, [...(areas.get(area) ?? []), verdict]);
  }
  for (const [area, all] of areas) {
    const good = all.filter(({ differences }) => differences.length === 0).length;
    process.stdout.write(`${area}: ${good} of ${all.length}\n`);
  }
  const leftOut = verdicts.length - compared.length;
  if (leftOut > 0) process.stdout.write(`not compared: ${leftOut}\n`);
  process.stdout.write(`parity: ${matching.length} of ${compared.length} match\n`);
  return matching.length === compared.length ? 0 : 1;
}
