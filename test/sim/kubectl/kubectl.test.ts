/**
 * kubectl against recordings of a real one: reading commands over the recorded state, and changing ones against the
 * simulator's own API server. Every command that differs is named with the reason; one that begins to match has to
 * leave the list.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changesKnown, readsKnown } from './known-differences.ts';
import type { KnownDifference } from './known-differences.ts';
import { Recording } from './recording.ts';
import { kubectlWords, replayStep, runOver } from './replay.ts';
import { runSequence } from './sequence.ts';
import '../../../src/sim/parts/all.ts';

const root = 'test/recordings';

/** Commands whose output depends on nothing but the state they read. */
const reading = /^kubectl (get|describe|events|rollout history) /;

function scenarios(areas: readonly string[]): (readonly [string, Recording])[] {
  return areas.flatMap((area) =>
    readdirSync(`${root}/${area}`)
      .filter((name) => !name.includes('.'))
      .map((name) => [`${area}/${name}`, new Recording(`${root}/${area}/${name}`)] as const),
  );
}

function isKnown(list: readonly KnownDifference[], name: string, cmd: string): boolean {
  return list.some(({ command }) => command.test(`${name} $ ${cmd}`));
}

describe('reading commands over the recorded state', () => {
  const unused = new Set(readsKnown);
  test.each(scenarios(['rollouts', 'kubectl']))('%s', (name, recording) => {
    const wrong: string[] = [];
    for (const step of recording.steps) {
      if (!reading.test(step.cmd) || step.background || step.killed) continue;
      if (kubectlWords(step.cmd) === undefined || / (-w|--watch)\b/.test(step.cmd)) continue;
      const { match } = replayStep(recording, step);
      if (match !== 'differs') continue;
      for (const known of readsKnown) {
        if (known.command.test(`${name} $ ${step.cmd}`)) unused.delete(known);
      }
      if (!isKnown(readsKnown, name, step.cmd)) wrong.push(step.cmd);
    }
    expect(wrong).toEqual([]);
  });

  test('no known difference is out of date', () => {
    expect([...unused].map(({ command }) => command.source)).toEqual([]);
  });
});

describe('changing commands against the API server', () => {
  const unused = new Set(changesKnown);
  test.each([
    'apply-bad-files',
    'apply-basics',
    'apply-immutable',
    'create-configmap',
    'create-deployment',
    'create-job-cronjob',
    'expose-commands',
    'label-annotate',
    'patch-types',
    'scale-autoscale',
    'unknown-commands',
    'usage-errors',
  ])('%s', (name) => {
    const wrong: unknown[] = [];
    for (const { match, step, got } of runSequence(new Recording(`${root}/kubectl/${name}`))) {
      if (match) continue;
      for (const known of changesKnown) {
        if (known.command.test(`${name} $ ${step.cmd}`)) unused.delete(known);
      }
      if (!isKnown(changesKnown, name, step.cmd)) wrong.push({ cmd: step.cmd, got });
    }
    expect(wrong).toEqual([]);
  });

  test('no known difference is out of date', () => {
    expect([...unused].map(({ command }) => command.source)).toEqual([]);
  });
});

describe('exit codes and streams', () => {
  const run = (...argv: string[]): ReturnType<typeof runOver> =>
    runOver([], 0, { namespace: 'default' }, argv);

  test('a command that upstream has and this one has not says so', () => {
    expect(run('explain', 'pods')).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: 'error: command "kubectl explain" is not in this simulation\n',
    });
  });

  test('a flag that upstream has and this one has not says so', () => {
    expect(run('get', 'pods', '--as=jane').stderr).toBe(
      'error: flag --as of "kubectl get" is not in this simulation\n',
    );
  });

  test('flags of all commands may stand before the command', () => {
    expect(run('-n', 'shop', 'get', 'pods').stderr).toBe('No resources found in shop namespace.\n');
  });

  test('help is no error', () => {
    const { exit, stdout, stderr } = run('rollout', 'undo', '--help');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('--to-revision');
  });
});
