/**
 * The recorded Jobs and CronJobs against the simulator. Scenarios that do not match are listed with the reason; a scenario
 * that begins to match has to leave the list.
 */
import { describe, expect, test } from 'vitest';
import { missingJobs } from '#site/known-differences.ts';
import { recordedIn, testRecorded } from './recorded-scenarios.ts';

/** Seeds for a scenario that is known to differ: enough to see that it still does. */
const seedsOfKnown = 6;

describe('recorded Jobs', () => {
  test('are here', () => {
    expect(recordedIn('job')).toHaveLength(14);
  });

  testRecorded('job', { scenarios: missingJobs, seeds: seedsOfKnown });
});
