import { describe, expect, test } from 'vitest';
import { numberAt, parseNumber } from '#islands/editor/slider-value.ts';

describe('numberAt', () => {
  const text = 'a: { b: 3 }\nc:\n  - d: "25%"\n  - d: 500m # half\n---\na: x\n';

  test.each([
    [0, 'a.b', 3, ''],
    [0, 'c[0].d', 25, '%'],
    [0, 'c[1].d', 500, 'm'],
  ])('reads document %i, %s', (document, path, value, suffix) => {
    expect(numberAt(text, document, path)).toEqual({ value, suffix });
  });

  test('finds none where there is none', () => {
    expect(numberAt(text, 1, 'a')).toBeUndefined();
    expect(numberAt(text, 0, 'a')).toBeUndefined();
    expect(numberAt(text, 0, 'z')).toBeUndefined();
    expect(numberAt('', 0, 'a')).toBeUndefined();
  });
});

describe('parseNumber', () => {
  test.each(['x', '', '1.2.3', '3 4', '--1'])('takes %j for no number', (scalar) => {
    expect(parseNumber(scalar)).toBeUndefined();
  });
});
