/**
 * The suites of checks and tests: how each is run and counted. `npm test` runs all of them, `npm run check` the quick ones.
 *
 * - A command (formatting, types, build) counts as one check; a test suite counts its tests.
 * - A skipped test counts as failed: what is not run is not known to hold.
 * - A suite whose process fails counts at least one failure, also when no single test did.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** Outcome of a suite or of several. */
export interface Count {
  passed: number;
  failed: number;
}

/** One suite: a command that counts as one check, or a Vitest project that counts its tests. */
export type Suite = { name: string; command: string[] } | { name: string; project: string };

/** All suites in the order in which they run. */
export const suites: readonly Suite[] = [
  { name: 'generate', command: ['node', 'src/build/generate-api.ts'] },
  { name: 'formatting', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: ['astro', 'check'] },
  { name: 'architecture', project: 'architecture' },
  { name: 'unit', project: 'unit' },
  { name: 'labs', project: 'labs' },
  { name: 'recordings', project: 'recordings' },
  { name: 'build', command: ['astro', 'build'] },
  { name: 'browser', project: 'browser' },
];

/** What Vitest's JSON report says about a whole run. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

/** Adds up a Vitest report by the rules above. `exitCode` is that of the process. */
export function countOf(report: Report | undefined, exitCode: number): Count {
  const passed = report?.numPassedTests ?? 0;
  const failed =
    report === undefined ? 0 : report.numFailedTests + report.numPendingTests + report.numTodoTests;
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}

/** Runs suites one after the other, each one's output visible, none stopping the next. Returns the sum of all counts. */
export async function runSuites(chosen: readonly Suite[]): Promise<Count> {
  const sum: Count = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const suite of chosen) {
    process.stdout.write(`\n── ${suite.name}\n`);
    const startMs = performance.now();
    const count = 'command' in suite ? await runCommand(suite.command) : await runProject(suite);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    sum.passed += count.passed;
    sum.failed += count.failed;
    lines.push(
      `${suite.name.padEnd(14)}${String(count.passed).padStart(6)} passed${String(count.failed).padStart(6)} failed${seconds.padStart(8)} s`,
    );
    process.stdout.write(`${lines.at(-1)}\n`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return sum;
}

async function runCommand(command: readonly string[]): Promise<Count> {
  return (await exitCodeOf(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runProject({ project }: { project: string }): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'reconcile-tests-'));
  const file = join(folder, 'report.json');
  try {
    const exitCode = await exitCodeOf([
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    return countOf(await readReport(file), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a report; undefined when Vitest ended before writing one. */
async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs a command of the project's own packages with its output shown; resolves with its exit code. */
function exitCodeOf([name = '', ...args]: readonly string[]): Promise<number> {
  const program = name === 'node' ? process.execPath : join('node_modules', '.bin', name);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
