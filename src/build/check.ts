/** `npm run check`: the quick suites, for use while working: formatting, types, architecture. */
import { runSuites, suites } from './suites.ts';

const quick = new Set(['generate', 'formatting', 'types', 'architecture']);
const { passed, failed } = await runSuites(suites.filter((suite) => quick.has(suite.name)));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
