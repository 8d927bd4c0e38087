/**
 * The recorded StatefulSets, with and without claims against the simulator. Scenarios that do not match are listed with the reason; a
 * scenario that begins to match has to leave the list.
 */
import { describe, expect, test } from 'vitest';
import { missingSets } from '#site/known-differences.ts';
import { recordedIn, testRecorded } from './recorded-scenarios.ts';

/** Seeds for a scenario that is known to differ: enough to see that it still does. */
const seedsOfKnown = 4;

describe('recorded StatefulSets', () => {
  test('are here', () => {
    expect(recordedIn('statefulset')).toHaveLength(13);
  });

  testRecorded('statefulset', { scenarios: missingSets, seeds: seedsOfKnown });
});
