/** The tests of an area of recorded scenarios: each must match, and one that is listed as differing must still differ. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '#cli/parity-command.ts';
import { findScenarios, readScenario } from '#cli/parity/scenario.ts';

/** Returns the folders of an area's recordings. */
export function recordedIn(area: string): string[] {
  return findScenarios(`test/recordings/${area}`);
}

/** Scenarios that are known to differ, by name with the reason, and the seeds that show that they still do. */
export interface KnownToDiffer {
  readonly scenarios: Readonly<Record<string, unknown>>;
  readonly seeds: number;
}

/** Adds a test for each recording of an area. */
export function testRecorded(area: string, known: KnownToDiffer = { scenarios: {}, seeds: 1 }): void {
  const named = recordedIn(area).map((folder) => [basename(folder), folder] as const);
  test.each(named)('%s', (name, folder) => {
    const isKnown = Object.hasOwn(known.scenarios, name);
    const { differences, missing } = judge(readScenario(folder), isKnown ? known.seeds : undefined);
    expect(missing).toBe('');
    const lines = differences.map(({ aspect, what }) => `${aspect}: ${what}`);
    if (isKnown) expect(lines, `${name} matches now: take it off the list`).not.toEqual([]);
    else expect(lines).toEqual([]);
  });
}
