import { describe, expect, test } from 'vitest';
import { podLanes } from '#views/lanes/pods.ts';
import { wordsOf } from '#views/words/words.ts';
import { counter, historyOf, scaleDown } from '../sample-runs.ts';

const whole = { fromMs: 0, toMs: 9000 };
const lanesOf = (lab: typeof counter) => podLanes(historyOf(lab), whole, wordsOf('en'));

describe('a pod’s lane', () => {
  test('has no gap and no overlap from creation to removal', () => {
    for (const { segments } of lanesOf(scaleDown)) {
      for (const [index, { fromMs, toMs }] of segments.entries()) {
        expect(toMs).toBeGreaterThan(fromMs);
        if (index > 0) expect(fromMs).toBe(segments[index - 1]?.toMs);
      }
    }
  });

  test('never shows one state twice in a row', () => {
    for (const { segments } of lanesOf(scaleDown)) {
      for (const [index, { state }] of segments.entries()) {
        expect(state).not.toBe(segments[index - 1]?.state);
      }
    }
  });

  test('marks exits and back-off of a container that fails', () => {
    const [lane] = lanesOf(counter);
    const words = lane?.marks.map(({ word }) => word) ?? [];
    expect(words).toContain('exit 3');
    expect(words).toContain('restart 1');
    expect(lane?.segments.some(({ state }) => state === 'backoff')).toBe(true);
  });

  test('ticks at every probe', () => {
    const [lane] = lanesOf(scaleDown);
    expect(lane?.ticks?.length).toBeGreaterThan(5);
    expect(lane?.ticks?.at(-1)?.isGood).toBe(true);
  });
});
