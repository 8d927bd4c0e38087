import { describe, expect, test } from 'vitest';
import '#sim/parts/all.ts';
import { runLab } from '#sim/lab/run.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { scheduleLanes } from '#views/lanes/schedules.ts';
import { wordsOf } from '#views/words/words.ts';
import { sampleLab } from '../../sim/lab/sample-lab.ts';

const words = wordsOf('en');

/** A CronJob that is due every minute and whose Jobs take a minute and a half. */
function cronLab(policy: string): Lab {
  const yaml = `apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: "* * * * *"
  concurrencyPolicy: ${policy}
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: "busybox:1.37", command: [sleep, "90"] }]
`;
  return sampleLab(
    { 'report.yaml': yaml },
    {
      until: '5m',
      do: [{ at: '5s', run: 'kubectl apply -f report.yaml' }],
    },
  );
}

const laneOf = (policy: string) =>
  scheduleLanes(runLab({ lab: cronLab(policy) }), { fromMs: 0, toMs: 300_000 }, words)[0];

describe('the lane of a CronJob', () => {
  test('names its schedule', () => {
    expect(laneOf('Allow')).toMatchObject({ label: 'report', detail: '* * * * *' });
  });

  test('draws Jobs that overlap in rows of their own', () => {
    const segments = laneOf('Allow')?.segments ?? [];
    expect(segments.map(({ row }) => row)).toEqual([0, 1, 0, 1]);
    for (const row of [0, 1]) {
      const own = segments.filter((segment) => segment.row === row);
      for (const [index, { fromMs }] of own.entries()) {
        if (index > 0) expect(fromMs).toBeGreaterThanOrEqual(own[index - 1]?.toMs ?? Infinity);
      }
    }
  });

  test('tells a Job that has ended from one that goes on', () => {
    const states = (laneOf('Allow')?.segments ?? []).map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['succeeded', 'succeeded']);
    expect(states.at(-1)).toBe('running');
  });

  test('marks what Forbid skips, and keeps one row', () => {
    const lane = laneOf('Forbid');
    expect(lane?.marks.map(({ word }) => word)).toContain(words.runSkipped);
    expect(new Set(lane?.segments.map(({ row }) => row))).toEqual(new Set([0]));
  });
});
