/** Recorded disruption budgets, evictions and drains: number for number, refusal for refusal. */
import { describe, expect, test } from 'vitest';
import { recordedIn, testRecorded } from './recorded-scenarios.ts';

describe('recorded disruption budgets', () => {
  test('are here', () => {
    expect(recordedIn('pdb')).toHaveLength(4);
  });

  testRecorded('pdb');
});
