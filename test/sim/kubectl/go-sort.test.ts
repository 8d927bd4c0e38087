import { expect, test } from 'vitest';
import { Random } from '#sim/engine/random.ts';
import { goSort } from '#sim/kubectl/go-sort.ts';

test('items come out in order, whatever their number', () => {
  const random = new Random(7, 'sort');
  for (let length = 0; length < 400; length += 7) {
    const items = Array.from({ length }, () => random.int(1 + random.int(50)));
    const sorted = goSort(items, (a, b) => a < b);
    expect(sorted).toEqual([...items].sort((a, b) => a - b));
  }
});

test('equal items keep their order up to twelve of them', () => {
  const items = Array.from({ length: 12 }, (_, index) => ({ index }));
  expect(goSort(items, () => false)).toEqual(items);
});

test('sorted and reversed input is sorted too', () => {
  const up = Array.from({ length: 100 }, (_, index) => index);
  expect(goSort(up, (a, b) => a < b)).toEqual(up);
  expect(goSort([...up].reverse(), (a, b) => a < b)).toEqual(up);
});
