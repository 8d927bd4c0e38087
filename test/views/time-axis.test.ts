import { expect, test } from 'vitest';
import { axisTicks, axisUnit } from '#views/time-axis.ts';

const texts = (fromMs: number, toMs: number, count: number) =>
  axisTicks({ fromMs, toMs }, count).map(({ text }) => text);

test('ticks are round', () => {
  expect(texts(0, 10_000, 5)).toEqual(['0', '2', '4', '6', '8', '10']);
  expect(axisUnit({ fromMs: 0, toMs: 10_000 })).toBe('s');
});

test('short windows get digits', () => {
  expect(texts(6400, 7000, 6)).toEqual(['6.4', '6.5', '6.6', '6.7', '6.8', '6.9', '7.0']);
});

test('long windows are told in minutes', () => {
  expect(texts(0, 600_000, 5)).toEqual(['0:00', '2:00', '4:00', '6:00', '8:00', '10:00']);
  expect(axisUnit({ fromMs: 0, toMs: 600_000 })).toBe('min');
});

test('an empty window has none', () => {
  expect(axisTicks({ fromMs: 5, toMs: 5 }, 4)).toEqual([]);
});
