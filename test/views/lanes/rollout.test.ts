import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import { rolloutLanes } from '#views/lanes/rollout.ts';
import { wordsOf } from '#views/words/words.ts';
import { historyOf, scaleDown } from '../sample-runs.ts';

const whole = { fromMs: 0, toMs: 20_000 };
const words = wordsOf('en');

/** The sample Deployment with another image at 6 s. */
const rolling = {
  ...scaleDown,
  until: '20s',
  load: [],
  do: [
    { at: '0s', run: 'kubectl apply -f web.yaml' },
    {
      at: '6s',
      run: 'kubectl set image deployment/web web=registry.k8s.io/e2e-test-images/agnhost:2.52',
    },
  ],
};
const [lane] = rolloutLanes(runLab({ lab: rolling }), whole, words);
const pointsOf = (label: string) =>
  lane?.series?.find((each) => each.label === label)?.points ?? [];
const valueAt = (label: string, timeMs: number) =>
  pointsOf(label).findLast(([at]) => at <= timeMs)?.[1];

describe('the lane of a rollout', () => {
  test('draws the limits of the defaults, 25 % rounded up and down', () => {
    expect(valueAt(words.rolloutMost, 5_000)).toBe(4);
    expect(valueAt(words.rolloutLeast, 5_000)).toBe(3);
  });

  test('counts the pods of all templates together and those of the newest apart', () => {
    expect([valueAt(words.rolloutOld, 5_900), valueAt(words.rolloutNew, 5_900)]).toEqual([3, 3]);
    const newest = pointsOf(words.rolloutNew).filter(([timeMs]) => timeMs > 6_000);
    expect(newest.map(([, value]) => value)).toContain(0);
    expect([valueAt(words.rolloutOld, 20_000), valueAt(words.rolloutNew, 20_000)]).toEqual([3, 3]);
  });

  test('stays between its limits', () => {
    for (const [timeMs, value] of pointsOf(words.rolloutOld)) {
      if (timeMs < 6_000) continue;
      expect(value).toBeGreaterThanOrEqual(valueAt(words.rolloutLeast, timeMs) ?? Infinity);
      expect(value).toBeLessThanOrEqual(valueAt(words.rolloutMost, timeMs) ?? 0);
    }
  });

  test('lets the limits follow the number of replicas', () => {
    const [scaled] = rolloutLanes(historyOf(scaleDown), whole, words);
    const least = scaled?.series?.find(({ label }) => label === words.rolloutLeast)?.points ?? [];
    expect(least.at(-1)?.[1]).toBe(2);
  });

  test('draws no limits for Recreate', () => {
    const yaml = (scaleDown.texts['web.yaml'] ?? '').replace(
      'replicas: 3',
      'replicas: 3\n  strategy: { type: Recreate }',
    );
    const [recreate] = rolloutLanes(
      runLab({ lab: rolling, texts: { 'web.yaml': yaml } }),
      whole,
      words,
    );
    expect(recreate?.series?.map(({ label }) => label)).toEqual([
      words.rolloutOld,
      words.rolloutNew,
    ]);
  });
});
