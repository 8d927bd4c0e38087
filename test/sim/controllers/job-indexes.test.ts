import { describe, expect, test } from 'vitest';
import {
  formatIndexes,
  hasIndex,
  lowestFree,
  parseIndexes,
  totalOf,
  unionOf,
  withIndexes,
} from '#sim/controllers/job-indexes.ts';

describe('completion indexes', () => {
  test.each([
    [[], ''],
    [[4], '4'],
    [[0, 1], '0,1'],
    [[2, 0, 1], '0-2'],
    [[0, 1, 3, 4, 5, 7], '0,1,3-5,7'],
  ])('of %j are written as "%s" and read back', (indexes, text) => {
    const intervals = withIndexes([], indexes);
    expect(formatIndexes(intervals)).toBe(text);
    expect(parseIndexes(text, 10)).toEqual(intervals);
    expect(totalOf(intervals)).toBe(indexes.length);
  });

  test('beyond the completions are not read', () => {
    expect(formatIndexes(parseIndexes('0-2,4-9,11', 7))).toBe('0-2,4-6');
  });

  test('that cannot be read are left out', () => {
    expect(formatIndexes(parseIndexes('0,x,2-y,5', 7))).toBe('0,5');
  });

  test('of two sets are joined without a seam', () => {
    expect(formatIndexes(unionOf(parseIndexes('0-2,8', 20), parseIndexes('3-4,6-9', 20)))).toBe(
      '0-4,6-9',
    );
  });

  test('are found by their interval', () => {
    const intervals = parseIndexes('1-3,7,9-11', 20);
    const found = Array.from({ length: 13 }, (_, i) => i).filter((i) => hasIndex(intervals, i));
    expect(found).toEqual([1, 2, 3, 7, 9, 10, 11]);
  });

  test('that are free are taken from the lowest on', () => {
    const taken = parseIndexes('0-2,4,6', 10);
    expect(lowestFree(taken, 3, 10)).toEqual([3, 5, 7]);
    expect(lowestFree(taken, 9, 8)).toEqual([3, 5, 7]);
    expect(lowestFree(taken, 0, 8)).toEqual([]);
  });
});
