import { expect, test } from 'vitest';
import { placeWords, textWidth } from '#views/place-words.ts';

const word = (at: number, text: string, weight = 1) => ({ at, text, weight, item: text });

test('a word stands over its place', () => {
  expect(placeWords([word(100, 'SIGTERM')], 300, 11)).toEqual([
    {
      item: 'SIGTERM',
      text: 'SIGTERM',
      anchor: 'middle',
      from: 100 - textWidth('SIGTERM', 11) / 2,
    },
  ]);
});

test('a word at an edge turns inwards', () => {
  const placed = placeWords([word(0, 'left'), word(300, 'right')], 300, 11);
  expect(placed.map(({ anchor }) => anchor)).toEqual(['start', 'end']);
});

test('of two words for one place the weightier stays', () => {
  const placed = placeWords([word(50, 'minor', 1), word(52, 'MAJOR', 9)], 60, 11);
  expect(placed.map(({ text }) => text)).toEqual(['MAJOR']);
});

test('wide scripts take a square a character', () => {
  expect(textWidth('목록', 10)).toBe(20);
  expect(textWidth('list', 10)).toBeLessThan(30);
});
