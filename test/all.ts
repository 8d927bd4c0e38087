/**
 * `npm test`: every suite in order, closing with one line, `N passed, N failed`.
 * `npm test -- unit browser` runs the named ones only.
 */
import { runSuites, suites } from '../src/build/suites.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  const known = suites.map((suite) => suite.name).join(', ');
  process.stderr.write(`There is no suite ${unknown.join(', ')}. Suites: ${known}.\n`);
  process.exit(2);
}
const chosen = suites.filter((suite) => names.length === 0 || names.includes(suite.name));
const { passed, failed } = await runSuites(chosen);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
