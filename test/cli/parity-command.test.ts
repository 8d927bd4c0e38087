import { describe, expect, test } from 'vitest';
import { judge } from '#cli/parity-command.ts';
import { readScenario } from '#cli/parity/scenario.ts';
import type { Scenario } from '#cli/parity/scenario.ts';

const scenario = readScenario('test/recordings/rollouts/rs-pod-delete-replaced');

const aspects = (changed: Scenario): string[] => [
  ...new Set(judge(changed, 3).differences.map(({ aspect }) => aspect)),
];

describe('parity', () => {
  test('matches a recording as it is', () => {
    expect(judge(scenario).differences).toEqual([]);
  });

  test('fails on a recording in which one count was changed', () => {
    const rows = scenario.rows.map((row) =>
      row.kind === 'ReplicaSet' && row.patch !== undefined
        ? (JSON.parse(
            JSON.stringify(row).replaceAll('"readyReplicas":3', '"readyReplicas":4'),
          ) as typeof row)
        : row,
    );
    expect(aspects({ ...scenario, rows })).toContain('lives');
  });

  test('fails on a recording in which an event or a word of output was changed', () => {
    const text = JSON.stringify(scenario.rows).replaceAll('SuccessfulDelete', 'SuccessfulRemoval');
    const renamed = JSON.stringify(scenario.rows).replaceAll('SuccessfulCreate', 'Created1');
    const rows = JSON.parse(
      text === JSON.stringify(scenario.rows) ? renamed : text,
    ) as Scenario['rows'];
    expect(aspects({ ...scenario, rows })).toContain('events');
    const steps = scenario.steps.map((step) =>
      step.stdout === undefined ? step : { ...step, stdout: step.stdout.replace('READY', 'REDY') },
    );
    expect(aspects({ ...scenario, steps })).toContain('output');
  });

  test('fails on a recording in which a pod took a minute longer', () => {
    const rows = scenario.rows.map((row) =>
      row.kind === 'Pod' && row.type === 'DELETED' && row.t !== null
        ? { ...row, t: row.t + 60_000 }
        : row,
    );
    expect(aspects({ ...scenario, rows })).toContain('times');
  });

  test('fails on a count that no other count allows, though each alone was seen', () => {
    const changed = JSON.stringify(scenario.rows).replaceAll(
      '"terminatingReplicas":0',
      '"terminatingReplicas":9',
    );
    expect(aspects({ ...scenario, rows: JSON.parse(changed) as Scenario['rows'] })).toContain(
      'lives',
    );
  });

  test('names what it does not replay and never counts it as a match', () => {
    const steps = [...scenario.steps, { atMs: 1, controlPlane: 'stop' }];
    expect(judge({ ...scenario, steps }).missing).toBe('control-plane acts');
  });
});
