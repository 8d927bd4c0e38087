import { describe, expect, test } from 'vitest';
import { pageAddress, translatedAddress, underBase } from '#site/addresses.ts';

test.each([
  ['/', 'favicon.svg', '/favicon.svg'],
  ['/notes/', '/favicon.svg', '/notes/favicon.svg'],
  ['/notes', 'pagefind/pagefind.js', '/notes/pagefind/pagefind.js'],
])('underBase joins %s and %s', (base, path, expected) => {
  expect(underBase(base, path)).toBe(expected);
});

describe('pageAddress', () => {
  test.each([
    ['/', 'en', '', '/'],
    ['/', 'en', 'contents', '/contents/'],
    ['/', 'ko', '', '/ko/'],
    ['/notes/', 'ko', 'probes', '/notes/ko/probes/'],
  ] as const)('under %s in %s for "%s" is %s', (base, locale, page, expected) => {
    expect(pageAddress(base, locale, page)).toBe(expected);
  });
});

describe('translatedAddress', () => {
  test.each([
    ['/', '/probes/', 'en', 'ko', '/ko/probes/'],
    ['/', '/ko/probes/', 'ko', 'en', '/probes/'],
    ['/notes/', '/notes/', 'en', 'ko', '/notes/ko/'],
    ['/notes/', '/notes/ko/', 'ko', 'en', '/notes/'],
  ] as const)(
    'under %s leads from %s (%s) to its page in %s: %s',
    (base, path, from, to, there) => {
      expect(translatedAddress(base, path, from, to)).toBe(there);
    },
  );
});
