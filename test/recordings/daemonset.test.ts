/**
 * The recorded DaemonSets against the simulator. Scenarios that do not match are listed with the reason; a
 * scenario that begins to match has to leave the list.
 */
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '#cli/parity-command.ts';
import { findScenarios, readScenario } from '#cli/parity/scenario.ts';
import { missingSets } from '#site/known-differences.ts';

/** Seeds for a scenario that is known to differ: enough to see that it still does. */
const seedsOfKnown = 4;

const folders = findScenarios('test/recordings/daemonset');

describe('recorded DaemonSets', () => {
  test('are here', () => {
    expect(folders).toHaveLength(9);
  });

  test.each(folders.map((folder) => [basename(folder), folder] as const))('%s', (name, folder) => {
    const isKnown = Object.hasOwn(missingSets, name);
    const { differences, missing } = judge(readScenario(folder), isKnown ? seedsOfKnown : undefined);
    expect(missing).toBe('');
    const lines = differences.map(({ aspect, what }) => `${aspect}: ${what}`);
    if (isKnown) expect(lines, `${name} matches now: take it off the list`).not.toEqual([]);
    else expect(lines).toEqual([]);
  });
});
