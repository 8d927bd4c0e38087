import { describe, expect, test } from 'vitest';
import { byPart, inLocale, inOrder, neighbours, placeOf, romanNumeral } from '#site/chapters.ts';

const at = (path: string): { place: ReturnType<typeof placeOf> } => ({ place: placeOf(path) });

describe('placeOf', () => {
  test('reads order and address from folder names', () => {
    expect(placeOf('1-controllers/02-life-of-an-apply/en.mdx')).toEqual({
      partFolder: '1-controllers',
      partNumber: 1,
      partSlug: 'controllers',
      folder: '1-controllers/02-life-of-an-apply',
      number: 2,
      slug: 'life-of-an-apply',
      locale: 'en',
    });
  });

  test.each([
    ['controllers/02-life/en.mdx', 'a part without number'],
    ['1-controllers/life/en.mdx', 'a chapter without number'],
    ['1-controllers/02-Life/en.mdx', 'upper case'],
    ['1-controllers/02-life/fr.mdx', 'a locale that is not served'],
    ['1-controllers/02-life/deep/en.mdx', 'a folder too many'],
  ])('refuses %s: %s', (path) => {
    expect(() => placeOf(path)).toThrow(`content/${path} is not where a chapter can be`);
  });
});

describe('inOrder', () => {
  test('sorts by part, then by number as a number', () => {
    const entries = ['2-b/10-j/en', '1-a/2-b/en', '1-a/01-a/en', '2-b/3-c/en'].map(at);
    expect(inOrder(entries).map((entry) => entry.place.slug)).toEqual(['a', 'b', 'c', 'j']);
  });

  test('refuses two chapters with one address', () => {
    expect(() => inOrder(['1-a/01-x/en', '2-b/02-x/en'].map(at))).toThrow(
      'Two chapters claim the address /x/: content/1-a/01-x and content/2-b/02-x',
    );
  });

  test('refuses two chapters with one number', () => {
    expect(() => inOrder(['1-a/01-x/en', '2-b/01-y/en'].map(at))).toThrow('chapter number 1');
  });

  test('lets a translation share number and address with its original', () => {
    expect(inOrder(['1-a/01-x/en', '1-a/01-x/ko'].map(at))).toHaveLength(2);
  });
});

describe('neighbours', () => {
  const ordered = inOrder(['1-a/01-x/en', '1-a/02-y/en', '2-b/03-z/en'].map(at));

  test.each([
    ['x', undefined, 'y'],
    ['y', 'x', 'z'],
    ['z', 'y', undefined],
  ])('of %s are %s and %s, also across parts', (slug, before, after) => {
    const { previous, next } = neighbours(ordered, slug);
    expect([previous?.place.slug, next?.place.slug]).toEqual([before, after]);
  });
});

describe('inLocale', () => {
  test('falls back to the default locale where a translation is missing', () => {
    const entries = ['1-a/01-x/en', '1-a/02-y/en', '1-a/02-y/ko'].map(at);
    const shown = inLocale(entries, 'ko', 'en');
    expect(shown.map(({ entry, isFallback }) => [entry.place.locale, isFallback])).toEqual([
      ['en', true],
      ['ko', false],
    ]);
  });

  test('takes number and address from the original, also when only a translation would sort differently', () => {
    const entries = ['1-a/02-y/ko', '1-a/02-y/en', '1-a/01-x/en'].map(at);
    expect(inLocale(entries, 'ko', 'en').map(({ entry }) => entry.place.number)).toEqual([1, 2]);
  });
});

test('byPart keeps the order of parts and chapters', () => {
  const ordered = inOrder(['2-b/03-z/en', '1-a/01-x/en', '1-a/02-y/en'].map(at));
  expect(byPart(ordered).map((part) => [part.partSlug, part.chapters.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

test.each([
  [1, 'I'],
  [4, 'IV'],
  [12, '12'],
])('romanNumeral writes %i as %s', (number, text) => {
  expect(romanNumeral(number)).toBe(text);
});
