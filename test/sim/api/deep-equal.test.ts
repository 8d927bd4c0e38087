import { describe, expect, test } from 'vitest';
import { deepEqual, semanticEqual } from '#sim/api/deep-equal.ts';

describe('equality', () => {
  test.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true, true],
    [{ a: 1, b: undefined }, { a: 1 }, true, true],
    [{ a: 1 }, { a: 2 }, false, false],
    [{ a: 1 }, { a: 1, b: 2 }, false, false],
    [[1, 2], [2, 1], false, false],
    [[1], [1, 2], false, false],
    [{ 0: 1 }, [1], false, false],
    [null, undefined, false, true],
    [1, '1', false, false],
    [{ a: [] }, {}, false, true],
    [{ a: {} }, {}, false, true],
    [{ a: {} }, { a: { b: [] } }, false, true],
    [{}, { a: null }, false, true],
    [{ a: '' }, {}, false, false],
    [{ a: 0 }, {}, false, false],
    [{ a: [{}] }, {}, false, false],
  ])('of %j and %j is %s, in meaning %s', (a, b, exact, semantic) => {
    expect(deepEqual(a, b)).toBe(exact);
    expect(deepEqual(b, a)).toBe(exact);
    expect(semanticEqual(a, b)).toBe(semantic);
    expect(semanticEqual(b, a)).toBe(semantic);
  });
});
