/**
 * The recorded rollouts against the simulator. Scenarios that do not match are listed with the reason; a scenario that
 * begins to match has to leave the list.
 */
import { describe } from 'vitest';
import { missingRollouts } from '#site/known-differences.ts';
import { testRecorded } from './recorded-scenarios.ts';

/** Seeds for a scenario that is known to differ: enough to see that it still does. */
const seedsOfKnown = 6;

describe('recorded rollouts', () => {
  testRecorded('rollouts', { scenarios: missingRollouts, seeds: seedsOfKnown });
});
