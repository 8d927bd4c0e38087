import { expect, test } from 'vitest';
import { seriesLanes, seriesPoints } from '#views/lanes/series.ts';
import { counter, historyOf } from '../sample-runs.ts';

const declared = counter.show.series?.[0] ?? { label: { en: '' }, pod: '', pattern: '' };

test('numbers come from the log, with the moments at which they were written', () => {
  const points = seriesPoints(historyOf(counter), declared);
  expect(points.slice(0, 3).map(([, value]) => value)).toEqual([1, 2, 3]);
  const [first = 0, second = 0] = points.map(([timeMs]) => timeMs);
  expect(second - first).toBeGreaterThanOrEqual(1000);
  expect(second - first).toBeLessThan(1100);
});

test('the log of a container that is gone still counts', () => {
  const values = seriesPoints(historyOf(counter), declared).map(([, value]) => value);
  expect(values.filter((value) => value === 1).length).toBeGreaterThan(1);
});

test('a pod is found by the beginning of its name', () => {
  expect(seriesPoints(historyOf(counter), { ...declared, pod: 'count*' }).length).toBeGreaterThan(
    0,
  );
  expect(seriesPoints(historyOf(counter), { ...declared, pod: 'other' })).toEqual([]);
});

test('series of one unit share their scale', () => {
  const [lane] = seriesLanes(historyOf(counter), counter, 'en');
  expect(lane?.scale).toEqual([1, 3]);
});
