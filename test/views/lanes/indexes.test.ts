import { describe, expect, test } from 'vitest';
import '#sim/parts/all.ts';
import { runLab } from '#sim/lab/run.ts';
import { indexLanes } from '#views/lanes/indexes.ts';
import { wordsOf } from '#views/words/words.ts';
import { sampleLab } from '../../sim/lab/sample-lab.ts';

const job = (mode: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: pages }
spec:
  completions: 3
  parallelism: 3
  completionMode: ${mode}
  ${mode === 'Indexed' ? 'backoffLimitPerIndex: 1' : 'backoffLimit: 1'}
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: a, image: "busybox:1.37", command: [sh, -c, 'sleep 2; test "$JOB_COMPLETION_INDEX" != 1'] }
`;
const lab = (mode: string) =>
  sampleLab(
    { 'pages.yaml': job(mode) },
    {
      until: '40s',
    },
  );
const lanesOf = (mode: string) =>
  indexLanes(runLab({ lab: lab(mode) }), { fromMs: 0, toMs: 40_000 }, wordsOf('en'));

describe('the lanes of an Indexed Job', () => {
  const lanes = lanesOf('Indexed');

  test('stand in the order of the indexes, one for each', () => {
    expect(lanes.map(({ label }) => label)).toEqual(['index 0', 'index 1', 'index 2']);
  });

  test('show the second attempt behind the first, without overlap', () => {
    const segments = lanes[1]?.segments ?? [];
    expect(segments.filter(({ state }) => state === 'failed')).toHaveLength(2);
    for (const [index, { fromMs }] of segments.entries()) {
      if (index > 0) expect(fromMs).toBeGreaterThanOrEqual(segments[index - 1]?.toMs ?? Infinity);
    }
  });

  test('end well where the work did', () => {
    expect(lanes[0]?.segments.at(-1)?.state).toBe('succeeded');
  });

  test('are not there for a Job without indexes', () => {
    expect(lanesOf('NonIndexed')).toEqual([]);
  });
});
