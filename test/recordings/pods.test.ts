/** Recorded pods that the simulator lives through as a real node did: state for state, event for event, line for line. */
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '#cli/parity-command.ts';
import { findScenarios, readScenario } from '#cli/parity/scenario.ts';

const folders = findScenarios('test/recordings/pods');

describe('recorded pods', () => {
  test('are here', () => {
    expect(folders.length).toBeGreaterThanOrEqual(30);
  });

  test.each(folders.map((folder) => [basename(folder), folder] as const))('%s', (_name, folder) => {
    const { differences, missing } = judge(readScenario(folder));
    expect(missing).toBe('');
    expect(differences.map(({ aspect, what }) => `${aspect}: ${what}`)).toEqual([]);
  });
});
