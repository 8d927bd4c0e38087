import { describe, expect, test } from 'vitest';
import { conditionLanes } from '#views/lanes/conditions.ts';
import { wordsOf } from '#views/words/words.ts';
import { historyOf, scaleDown } from '../sample-runs.ts';

const lanes = conditionLanes(historyOf(scaleDown), { fromMs: 0, toMs: 9000 }, wordsOf('en'));
const pod = lanes[0]?.object ?? '';
const own = lanes.filter(({ object }) => object === pod);
const lastOf = (label: string) => own.find((lane) => lane.label === label)?.segments ?? [];

describe('the lanes of a pod’s conditions', () => {
  test('begin with the phase and go from the first condition that comes true to Ready', () => {
    expect(own.map(({ label }) => label)).toEqual([
      pod.split('/').at(-1),
      'PodScheduled',
      'PodReadyToStartContainers',
      'Initialized',
      'ContainersReady',
      'Ready',
    ]);
  });

  test('are there for every pod', () => {
    expect(lanes.filter(({ label }) => label === 'Ready')).toHaveLength(3);
  });

  test('show the phase moving forward, with its word, to the end of a pod that was told to go', () => {
    const phase = own[0]?.segments ?? [];
    expect(phase.map(({ text }) => text)).toEqual(['Pending', 'Running', 'Succeeded']);
  });

  test('show a condition from False with its reason to True', () => {
    const segments = lastOf('Ready');
    expect(segments.map(({ state, text }) => [state, text])).toEqual([
      ['condition-false', 'ContainersNotReady'],
      ['condition-true', ''],
      ...segments.slice(2).map(({ state, text }) => [state, text]),
    ]);
    expect(segments[1]?.fromMs).toBe(segments[0]?.toMs);
  });

  test('draw nothing before a pod was made', () => {
    expect(conditionLanes(historyOf(scaleDown), { fromMs: -1, toMs: -1 }, wordsOf('en'))).toEqual(
      [],
    );
  });
});
