/**
 * The test suites, one Vitest project each, so that `npm test` can run, time and count them apart.
 * `npx vitest run test/path` runs single files of any project.
 */
import { defineConfig } from 'vitest/config';

const architecture = ['test/architecture.test.ts'];
const labs = ['test/labs.test.ts', 'test/labs/**/*.test.ts'];
const recordings = ['test/recordings.test.ts', 'test/recordings/**/*.test.ts'];
const browser = ['test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      { test: { name: 'architecture', include: architecture, testTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...architecture, ...labs, ...recordings, ...browser],
        },
      },
      { test: { name: 'labs', include: labs, testTimeout: 60_000 } },
      { test: { name: 'recordings', include: recordings, testTimeout: 120_000 } },
      {
        test: {
          name: 'browser',
          include: browser,
          globalSetup: 'test/browser/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
