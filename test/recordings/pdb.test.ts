/** Recorded disruption budgets, evictions and drains: number for number, refusal for refusal. */
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '#cli/parity-command.ts';
import { findScenarios, readScenario } from '#cli/parity/scenario.ts';

const folders = findScenarios('test/recordings/pdb');

describe('recorded disruption budgets', () => {
  test('are here', () => {
    expect(folders).toHaveLength(4);
  });

  test.each(folders.map((folder) => [basename(folder), folder] as const))('%s', (_name, folder) => {
    const { differences, missing } = judge(readScenario(folder));
    expect(missing).toBe('');
    expect(differences.map(({ aspect, what }) => `${aspect}: ${what}`)).toEqual([]);
  });
});
