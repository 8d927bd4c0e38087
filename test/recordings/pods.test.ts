/** Recorded pods that the simulator lives through as a real node did: state for state, event for event, line for line. */
import { describe, expect, test } from 'vitest';
import { recordedIn, testRecorded } from './recorded-scenarios.ts';

describe('recorded pods', () => {
  test('are here', () => {
    expect(recordedIn('pods').length).toBeGreaterThanOrEqual(30);
  });

  testRecorded('pods');
});
