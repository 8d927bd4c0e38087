import { expect, test } from 'vitest';
import {
  elementsAreMaps,
  findByKey,
  isDeletion,
  orderMerged,
  sortByOrder,
  sortScalars,
  withoutDoubles,
} from '#sim/api/strategic-merge-lists.ts';

const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));

test.each([
  // order, server's order, result
  [
    ['c', 'a', 'b'],
    ['a', 'b', 'c'],
    ['c', 'a', 'b'],
  ],
  [
    ['d', 'a'],
    ['c', 'a', 'b', 'd'],
    ['c', 'b', 'd', 'a'],
  ],
  [['b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
  [[], ['a', 'b'], ['a', 'b']],
])('ordered by %j, a list that stood as %j becomes %j', (order, server, result) => {
  expect(orderMerged(named(...server), named(...order), named(...server), 'name')).toEqual(
    named(...result),
  );
});

test('a new element comes before the first of the server’s', () => {
  expect(orderMerged(['a', 'n'], ['n'], ['a'], '')).toEqual(['n', 'a']);
});

test('a list that is in order already stays the list that it is', () => {
  const merged = named('a', 'b', 'c');
  expect(orderMerged(merged, named('a', 'c'), named('a', 'b', 'c'), 'name')).toBe(merged);
});

test('a list in order is put in order all the same when an element of it is double or a deletion', () => {
  const twice = named('a', 'b', 'a');
  expect(orderMerged(twice, named('a', 'b'), twice, 'name')).toEqual(named('a', 'a', 'b'));
  const deletion = { name: 'a', $patch: 'delete' };
  const merged = [deletion, { name: 'b' }];
  expect(orderMerged(merged, named('a', 'b'), named('a', 'b'), 'name')).toEqual([
    { name: 'b' },
    deletion,
  ]);
});

test('an order list of something else than maps is refused though the list is in order', () => {
  expect(() => orderMerged(named('a'), ['a'], named('a'), 'name')).toThrow(
    'value for key 0 is not a map.',
  );
});

test('deletions go to the end', () => {
  const deletion = { name: 'a', $patch: 'delete' };
  expect(isDeletion(deletion)).toBe(true);
  expect(sortByOrder([deletion, { name: 'b' }], named('a', 'b'), 'name')).toEqual([
    { name: 'b' },
    deletion,
  ]);
});

test('the last element takes the place of a double', () => {
  expect(withoutDoubles(['a', 'b', 'a', 'c'])).toEqual(['a', 'b', 'c']);
  expect(withoutDoubles(['a', 'a', 'b', 'c'])).toEqual(['a', 'c', 'b']);
  expect(withoutDoubles(['a', 'a', 'a'])).toEqual(['a']);
});

test('scalars sort by their text', () => {
  expect(sortScalars([10, 9, 'b', 'a'])).toEqual([10, 9, 'a', 'b']);
});

test('elements have one type', () => {
  expect(elementsAreMaps([{}], [])).toBe(true);
  expect(elementsAreMaps(['a'], ['b'])).toBe(false);
  expect(() => elementsAreMaps([], [])).toThrow('no elements in any of the given slices');
  expect(() => elementsAreMaps([[]])).toThrow('lists of lists are not supported');
  expect(() => elementsAreMaps(['a', 1])).toThrow('list element types are not identical: [[a 1]]');
});

test('an element is found by the value of its key', () => {
  expect(findByKey(named('a', 'b'), 'name', 'b')).toBe(1);
  expect(findByKey(named('a'), 'name', 'z')).toBe(-1);
  expect(findByKey([{}], 'name', undefined)).toBe(-1);
  expect(() => findByKey(['x'], 'name', 'a')).toThrow('value for key 0 is not a map.');
});
